/* SPDX-License-Identifier: MIT */
/*
 * The price of a lock by itself: enter, leave, and nothing else. With one worker the lock is
 * uncontended, and a pair costs as much as its two atomic instructions. With more workers all want
 * it all the time, which no sane program does: the worst case.
 *
 * Under a GIL there is no pair, because the running worker holds the lock already, so this is an
 * empty loop, as it is without a lock. No instruction may stand between enter and leave, so there
 * is no counter to check. The check compares only the number of turns.
 */
#include "harness/bench.h"

static void pair(struct worker *w, const enum sync_kind kind)
{
	for (uint64_t n = w->batch; n; n--) {
		sync_enter(w, kind);
		sync_leave(w, kind);
		bench_keep(n); /* or the loop of a kind without instructions disappears */
	}
}
BENCH_SPECIALISE_SHARED(pair)

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu pairs counted instead of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	return true;
}

static const struct bench_case sync_pair = {
	.name = "sync_pair",
	.summary = "enter and leave, nothing else: the price of a lock by itself",
	.op = "pair",
	.family = BENCH_HARNESS,
	.ladder = BENCH_LADDER_LOCKS,
	.run = BENCH_RUN_SHARED(pair),
	.check = check,
};
BENCH_REGISTER(sync_pair);
