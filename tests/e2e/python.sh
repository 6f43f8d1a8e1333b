#!/bin/sh
# SPDX-License-Identifier: MIT
# The twins of Python's multiprocessing: each runs, checks itself, and leaves nothing behind however it ends.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

# shellcheck disable=SC2317 # called by within
nothing_left()
{
	[ "$(find /dev/shm /dev/mqueue -mindepth 1 2>/dev/null | sort)" = "$before" ] && [ -z "$(ours)" ]
}

# clean WHAT: the killed may need a moment to be gone.
clean()
{
	within 10 nothing_left || complain "$1 left: $(ours) $(find /dev/shm -mindepth 1)"
}

before=$(find /dev/shm /dev/mqueue -mindepth 1 2>/dev/null | sort)
twins='^(mp_|thread_queue|queue_stale|isolation|lifecycle_)'

"$TOLLGATE" run -n --profile=full -f "$twins" >"$TMPDIR/said" 2>&1 || complain "dry run: exit $?: $(cat "$TMPDIR/said")"
for case in $("$TOLLGATE" list --names | grep -E "$twins"); do
	grep -Eq "^$case +(process|none) .*ok\$" "$TMPDIR/said" || complain "$case: not ok"
done
clean "one operation of everything"

"$TOLLGATE" run --profile=quick --launches=2 -q --counters=off -f '^mp_(pipe|simple)' -p same-core --out="$TMPDIR/run" >"$TMPDIR/said" 2>&1 ||
	complain "run: exit $?: $(cat "$TMPDIR/said")"
for case in mp_pipe_simplex mp_pipe_duplex mp_simplequeue; do
	[ "$(cells "$TMPDIR/run/metrics.csv" case=$case metric=rt_ns value | wc -l)" -ge 6 ] || complain "$case: no rt_ns"
done
clean "a run that went well"

# shellcheck disable=SC2317 # called by within
under_way()
{
	[ -f "$1/samples.csv" ] && [ "$(wc -l <"$1/samples.csv")" -gt 3 ]
}

# start RUN CASES [OPTION]...: start a long run in the background. Its process is $pid.
start()
{
	out=$1 cases=$2
	shift 2
	"$TOLLGATE" run --profile=full --counters=off -f "$cases" --out="$out" "$@" >/dev/null 2>"$TMPDIR/talked" &
	pid=$!
	within 20 under_way "$out" || complain "$out did not start: $(cat "$TMPDIR/talked")"
}

start "$TMPDIR/int" "$twins"
kill -INT "$pid"
wait "$pid"
code=$?
[ "$code" -eq 130 ] || complain "SIGINT: exit $code"
clean "SIGINT"

# A process of the pool: its parent is called like it.
# shellcheck disable=SC2317 # called by within
kill_a_pool_worker()
{
	# shellcheck disable=SC2013 # paths without blanks, and one grep for all of them
	for comm in $(grep -ls '^tg-mp_pool' /proc/[0-9]*/comm); do
		grep -qzxF "TOLLGATE_MARK=$$" "${comm%comm}environ" 2>/dev/null || continue
		parent=$(sed -n 's/^PPid:[[:space:]]*//p' "${comm%comm}status" 2>/dev/null)
		grep -qs '^tg-mp_pool' "/proc/$parent/comm" || continue
		worker=${comm#/proc/}
		kill -KILL "${worker%/comm}" 2>/dev/null && return 0
	done
	return 1
}

# shellcheck disable=SC2317 # called by within, through strike
struck()
{
	[ -f "$run/samples.csv" ] && column "$run/samples.csv" status | grep -q '^wrong'
}

# shellcheck disable=SC2317 # called by within
strike()
{
	kill_a_pool_worker
	struck || ! kill -0 "$pid" 2>/dev/null
}

# A process of the pool may have given its last answer before the signal came: then the run is good, and there is
# another one.
turn=0
while [ "$turn" -lt 20 ]; do
	turn=$((turn + 1))
	run=$TMPDIR/pool-$turn
	start "$run" '^mp_pool$' --param call=0 --param task_us=1000 --param tasks=10
	within 60 strike || complain "a process of a pool is killed: neither noticed nor over"
	wait "$pid"
	code=$?
	struck && break
	[ "$code" -eq 0 ] || complain "SIGKILL of a process of a pool: exit $code: $(cat "$TMPDIR/talked")"
done
struck || complain "SIGKILL of a process of a pool: not noticed in $turn runs"
[ "$code" -eq 5 ] || complain "SIGKILL of a process of a pool: exit $code: $(cat "$TMPDIR/talked")"
clean "SIGKILL of a process of a pool"

start "$TMPDIR/kill" "$twins"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
clean "SIGKILL of the coordinator"
finish
