/* SPDX-License-Identifier: MIT */
/*
 * Threads share the data of their process, processes do not: the lecture's sample. Three workers each
 * count a global variable up. As threads they count the same one, and it ends at three; as processes each
 * has a copy of its own since the fork, each ends at one, and the parent's is still zero.
 */
#include "harness/bench.h"

#define WORKERS 3u

enum { PARAM_INCREMENTS };
enum { METRIC_FINAL, METRIC_PARENT };

/* A plain global of the program, in no shared memory: that is what this case is about. */
static _Atomic uint64_t global;

struct view {
	uint64_t before, after; /* what this worker last saw of it, this epoch and earlier */
};

static void count_up(struct worker *w)
{
	struct view *view = w->local;

	for (uint64_t n = w->batch; n; n--)
		view->after = atomic_fetch_add(&global, 1) + 1;
}

static uint64_t parent_before;

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct view *view = t->slots[i].local;

		/* threads: where the global stands; a process: where its own does */
		view->before = t->processes ? view->after : atomic_load(&global);
	}
	parent_before = atomic_load(&global);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const uint64_t counted = t->processes ? epoch->batch : epoch->ops;
	const uint64_t parent = atomic_load(&global) - parent_before;
	uint64_t most = 0;

	for (unsigned i = 0; i < t->workers; i++) {
		const struct view *view = t->slots[i].local;
		const uint64_t final = view->after - view->before;

		if (t->processes && final != counted)
			return refuse(why, "worker %u counted to %llu by itself, not to %llu", i,
				      (unsigned long long) final, (unsigned long long)counted);
		most = final > most ? final : most;
	}
	if (most != counted || parent != (t->processes ? 0 : counted))
		return refuse(why, "the last one saw %llu, the parent %llu; expected was %llu",
			      (unsigned long long)most, (unsigned long long)parent,
			      (unsigned long long)counted);
	metrics[METRIC_FINAL] = (double)most;
	metrics[METRIC_PARENT] = (double)parent;
	return true;
}

static const struct bench_case isolation = {
	.name = "isolation",
	.summary =
		"three workers count a global up: what it is in the end, in threads and processes",
	.op = "increment",
	.family = BENCH_PROCESS,
	.local_size = sizeof(struct view),
	.params = {{"increments", 1, 1, 100000000, "how often each worker counts it up"}},
	.metrics = {{"final_value", "count", "info", "what the last worker saw"},
		    {"parent_value", "count", "info", "what the parent sees afterwards"}},
	.batch_param = "increments",
	.modes = "none,process",
	.modes_only = true,
	.workers = WORKERS,
	.profile_min = BENCH_FROM_STANDARD,
	.reset = reset,
	.run = {[SYNC_NONE] = count_up, [SYNC_MUTEX] = count_up},
	.check = check,
};
BENCH_REGISTER(isolation);
