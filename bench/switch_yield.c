/* SPDX-License-Identifier: MIT */
/*
 * Two workers on one processing unit only yield to each other (sched_yield). No worker sleeps and
 * none is woken, so the figure is the scheduler's decision and the switch. The kernel is free to
 * let the same worker go on. Its switches are counted, and a figure with fewer than one per yield
 * is marked.
 */
#include "harness/bench.h"
#include "harness/kit/ring.h"

#include <sched.h>

static void give_way(struct worker *w)
{
	for (uint64_t n = w->batch; n; n--)
		sched_yield(); /* cannot fail on Linux */
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu yields instead of %llu", (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	metrics[0] = (double)epoch->wall_ns / (double)epoch->ops;
	return true;
}

static const struct bench_case switch_yield = {
	.name = "switch_yield",
	.summary = "two on one core give way to each other: a context switch without waking",
	.op = "yield",
	.family = BENCH_PROCESS,
	.metrics = {{"switch_ns", "ns", "lower", "one yield, which should be one switch"}},
	.modes = "none,process",
	.modes_only = true,
	.workers = 2,
	.placements = "same-core",
	.profile_min = BENCH_FROM_FULL,
	.switches = ring_switches,
	.run = {[SYNC_NONE] = give_way, [SYNC_MUTEX] = give_way},
	.check = check,
};
BENCH_REGISTER(switch_yield);
