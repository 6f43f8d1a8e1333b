#!/bin/sh
# SPDX-License-Identifier: MIT
# A signal in the middle of a run: the files hold all that was finished, exit 130, no process is left.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

# start RUN: start a run of half a minute in the background. Its process is $pid.
start()
{
	"$TOLLGATE_TEST" run --profile=quick --counters=off --seed=1 --out="$1" -f '^test_(counts|sleepy)$' \
		-w 1,2 -m none,process --param us=200000 --deadline=60 >"$TMPDIR/said" 2>"$TMPDIR/talked" &
	pid=$!
}

# under_way RUN COUNT: so many epochs of any case but test_counts have been measured.
# shellcheck disable=SC2317 # called by within
under_way()
{
	[ -f "$1/samples.csv" ] && [ "$(column "$1/samples.csv" case | grep -cvx test_counts)" -ge "$2" ]
}

for signal in INT TERM HUP; do
	run=$TMPDIR/$signal
	start "$run"
	within 60 under_way "$run" 5 || complain "$signal: the run did not start: $(cat "$TMPDIR/talked")"
	kill -"$signal" "$pid"
	wait "$pid"
	code=$?
	[ "$code" -eq 130 ] || complain "$signal: exit $code: $(cat "$TMPDIR/talked")"
	within 10 nobody_left || complain "$signal left: $(ours)"
	whole_run "$run"
	whole "$run/summary.csv"
	grep -q '"state": "interrupted"' "$run/run.json" || complain "$signal: state in run.json"
	! column "$run/samples.csv" status | grep -qvx ok || complain "$signal: rows that are not ok"
	[ "$(cells "$run/samples.csv" case=test_sleepy status | wc -l)" -lt 90 ] || complain "$signal: too late"
	[ "$(column "$run/summary.csv" median | wc -l)" -gt 1 ] || complain "$signal: no summary"
done

# A signal while nothing has been measured yet.
"$TOLLGATE_TEST" run --profile=quick --counters=off --out="$TMPDIR/early" -f '^test_hang$' -w 1 -m none \
	--param epoch=1 >/dev/null 2>"$TMPDIR/talked" &
pid=$!
within 60 test -e "$TMPDIR/early/run.json" || complain "the early run did not start"
kill -INT "$pid"
wait "$pid"
code=$?
[ "$code" -eq 130 ] || complain "early: exit $code: $(cat "$TMPDIR/talked")"
whole_run "$TMPDIR/early"
within 10 nobody_left || complain "early left: $(ours)"

# nohup means what it says.
run=$TMPDIR/nohup
(
	trap '' HUP
	exec "$TOLLGATE_TEST" run --profile=quick --counters=off --out="$run" -f '^test_sleepy$' -w 1 -m none \
		--param us=10000 >/dev/null 2>&1
) &
pid=$!
within 60 under_way "$run" 1 || complain "nohup: the run did not start"
kill -HUP "$pid"
wait "$pid"
code=$?
[ "$code" -eq 0 ] || complain "nohup: exit $code"
grep -q '"state": "complete"' "$run/run.json" || complain "nohup: not complete"

# Killed beyond help, in each vehicle: its runners and workers follow, and the files are whole.
for mode in none process; do
	run=$TMPDIR/KILL-$mode
	"$TOLLGATE_TEST" run --profile=quick --counters=off --out="$run" -f '^test_(hang|partner_dies)$' \
		-w 4 -m "$mode" --param epoch=2 --deadline=60 >/dev/null 2>&1 &
	pid=$!
	within 60 under_way "$run" 1 || complain "KILL: the run did not start"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	within 10 nobody_left || complain "KILL left: $(ours)"
	whole_run "$run"
done
finish
