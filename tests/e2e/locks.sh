#!/bin/sh
# SPDX-License-Identifier: MIT
# The lock kinds as modes. A lock that does not lock is caught, and the others are not. Spin locks do not
# run where workers share a processing unit. Kinds that a machine lacks are skipped with a reason.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

# run PROGRAM WORD...: one quick run into $TMPDIR/run, what it says in $said, its code in $got.
run()
{
	program=$1
	shift
	rm -rf "$TMPDIR/run"
	said=$("$program" run --profile=quick --counters=off --out="$TMPDIR/run" "$@" 2>&1)
	got=$?
}

# statuses COLUMN=VALUE: the different values of status in samples.csv where mode is VALUE.
statuses()
{
	awk -F, -v mode="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		$column["mode"] == mode { print $column["status"] }
	' "$TMPDIR/run/samples.csv" | sort -u | tr '\n' ' '
}

# ended MODE STATUS: all epochs of the mode ended so.
ended()
{
	seen=$(statuses "$1")
	[ "$seen" = "$2 " ] || complain "mode $1: '$seen', expected '$2'"
}

# A lock that does not lock, for threads and for processes, and one that does.
run "$TOLLGATE_TEST" --filter='^test_shared$' --modes=mutex,futex,broken,broken-process --workers=3
[ "$got" -eq 5 ] || complain "a broken lock: exit $got, expected 5: $said"
ended mutex ok
ended futex ok
ended broken wrong
ended broken-process wrong
case $said in
*'test_shared broken, 3 workers: WRONG RESULT'*) ;;
*) complain "a broken lock: not told: $said" ;;
esac

# The same in a real case: one of ten people with one card pays too little.
run "$TOLLGATE_TEST" --filter='^pos_terminal$' --modes=mutex,broken --param swipes=50 \
	--param think=100000
[ "$got" -eq 5 ] || complain "pos_terminal, a broken lock: exit $got, expected 5: $said"
ended mutex ok
ended broken wrong

# It is in the tests' program only.
"$TOLLGATE_TEST" list --modes | grep -q '^broken ' || complain "the tests' program has no broken lock"
! "$TOLLGATE" list --modes | grep -q '^broken' || complain "the program has a broken lock"
run "$TOLLGATE" --filter='^sync_pair$' --modes=broken
[ "$got" -eq 64 ] || complain "--modes=broken: exit $got, expected 64: $said"

# Two workers on one processing unit: spin locks are skipped with one message, the others run.
run "$TOLLGATE_TEST" --launches=2 --filter='^test_shared$' --workers=2 --placement=same-core \
	--modes=pymutex,ticket,tas-process,pthread-spin
[ "$got" -eq 0 ] || complain "oversubscribed: exit $got, expected 0: $said"
ended pymutex ok
for mode in ticket tas-process pthread-spin; do
	ended "$mode" skipped:oversubscribed-spin
done
told=$(echo "$said" | grep -c 'spin locks with more workers than processing units')
[ "$told" -eq 1 ] || complain "oversubscribed: told $told times: $said"

# Every lock alone with its worker, which needs no second processing unit.
run "$TOLLGATE_TEST" --launches=1 --filter='^test_shared$' --workers=1 --modes=locks
for mode in $("$TOLLGATE_TEST" list --modes | sed -n '/^errorcheck /,$s/ .*//p'); do
	case $mode:$(statuses "$mode") in
	*:'ok ') ;;
	ck-*:'skipped:built-without-ck ') ;;
	ck-cohort*:'skipped:one-numa-node ') ;;
	ck-*:'skipped:opaque-to-the-thread-sanitizer'*) ;;
	c11-mtx:'skipped:opaque-to-the-thread-sanitizer'*) ;;
	cpython:*) ;; # no lock kind
	*) complain "alone under $mode: '$(statuses "$mode")'" ;;
	esac
done

finish
