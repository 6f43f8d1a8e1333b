# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Read by the scripts about objects that outlive their maker: what is there, and what a run left.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

files=$TMPDIR/files
mkdir "$files"

# All objects with a name or a number that outlive their maker.
objects()
{
	{
		find /dev/shm /dev/mqueue "$files" -mindepth 1 2>/dev/null
		awk 'FNR > 1 { print FILENAME, $1, $2 }' /proc/sysvipc/* 2>/dev/null
	} | sort
}

# The suite may run twice at a time, under two sanitizers, and these objects do not name their owner.
exec 9<tests/e2e/ipc.sh
flock 9
objects >"$TMPDIR/before"

left()
{
	objects | comm -13 "$TMPDIR/before" -
}

# shellcheck disable=SC2317 # called by within
as_before()
{
	[ -z "$(left)" ] && [ -z "$(ours)" ]
}

# clean WHAT: nothing may be left. A killed process may need a moment to be gone.
clean()
{
	within 10 as_before || complain "$1 left: $(ours) $(left)"
}

# launch RUN CASES [OPTION]...: a run of processes at full length, in the background, as $pid.
launch()
{
	out=$1 cases=$2
	shift 2
	"$TOLLGATE" run --profile=full --counters=off -f "$cases" -m process -p same-core --dir="$files" \
		--param size=64 --out="$out" "$@" >/dev/null 2>"$TMPDIR/talked" &
	# shellcheck disable=SC2034 # the scripts that read this wait for it
	pid=$!
}
