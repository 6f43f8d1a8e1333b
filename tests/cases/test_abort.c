/* SPDX-License-Identifier: MIT */
/* A worker that gives up. */
#include "tests/cases/fault.h"

static void misbehave(struct worker *w, const enum sync_kind kind)
{
	(void)kind;
	if (fault_is_due(w))
		fault_die_of(SIGABRT);
}
BENCH_SPECIALISE(misbehave)

static const struct bench_case test_abort = {
	.name = "test_abort",
	.summary = "a worker aborts",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct fault),
	.params = {FAULT_PARAMS},
	.batch_param = "ops",
	.reset = fault_reset,
	.run = BENCH_RUN(misbehave),
	.check = fault_check,
};
BENCH_REGISTER(test_abort);
