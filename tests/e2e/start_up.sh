#!/bin/sh
# SPDX-License-Identifier: MIT
# Commands that only print read no topology, open no counter and start no program.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

needs strace
strace -o "$TMPDIR/trace" true 2>/dev/null || skip "strace may not trace here"
# a leak checker cannot work under a tracer
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
export ASAN_OPTIONS

for words in list 'list --modes' 'list --params' version 'run --help' --help; do
	# shellcheck disable=SC2086 # several words
	strace -f -o "$TMPDIR/trace" -e trace=openat,open,perf_event_open,execve,fork,vfork,clone,clone3 \
		"$TOLLGATE" $words >/dev/null 2>&1 || complain "$words: exit $?"
	! grep -q perf_event_open "$TMPDIR/trace" || complain "$words: opens a counter"
	! grep -E '"/sys/devices|"/sys/bus|"/sys/class' "$TMPDIR/trace" | grep -v '/sys/devices/system/cpu/online' |
		grep -q . || complain "$words: reads the topology"
	[ "$(grep -c 'execve(' "$TMPDIR/trace")" -eq 1 ] || complain "$words: starts another program"
done
finish
