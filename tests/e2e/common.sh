# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# common.sh - what the end-to-end tests share; read by them, never run. Each test ends with
# `finish`. Environment: TOLLGATE, TOLLGATE_TEST, BUILD, TMPDIR.
set -u

bad=0
# Every process that a test starts inherits this, whatever group or name it takes.
TOLLGATE_MARK=$$
export TOLLGATE_MARK
# Else every runner under a thread sanitizer sleeps a second before it leaves.
TSAN_OPTIONS="${TSAN_OPTIONS:-} atexit_sleep_ms=0"
export TSAN_OPTIONS

complain()
{
	echo "$*"
	bad=1
}

finish()
{
	within 10 nobody_left || complain "left running: $(ours)"
	rm -rf "${TMPDIR:?}"/*
	exit "$bad"
}

skip()
{
	rm -rf "${TMPDIR:?}"/*
	echo "$*"
	exit 77
}

# Processes of this test but this shell and those in a pipe with it.
ours()
{
	for environ in /proc/[0-9]*/environ; do
		grep -qzxF "TOLLGATE_MARK=$$" "$environ" 2>/dev/null || continue
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

# within SECONDS COMMAND...: ask ten times a second until it is true.
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

# expect CODE TEXT COMMAND...: the exit code is CODE, and TEXT is in what it says.
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

# header NAME: the columns that harness/data/record.h says, e.g. SAMPLES_HEADER.
header()
{
	printf '#include "harness/data/record.h"\n%s\n' "$1" | ${CC:-cc} -I. -E -P - |
		sed -n '$ { s/" *"//g; s/"//g; p; }'
}

# column FILE NAME: its cells, one a line. No cell of a test has a comma in it.
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

# cells FILE WHERE=VALUE... NAME: cells of the column NAME where other columns have these values.
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

# whole FILE: the header and every row have as many cells, and the last line has its end.
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

# The processors that this shell may use, one a line.
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
