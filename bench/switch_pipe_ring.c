/* SPDX-License-Identifier: MIT */
/*
 * As switch_futex, but the token goes through pipes, the method that lmbench's lat_ctx has used
 * since the nineties. A pipe costs two system calls more than the futex, so this is the upper one
 * of two figures for the same switch.
 */
#include "harness/bench.h"
#include "harness/kit/ring.h"

static bool setup(struct trial *t, struct reason *why)
{
	return ring_open(t, true, why);
}

static bool pass(struct seat *seat, uint64_t token)
{
	return write_all(seat->out, &token, sizeof(token));
}

static bool take(struct seat *seat)
{
	return read_all(seat->in, &seat->token, sizeof(seat->token)) == 1;
}

RING(hand_over, pass, take)

static const struct bench_case switch_pipe_ring = {
	.name = "switch_pipe_ring",
	.summary = "a token round a ring on one core, handed over by pipes: a context switch",
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	RING_CASE(hand_over),
};
BENCH_REGISTER(switch_pipe_ring);
