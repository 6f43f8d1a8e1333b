/* SPDX-License-Identifier: MIT */
/* A case that this machine cannot run: the set-up says why. */
#include "tests/cases/fault.h"

static bool setup(struct trial *t, struct reason *why)
{
	return !fault_is_here(t) || refuse(why, "no unicorn on %s", "this Machine");
}

static void nothing(struct worker *w, const enum sync_kind kind)
{
	(void)w;
	(void)kind;
}
BENCH_SPECIALISE(nothing)

static const struct bench_case test_skip = {
	.name = "test_skip",
	.summary = "needs a unicorn",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct fault),
	.params = {FAULT_PARAMS},
	.batch_param = "ops",
	.setup = setup,
	.run = BENCH_RUN(nothing),
	.check = fault_check,
};
BENCH_REGISTER(test_skip);
