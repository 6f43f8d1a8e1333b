/* SPDX-License-Identifier: MIT */
/*
 * Threads share the data of their process and processes do not: the sample of the lecture. Three
 * workers each count a global variable up. As threads they count the same variable, which ends at
 * three. As processes each counts its own copy since the fork, which ends at one, and the parent's
 * is still zero.
 */
#include "harness/bench.h"

#define WORKERS 3u

enum { PARAM_INCREMENTS };
enum { METRIC_FINAL, METRIC_PARENT };

/* A plain global of the program, outside of shared memory on purpose. */
static _Atomic uint64_t global;

struct view {
	uint64_t before, after; /* values that this worker saw last, this epoch and earlier */
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

		/* threads share one global, and a process has its own */
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
		return refuse(why, "the last worker saw %llu, the parent %llu; expected %llu",
			      (unsigned long long)most, (unsigned long long)parent,
			      (unsigned long long)counted);
	metrics[METRIC_FINAL] = (double)most;
	metrics[METRIC_PARENT] = (double)parent;
	return true;
}

static const struct bench_case isolation = {
	.name = "isolation",
	.summary = "three workers count a global up: its final value in threads and processes",
	.op = "increment",
	.family = BENCH_PROCESS,
	.local_size = sizeof(struct view),
	.params = {{"increments", 1, 1, 100000000, "increments per worker"}},
	.metrics = {{"final_value", "count", "info", "final value that the last worker saw"},
		    {"parent_value", "count", "info", "value that the parent sees afterwards"}},
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
