/* SPDX-License-Identifier: MIT */
/*
 * The holder of the GIL, its tenure and its successor: threads that only compute under each policy,
 * with the switch interval as the parameter. A tenure should last one interval and a little. The
 * gap between dropping and taking is the gap that the lecture calls too short for another thread to
 * get in. The figures come from the lock's own time stamps: tenure_*, gap_*, retake_share,
 * handoffs_per_s.
 */
#include "harness/bench.h"

struct turn {
	_Alignas(SHARED_LINE) uint64_t state;
};

static void compute(struct worker *w, const enum sync_kind kind)
{
	struct turn *turn = w->local;
	const uint64_t steps = w->tick_steps;
	uint64_t state = turn->state;

	for (uint64_t n = w->batch; n; n--) {
		bench_steps(&state, steps);
		sync_tick(w, kind);
	}
	turn->state = state;
}
BENCH_SPECIALISE(compute)

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++)
		((struct turn *)t->slots[i].local)->state = i;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct turn *turn = t->slots[i].local;

		if (turn->state != bench_step_jump(i, epoch->batch * t->tick_steps))
			return refuse(why, "worker %u computed a wrong state", i);
	}
	return true;
}

static const struct bench_case gil_handoff = {
	.name = "gil_handoff",
	.summary = "the GIL's holders, tenures and hand-offs, by policy and switch interval",
	.op = "interpreter step",
	.family = BENCH_CPU,
	.local_size = sizeof(struct turn),
	.params = {BENCH_TICK_PARAM(15)},
	.tick_param = "tick_ns",
	.variants = {"", "interval_us=200", "interval_us=1000", "interval_us=50000"},
	.modes = "gil,gil27,gil32-noforce",
	.workers = 2,
	.placements = "cores same-core",
	.profile_min = BENCH_FROM_FULL,
	.epoch_ns_min = 60000000,
	.reset = reset,
	.run = BENCH_RUN(compute),
	.check = check,
};
BENCH_REGISTER(gil_handoff);
