#!/bin/sh
# SPDX-License-Identifier: MIT
# tollgate claims: the command that it names for a claim measures all that the claim needs. Its files can
# be read, a folder without a run is refused, and the report writes the verdicts down.
# beside others: nothing is measured
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

run=$TMPDIR/run
tests/golden/charts/make-run.sh "$run" || exit 1

# The rows that the figures of claim $1 stand in: "case mode workers=2 placement=cores params".
wanted_rows()
{
	"$TOLLGATE" claims --claim="$1" "$run" | sed -n 's/^    experiment   //p' | sed 's,  */ ,\n,'
}

# A dry run, which prints such rows, with the words that the claim names.
planned_rows()
{
	command=$("$TOLLGATE" claims --claim="$1" "$run" | sed -n 's/^measured by: tollgate //p')
	[ -n "$command" ] || return 0
	eval "set -- $command"
	(cd "$TMPDIR" && "$TOLLGATE" "$@" --dry-run 2>&1) | tr -s ' '
}

# dry_rows OPTION...: the rows of a plan, as wanted_rows gives them.
dry_rows()
{
	(cd "$TMPDIR" && "$TOLLGATE" run "$@" --dry-run 2>/dev/null) | tr -s ' ' |
		sed -e 's/ \(ok\|skipped\|failed\).*//'
}

number=0
for id in $("$TOLLGATE" claims --format=csv "$run" | cut -d, -f1 | tail -n +2); do
	number=$((number + 1))
	planned_rows "$id" >"$TMPDIR/planned"
	wanted_rows "$id" >"$TMPDIR/wanted"
	while read -r row; do
		grep -qF "$row " "$TMPDIR/planned" || complain "$id: its command does not measure: $row"
	done <"$TMPDIR/wanted"
	cat "$TMPDIR/wanted" >>"$TMPDIR/all"
done
[ "$number" -ge 24 ] || complain "only $number claims"
[ "$(wc -l <"$TMPDIR/all")" -ge 30 ] || complain "too few experiments were looked at: $(wc -l <"$TMPDIR/all")"

# All claims at once: what their figures need and nothing else. Beside a figure there may be the same row
# in mode none, to which a ratio refers, or with one worker, to which a speed-up does.
dry_rows --claims | sort >"$TMPDIR/planned"
sort -u "$TMPDIR/all" | grep -v '^none$' >"$TMPDIR/wanted"
sort -u "$TMPDIR/planned" | cmp -s - "$TMPDIR/planned" || complain "run --claims: a row stands there twice"
comm -13 "$TMPDIR/planned" "$TMPDIR/wanted" | grep . && complain "run --claims: not planned (above)"
{
	cat "$TMPDIR/wanted"
	awk '{ $2 = "none" } 1' "$TMPDIR/wanted"
	sed 's/ workers=[0-9]* / workers=1 /' "$TMPDIR/wanted"
	sed 's/ workers=[0-9]* / workers=1 /' "$TMPDIR/wanted" | awk '{ $2 = "none" } 1'
} | sort -u >"$TMPDIR/allowed"
comm -23 "$TMPDIR/planned" "$TMPDIR/allowed" | grep . && complain "run --claims: nobody needs it (above)"
[ "$(dry_rows --claims=C04 | wc -l)" -eq 4 ] || complain "C04 alone: $(dry_rows --claims=C04)"
expect 64 "'C4' is no claim (did you mean 'C04'?); use C01 to C" "$TOLLGATE" run --claims=C4
expect 64 "'' is no claim" "$TOLLGATE" run --claims=
expect 64 "'C4' is no claim" "$TOLLGATE" run --claim=C4
expect 64 'given twice' "$TOLLGATE" run --claims=C04 --claims=C08
for option in --filter=x --modes=gil --workers=2 --placement=cores --param=steps=1; do
	expect 64 'it goes with none of --filter' "$TOLLGATE" run --claims "$option"
done

# One of them measured for good has its verdict, and run.json says what was asked for.
"$TOLLGATE" run --claims=C05 --profile=quick --quiet -o "$TMPDIR/one" >/dev/null 2>"$TMPDIR/said" ||
	complain "run --claims=C05: exit $?: $(cat "$TMPDIR/said")"
"$TOLLGATE" claims --claim=C05 --format=csv "$TMPDIR/one" | grep -q ',not measured,' &&
	complain "C05 was not measured by run --claims=C05"
[ "$("$TOLLGATE" claims --format=csv "$TMPDIR/one" | grep -c ',not measured,')" -eq $((number - 1)) ] ||
	complain "run --claims=C05 measured more than that"
grep -q '"claims": "C05"' "$TMPDIR/one/run.json" || complain "run.json does not say which claims"

# A made-up machine with eight processing units: two workers are faster, but not under the GIL.
"$TOLLGATE" claims --format=csv "$run" >"$TMPDIR/claims.csv" || complain "claims: exit $?"
for line in 'C03,.*,holds,' 'C07,.*,holds,' 'C08,.*,not measured,,,,,'; do
	grep -q "^$line" "$TMPDIR/claims.csv" || complain "claims.csv has no line '$line'"
done
[ "$(head -n 1 "$TMPDIR/claims.csv")" = claim,title,verdict,figure,unit,lo,hi,experiment,reason ] ||
	complain "header: $(head -n 1 "$TMPDIR/claims.csv")"
[ "$("$TOLLGATE" claims --format=md "$run" | grep -c '^| C')" -eq "$number" ] || complain "Markdown: not $number rows"
expect 0 'hold here' "$TOLLGATE" claims "$run"
LAUNCHES=5 tests/golden/charts/make-run.sh "$TMPDIR/few"
expect 0 'C07,The GIL turns multithreading almost into single threading,inconclusive,' \
	"$TOLLGATE" claims --format=csv --claim=C07 "$TMPDIR/few"

expect 64 'use table, md or csv' "$TOLLGATE" claims --format=xml "$run"
expect 64 'use C01, C02, ' "$TOLLGATE" claims --claim=C99 "$run"
expect 64 'C23 or C24' "$TOLLGATE" claims --claim= "$run"
expect 64 'expected a folder' "$TOLLGATE" claims "$TMPDIR/absent"
expect 64 'is not a folder' "$TOLLGATE" claims "$run/summary.csv"
expect 64 'samples.csv' "$TOLLGATE" claims "$TMPDIR"
if [ -c /dev/full ]; then
	"$TOLLGATE" claims --format=csv "$run" >/dev/full 2>"$TMPDIR/said" && complain "a full disk was not noticed"
	"$TOLLGATE" claims "$run" >/dev/full 2>>"$TMPDIR/said" && complain "a full disk was not noticed"
fi

# The report writes the same file, but not over an old one.
[ ! -e "$run/claims.csv" ] || complain "claims wrote into the run"
"$TOLLGATE" report --no-charts "$run" 2>"$TMPDIR/said" || complain "report: $(cat "$TMPDIR/said")"
cmp -s "$run/claims.csv" "$TMPDIR/claims.csv" || complain "report did not write the claims.csv that claims prints"
grep -q 'of 24 claims hold here' "$run/report.html" || complain "the page has no claims"
echo claim,verdict >"$run/claims.csv"
"$TOLLGATE" report --no-charts "$run" 2>"$TMPDIR/said" || complain "report: $(cat "$TMPDIR/said")"
[ "$(cat "$run/claims.csv")" = claim,verdict ] || complain "report wrote over claims.csv"
finish
