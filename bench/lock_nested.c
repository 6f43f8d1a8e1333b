/* SPDX-License-Identifier: MIT */
/*
 * The cost of a lock that its owner may take again: an RLock is taken `depth` times and released as
 * often. The first level pays for the lock, and each further one only for the check of the owner
 * and the count. A plain mutex at depth 1 is the control: the difference is the cost of the ability
 * alone. A kind that does not nest would wait for itself for ever and is not run deeper than 1.
 */
#include "harness/bench.h"

enum { PARAM_DEPTH };
enum { METRIC_LEVEL };

struct guarded {
	_Alignas(SHARED_LINE) uint64_t turns; /* plain, because the lock alone must keep it right */
};

static void nest(struct worker *w, const enum sync_kind kind)
{
	struct guarded *guarded = w->shared;
	const int64_t depth = w->params[PARAM_DEPTH];

	for (uint64_t n = w->batch; n; n--) {
		for (int64_t level = depth; level; level--)
			sync_enter(w, kind);
		guarded->turns++;
		for (int64_t level = depth; level; level--)
			sync_leave(w, kind);
	}
}
BENCH_SPECIALISE_LOCKS(nest)

static bool setup(struct trial *t, struct reason *why)
{
	return t->params[PARAM_DEPTH] == 1 || sync_can(t->sync, LOCK_NESTS) ||
	       refuse(why, "does not nest");
}

static void reset(struct trial *t)
{
	*(struct guarded *)t->shared = (struct guarded){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct guarded *guarded = t->shared;

	metrics[METRIC_LEVEL] = (double)epoch->wall_ns * t->workers / (double)epoch->ops /
				(double)t->params[PARAM_DEPTH];
	if (guarded->turns != epoch->ops)
		return refuse(why, "%llu turns counted of %llu", (unsigned long long)guarded->turns,
			      (unsigned long long)epoch->ops);
	return true;
}

static const struct bench_case lock_nested = {
	.name = "lock_nested",
	.summary = "a lock taken several times by its owner: the cost of an RLock per level",
	.op = "turn",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct guarded),
	.params = {{"depth", 1, 1, 1000, "number of levels that the owner takes"}},
	.metrics = {{"level_ns", "ns", "lower", "taken once and let go once, on average"}},
	.variants = {"depth=1", "depth=2", "depth=8"},
	.modes = "mutex,recursive,recursive-process",
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.reset = reset,
	.run = BENCH_RUN_LOCKS(nest),
	.check = check,
};
BENCH_REGISTER(lock_nested);
