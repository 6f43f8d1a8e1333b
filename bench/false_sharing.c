/* SPDX-License-Identifier: MIT */
/*
 * Independent counters that slow each other down: each worker counts in a variable of its own, but
 * neighbours lie in one cache line, and a line belongs to one core at a time. Each write takes it
 * away from the others. No count is lost and no lock is taken, but time is.
 *
 * distance is the distance of neighbours: side by side, on lines of their own (64 bytes), or two
 * lines apart (128), since many processors fetch lines in pairs. With one worker all distances are
 * alike.
 */
#include "harness/bench.h"

enum { PARAM_DISTANCE };

#define DISTANCE_MAX 512

static _Atomic uint64_t *counter_of(void *shared, const int64_t *params, unsigned worker)
{
	const size_t distance = params[PARAM_DISTANCE] ? (size_t)params[PARAM_DISTANCE]
						       : sizeof(uint64_t);

	return (_Atomic uint64_t *)(void *)((char *)shared + worker * distance);
}

static void count(struct worker *w)
{
	_Atomic uint64_t *mine = counter_of(w->shared, w->params, w->index);

	for (uint64_t n = w->batch; n; n--) {
		/*
		 * relaxed, as no other worker touches it, and atomic, so that each count is written
		 */
		uint64_t seen = atomic_load_explicit(mine, memory_order_relaxed);

		bench_keep(seen);
		atomic_store_explicit(mine, seen + 1, memory_order_relaxed);
	}
}

static bool setup(struct trial *t, struct reason *why)
{
	if (t->params[PARAM_DISTANCE] % (int64_t)sizeof(uint64_t))
		return refuse(why, "a distance of %lld bytes is no multiple of %zu",
			      (long long)t->params[PARAM_DISTANCE], sizeof(uint64_t));
	return true;
}

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++)
		atomic_store(counter_of(t->shared, t->params, i), 0);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++) {
		const uint64_t counted = atomic_load(counter_of(t->shared, t->params, i));

		if (counted != epoch->batch)
			return refuse(why, "worker %u: counter at %llu, should be %llu", i,
				      (unsigned long long)counted,
				      (unsigned long long)epoch->batch);
	}
	return true;
}

static const struct bench_case false_sharing = {
	.name = "false_sharing",
	.summary = "independent counters in one cache line or apart: the cost of a shared line",
	.op = "count",
	.family = BENCH_SHARED,
	.shared_size_per_worker = DISTANCE_MAX,
	.params = {{"distance", 0, 0, DISTANCE_MAX,
		    "bytes from one worker's counter to the next; 0: side by side (8)"}},
	.variants = {"distance=0", "distance=64", "distance=128"},
	.modes = "none",
	.modes_only = true,
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.reset = reset,
	.run = {[SYNC_NONE] = count},
	.check = check,
};
BENCH_REGISTER(false_sharing);
