/* SPDX-License-Identifier: MIT */
/*
 * How much a pipe carries. The sender fills it and sleeps when it is full, the receiver empties it and
 * sleeps when it is empty: on one processing unit they take turns, a pipe-full each. On two, whoever is
 * faster sleeps often and briefly, and the figure is mostly the price of waking him up: see
 * wakeups_per_mib, and what a pipe with more room (capacity) makes of both.
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
