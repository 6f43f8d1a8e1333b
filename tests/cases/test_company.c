/* SPDX-License-Identifier: MIT */
/*
 * Who else is there? The C library leaves out the atomic instructions of a private mutex while a process
 * has one thread only. A single worker must not get that short cut, or the price of a lock alone would
 * be another lock's: wrong if it does.
 */
#include <sys/single_threaded.h>

#include "harness/bench.h"

struct company {
	_Atomic bool alone;
};

static void look(struct worker *w)
{
	struct company *company = w->shared;

	atomic_store(&company->alone, __libc_single_threaded != 0);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct company *company = t->shared;

	(void)epoch;
	metrics[0] = t->crowded;
	/* a process has one thread, and a mutex that processes share has no short cut */
	return t->processes || !atomic_load(&company->alone) ||
	       refuse(why, "the worker is the only thread of its process");
}

static const struct bench_case test_company = {
	.name = "test_company",
	.summary = "a worker looks whether it is the only thread",
	.op = "look",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct company),
	.params = {{"ops", 1, 1, 1000, "operations of an epoch"}},
	.metrics = {{"crowded", "count", "info", "1: some worker may have to share its PU"}},
	.batch_param = "ops",
	.run = {[SYNC_NONE] = look, [SYNC_MUTEX] = look},
	.check = check,
};
BENCH_REGISTER(test_company);
