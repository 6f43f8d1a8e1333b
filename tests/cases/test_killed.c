/* SPDX-License-Identifier: MIT */
/* A worker that the kernel kills, as it does when memory runs out. */
#include "tests/cases/fault.h"

static void misbehave(struct worker *w, const enum sync_kind kind)
{
	(void)kind;
	if (fault_is_due(w))
		fault_die_of(SIGKILL);
}
BENCH_SPECIALISE(misbehave)

static const struct bench_case test_killed = {
	.name = "test_killed",
	.summary = "a worker is killed",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct fault),
	.params = {FAULT_PARAMS},
	.batch_param = "ops",
	.reset = fault_reset,
	.run = BENCH_RUN(misbehave),
	.check = fault_check,
};
BENCH_REGISTER(test_killed);
