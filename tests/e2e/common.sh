# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# common.sh - the prologue of the end-to-end tests. They read it and end with `finish`. It gives them the
# functions below, the repository as $root and as the current folder, and a private empty TMPDIR, which
# is removed at the end. A test may define leave(), which is called before that, however the test ends.
# Environment: TOLLGATE, TOLLGATE_TEST, BUILD (by default those of build/).
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) || exit 1
cd "$root" || exit 1
BUILD=${BUILD:-$root/build}
TOLLGATE=${TOLLGATE:-$BUILD/tollgate} TOLLGATE_TEST=${TOLLGATE_TEST:-$BUILD/tollgate-test}
TMPDIR=$(mktemp -d) || exit 1
export BUILD TOLLGATE TOLLGATE_TEST TMPDIR
# Every process that a test starts inherits this, whatever group or name it takes.
TOLLGATE_MARK=$$
export TOLLGATE_MARK
# Without this, every runner under a thread sanitizer sleeps for a second before it leaves.
TSAN_OPTIONS="${TSAN_OPTIONS:-} atexit_sleep_ms=0"
export TSAN_OPTIONS
bad=0

leave()
{
	:
}
trap 'leave; cd /; rm -rf "$TMPDIR"' EXIT
trap 'exit 130' INT TERM HUP

complain()
{
	echo "$*"
	bad=1
}

# The last line of a test: its exit code says whether anybody complained.
finish()
{
	within 10 nobody_left || complain "left running: $(ours)"
	exit "$bad"
}

# skip WHY: the rest of the test cannot be done here.
skip()
{
	[ "$bad" -eq 0 ] || finish
	echo "$*"
	exit 77
}

# needs PROGRAM...: skip the test where one of them is not installed.
needs()
{
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}

# Processes of this test, without this shell and those in a pipe with it.
ours()
{
	# shellcheck disable=SC2013 # there are no blanks in these paths
	for environ in $(grep -lzxF "TOLLGATE_MARK=$$" /proc/[0-9]*/environ 2>/dev/null); do
		name=$(cat "${environ%environ}comm" 2>/dev/null)
		case $name in
		tollgate* | tg-* | exe) echo "${environ%/environ} $name" ;;
		esac
	done
}

nobody_left()
{
	[ -z "$(ours)" ]
}

# within SECONDS COMMAND...: try ten times a second until the command succeeds.
within()
{
	turns=$(($1 * 10))
	shift
	until "$@"; do
		turns=$((turns - 1))
		[ "$turns" -gt 0 ] || return 1
		sleep 0.1
	done
}

# expect CODE TEXT COMMAND...: the command must exit with CODE and print TEXT.
expect()
{
	code=$1 text=$2
	shift 2
	said=$("$@" 2>&1)
	got=$?
	[ "$got" -eq "$code" ] || complain "$*: exit $got, expected $code: $said"
	case $said in
	*"$text"*) ;;
	*) complain "$*: '$text' is not in: $said" ;;
	esac
}

# tiny OUT ARGUMENT...: the smallest run of the tests' program.
tiny()
{
	out=$1
	shift
	"$TOLLGATE_TEST" run --profile=quick --counters=off --seed=1 --out="$out" "$@"
}

# header NAME: the columns of a macro of harness/data/record.h, e.g. SAMPLES_HEADER.
header()
{
	printf '#include "harness/data/record.h"\n%s\n' "$1" | ${CC:-cc} -I"$root" -E -P - |
		sed -n '$ { s/" *"//g; s/"//g; p; }'
}

# column FILE NAME: the cells of a column, one on each line. No cell of a test holds a comma.
column()
{
	awk -F, -v name="$2" '
		NR == 1 {
			for (i = 1; i <= NF; i++)
				if ($i == name)
					n = i
			next
		}
		{ print $n }
	' "$1"
}

# cells FILE COLUMN=VALUE... NAME: the cells of column NAME in the rows with these values.
cells()
{
	awk -F, -v file="$1" '
		BEGIN {
			for (i = 2; i < ARGC - 1; i++)
				split(ARGV[i], pair, "=") && wanted[pair[1]] = substr(ARGV[i], length(pair[1]) + 2)
			name = ARGV[ARGC - 1]
			while ((getline <file) > 0) {
				if (!rows++) {
					for (i = 1; i <= NF; i++)
						place[$i] = i
					continue
				}
				good = 1
				for (key in wanted)
					good = good && $place[key] == wanted[key]
				if (good)
					print $place[name]
			}
		}
	' "$@"
}

# whole FILE: every row must have as many cells as the header, and the last line must be complete.
whole()
{
	[ -s "$1" ] || {
		complain "$1 is missing or empty"
		return
	}
	[ -z "$(tail -c 1 "$1")" ] || complain "$1: its last line is cut short"
	sed 's/"\([^"]\|""\)*"//g' "$1" | awk -F, 'NR == 1 { n = NF } NF != n { bad = 1 } END { exit bad }' ||
		complain "$1 is not rectangular"
}

whole_run()
{
	for name in samples workers counters metrics histogram; do
		whole "$1/$name.csv"
	done
}

# The processing units that this shell may use, one on each line.
allowed_pus()
{
	awk '/^Cpus_allowed_list:/ {
		count = split($2, part, ",")
		for (i = 1; i <= count; i++) {
			split(part[i], ends, "-")
			for (pu = ends[1]; pu <= (ends[2] == "" ? ends[1] : ends[2]); pu++)
				print pu
		}
	}' /proc/self/status
}
