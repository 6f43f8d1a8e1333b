#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD: run every unit test, source check and end-to-end test, one after the other.
#
# Each gets a private TMPDIR that must be empty afterwards, a time limit, and in its environment
# TOLLGATE and TOLLGATE_TEST (the programs) and BUILD. Exit 77 means skipped. Whatever a test leaves
# running, or in /dev/shm, fails it. The last line counts.
# TESTS=word runs only those whose name contains the word. SAN=name says that the build has sanitizers:
# scripts with a line "# without sanitizers: WHY" are skipped then.
set -u

build=${1:?usage: tests/run.sh BUILD}
BUILD=$(cd "$build" && pwd) || exit 1
TOLLGATE=$BUILD/tollgate TOLLGATE_TEST=$BUILD/tollgate-test
export BUILD TOLLGATE TOLLGATE_TEST
# No test may depend on how the caller's shell is set up.
LC_ALL=C
export LC_ALL
unset NO_COLOR TERM MAKEFLAGS MAKELEVEL MFLAGS
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}"

limit_s=${TEST_LIMIT_S:-180}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tollgate-tests.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
number=0 passed=0 failed=0 skipped=0

# Processes that a test started. They inherited its mark, whatever group or name they have now. A tollgate
# that somebody else runs meanwhile is left alone.
ours_running()
{
	grep -lzxF "TOLLGATE_TESTS=$scratch" /proc/[0-9]*/environ 2>/dev/null | sed 's|/environ$||'
}

# A killed group may need a moment to be reaped: up to two seconds, then it is a leftover.
leftover_processes()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		left=$(ours_running)
		[ -n "$left" ] || return 0
		sleep 0.2
	done
	for process in $left; do
		echo "left running: $(tr '\0' ' ' <"$process/cmdline")"
		kill -KILL "${process#/proc/}" 2>/dev/null
	done
	return 1
}

shared_memory()
{
	find /dev/shm -mindepth 1 -user "$(id -u)" 2>/dev/null | sort
}

# leftover_memory OLD_SHM_LIST: what somebody else has there for a moment is none.
leftover_memory()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		new=$(shared_memory | comm -13 "$1" -)
		[ -n "$new" ] || return 0
		sleep 0.2
	done
	echo "left in /dev/shm: $new"
	return 1
}

# leftovers TMPDIR OLD_SHM_LIST: complain about what a test left behind.
leftovers()
{
	clean=0
	files=$(find "$1" -mindepth 1)
	[ -z "$files" ] || {
		echo "left in TMPDIR: $files"
		clean=1
	}
	leftover_memory "$2" || clean=1
	leftover_processes || clean=1
	return "$clean"
}

report()
{
	echo "$1 $number - $2"
	sed 's/^/    /' "$scratch/output"
}

# run_one NAME PROGRAM SOURCE
run_one()
{
	case $1 in
	*"${TESTS:-}"*) ;;
	*) return ;;
	esac
	number=$((number + 1))
	reason=${SAN:+$(sed -n 's/^# without sanitizers: //p' "$3")}
	if [ -n "$reason" ]; then
		skipped=$((skipped + 1))
		echo "ok $number - $1 # SKIP $reason"
		return
	fi
	mkdir "$scratch/tmp"
	begin_s=$(date +%s)
	shared_memory >"$scratch/shm"
	# shellcheck disable=SC2086 # no words when there is no prefix
	TMPDIR=$scratch/tmp TOLLGATE_TESTS=$scratch timeout -k 10 "$limit_s" $prefix "$2" \
		>"$scratch/output" 2>&1 </dev/null
	code=$?
	[ "$code" -ne 124 ] || echo "ended after $limit_s s" >>"$scratch/output"
	leftovers "$scratch/tmp" "$scratch/shm" >>"$scratch/output" || [ "$code" -ne 0 ] || code=1
	rm -rf "$scratch/tmp"
	case $code in
	0)
		passed=$((passed + 1))
		echo "ok $number - $1 # $(($(date +%s) - begin_s)) s"
		;;
	77)
		skipped=$((skipped + 1))
		echo "ok $number - $1 # SKIP $(tail -n 1 "$scratch/output")"
		;;
	*)
		failed=$((failed + 1))
		report "not ok" "$1 (exit $code)"
		;;
	esac
}

# ThreadSanitizer of older compilers cannot start where the kernel spreads addresses widely; a run
# without address randomisation can (google/sanitizers#1716).
prefix=
if [ -x "$TOLLGATE" ] && "$TOLLGATE" version 2>&1 | grep -q 'unexpected memory mapping'; then
	prefix="setarch $(uname -m) -R"
fi

for program in "$BUILD"/tests/test_*; do
	case $program in
	*.[od]) continue ;;
	esac
	source=tests/unit/${program##*/}.c
	[ ! -f "$source" ] || run_one "unit/${program##*/}" "$program" "$source"
done
for script in tests/lint/*.sh; do
	run_one "lint/${script##*/}" "$script" "$script"
done
for script in tests/e2e/*.sh; do
	[ ! -x "$script" ] || run_one "e2e/${script##*/}" "$script" "$script"
done

echo "1..$number"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
