#!/bin/sh
# SPDX-License-Identifier: MIT
# --dry-run prints the plan, does one operation of everything, and writes no file.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

mkdir "$TMPDIR/empty"
cd "$TMPDIR/empty" || exit 1
"$TOLLGATE" run --dry-run --profile=quick --seed=1 -f . >"$TMPDIR/said" 2>"$TMPDIR/talked" ||
	complain "exit $?: $(cat "$TMPDIR/said" "$TMPDIR/talked")"
[ -z "$(ls -A)" ] || complain "written: $(ls -A)"
for case in $("$TOLLGATE" list --names); do
	grep -Eq "^$case .*(ok|skipped)\$" "$TMPDIR/said" || complain "$case was not tried"
done
! grep -Eqv '(ok|skipped)$' "$TMPDIR/said" || complain "not ok: $(grep -Ev '(ok|skipped)$' "$TMPDIR/said")"
grep -q 'about [0-9]* s' "$TMPDIR/talked" || complain "no estimate: $(cat "$TMPDIR/talked")"

# The same seed gives the same order. The folder of --out is not made.
for turn in 1 2; do
	"$TOLLGATE" run -n --profile=quick --seed=7 -w 1 -f '^(empty|cpu_|clock)' --out="$TMPDIR/empty/made" \
		>"$TMPDIR/order-$turn" 2>/dev/null || complain "order: exit $?"
done
cmp -s "$TMPDIR/order-1" "$TMPDIR/order-2" || complain "one seed gave two orders"
[ -z "$(ls -A)" ] || complain "written: $(ls -A)"

# A dry run shows wrong results and skipped rows too.
expect 5 wrong "$TOLLGATE_TEST" run -n -f '^test_wrong$' -w 1 --param epoch=1
expect 5 crashed "$TOLLGATE_TEST" run -n -f '^test_crash$' -w 1 --param epoch=1
expect 77 skipped "$TOLLGATE_TEST" run -n -f '^test_skip$' -w 1
"$TOLLGATE" run -n --profile=quick -f '^empty$' >/dev/full 2>"$TMPDIR/talked"
[ $? -eq 1 ] || complain "a dry run into a full disk: $(cat "$TMPDIR/talked")"
cd "$root" || exit 1
finish
