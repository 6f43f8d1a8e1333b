#!/bin/sh
# SPDX-License-Identifier: MIT
# Counters that are denied: the run gives one hint, measures all the rest and exits with 0.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

"$BUILD/seccomp_run" 1 true 2>/dev/null || skip "the kernel refuses a seccomp filter"

# The lines of a run without counters. A hint is one line more.
tiny "$TMPDIR/off" -f '^test_counts$' -w 1 -m none,process >/dev/null 2>"$TMPDIR/talked" || complain "off: exit $?"
plain=$(grep -c '^tollgate: ' "$TMPDIR/talked")

denied()
{
	run=$TMPDIR/denied
	"$BUILD/seccomp_run" "$@" "$TOLLGATE_TEST" run --profile=quick --seed=1 --out="$run" -f '^test_counts$' \
		-w 1 -m none,process --counters="$counters" >/dev/null 2>"$TMPDIR/talked"
	code=$?
	[ "$code" -eq 0 ] || complain "$*: exit $code: $(cat "$TMPDIR/talked")"
	[ "$(grep -c '^tollgate: ' "$TMPDIR/talked")" -eq $((plain + 1)) ] ||
		complain "$*: not one hint: $(cat "$TMPDIR/talked")"
	whole_run "$run"
	whole "$run/summary.csv"
	awk -F, 'NR > 1 && ($15 == "" || $17 == "" || $18 == "" || $19 == "" || $22 != "ok") { bad = 1 }
		END { exit bad || NR < 40 }' "$run/samples.csv" || complain "$*: usage columns are not filled"
	# there is a value if and only if the status is ok, so a 0 was always counted
	awk -F, 'NR > 1 && ($17 == "ok") != ($14 != "") { bad = 1 } END { exit bad }' "$run/counters.csv" ||
		complain "$*: counters.csv: a value without status ok, or none with it"
}

# refused STATUS: no counter counted, and run.json says why.
refused()
{
	[ -z "$(column "$run/counters.csv" value | tr -d '\n')" ] || complain "$counters: a value nevertheless"
	grep -q '"status": "'"$1" "$run/run.json" || complain "$counters: run.json does not say $1"
	rm -r "$run"
}

for counters in hw sw; do
	for errno in 1 13 38; do # EPERM EACCES ENOSYS
		denied "$errno"
		refused ''
	done
done
counters=hw
for errno in 2 95 24; do # ENOENT EOPNOTSUPP EMFILE
	denied "$errno"
	refused ''
done

# The first event of a group opens, the others do not: their cells are empty and say why.
counters=sw
denied --siblings 13
if [ -n "$(cells "$run/counters.csv" status=ok value)" ]; then
	column "$run/counters.csv" status | grep -qvx ok || complain "siblings: all of them counted"
fi
rm -r "$run"
finish
