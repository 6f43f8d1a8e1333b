/* SPDX-License-Identifier: MIT */
/*
 * The distance of two cores: one writes a cache line, the other reads it and writes it back. The
 * loop contains nothing else, so half a round trip is the time that the hardware needs to carry a
 * line from core to core. Under every contended lock this is the price that no lock can avoid.
 *
 * Two hardware threads of a core share their caches and need no transfer at all. Cores below one
 * cache are near, and those of another package are far. By default the case visits every pair of
 * processing units (placement pair:each), so its figures make a map of the machine.
 *
 * A cache line is the same for threads and processes, so there are no other modes.
 */
#include "harness/bench.h"
#include "harness/kit/shuttle.h"
#include "harness/kit/transfer.h"

enum { METRIC_TRANSFER };

static void pass(struct worker *w)
{
	shuttle_run(w->shared, w->index, w->batch, SHUTTLE_FOREVER, w->local);
}

/* On one processing unit the waiting side keeps the other from answering. */
static bool setup(struct trial *t, struct reason *why)
{
	return !t->same_pu || refuse(why, "spinning needs a processing unit for each side");
}

static void reset(struct trial *t)
{
	struct shuttle *shuttle = t->shared;

	atomic_store(&shuttle->turn, 0);
}

/* Each turn is one more than the one before, so the last one is the number of all turns. */
static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct shuttle *shuttle = t->shared;
	const uint64_t turns = atomic_load(&shuttle->turn);

	if (turns != 2 * epoch->batch)
		return refuse(why, "the line changed hands %llu times instead of %llu",
			      (unsigned long long)turns, (unsigned long long)(2 * epoch->batch));
	metrics[METRIC_TRANSFER] = shuttle_transfer_ns(t->slots[0].local, epoch->batch);
	return true;
}

static const struct bench_case line_transfer = {
	.name = "line_transfer",
	.summary = "a cache line there and back between two cores: their distance",
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
