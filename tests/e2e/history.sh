#!/bin/sh
# SPDX-License-Identifier: MIT
# tollgate history: adding a run, bad histories, the list of changes and the charts.
# beside others: nothing is measured
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

make_history=$root/tests/golden/history/make-history.sh
cp -R tests/golden/summary/run "$TMPDIR/run" || exit 1
cd "$TMPDIR" || exit 1

# The golden run has a short id and no run.json. A real id begins with its time.
"$TOLLGATE" summary --format=csv run >/dev/null || complain "the golden run cannot be read"
sed -i 's/^1,[^,]*,/1,20260102t030405z-abc,/' run/summary.csv

# ---- add ----

expect 0 'new.csv: ' "$TOLLGATE" history add run --file=new.csv
cp new.csv once.csv
expect 64 'is in this history already' "$TOLLGATE" history add run --file=new.csv
cmp -s new.csv once.csv || complain "a refused run changed the history"
printf 'half,a,li' >>new.csv
sed 's/20260102t030405z-abc/20260103t030405z-def/' run/summary.csv >run/next && mv run/next run/summary.csv
expect 0 '1 bad line now in new.csv.rejected' "$TOLLGATE" history add run --file=new.csv
grep -q 'half,a,li' new.csv.rejected || complain "the cut line is not kept aside"
head -n "$(wc -l <once.csv)" new.csv | cmp -s - once.csv || complain "good lines changed"

# A summary that is cut, foreign or edited is named with its place, and the history stays as it is.
cp new.csv before.csv
cp run/summary.csv whole.csv
head -c 600 whole.csv >run/summary.csv
expect 64 'the last line is cut short' "$TOLLGATE" history add run --file=new.csv
sed '1s/schema/scheme/' whole.csv >run/summary.csv
expect 64 "summary.csv:1: column 1: the header says 'scheme'" "$TOLLGATE" history add run --file=new.csv
sed '3s/^1,/2,/' whole.csv >run/summary.csv
expect 64 "summary.csv:3: column schema: '2'" "$TOLLGATE" history add run --file=new.csv
cp whole.csv run/summary.csv
cp whole.csv foreign.csv
expect 64 "foreign.csv:1: column 1: the header says 'schema'" "$TOLLGATE" history add run --file=foreign.csv
expect 64 "foreign.csv:1: column 1: the header says 'schema'" "$TOLLGATE" history trend --file=foreign.csv
cmp -s foreign.csv whole.csv || complain "a foreign file was changed"
cmp -s new.csv before.csv || complain "a refused run changed the history"

expect 64 'cannot open' "$TOLLGATE" history add run --file=none/history.csv
expect 64 'cannot read' "$TOLLGATE" history trend --file=none.csv
expect 64 'not a regular file' "$TOLLGATE" history trend --file=/dev/null
expect 64 'which run?' "$TOLLGATE" history add
expect 64 "did you mean 'trend'?" "$TOLLGATE" history tren
expect 64 "--anchor and --host-class belong to 'history add'" "$TOLLGATE" history trend --anchor=run
expect 64 "--filter, --format and --charts belong to 'history trend'" "$TOLLGATE" history add run --charts=x
expect 64 'use 1 to 60 letters' "$TOLLGATE" history add run --host-class='a,b'
expect 0 'tollgate history trend' "$TOLLGATE" history --help

# ---- trend ----

"$make_history" 80 3 2 50 10 >history.csv
commit=$(awk -F, '$7 == "case_001" && ++n == 50 { print $2 }' history.csv)
expect 0 '2 changes in 3 series of 80 runs.' "$TOLLGATE" history trend
expect 0 "$commit" "$TOLLGATE" history trend --filter=case_001
expect 0 '0 changes in 1 series of 80 runs.' "$TOLLGATE" history trend --case=case_002
expect 0 '| case\_001 n=1 @compact | mutex | 2 | op\_ns | worse: ' "$TOLLGATE" history trend --format=md
expect 64 'no line of a case that --filter selects' "$TOLLGATE" history trend --case=nothing
"$TOLLGATE" history trend --format=csv >list.csv || complain "trend --format=csv failed"
[ "$(wc -l <list.csv)" -eq 3 ] || complain "list.csv: $(cat list.csv)"
"$make_history" 80 1 2 50 10 median >weak.csv
expect 0 'median (weaker)' "$TOLLGATE" history trend --file=weak.csv
"$make_history" 12 2 2 0 0 >short.csv
expect 0 '2 series are shorter than 22 runs' "$TOLLGATE" history trend --file=short.csv

# Bad lines are reported and left out. The list is made of the good ones, and the file does not change.
{
	head -n 100 history.csv
	echo '<<<<<<< HEAD'
	tail -n +101 history.csv
	printf '2026-01-02T03'
} >broken.csv
cp broken.csv copy.csv
expect 0 'broken.csv:101: 1 cells, but the header has 20 columns' "$TOLLGATE" history trend --file=broken.csv
expect 0 'broken.csv:243: column ts_utc: the last line is cut short' "$TOLLGATE" history trend --file=broken.csv
expect 0 '2 bad lines left out' "$TOLLGATE" history trend --file=broken.csv
expect 0 '2 changes in 3 series of 80 runs.' "$TOLLGATE" history trend --file=broken.csv
cmp -s broken.csv copy.csv || complain "trend changed the history"

# Every column is explained.
for column in $(head -n 1 history.csv | tr ',' ' ') $(head -n 1 list.csv | tr ',' ' '); do
	grep -q "^| .*\`$column\`" "$root/docs/history.md" || complain "docs/history.md: no column $column"
done

# ---- charts ----

TOLLGATE_SCRIPTS=$root/scripts
export TOLLGATE_SCRIPTS
if command -v gnuplot >/dev/null; then
	expect 0 '2 changes' "$TOLLGATE" history trend --charts=charts
	[ "$(find charts -name '*.svg' | wc -l)" -eq 3 ] || complain "charts: $(ls charts)"
	grep -q "case.*001: +.* % (worse) since" charts/trend-case_001.svg || complain "no title of a change"
	grep -q 'no change found in 80 runs' charts/trend-case_002.svg || complain "no title of no change"
	# the commit stands in the title, at its mark, and maybe at a tic
	[ "$(grep -c "$(echo "$commit" | cut -c1-9)" charts/trend-case_001.svg)" -ge 2 ] ||
		complain "the commit $commit is not marked"
	rm charts/*.svg
	sed 's/,case_001,/,..\/x,/' history.csv >escape.csv
	expect 64 "column case: '../x'" "$TOLLGATE" history trend --charts=charts --file=escape.csv
	[ "$(find . -name '*.svg' | wc -l)" -eq 0 ] || complain "a chart of a bad file was drawn"
else
	expect 77 'gnuplot is not installed' "$TOLLGATE" history trend --charts=charts
fi
expect 64 'not a folder' "$TOLLGATE_SCRIPTS/trend.sh" none
TOLLGATE_SCRIPTS=$TMPDIR
expect 1 'trend.sh' "$TOLLGATE" history trend --charts=charts

finish
