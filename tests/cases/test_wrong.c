/* SPDX-License-Identifier: MIT */
/* A worker that leaves one operation out: the check must find it. */
#include "tests/cases/fault.h"

static void misbehave(struct worker *w, const enum sync_kind kind)
{
	(void)kind;
	if (fault_is_due(w))
		w->done--;
}
BENCH_SPECIALISE(misbehave)

static const struct bench_case test_wrong = {
	.name = "test_wrong",
	.summary = "a worker computes a wrong result",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct fault),
	.params = {FAULT_PARAMS},
	.batch_param = "ops",
	.reset = fault_reset,
	.run = BENCH_RUN(misbehave),
	.check = fault_check,
};
BENCH_REGISTER(test_wrong);
