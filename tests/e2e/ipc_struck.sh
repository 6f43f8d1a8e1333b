#!/bin/sh
# SPDX-License-Identifier: MIT
# A worker that is killed or stopped in the middle of a round trip or a throughput: the run says so, ends, and leaves
# no process, file, shared memory, queue or semaphore behind.
# shellcheck source=tests/e2e/objects_common.sh
. "$(dirname "$0")/objects_common.sh"

# Send a signal to a worker of the run, if the run has one now.
# shellcheck disable=SC2317 # called by within, through strike
signal_a_worker()
{
	# shellcheck disable=SC2013 # paths without blanks, and one grep for all of them
	for comm in $(grep -ls -E '^tg-((rt|bw)_|messaging)' /proc/[0-9]*/comm); do
		grep -qzxF "TOLLGATE_MARK=$$" "${comm%comm}environ" 2>/dev/null || continue
		worker=${comm#/proc/}
		kill -"$1" "${worker%/comm}" 2>/dev/null && return
	done
}

# struck RUN STATUS: the run says that a worker of it came to this end.
struck()
{
	[ -f "$1/samples.csv" ] && column "$1/samples.csv" status | grep -q "^$2"
}

# shellcheck disable=SC2317 # called by within
strike()
{
	signal_a_worker "$1"
	struck "$2" "$3" || ! kill -0 "$pid" 2>/dev/null
}

# strike_until CASE SIGNAL STATUS [OPTION]...: signal workers of a run until it has noticed. A worker
# may have given its last answer before the signal came, and no run is so long that this cannot
# happen to every signal: then the run is good, and there is another one.
strike_until()
{
	case=$1 signal=$2 status=$3 turn=0
	shift 3
	while [ "$turn" -lt 20 ]; do
		turn=$((turn + 1))
		run=$TMPDIR/$status-$case-$turn
		launch "$run" "^$case\$" "$@"
		within 60 strike "$signal" "$run" "$status" || complain "$case: neither $status nor over"
		wait "$pid"
		code=$?
		struck "$run" "$status" && break
		[ "$code" -eq 0 ] || complain "$case: exit $code, and nobody $status: $(cat "$TMPDIR/talked")"
	done
	struck "$run" "$status" || complain "$case: $signal in $turn runs, nobody $status"
	[ "$code" -eq 5 ] || complain "$case: $status: exit $code: $(cat "$TMPDIR/talked")"
	! column "$run/samples.csv" status | grep -qv "^ok\|^$status" ||
		complain "$case: $status: $(column "$run/samples.csv" status | sort -u)"
	clean "$case: $status"
}

for case in rt_sysv_msg rt_sysv_sem rt_posix_mq bw_posix_mq bw_pipe bw_shm_spsc; do
	strike_until "$case" KILL killed
	strike_until "$case" STOP timeout --deadline=1
done
finish
