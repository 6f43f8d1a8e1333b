#!/bin/sh
# SPDX-License-Identifier: MIT
# Memory between cores: the canary is there where workers contend on two processors, once before and
# once after each timed launch, and nowhere else.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

count=$(allowed_pus | wc -l)

# canaries RUN: how many lines of metrics.csv are a canary's.
canaries()
{
	cells "$1/metrics.csv" metric=canary_before_ns launch >"$TMPDIR/before"
	cells "$1/metrics.csv" metric=canary_after_ns launch >"$TMPDIR/after"
	cmp -s "$TMPDIR/before" "$TMPDIR/after" || complain "$1: not as many canaries before as after"
	wc -l <"$TMPDIR/before"
}

# sings EXPECTED ARGUMENT...: so many canaries in a tiny run of six launches a row.
sings()
{
	expected=$1
	shift
	rm -rf "$TMPDIR/run"
	tiny "$TMPDIR/run" "$@" >/dev/null 2>"$TMPDIR/talked" || complain "$*: exit $?: $(cat "$TMPDIR/talked")"
	got=$(canaries "$TMPDIR/run")
	[ "$got" -eq "$expected" ] || complain "$*: $got canaries, expected $expected"
}

if [ "$count" -gt 1 ]; then
	sings 12 -f '^test_shared$' -m mutex,process -w 2
	[ -z "$(cells "$TMPDIR/run/metrics.csv" metric=canary_before_ns round | tr -d '\n')" ] ||
		complain "a canary belongs to a launch, not to a round"
	[ "$(cells "$TMPDIR/run/summary.csv" metric=canary_after_ns n_launch | sort -u)" = 6 ] ||
		complain "no canaries in summary.csv"
else
	sings 0 -f '^test_shared$' -m mutex,process -w 2
fi
sings 0 -f '^test_shared$' -m mutex -w 1
sings 0 -f '^test_shared$' -m mutex -w 2 --placement=same-core
sings 0 -f '^test_shared$' -m mutex -w 2 --placement=none
sings 0 -f '^test_counts$' -m none -w 2
finish
