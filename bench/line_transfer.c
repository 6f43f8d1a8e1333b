/* SPDX-License-Identifier: MIT */
/*
 * How far apart two cores are: a cache line that one has written is read by the other, which writes it
 * back. Nothing else is in the loop, so half a round trip is what the hardware needs to carry a line
 * from core to core. Under every contended lock this is the price that nobody can bargain down.
 *
 * Two hardware threads of a core share their caches and need no transfer at all; cores below one cache
 * are near, those of another package far. By itself the case visits every pair of processing units
 * (placement pair:each), so that its figures make a map of the machine.
 *
 * Threads or processes makes no difference to a line, so there are no other modes than these.
 */
#include "harness/bench.h"
#include "harness/kit/shuttle.h"
#include "harness/kit/transfer.h"

enum { METRIC_TRANSFER };

static void pass(struct worker *w)
{
	shuttle_run(w->shared, w->index, w->batch, SHUTTLE_FOREVER, w->local);
}

/* On one processing unit the one who looks keeps the other from answering. */
static bool setup(struct trial *t, struct reason *why)
{
	return !t->same_pu || refuse(why, "spinning needs a processing unit for each side");
}

static void reset(struct trial *t)
{
	struct shuttle *shuttle = t->shared;

	atomic_store(&shuttle->turn, 0);
}

/* Each turn is one more than the one before, whoever takes it: the last one has the number of all. */
static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct shuttle *shuttle = t->shared;
	const uint64_t turns = atomic_load(&shuttle->turn);

	if (turns != 2 * epoch->batch)
		return refuse(why, "the line changed hands %llu times, should have %llu times",
			      (unsigned long long)turns, (unsigned long long)(2 * epoch->batch));
	metrics[METRIC_TRANSFER] = shuttle_transfer_ns(t->slots[0].local, epoch->batch);
	return true;
}

static const struct bench_case line_transfer = {
	.name = "line_transfer",
	.summary = "a cache line there and back between two cores: how far apart they are",
	.op = "round trip",
	.family = BENCH_MEMORY,
	.shared_size = sizeof(struct shuttle),
	.local_size = sizeof(struct shuttle_side),
	.metrics = {{"transfer_ns", "ns", "lower",
		     "one way: half a round trip, median over the blocks of an epoch"}},
	.modes = "none,process",
	.modes_only = true,
	.workers = 2,
	.placements = "pair:each",
	.profile_min = BENCH_FROM_STANDARD,
	.setup = setup,
	.reset = reset,
	.run = {[SYNC_NONE] = pass, [SYNC_MUTEX] = pass},
	.check = check,
};
BENCH_REGISTER(line_transfer);
