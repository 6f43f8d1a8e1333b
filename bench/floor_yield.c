/* SPDX-License-Identifier: MIT */
/* sched_yield() without another worker to yield to: a system call and a look at the run queue. */
#include "harness/bench.h"

#include <sched.h>

static void give_way(struct worker *w)
{
	for (uint64_t n = w->batch; n; n--)
		sched_yield(); /* cannot fail on Linux */
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	return epoch->ops == epoch->batch * t->workers ||
	       refuse(why, "%llu yields instead of %llu", (unsigned long long)epoch->ops,
		      (unsigned long long)epoch->batch);
}

static const struct bench_case floor_yield = {
	.name = "floor_yield",
	.summary = "sched_yield without another worker to yield to",
	.op = "call",
	.family = BENCH_FLOOR,
	.ladder = BENCH_LADDER_OP,
	.modes = "none",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.run = {[SYNC_NONE] = give_way},
	.check = check,
};
BENCH_REGISTER(floor_yield);
