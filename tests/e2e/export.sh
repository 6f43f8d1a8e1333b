#!/bin/sh
# SPDX-License-Identifier: MIT
# tollgate export: every format through its own reader if that is installed, bad input, files.
# beside others: nothing is measured
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

cp -R tests/golden/summary/run "$TMPDIR/run" || exit 1
cd "$TMPDIR" || exit 1

"$TOLLGATE" summary --format=csv run >/dev/null || complain "the golden run cannot be read"
expect 64 'run.json: machine.topology.pus is missing' "$TOLLGATE" export --format=google run
echo '{"machine": {"topology": {"pus": 2}}}' >run/run.json

for format in google github bencher openmetrics md csv; do
	"$TOLLGATE" export --format=$format run >"out.$format" 2>/dev/null || complain "$format: exit $?"
	"$TOLLGATE" export --format=$format -o "file.$format" run 2>/dev/null || complain "$format -o: exit $?"
	cmp -s "out.$format" "file.$format" || complain "$format: file and standard output differ"
	! grep -qwi -e nan -e infinity "out.$format" || complain "$format: NaN or infinity"
done
for format in google github bencher; do
	! command -v python3 >/dev/null || python3 -m json.tool "out.$format" >/dev/null ||
		complain "$format: no JSON"
done
[ "$(tail -n 1 out.openmetrics)" = '# EOF' ] || complain "openmetrics: no # EOF at the end"
! command -v promtool >/dev/null || promtool check metrics <out.openmetrics ||
	complain "promtool refuses it"
expect 0 'figures left out' "$TOLLGATE" export --format=bencher -o out run

# An old file stays until the new one is complete. A device is written to directly.
echo old >old
cp run/summary.csv whole.csv
head -c 900 whole.csv >run/summary.csv
expect 64 'the last line is cut short' "$TOLLGATE" export --format=csv -o old run
sed '1s/schema/scheme/' whole.csv >run/summary.csv
expect 64 "summary.csv:1: column 1: the header says 'scheme'" "$TOLLGATE" export --format=csv -o old run
sed '2s/,ok$/,ok,1/' whole.csv >run/summary.csv
expect 64 'summary.csv:2: ' "$TOLLGATE" export --format=csv -o old run
cp whole.csv run/summary.csv
echo '{"machine":' >run/run.json
expect 64 'run.json:' "$TOLLGATE" export --format=google -o old run
[ "$(cat old)" = old ] || complain "a refused export changed its file"
rm run/run.json
expect 0 '' "$TOLLGATE" export --format=csv -o old run
[ "$(cat old)" != old ] || complain "the old file was not replaced"
expect 1 'No space left on device' "$TOLLGATE" export --format=csv -o /dev/full run
expect 1 'No space left on device' sh -c "\"$TOLLGATE\" export --format=csv run >/dev/full"
expect 1 'cannot write' "$TOLLGATE" export --format=csv -o none/file run
expect 1 'Is a directory' "$TOLLGATE" export --format=csv -o run run
[ -z "$(find . -name 'file.*.*' -o -name 'old.*')" ] || complain "left over: $(ls)"

expect 64 'which format?' "$TOLLGATE" export run
expect 64 'use google, github' "$TOLLGATE" export --format=xml run
expect 64 "did you mean 'bencher'?" "$TOLLGATE" export --format=benchre run
expect 64 'belongs to --format=github' "$TOLLGATE" export --format=csv --direction=bigger run
expect 64 'does not go with --format=google' "$TOLLGATE" export --format=google --metric=op_ns run
expect 64 "did you mean 'op_ns'?" "$TOLLGATE" export --format=csv --metric=op_nss run
expect 64 'expected a folder' "$TOLLGATE" export --format=csv none
expect 0 'tollgate export --format=google' "$TOLLGATE" export --help

finish
