/* SPDX-License-Identifier: MIT */
/*
 * A counter that all workers raise, with a turn for somebody else between reading and writing: not
 * one may be lost under any lock, and without one they are lost even on a single core.
 */
#include <sched.h>

#include "harness/bench.h"

static void count_up(struct worker *w, const enum sync_kind kind)
{
	_Atomic uint64_t *counter = w->shared;

	for (uint64_t n = w->batch; n; n--) {
		sync_enter(w, kind);
		uint64_t seen = atomic_load_explicit(counter, memory_order_relaxed);

		sched_yield();
		atomic_store_explicit(counter, seen + 1, memory_order_relaxed);
		sync_leave(w, kind);
	}
}
BENCH_SPECIALISE_SHARED(count_up)

static void reset(struct trial *t)
{
	atomic_store((_Atomic uint64_t *)t->shared, 0);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const uint64_t counted = atomic_load((_Atomic uint64_t *)t->shared);

	metrics[0] = (double)epoch->ops - (double)counted;
	if (counted != epoch->ops && t->sync != SYNC_NONE)
		return refuse(why, "%llu counted, %llu were asked for", (unsigned long long)counted,
			      (unsigned long long)epoch->ops);
	return true;
}

static const struct bench_case test_shared = {
	.name = "test_shared",
	.summary = "a counter that gets lost updates unless a lock works",
	.op = "count",
	.family = BENCH_SHARED,
	.shared_size = sizeof(_Atomic uint64_t),
	.params = {{"ops", 200, 1, 1000000, "operations of an epoch"}},
	.metrics = {{"lost", "counts", "zero", "counts that had no effect"}},
	.batch_param = "ops",
	.reset = reset,
	.run = BENCH_RUN_SHARED(count_up),
	.check = check,
};
BENCH_REGISTER(test_shared);
