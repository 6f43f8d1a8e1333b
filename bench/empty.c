/* SPDX-License-Identifier: MIT */
/*
 * An empty operation: the cost of the harness itself. Every other figure of the suite contains this
 * cost, and it is never subtracted.
 */
#include "harness/bench.h"

static void nothing(struct worker *w, const enum sync_kind kind)
{
	(void)kind;
	for (uint64_t n = w->batch; n; n--)
		bench_keep(n);
}
BENCH_SPECIALISE(nothing)

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu operations counted instead of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	return true;
}

static const struct bench_case empty = {
	.name = "empty",
	.summary = "an empty loop: the cost of the harness itself",
	.op = "turn of the loop",
	.family = BENCH_HARNESS,
	.run = BENCH_RUN(nothing),
	.check = check,
};
BENCH_REGISTER(empty);
