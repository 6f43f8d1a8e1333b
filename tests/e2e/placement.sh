#!/bin/sh
# SPDX-License-Identifier: MIT
# Placement: in every row the workers ran where the plan put them. A placement that a machine lacks is
# skipped, never replaced.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

pus=$(allowed_pus)
first=$(echo "$pus" | head -n 1)
second=$(echo "$pus" | sed -n 2p)
count=$(echo "$pus" | wc -l)
number=0

# seated WORKERS PUS ARGUMENT...: a run whose workers sat on PUS, in order.
seated()
{
	workers=$1 planned=$2
	shift 2
	number=$((number + 1))
	run=$TMPDIR/$number
	tiny "$run" -f '^test_counts$' -m none,process -w "$workers" "$@" >/dev/null 2>"$TMPDIR/talked" ||
		complain "$*: exit $?: $(cat "$TMPDIR/talked")"
	whole_run "$run"
	[ -n "$(column "$run/workers.csv" worker)" ] || complain "$*: no workers"
	sat=$(awk -F, 'NR > 1 && $5 == "process" && $10 == 0 && $11 == 1 { print $13 }' "$run/workers.csv")
	[ "$(echo "$sat" | tr '\n' ' ')" = "$planned" ] || complain "$*: seats $(echo "$sat" | tr '\n' ' ')"
	awk -F, 'NR > 1 && $13 != "" && ($13 != $14 || $13 != $15) { bad = 1 } END { exit bad }' \
		"$run/workers.csv" || complain "$*: a worker ran elsewhere"
}

# flagged LETTER YES-OR-NO
flagged()
{
	found=no
	! column "$run/samples.csv" flags | grep -q "$1" || found=yes
	[ "$found" = "$2" ] || complain "run $number: flag $1: $found, expected $2"
}

seated 1 "$first " --placement="list:$first"
flagged o no
seated 2 "$first $first " --placement=same-core
if [ -n "$second" ]; then
	seated 2 "$second $first " --placement="list:$second,$first"
	flagged o no
fi

# taskset narrows the machine for this shell, and its children inherit that.
if command -v taskset >/dev/null 2>&1 && taskset -cp "$first" $$ >/dev/null; then
	seated 1 "$first "
	seated 2 "$first $first "
	flagged o yes
	taskset -cp "$(echo "$pus" | paste -sd, -)" $$ >/dev/null
fi

# More workers than processors.
run=$TMPDIR/more
tiny "$run" -f '^test_counts$' -m none -w 2N >/dev/null 2>&1 || complain "2N workers: exit $?"
[ "$(column "$run/samples.csv" workers | sort -u)" = $((2 * count)) ] || complain "2N is not $((2 * count))"
flagged o yes

# Workers without a binding.
run=$TMPDIR/unbound
tiny "$run" -f '^test_counts$' -m none -w 1 --placement=none >/dev/null 2>&1 || complain "unbound: exit $?"
[ -z "$(column "$run/workers.csv" cpu_planned | tr -d '\n')" ] || complain "unbound: a planned processor"
[ -n "$(column "$run/workers.csv" cpu_begin | tr -d '\n')" ] || complain "unbound: no processor"

# A processor that is not there, and a pair that this machine lacks.
skipped()
{
	run=$TMPDIR/skipped-$1
	tiny "$run" -f '^test_counts$' -m none -w "$2" --placement="$3" >/dev/null 2>"$TMPDIR/talked"
	code=$?
	[ "$code" -eq 77 ] || complain "$3: exit $code: $(cat "$TMPDIR/talked")"
	whole_run "$run"
	column "$run/samples.csv" status | grep -q '^skipped:no-' || complain "$3: $(column "$run/samples.csv" status)"
	[ -z "$(column "$run/workers.csv" worker)" ] || complain "$3: somebody ran"
}
skipped absent 1 list:4095
siblings=/sys/devices/system/cpu/cpu$first/topology/thread_siblings_list
if [ -r "$siblings" ] && ! grep -q '[-,]' "$siblings"; then
	skipped smt 2 pair:smt
	run=$TMPDIR/beside
	tiny "$run" -f '^test_counts$' -m none -w 2 --placement=pair:smt --placement=same-core \
		>/dev/null 2>&1 || complain "beside a skipped row: exit $?"
	[ -n "$(cells "$run/samples.csv" placement=same-core status=ok round)" ] ||
		complain "the placement beside a skipped one was not measured"
fi

# Every pair: as many placements as there are pairs, two workers on each, told if PUs are left out.
run=$TMPDIR/pairs
pairs=$((count < 4 ? count * (count - 1) / 2 : 6))
tiny "$run" -f '^test_counts$' -m none -w 2 --placement=pair:each >/dev/null 2>"$TMPDIR/talked"
code=$?
if [ "$count" -eq 1 ]; then
	[ "$code" -eq 77 ] || complain "pair:each on one processor: exit $code"
else
	[ "$code" -eq 0 ] || complain "pair:each: exit $code: $(cat "$TMPDIR/talked")"
	[ "$(column "$run/samples.csv" placement | sort -u | grep -c '^pair:[a-z_0-9]*:[0-9]*+[0-9]*$')" -eq "$pairs" ] ||
		complain "pair:each: $(column "$run/samples.csv" placement | sort -u | tr '\n' ' ')"
	awk -F, 'NR > 1 { split($7, part, /[:+]/); if ($13 != part[3 + $12] || $13 != $14) bad = 1 } END { exit bad }' \
		"$run/workers.csv" || complain "pair:each: a worker is not where its pair says"
fi
[ "$count" -le 4 ] || grep -q 'pair:each: 6 pairs among 4 of' "$TMPDIR/talked" ||
	complain "pair:each: what was left out is not told"

# Another machine can be planned, never measured.
mkdir "$TMPDIR/elsewhere"
(
	cd "$TMPDIR/elsewhere" || exit 1
	"$TOLLGATE" run --topology='synthetic:pack:2 core:4 pu:2' -f '^empty$' >"$TMPDIR/talked" 2>&1
	[ $? -eq 6 ]
) || complain "synthetic: $(cat "$TMPDIR/talked")"
case $(cat "$TMPDIR/talked") in
*'not this machine'* | *'without hwloc'*) ;;
*) complain "synthetic: $(cat "$TMPDIR/talked")" ;;
esac
[ -z "$(ls -A "$TMPDIR/elsewhere")" ] || complain "synthetic: something was written"
finish
