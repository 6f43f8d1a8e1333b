/* SPDX-License-Identifier: MIT */
/*
 * CPU-bound work in integers: an interpreter that only computes. Each operation is a chain of
 * dependent steps on private state. Then the result is published in a shared table, which the lock
 * protects. Without a lock and as processes this should scale with the cores. A mutex around the
 * little shared state costs next to nothing. Under a GIL all of the work takes turns.
 */
#include "harness/bench.h"

/* Steps between two check points: some 10 ns, as for one instruction of an interpreter. */
#define STEPS_PER_TICK 8

enum { PARAM_STEPS };

/* The shared table has one entry per worker. */
struct result {
	_Alignas(SHARED_LINE) uint64_t state;
	uint64_t ops;
};

static void compute(struct worker *w, const enum sync_kind kind)
{
	struct result *result = (struct result *)w->shared + w->index;
	const uint64_t ticks = (uint64_t)w->params[PARAM_STEPS];
	uint64_t state = result->state;

	for (uint64_t n = w->batch; n; n--) {
		for (uint64_t tick = ticks; tick; tick--) {
			for (unsigned i = 0; i < STEPS_PER_TICK; i++)
				bench_step(&state);
			bench_keep(state);
			sync_tick(w, kind);
		}
		sync_enter(w, kind);
		result->state = state;
		result->ops++;
		sync_leave(w, kind);
	}
}
BENCH_SPECIALISE(compute)

/* Each worker starts an epoch with its index as state. */
static void reset(struct trial *t)
{
	struct result *results = t->shared;

	for (unsigned i = 0; i < t->workers; i++) {
		results[i].state = i;
		results[i].ops = 0;
	}
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct result *results = t->shared;
	const uint64_t steps = epoch->batch * (uint64_t)t->params[PARAM_STEPS] * STEPS_PER_TICK;

	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++) {
		if (results[i].ops != epoch->batch)
			return refuse(why, "worker %u published %llu results of %llu", i,
				      (unsigned long long)results[i].ops,
				      (unsigned long long)epoch->batch);
		if (results[i].state != bench_step_jump(i, steps))
			return refuse(why, "worker %u computed a wrong state", i);
	}
	return true;
}

static const struct bench_case cpu_int = {
	.name = "cpu_int",
	.summary = "CPU-bound, integers: dependent steps, then publish the result",
	.op = "result",
	.family = BENCH_CPU,
	.shared_size_per_worker = sizeof(struct result),
	.params = {{"steps", 256, 1, 1000000000,
		    "interpreter steps per result, a check point after each"}},
	.steps = true,
	.reset = reset,
	.run = BENCH_RUN(compute),
	.check = check,
};
BENCH_REGISTER(cpu_int);
