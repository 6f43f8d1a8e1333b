#!/bin/sh
# SPDX-License-Identifier: MIT
# A small run from end to end: every file, its columns, its rows, and nothing private in it.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

expected_files='claims.csv counters.csv histogram.csv ladder.csv metrics.csv percentiles.csv run.json samples.csv scaling.csv summary.csv timeline.csv workers.csv'
schema=$(awk '/define RECORD_SCHEMA/ { print $3 }' harness/data/record.h)

# Names that would be found again if they got into a file.
USER=quetzalcoatl LOGNAME=quetzalcoatl HOME=$TMPDIR/home-of-quetzalcoatl
export USER LOGNAME HOME
run=$TMPDIR/quetzalcoatl/run

tiny "$run" -f '^(empty|test_sleepy|pos_terminal)$' -w 1,2 -m base --param swipes=50 --param us=100 \
	>"$TMPDIR/said" 2>"$TMPDIR/talked" || complain "exit $?: $(cat "$TMPDIR/talked")"
[ "$(cd "$run" && echo *)" = "$expected_files" ] || complain "files: $(ls -A "$run")"
[ -z "$(find "$run" -name '.*')" ] || complain "hidden files: $(ls -A "$run")"

for name in samples workers counters metrics histogram summary percentiles; do
	whole "$run/$name.csv"
	upper=$(echo "$name" | tr '[:lower:]' '[:upper:]')
	[ -n "$(header "${upper}_HEADER")" ] || complain "no ${upper}_HEADER in record.h"
	[ "$(head -n 1 "$run/$name.csv")" = "$(header "${upper}_HEADER")" ] ||
		complain "$name.csv: header is $(head -n 1 "$run/$name.csv")"
	! column "$run/$name.csv" schema | grep -qvx "$schema" || complain "$name.csv: schema"
	[ "$(column "$run/$name.csv" run_id | sort -u | wc -l)" -le 1 ] || complain "$name.csv: run_id"
	! grep -qiE '(^|,)-?(nan|inf)(,|$)' "$run/$name.csv" || complain "$name.csv: nan or inf"
done

# Each launch of each row has one warm-up and then its rounds, all of them good.
awk -F, '
	NR == 1 { next }
	{ rows[$4 "," $5 "," $6 "," $10]++; warm[$4 "," $5 "," $6 "," $10] += $21 ~ /w/ && $11 == 0 }
	$22 != "ok" || ($21 ~ /w/) != ($11 == 0) || $14 == "" || $14 == 0 || $16 == 0 { bad = 1 }
	END {
		for (launch in rows) {
			if (rows[launch] != 4 || warm[launch] != 1)
				bad = 1
			split(launch, part, ",")
			plan[part[1] "," part[2] "," part[3]]++
		}
		for (row in plan) {
			count++
			if (plan[row] < 6)
				bad = 1
		}
		exit bad || count != 20
	}
' "$run/samples.csv" || complain "samples.csv: rows are missing or not ok"
[ "$(column "$run/workers.csv" launch | wc -l)" -gt 400 ] || complain "workers.csv: too few rows"
[ -n "$(cells "$run/histogram.csv" case=test_sleepy mode=gil count)" ] || complain "no latencies"
[ -n "$(cells "$run/percentiles.csv" case=test_sleepy mode=gil value_ns)" ] || complain "no percentiles"

for case in empty test_sleepy pos_terminal; do
	for mode in none mutex gil process; do
		[ -n "$(cells "$run/summary.csv" case=$case mode=$mode metric=ops_per_s status=ok median)" ] ||
			complain "summary.csv: nothing on $case $mode"
	done
done
for mode in mutex gil process; do
	for lost in $(cells "$run/summary.csv" case=pos_terminal mode=$mode metric=lost_updates median); do
		[ "$lost" = 0 ] || complain "$mode lost $lost swipes"
	done
done
for word in empty test_sleepy pos_terminal none mutex gil process ops_per_s lost_updates; do
	grep -q "$word" "$TMPDIR/said" || complain "the table of results does not show $word"
done

if python3 -c '' 2>/dev/null; then
	python3 -m json.tool "$run/run.json" >/dev/null || complain "run.json is no JSON"
fi
for text in '"state": "complete"' '"seed": 1,' '"profile": "quick"' '"machine"' '"warnings"'; do
	grep -qF "$text" "$run/run.json" || complain "run.json: no $text"
done

for secret in quetzalcoatl "$root" "$TMPDIR"; do
	! grep -rqF "$secret" "$run" || complain "private: $(grep -rF "$secret" "$run" | head -n 2)"
done
host=$(uname -n)
[ "${#host}" -lt 6 ] || ! grep -rqF "$host" "$run" || complain "the host name is in a file"

# A run is never overwritten.
sum=$(cat "$run"/* | cksum)
tiny "$run" -f '^empty$' -w 1 >/dev/null 2>"$TMPDIR/talked"
code=$?
[ "$code" -eq 1 ] || [ "$code" -eq 64 ] || complain "a second run into the same folder: exit $code"
grep -q 'samples.csv' "$TMPDIR/talked" || complain "it does not say why: $(cat "$TMPDIR/talked")"
[ "$sum" = "$(cat "$run"/* | cksum)" ] || complain "the older run was changed"
[ "$(cd "$run" && echo *)" = "$expected_files" ] || complain "files now: $(ls -A "$run")"

# So many launches, whatever the profile says. Two give a figure and no interval.
tiny "$TMPDIR/two" -f '^test_counts$' -w 1 -m none --launches=2 >"$TMPDIR/said" 2>&1 ||
	complain "--launches=2: exit $?: $(cat "$TMPDIR/said")"
[ "$(cells "$TMPDIR/two/summary.csv" metric=op_ns n_launch)" = 2 ] || complain "--launches=2: $(cat "$TMPDIR/two/summary.csv")"
[ -z "$(cells "$TMPDIR/two/summary.csv" metric=op_ns ci_lo)" ] || complain "two launches gave an interval"
for number in 0 65 two; do
	expect 64 'whole number from 1 to 64' "$TOLLGATE" run --launches=$number
done

# Without --out: a folder of its own, and results/latest is the newest.
mkdir "$TMPDIR/home"
cd "$TMPDIR/home" || exit 1
for _ in 1 2; do
	"$TOLLGATE_TEST" run -q --profile=quick --counters=off -f '^test_counts$' -w 1 -m none >/dev/null ||
		complain "a run into results/: exit $?"
	runs=$(find results -mindepth 1 -maxdepth 1 -type d | sort -V)
	[ "results/$(readlink results/latest)" = "$(echo "$runs" | tail -n 1)" ] ||
		complain "results/latest: $(readlink results/latest), runs: $runs"
	[ -s results/latest/summary.csv ] || complain "results/latest holds no run"
done
[ "$(echo "$runs" | wc -l)" -eq 2 ] || complain "two runs made $(echo "$runs" | wc -l) folders"
cd "$root" || exit 1
finish
