/* SPDX-License-Identifier: MIT */
/* A worker that never comes back. */
#include "tests/cases/fault.h"

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

static void misbehave(struct worker *w, const enum sync_kind kind)
{
	(void)kind;
	if (fault_is_due(w))
		sleep_for_ever();
}
BENCH_SPECIALISE(misbehave)

static const struct bench_case test_hang = {
	.name = "test_hang",
	.summary = "a worker never returns",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct fault),
	.params = {FAULT_PARAMS},
	.batch_param = "ops",
	.reset = fault_reset,
	.run = BENCH_RUN(misbehave),
	.check = fault_check,
};
BENCH_REGISTER(test_hang);
