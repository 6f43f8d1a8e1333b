#!/bin/sh
# SPDX-License-Identifier: MIT
# Cases that misbehave on purpose. Each loses only its own rows, with a status that says why.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

# misbehave NAME EXIT CASES ARGUMENT...: run these cases together with a healthy one.
misbehave()
{
	run=$TMPDIR/$1 code=$2 cases=$3
	shift 3
	tiny "$run" -f "^test_($cases|counts)\$" -w 2 "$@" >"$TMPDIR/said" 2>"$TMPDIR/talked"
	got=$?
	[ "$got" -eq "$code" ] || complain "$run: exit $got: $(cat "$TMPDIR/talked")"
	within 10 nobody_left || complain "$run left: $(ours)"
	whole_run "$run"
	whole "$run/summary.csv"
	good counts
	[ "$(cells "$run/metrics.csv" case=test_counts metric=prepared value | sort -u)" = 2 ] ||
		complain "$run: test_counts prepared other than 2 workers"
}

# ended CASE MODE STATUS: some row of it says so, and all before are good.
ended()
{
	cells "$run/samples.csv" case="test_$1" mode="$2" status >"$TMPDIR/statuses"
	grep -q "^$3\$" "$TMPDIR/statuses" || complain "$run: test_$1 $2: no $3: $(sort "$TMPDIR/statuses" | uniq -c)"
	! grep -qvE "^ok$|^$3\$" "$TMPDIR/statuses" || complain "$run: test_$1 $2: $(sort -u "$TMPDIR/statuses")"
}

# told CASE MODE: the user hears of it.
told()
{
	grep -q "^tollgate: test_$1 $2" "$TMPDIR/talked" || complain "$run: test_$1 $2: nobody is told"
}

# good CASE [MODE]: measured in full, all of it well.
good()
{
	for mode in ${2:-$(column "$run/samples.csv" mode | sort -u)}; do
		[ "$(cells "$run/samples.csv" case="test_$1" mode="$mode" status | sort | uniq -c | tr -d ' \n')" = 24ok ] ||
			complain "$run: test_$1 $mode: $(cells "$run/samples.csv" case="test_$1" mode="$mode" status |
				sort | uniq -c)"
	done
}

# All kinds at once, in worker processes of mode `process`. The other modes of each are healthy.
misbehave processes 5 'crash|abort|killed|exit|wrong|skip|orphan|partner_dies' -m none,gil,process --param only=4
ended crash process crashed:.*signal-11.*
ended abort process crashed:.*signal-6.*
ended killed process killed:.*signal-9.*
ended exit process error:.*exit-code-3
ended wrong process wrong
ended partner_dies process error:.*exit-code-0
ended skip process skipped:no-unicorn-on-this-machine
good orphan process
for case in crash abort killed exit wrong skip orphan partner_dies; do
	good "$case" none
	good "$case" gil
done
for case in crash abort killed exit wrong skip partner_dies; do
	told "$case" process
done

# A failed row has no numbers. A row with a wrong result has them.
empty=$(awk -F, '$4 == "test_crash" && $22 ~ /^crashed/ { print $13 $14 $15 $16 $17 $18 $19 $20 $21 "." }' \
	"$run/samples.csv")
[ "$empty" = . ] || complain "a crashed row has numbers: $empty"
[ "$(cells "$run/samples.csv" case=test_wrong status=wrong ops | sort -u)" = 199 ] ||
	complain "a wrong row: $(grep wrong "$run/samples.csv" | head -n 1)"

# A partner may die in other ways, and an end may come in the warm-up already.
misbehave crashed-partner 5 partner_dies -m process --param how=1
ended partner_dies process crashed:.*signal-11.*
misbehave killed-partner 5 partner_dies -m none --param how=2
ended partner_dies none killed:.*signal-9.*
misbehave warm-up 5 crash -m process --param epoch=1
ended crash process crashed:.*signal-11.*

# A worker that is a thread ends its runner too.
misbehave threads 5 'crash|abort|killed|exit' -m none,gil --param only=1
ended crash none crashed:.*signal-11.*
ended abort none crashed:.*signal-6.*
ended killed none killed:.*signal-9.*
ended exit none error:.*exit-code-3
for case in crash abort killed exit; do
	good "$case" gil
done

# A worker that never answers is ended at the deadline.
misbehave hangs 5 hang -m none,process --deadline=3
ended hang none timeout:.*deadline
ended hang process timeout:.*deadline
told hang none

# Skipped rows and orphans are no failure. A run of skipped rows only exits with 77.
misbehave skips 0 'skip|orphan' -m none
tiny "$TMPDIR/nothing" -f '^test_skip$' -w 1 -m none >/dev/null 2>&1
[ $? -eq 77 ] || complain "a run of skipped rows only: not 77"
whole_run "$TMPDIR/nothing"

finish
