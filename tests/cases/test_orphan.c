/* SPDX-License-Identifier: MIT */
/* A worker that leaves a child behind, which nobody knows and which never ends. */
#include "tests/cases/fault.h"

static void fork_and_forget(void)
{
	if (must_sys(fork()) == 0)
		for (;;)
			pause();
}

static void misbehave(struct worker *w, const enum sync_kind kind)
{
	(void)kind;
	if (fault_is_due(w))
		fork_and_forget();
}
BENCH_SPECIALISE(misbehave)

static const struct bench_case test_orphan = {
	.name = "test_orphan",
	.summary = "a worker forks and forgets",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct fault),
	.params = {FAULT_PARAMS},
	.batch_param = "ops",
	.reset = fault_reset,
	.run = BENCH_RUN(misbehave),
	.check = fault_check,
};
BENCH_REGISTER(test_orphan);
