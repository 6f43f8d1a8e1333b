/* SPDX-License-Identifier: MIT */
/*
 * The throughput of a pipe. The sender fills it and sleeps when it is full. The receiver empties it
 * and sleeps when it is empty. On one processing unit they take turns, each for a full pipe. On two
 * units the faster side sleeps often and briefly, and most of the figure is the cost of waking it
 * up: see wakeups_per_mib, and the effect of a larger pipe (capacity) on both.
 */
#include "harness/bench.h"
#include "harness/kit/transfer.h"

enum { PARAM_CAPACITY = TRANSFER_PARAMS };

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) &&
	       transfer_open_pipe(t, t->params[PARAM_CAPACITY], why);
}

TRANSFER(pour, talk_write, talk_read)

static const struct bench_case bw_pipe = {
	.name = "bw_pipe",
	.summary = "throughput of a pipe",
	.profile_min = BENCH_FROM_FULL,
	.params = {TRANSFER_PARAM_SIZE, TRANSFER_PARAM_CAPACITY},
	.variants = {TRANSFER_VARIANTS, "size=1048576;capacity=1048576"},
	.setup = setup,
	TRANSFER_CASE(pour),
};
BENCH_REGISTER(bw_pipe);
