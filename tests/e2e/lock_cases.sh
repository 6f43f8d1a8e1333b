#!/bin/sh
# SPDX-License-Identifier: MIT
# The cases about locks: a deadlock is detected, a kind without an ability is skipped with a reason, a
# lock that does not lock is caught, and each metric measures what its name says.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

out=$TMPDIR/run

# measure PROGRAM CODE CASE MODES OPTION...: a run of CASE under MODES with two launches, for no interval is looked at.
measure()
{
	program=$1 wanted=$2 case_name=$3 modes=$4
	shift 4
	rm -rf "$out"
	said=$("$program" run --profile=quick --launches=2 --counters=off --seed=1 --out="$out" -f "^$case_name\$" -m "$modes" \
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

# caught MODE: at least one epoch was wrong. In others the broken lock may have been lucky.
caught()
{
	cells "$out/samples.csv" "mode=$1" status | grep -qx wrong || complain "$case_name, mode $1: never wrong"
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
	measure "$TOLLGATE" 0 lock_twice mutex,errorcheck,recursive,robust,prio-inherit,rwlock-writer,c11-mtx,semaphore,futex,ticket,pymutex,pylock-sem,process,recursive-process,ck-clh --launches=6
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
	ended tas skipped:has-no-timed-acquire
	is mutex expired_share 0
}

# One worker pays for a lock as in a process with several threads. The runner knows who may spin.
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
	measure "$TOLLGATE_TEST" 5 lock_contended mutex,broken -w 3 --param lines=3 --param critical=20000 --launches=6
	ended mutex ok
	caught broken
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
	# a single worker owns all turns
	[ "$(cells "$out/metrics.csv" mode=mutex workers=1 metric=longest_run value | sort -u)" = \
		"$(cells "$out/samples.csv" mode=mutex workers=1 round=1 iters | sort -u)" ] ||
		complain "lock_contended: one worker, but not one run"
}

# Two who each want the other's lock: no run hangs, no money is lost, and each time they met it was seen.
inversion()
{
	measure "$TOLLGATE" 0 lock_inversion none,process
	for mode in none process; do
		ended "$mode" ok
		cells "$out/metrics.csv" "mode=$mode" metric=broken_per_op value | grep -q '[1-9]' ||
			complain "lock_inversion, mode $mode: not one deadlock was broken"
		cells "$out/metrics.csv" "mode=$mode" metric=detect_ns value | awk '$1 < 100000 { bad = 1 } END { exit bad }' ||
			complain "lock_inversion, mode $mode: somebody gave up before its deadline"
	done
	# taken in order the locks cannot deadlock, so the wait of a second never expires
	measure "$TOLLGATE" 0 lock_inversion none,process --param ordered=1 --param wait_us=1000000
	is none broken_per_op 0
	is process broken_per_op 0
}

# More workers than processing units everywhere: nothing hangs, and spin locks are given up on.
oversubscribed()
{
	measure "$TOLLGATE" 0 lock_preempted none,mutex,pymutex,futex-process,pthread-spin,ck-mcs --param per_pu=10 \
		--deadline=60
	for mode in mutex pymutex futex-process; do
		ended "$mode" ok
		is "$mode" lost_updates 0
	done
	ended pthread-spin skipped:oversubscribed-spin
	case $(column "$out/samples.csv" workers | sort -u) in
	*[1-9]0) ;; # ten for each processing unit
	*) complain "lock_preempted: workers $(column "$out/samples.csv" workers | sort -u | tr '\n' ' ')" ;;
	esac
	measure "$TOLLGATE" 0 lock_delegation none,process -w 5 --param depth=64
	ended none ok
	ended process ok
	measure "$TOLLGATE" 77 barrier none,process -w 5 --param kind=1
	ended none skipped:spinning-needs-a-processing-unit-for-each-worker
	measure "$TOLLGATE" 0 barrier none,process -w 5
	ended process ok
	measure "$TOLLGATE" 0 condvar_broadcast none,process --param workers=9
	ended none ok
	ended process ok
}

handed_on()
{
	measure "$TOLLGATE" 0 lock_handoff mutex,futex,pymutex,semaphore-process,ticket -p same-core
	for mode in mutex futex pymutex semaphore-process; do
		ended "$mode" ok
		one "$mode" unlock_to_lock_ns
	done
	ended ticket skipped:oversubscribed-spin
	measure "$TOLLGATE" 0 lock_owner_killed none,process
	for mode in none process; do
		ended "$mode" ok
		[ -n "$(cells "$out/summary.csv" "mode=$mode" metric=recovery_ns median)" ] ||
			complain "lock_owner_killed, mode $mode: no time until the lock was recovered"
	done
}

readers()
{
	for pct in 0 90 100; do
		measure "$TOLLGATE" 0 lock_readers mutex,rwlock-reader,rwlock-writer-process,gil -w 3 -p same-core \
			--param read_pct=$pct
		for mode in mutex rwlock-reader rwlock-writer-process gil; do
			ended "$mode" ok
			is "$mode" torn_reads 0
			is "$mode" lost_updates 0
		done
	done
	measure "$TOLLGATE_TEST" 5 lock_readers mutex,broken -w 3 --param read_pct=0 --param critical=20000 --launches=6
	ended mutex ok
	caught broken
}

# The card is right under every lock kind, on one processing unit and on several.
terminal()
{
	measure "$TOLLGATE" 0 pos_terminal locks,mutex,process --param swipes=200
	kinds=$("$TOLLGATE" list --modes | sed -n '/^errorcheck /,$s/ .*//p' | grep -cv '^cpython')
	count=0
	for mode in $(column "$out/samples.csv" mode | sort -u | grep -v '^mode$'); do
		case $(cells "$out/samples.csv" "mode=$mode" status | sort -u | tr '\n' ' ') in
		'ok ') is "$mode" lost_updates 0 && is "$mode" final_balance 0 ;;
		skipped:*) ;;
		*) complain "pos_terminal, mode $mode: $(cells "$out/samples.csv" "mode=$mode" status | sort -u)" ;;
		esac
		count=$((count + 1))
	done
	[ "$count" -eq $((kinds + 2)) ] || complain "pos_terminal: $count modes of $((kinds + 2))"
}

twice
nested
asked
company
contended
inversion
oversubscribed
handed_on
readers
terminal
finish
