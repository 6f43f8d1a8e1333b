#!/bin/sh
# SPDX-License-Identifier: MIT
# The walk-through of docs/adding-a-case.md: one new file is enough, and the case runs.
# beside others: most of it is a build
# without sanitizers: it makes a build of its own, without
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

page=docs/adding-a-case.md
[ -f "$page" ] || skip "no $page"
[ "$(grep -c '^```c$' "$page")" -eq 1 ] || complain "$page: not exactly one C program"
tree=$TMPDIR/tree
mkdir "$tree"
cp -R Makefile harness bench scripts docs "$tree"
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page" >"$tree/bench/hello_case.c"
name=$(sed -n 's/.*\.name = "\([a-z0-9_]*\)".*/\1/p' "$tree/bench/hello_case.c")
[ "$name" = hello_case ] || complain "$page: the file is hello_case.c, the case is '$name'"

# Without optimisation the build is fast. Warnings are errors.
MAKEFLAGS='' make -C "$tree" -j2 BUILD="$TMPDIR/build" CFLAGS='-O0' SAN='' WERROR=1 \
	>"$TMPDIR/made" 2>&1 || complain "it does not build: $(tail -n 20 "$TMPDIR/made")"
new=$TMPDIR/build/tollgate
"$new" list --names | grep -qx hello_case || complain "tollgate list does not show it"
"$new" run --profile=quick --counters=off -f '^hello_case$' -w 1,2 --out="$TMPDIR/run" >"$TMPDIR/said" \
	2>"$TMPDIR/talked" || complain "exit $?: $(cat "$TMPDIR/talked")"
whole_run "$TMPDIR/run"
for mode in none mutex gil process; do
	[ -n "$(cells "$TMPDIR/run/summary.csv" mode=$mode metric=ops_per_s status=ok median)" ] ||
		complain "no figure for $mode"
done
finish
