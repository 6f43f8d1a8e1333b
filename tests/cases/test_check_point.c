/* SPDX-License-Identifier: MIT */
/* A loop with one step and one check point: tests/lint/check_point.sh counts its instructions. */
#include "harness/bench.h"

static void walk(struct worker *w, const enum sync_kind kind)
{
	uint64_t *local = w->local;
	uint64_t state = *local;

	for (uint64_t n = w->batch; n; n--) {
		bench_step(&state);
		sync_tick(w, kind);
	}
	*local = state;
}
BENCH_SPECIALISE(walk)

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++)
		*(uint64_t *)t->slots[i].local = i;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++)
		if (*(uint64_t *)t->slots[i].local != bench_step_jump(i, epoch->batch))
			return refuse(why, "worker %u walked elsewhere", i);
	return true;
}

static const struct bench_case test_check_point = {
	.name = "test_check_point",
	.summary = "one step and one check point",
	.op = "step",
	.family = BENCH_HARNESS,
	.local_size = sizeof(uint64_t),
	.reset = reset,
	.run = BENCH_RUN(walk),
	.check = check,
};
BENCH_REGISTER(test_check_point);
