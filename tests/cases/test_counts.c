/* SPDX-License-Identifier: MIT */
/*
 * Are the hooks called as harness/bench.h promises? setup once, prepare once for each worker, then
 * reset, the body of every worker, check, in this order, for each epoch; teardown after the last
 * worker is gone. The check fails if not, and the metrics say how often.
 */
#include "tests/cases/fault.h"

enum { METRIC_EPOCHS, METRIC_PREPARED };

struct calls {
	int setups, resets, checks;
	_Atomic unsigned prepares, runs;
	_Atomic uint64_t early; /* calls before the one that must come first */
};

struct own {
	unsigned prepares, runs; /* this worker's */
};

static bool setup(struct trial *t, struct reason *why)
{
	struct calls *calls = t->shared;

	if (calls->setups || calls->prepares || ((struct own *)t->slots[0].local)->prepares)
		return refuse(why, "the blocks are not zero");
	calls->setups++;
	return true;
}

static void prepare(struct worker *w)
{
	struct calls *calls = w->shared;
	struct own *own = w->local;

	calls->early += !calls->setups || w->index >= w->count;
	own->prepares++;
	calls->prepares++;
}

static void reset(struct trial *t)
{
	struct calls *calls = t->shared;

	calls->early += calls->resets != calls->checks;
	calls->resets++;
	calls->runs = 0;
}

static void run(struct worker *w, const enum sync_kind kind)
{
	struct calls *calls = w->shared;
	struct own *own = w->local;

	(void)kind;
	own->runs++;
	calls->early += own->prepares != 1 || (int)own->runs != calls->resets ||
			calls->prepares != w->count || w->done != w->batch;
	calls->runs++;
}
BENCH_SPECIALISE(run)

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct calls *calls = t->shared;

	calls->checks++;
	metrics[METRIC_EPOCHS] = calls->resets;
	metrics[METRIC_PREPARED] = calls->prepares;
	if (calls->early || calls->setups != 1 || calls->checks != calls->resets ||
	    calls->runs != t->workers || calls->prepares != t->workers)
		return refuse(why, "hooks out of order: %u runs, %u prepared, %d resets, %d checks",
			      calls->runs, calls->prepares, calls->resets, calls->checks);
	return fault_check(t, epoch, metrics, why);
}

static void teardown(struct trial *t)
{
	struct calls *calls = t->shared;

	if (calls->resets != calls->checks)
		die(EXIT_INTERNAL, "teardown in the middle of an epoch");
}

static const struct bench_case test_counts = {
	.name = "test_counts",
	.summary = "counts the calls of its hooks",
	.op = "nothing",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct calls),
	.local_size = sizeof(struct own),
	.params = {{"ops", 100, 1, 1000000, "operations of an epoch"}},
	.metrics = {{"epochs", "1", "info", "epochs of this launch so far"},
		    {"prepared", "1", "info", "workers that were prepared"}},
	.batch_param = "ops",
	.setup = setup,
	.teardown = teardown,
	.prepare = prepare,
	.reset = reset,
	.run = BENCH_RUN(run),
	.check = check,
};
BENCH_REGISTER(test_counts);
