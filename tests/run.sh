#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD: run every unit test, source check and end-to-end test.
#
# Each gets a private TMPDIR that must be empty afterwards, a time limit, and in its environment
# TOLLGATE and TOLLGATE_TEST (the programs) and BUILD. Exit 77 means skipped. A test fails if it leaves a
# process running, or an object in /dev/shm. The last line counts.
#
# Two tests run at a time: one that measures or makes processes, and one script with a line
# "# beside others: WHY". Scripts with a line "# alone: WHY" run after all others, one by one.
# TESTS=word runs only those whose name contains the word. SAN=name says that the build has sanitizers:
# scripts with a line "# without sanitizers: WHY" are skipped then.
set -u

build=${1:?usage: tests/run.sh BUILD}
BUILD=$(cd "$build" && pwd) || exit 1
TOLLGATE=$BUILD/tollgate TOLLGATE_TEST=$BUILD/tollgate-test
export BUILD TOLLGATE TOLLGATE_TEST
# No test may depend on the settings of the caller's shell.
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

# Processes that a test started. They inherited its mark, whatever group or name they have now. A tollgate
# of somebody else is left alone.
ours_running()
{
	grep -lzxF "TOLLGATE_TESTS=$mark" /proc/[0-9]*/environ 2>/dev/null | sed 's|/environ$||'
}

# A killed group may need a moment to be reaped. After two seconds it is a leftover.
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

# leftover_memory OLD_SHM_LIST: objects that another program has there for a moment do not count.
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

# leftovers TMPDIR OLD_SHM_LIST: complain about all that a test left behind. Tests beside others make no
# shared memory, and objects of the others are not theirs.
leftovers()
{
	clean=0
	files=$(find "$1" -mindepth 1)
	[ -z "$files" ] || {
		echo "left in TMPDIR: $files"
		clean=1
	}
	[ "$lane" = beside ] || leftover_memory "$2" || clean=1
	leftover_processes || clean=1
	return "$clean"
}

# lane_of SOURCE: first, beside or alone.
lane_of()
{
	if grep -q '^# beside others: ' "$1"; then
		echo beside
	elif grep -q -e '^# alone: ' -e '^ \* alone: ' "$1"; then
		echo alone
	else
		echo first
	fi
}

# run_one NAME PROGRAM SOURCE: run the test if it belongs to this lane, and print its result.
run_one()
{
	case $1 in
	*"${TESTS:-}"*) ;;
	*) return ;;
	esac
	[ "$(lane_of "$3")" = "$lane" ] || return
	reason=${SAN:+$(sed -n 's/^# without sanitizers: //p' "$3")}
	if [ -n "$reason" ]; then
		echo "ok - $1 # SKIP $reason"
		return
	fi
	mark=$scratch/$lane
	mkdir "$mark" "$mark/tmp" || exit 1 # after Ctrl-C the folder is gone
	begin_s=$(date +%s)
	shared_memory >"$mark/shm"
	# shellcheck disable=SC2086 # no words when there is no prefix
	TMPDIR=$mark/tmp TOLLGATE_TESTS=$mark timeout -k 10 "$limit_s" $prefix "$2" >"$mark/output" 2>&1 </dev/null
	code=$?
	[ "$code" -ne 124 ] || echo "ended after $limit_s s" >>"$mark/output"
	leftovers "$mark/tmp" "$mark/shm" >>"$mark/output" || [ "$code" -ne 0 ] || code=1
	case $code in
	0) echo "ok - $1 # $(($(date +%s) - begin_s)) s" ;;
	77) echo "ok - $1 # SKIP $(tail -n 1 "$mark/output")" ;;
	*)
		echo "not ok - $1 (exit $code)"
		sed 's/^/    /' "$mark/output"
		;;
	esac
	rm -rf "$mark"
}

# run_lane LANE: its unit tests, source checks and end-to-end tests, one after the other.
run_lane()
{
	lane=$1
	for program in "$BUILD"/tests/test_*; do
		source=tests/unit/${program##*/}.c
		[ ! -f "$source" ] || run_one "unit/${program##*/}" "$program" "$source"
	done
	for script in tests/lint/*.sh; do
		run_one "lint/${script##*/}" "$script" "$script"
	done
	for script in tests/e2e/*.sh; do
		[ ! -x "$script" ] || run_one "e2e/${script##*/}" "$script" "$script"
	done
}

# ThreadSanitizer of older compilers cannot start where the kernel spreads addresses widely. It can
# without address randomisation (google/sanitizers#1716).
prefix=
if [ -x "$TOLLGATE" ] && "$TOLLGATE" version 2>&1 | grep -q 'unexpected memory mapping'; then
	prefix="setarch $(uname -m) -R"
fi

shared_memory >"$scratch/shm-before"
{
	run_lane beside >"$scratch/beside.out" &
	run_lane first
	wait
	cat "$scratch/beside.out"
	run_lane alone
	leftover_memory "$scratch/shm-before" >"$scratch/left" || {
		echo "not ok - all together"
		sed 's/^/    /' "$scratch/left"
	}
} | awk '
	/^(not )?ok - / {
		sub(/ok - /, "ok " ++number " - ")
		if (/^not/)
			failed++
		else if (/ # SKIP /)
			skipped++
		else
			passed++
	}
	{
		print
		fflush()
	}
	END {
		print "1.." number + 0
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || !passed
	}'
