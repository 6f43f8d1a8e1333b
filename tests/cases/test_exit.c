/* SPDX-License-Identifier: MIT */
/* A worker that leaves without a word; as a thread it takes its runner along. */
#include "tests/cases/fault.h"

static void misbehave(struct worker *w, const enum sync_kind kind)
{
	(void)kind;
	if (fault_is_due(w))
		_exit(3);
}
BENCH_SPECIALISE(misbehave)

static const struct bench_case test_exit = {
	.name = "test_exit",
	.summary = "a worker exits with code 3",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct fault),
	.params = {FAULT_PARAMS},
	.batch_param = "ops",
	.reset = fault_reset,
	.run = BENCH_RUN(misbehave),
	.check = fault_check,
};
BENCH_REGISTER(test_exit);
