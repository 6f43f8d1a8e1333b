#!/bin/sh
# SPDX-License-Identifier: MIT
# The cases about locks: what would hang is detected, what a kind cannot do is skipped with its reason,
# a lock that does not lock is caught, and the metrics say what they are named for.
# shellcheck source=tests/e2e/common.sh
. tests/e2e/common.sh

out=$TMPDIR/run

# measure PROGRAM CODE CASE MODES OPTION...: one quick run of CASE under MODES.
measure()
{
	program=$1 wanted=$2 case_name=$3 modes=$4
	shift 4
	rm -rf "$out"
	said=$("$program" run --profile=quick --counters=off --seed=1 --out="$out" -f "^$case_name\$" -m "$modes" \
		"$@" 2>&1)
	got=$?
	[ "$got" -eq "$wanted" ] || complain "$case_name $modes $*: exit $got, expected $wanted: $said"
}

# ended MODE STATUS: all epochs of the mode ended so.
ended()
{
	seen=$(cells "$out/samples.csv" "mode=$1" status | sort -u | tr '\n' ' ')
	[ "$seen" = "$2 " ] || complain "$case_name, mode $1: '$seen', expected '$2'"
}

# values MODE METRIC: the different values that the metric had in the epochs of the mode.
values()
{
	cells "$out/metrics.csv" "mode=$1" "metric=$2" value | sort -u | tr '\n' ' '
}

# is MODE METRIC VALUES
is()
{
	seen=$(values "$1" "$2")
	[ "$seen" = "$3 " ] || complain "$case_name, mode $1: $2 is '$seen', expected '$3'"
}

twice()
{
	measure "$TOLLGATE" 0 lock_twice mutex,errorcheck,recursive,robust,prio-inherit,rwlock-writer,c11-mtx,semaphore,futex,ticket,pymutex,pylock-sem,process,recursive-process,ck-clh
	for mode in mutex errorcheck robust prio-inherit rwlock-writer semaphore futex ticket pymutex pylock-sem process; do
		ended "$mode" ok
		is "$mode" deadlock_share 1
	done
	for mode in recursive recursive-process; do
		ended "$mode" ok
		is "$mode" deadlock_share 0
	done
	case $(cells "$out/samples.csv" mode=ck-clh status) in
	skipped:could-only-hang | skipped:built-without-ck | skipped:opaque-to-the-thread-sanitizer*) ;;
	*) complain "lock_twice, mode ck-clh: $(cells "$out/samples.csv" mode=ck-clh status)" ;;
	esac
	expect 0 'C16,Taking a plain Lock twice in one thread deadlocks; an RLock does not,holds,' \
		"$TOLLGATE" claims --format=csv --claim=C16 "$out"
}

nested()
{
	measure "$TOLLGATE" 0 lock_nested mutex,recursive,recursive-process --param depth=3
	ended mutex skipped:does-not-nest
	ended recursive ok
	ended recursive-process ok
	measure "$TOLLGATE" 0 lock_nested mutex,recursive
	ended mutex ok
}

asked()
{
	measure "$TOLLGATE" 0 lock_try mutex,pymutex,semaphore-process,ck-task-fair -w 1
	ended mutex ok
	ended semaphore-process ok
	is pymutex refused_share 0
	case $(cells "$out/samples.csv" mode=ck-task-fair status) in
	skipped:cannot-be-tried | skipped:built-without-ck | skipped:opaque-to-the-thread-sanitizer*) ;;
	*) complain "lock_try, mode ck-task-fair: $(cells "$out/samples.csv" mode=ck-task-fair status)" ;;
	esac
	measure "$TOLLGATE" 0 lock_timed mutex,futex,pthread-spin,process -w 3 -p same-core --param wait_us=0 --param critical=3000
	ended mutex ok
	ended process ok
	ended pthread-spin skipped:oversubscribed-spin
	measure "$TOLLGATE" 0 lock_timed mutex,tas -w 1
	ended tas skipped:knows-no-deadline
	is mutex expired_share 0
}

# The price of a lock for one worker is that of a process with several threads; who may spin is known.
company()
{
	measure "$TOLLGATE_TEST" 0 test_company none,mutex,process -w 1
	for mode in none mutex process; do
		ended "$mode" ok
		is "$mode" crowded 0
	done
	measure "$TOLLGATE_TEST" 0 test_company none -w 2 -p same-core
	is none crowded 1
	measure "$TOLLGATE_TEST" 0 test_company none -w 2 -p none
	is none crowded 1
}

# one MODE METRIC: the metric has exactly one value in the summary, and it is not empty.
one()
{
	[ -n "$(cells "$out/summary.csv" "mode=$1" "metric=$2" workers=2 median)" ] ||
		complain "$case_name, mode $1: no $2 in the summary"
}

contended()
{
	measure "$TOLLGATE_TEST" 5 lock_contended mutex,broken -w 3 --param lines=3 --param critical=20000
	ended mutex ok
	ended broken wrong
	is mutex lost_updates 0

	measure "$TOLLGATE" 0 lock_contended none,mutex,gil,process,pthread-spin -w 1,2,4 -p same-core
	for mode in mutex gil process; do
		ended "$mode" ok
		is "$mode" lost_updates 0
	done
	[ "$(cells "$out/samples.csv" mode=pthread-spin workers=4 status)" = skipped:oversubscribed-spin ] ||
		complain "lock_contended: a spin lock ran with four workers on one processing unit"
	for metric in handoff_share longest_run starvation_ns hold_ns jain_10ms_min; do
		[ -z "$(cells "$out/metrics.csv" "metric=$metric" value)" ] ||
			complain "lock_contended: $metric without being watched"
	done
	[ "$(wc -l <"$out/percentiles.csv")" -eq 1 ] || complain "lock_contended: latencies without being watched"

	measure "$TOLLGATE" 0 lock_contended none,mutex -w 1,2 --param sample=1 --param critical=1000
	for metric in handoff_share longest_run starvation_ns hold_ns jain_10ms_min jain_10ms_p50 share_min_max jain; do
		one mutex "$metric"
	done
	[ -z "$(cells "$out/metrics.csv" mode=none metric=handoff_ns value)" ] ||
		complain "lock_contended: a lock was handed over where there is none"
	for workers in 1 2; do
		cells "$out/percentiles.csv" mode=mutex "workers=$workers" percentile | grep -qx 50 ||
			complain "lock_contended, $workers workers: no waits in percentiles.csv"
	done
	# alone with the lock there is one owner, and all turns are its own
	[ "$(cells "$out/metrics.csv" mode=mutex workers=1 metric=longest_run value | sort -u)" = \
		"$(cells "$out/samples.csv" mode=mutex workers=1 round=1 iters | sort -u)" ] ||
		complain "lock_contended: one worker, but not one run"
}

twice
nested
asked
company
contended
finish
