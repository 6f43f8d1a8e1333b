#!/bin/sh
# SPDX-License-Identifier: MIT
# Files that cannot be written: a clear error, exit 1, and no row that is cut short.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

# broken RUN TEXT: the run before said TEXT and left whole rows.
broken()
{
	[ "$code" -eq 1 ] || complain "$1: exit $code: $(cat "$TMPDIR/talked")"
	grep -q "$2" "$TMPDIR/talked" || complain "$1: '$2' is not in: $(cat "$TMPDIR/talked")"
	within 10 nobody_left || complain "$1 left: $(ours)"
	for file in "$1"/*.csv; do
		[ ! -s "$file" ] || whole "$file"
	done
}

# A limit on the size of a file stands for a full disk, and needs no privilege.
(
	trap '' XFSZ
	ulimit -f 16
	tiny "$TMPDIR/limited" -f '^test_counts$' -w 2 >/dev/null 2>"$TMPDIR/talked"
)
code=$?
broken "$TMPDIR/limited" 'File too large'

# A disk that is really full, where we may mount one.
mkdir "$TMPDIR/disk"
# shellcheck disable=SC2317 # called at the end, by a trap
leave()
{
	! mountpoint -q "$TMPDIR/disk" || umount -l "$TMPDIR/disk"
}

if mount -t tmpfs -o size=32k tollgate-test "$TMPDIR/disk" 2>/dev/null; then
	tiny "$TMPDIR/disk/run" -f '^test_counts$' -w 2 >/dev/null 2>"$TMPDIR/talked"
	code=$?
	broken "$TMPDIR/disk/run" 'No space left on device'
	mkdir "$TMPDIR/disk/second" 2>/dev/null
	tiny "$TMPDIR/disk/second" -f '^test_counts$' -w 2 >/dev/null 2>"$TMPDIR/talked"
	code=$?
	broken "$TMPDIR/disk/second" 'No space left on device'
	umount "$TMPDIR/disk"
fi

# Folders that cannot be made.
: >"$TMPDIR/file"
expect 1 'Not a directory' tiny "$TMPDIR/file" -f '^test_counts$' -w 1
expect 1 'Not a directory' tiny "$TMPDIR/file/run" -f '^test_counts$' -w 1
[ ! -s "$TMPDIR/file" ] || complain "the file was written to"
mkdir "$TMPDIR/readonly"
chmod 555 "$TMPDIR/readonly"
if ! : 2>/dev/null >"$TMPDIR/readonly/probe"; then # root may write everywhere
	expect 1 'Permission denied' tiny "$TMPDIR/readonly/run" -f '^test_counts$' -w 1
	expect 1 'Permission denied' tiny "$TMPDIR/readonly" -f '^test_counts$' -w 1
fi

# Standard output is a file like others.
for words in list 'list --names' 'list --modes' 'list --params' 'list --profiles' 'run --help'; do
	# shellcheck disable=SC2086 # several words
	"$TOLLGATE" $words >/dev/full 2>"$TMPDIR/talked"
	code=$?
	[ "$code" -eq 1 ] || complain "$words >/dev/full: exit $code"
	grep -q 'No space left on device' "$TMPDIR/talked" || complain "$words >/dev/full: $(cat "$TMPDIR/talked")"
done
tiny "$TMPDIR/full" -f '^test_counts$' -w 1 -m none >/dev/full 2>"$TMPDIR/talked"
code=$?
broken "$TMPDIR/full" 'No space left on device'
whole "$TMPDIR/full/summary.csv" # the run itself is not lost

# A reader that goes away: no hang, and the run itself is not lost.
"$TOLLGATE" list --params | head -n 1 | grep -q . || complain "list | head: nothing"
tiny "$TMPDIR/gone" -f '^test_counts$' -w 1 -m none 2>/dev/null | true
whole_run "$TMPDIR/gone"
whole "$TMPDIR/gone/summary.csv"
tiny "$TMPDIR/silent" -f '^test_counts$' -w 1 -m none >/dev/null 2>&- || complain "without stderr: exit $?"
whole_run "$TMPDIR/silent"
tiny "$TMPDIR/closed" -f '^test_counts$' -w 1 -m none >&- 2>/dev/null <&-
[ $? -eq 1 ] || complain "without stdout: not 1"
whole_run "$TMPDIR/closed"
finish
