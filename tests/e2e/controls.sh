#!/bin/sh
# SPDX-License-Identifier: MIT
# The gate's two controls on this machine: a build against itself must not be red, and a deliberate
# slowdown must be red. Environment: TOLLGATE.
#
# Luck hardly matters: with a smallest effect of 10 % unchanged code would have to be more than 10 %
# slower twice in a row, and 30 % more work is far above it. A machine too
# noisy to tell (inconclusive, unconfirmed) makes a skip, never a failure.
# alone: its verdicts need a quiet machine
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

XDG_STATE_HOME=$TMPDIR/state
export XDG_STATE_HOME
unset TOLLGATE_INJECT
# Two short cases with one worker, about three seconds for each control.
budget='--pairs=10 --rounds=10 --min-effect=10 --workers=1'
doubt=

# verdict DIR CASE: the worst verdict of the case in DIR/compare.csv (sorted gravest first).
verdict()
{
	awk -F, -v name="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		$column["case"] == name { print $column["verdict"]; exit }' "$1/compare.csv"
}

fail()
{
	complain "$*"
	cat "$TMPDIR/said"
	finish
}

# compare DIR OPTION...: the program against itself.
compare()
{
	out=$1
	shift
	# shellcheck disable=SC2086 # the budget is several words
	"$TOLLGATE" compare -q --base "$TOLLGATE" --head "$TOLLGATE" $budget --out "$out" "$@" \
		>"$TMPDIR/said" 2>&1
}

# 1. Unchanged code.
compare "$TMPDIR/same" -f '^(cpu_int|sync_pair)$' -m none,mutex
code=$?
[ "$code" -eq 0 ] || fail "a build against itself: exit $code, expected 0"
cat "$TMPDIR/said"

# 2. 30 % more work, by option and by variable.
compare "$TMPDIR/option" -f '^cpu_int$' -m none --inject cpu_int:1.30
code=$?
found=$(verdict "$TMPDIR/option" cpu_int)
case $code,$found in
3,slower) ;;
0,inconclusive | 0,unconfirmed) doubt="30 % more work: $found" ;;
*) fail "30 % more work: exit $code, '$found', expected exit 3 and slower" ;;
esac
grep -q INJECTED "$TMPDIR/said" || fail "the table does not say that it is injected"
cat "$TMPDIR/said"

TOLLGATE_INJECT=cpu_int:1.30
export TOLLGATE_INJECT
compare "$TMPDIR/variable" -f '^cpu_int$' -m mutex
code=$?
found=$(verdict "$TMPDIR/variable" cpu_int)
case $code,$found in
3,slower) ;;
0,inconclusive | 0,unconfirmed) doubt="30 % more work by variable: $found" ;;
*) fail "TOLLGATE_INJECT: exit $code, '$found', expected exit 3 and slower" ;;
esac

# 3. The same gate for commands of any kind.
unset TOLLGATE_INJECT
"$TOLLGATE" compare -q --base-cmd 'sleep 0.05' --head-cmd 'sleep 0.4' --pairs=6 --rounds=1 \
	--out "$TMPDIR/command" >"$TMPDIR/said" 2>&1
code=$?
found=$(verdict "$TMPDIR/command" command)
case $code,$found in
3,slower) ;;
0,inconclusive | 0,unconfirmed) doubt="a longer sleep: $found" ;;
*) fail "a longer sleep: exit $code, '$found', expected exit 3 and slower" ;;
esac

[ -z "$doubt" ] || skip "this machine is too noisy to tell: $doubt"
finish
