#!/bin/sh
# SPDX-License-Identifier: MIT
# Floors, creation, switches, round trips and throughput: what they refuse, and that nothing is left behind -
# no process, file, shared memory, queue or semaphore - when they end or are ended.
# shellcheck source=tests/e2e/objects_common.sh
. "$(dirname "$0")/objects_common.sh"

# ---- each of them runs, in both vehicles ----

"$TOLLGATE" run -n --profile=quick -f '^((floor|create|switch|rt|bw)_|messaging)' --dir="$files" >"$TMPDIR/said" 2>&1 ||
	complain "dry run: exit $?: $(cat "$TMPDIR/said")"
for case in $("$TOLLGATE" list --names | grep -E '^((create|switch|rt|bw)_|messaging)'); do
	for mode in none process; do
		grep -Eq "^$case +$mode .*(ok|skipped)\$" "$TMPDIR/said" || complain "$case $mode: not ok"
	done
	! grep -Eq "^$case +(mutex|gil) " "$TMPDIR/said" || complain "$case: has a mode too many"
done
clean "one operation of everything"

# Named with other modes only, there is nothing to run.
expect 64 'none of the selected cases' "$TOLLGATE" run -n -f '^rt_pipe$' -m mutex,gil

# By itself a profile runs only the cases of a lecture. A case that is named runs in any profile.
expect 64 'leave no case' "$TOLLGATE" run -n --profile=quick -f '!^[^r]'
"$TOLLGATE" run -n --profile=standard -f '!^[^r]' >"$TMPDIR/standard" 2>/dev/null || complain "standard: exit $?"
[ "$(awk '{ print $1 }' "$TMPDIR/standard" | sort -u)" = rt_pipe ] ||
	complain "standard runs: $(awk '{ print $1 }' "$TMPDIR/standard" | sort -u)"

# ---- refused with a reason ----

expect 77 'spinning needs a processing unit' "$TOLLGATE" run -n -f '^rt_shm_spin$' -p same-core
expect 77 'msgsize_max' "$TOLLGATE" run -n -f '^rt_posix_mq$' -p same-core --param size=16777216
expect 77 'does not fit' "$TOLLGATE" run -n -f '^rt_unix_dgram$' -p same-core --param size=16777216
expect 77 'does not fit' "$TOLLGATE" run -n -f '^rt_udp$' -p same-core --param size=16777216
expect 77 'at most 8192' "$TOLLGATE" run -n -f '^rt_sysv_msg$' -p same-core --param size=8193
expect 77 'msg_max' "$TOLLGATE" run -n -f '^bw_posix_mq$' -p same-core --param size=16777216
expect 77 'no power of two' "$TOLLGATE" run -n -f '^bw_shm_spsc$' --param capacity=65535
! grep -Eq '^bw_shm_mpmc .* ok$' "$TMPDIR/said" ||
	expect 77 'even number' "$TOLLGATE" run -n -f '^bw_shm_mpmc$' --param workers=3
expect 77 'even number' "$TOLLGATE" run -n -f '^messaging$' --param workers=3
clean "refusals"

# ---- however they end ----

# start RUN CASES: the same, and wait until some epochs are done.
start()
{
	launch "$@"
	within 60 under_way "$1" 3 || complain "$1 did not start: $(cat "$TMPDIR/talked")"
}

# shellcheck disable=SC2317 # called by within
under_way()
{
	[ -f "$1/samples.csv" ] && [ "$(wc -l <"$1/samples.csv")" -gt "$2" ]
}

start "$TMPDIR/int" '^(rt|bw)_'
kill -INT "$pid"
wait "$pid"
code=$?
[ "$code" -eq 130 ] || complain "SIGINT: exit $code"
clean "SIGINT"

start "$TMPDIR/kill" '^(rt|bw)_'
kill -KILL "$pid"
wait "$pid" 2>/dev/null
clean "SIGKILL of the coordinator"

# A process that sleeps to be killed, killed beyond help together with the run.
start "$TMPDIR/create" '^(create_terminate|rt_futex)$'
kill -KILL "$pid"
wait "$pid" 2>/dev/null
clean "SIGKILL while processes are made"

# Two runs at once do not meet.
for turn in 1 2; do
	"$TOLLGATE" run -n --profile=quick -f '^rt_' --dir="$files" >"$TMPDIR/said-$turn" 2>&1 &
	eval "pid_$turn=$!"
done
# shellcheck disable=SC2154 # set by eval
wait "$pid_1" || complain "two at once: $(cat "$TMPDIR/said-1")"
# shellcheck disable=SC2154
wait "$pid_2" || complain "two at once: $(cat "$TMPDIR/said-2")"
clean "two runs at once"

# ---- what exec starts ----

for code in 0 7 255; do
	"$TOLLGATE" exit "$code" >"$TMPDIR/said" 2>&1
	got=$?
	{ [ "$got" -eq "$code" ] && [ ! -s "$TMPDIR/said" ]; } || complain "exit $code: $got $(cat "$TMPDIR/said")"
done
expect 64 'from 0 to 255' "$TOLLGATE" exit 256
expect 64 '' "$TOLLGATE" exit
! "$TOLLGATE" --help | grep -q '^  exit' || complain "--help shows the internal command exit"
finish
