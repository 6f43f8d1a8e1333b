/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, announced by the bare system call under all sleeping locks: count,
 * then wake one waiter. The difference to a semaphore or a condition variable is their own cost.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_IN_MEMORY, why);
}

static bool post(struct talk *talk)
{
	talk_count_post(talk);
	talk_futex_wake(talk);
	return true;
}

static bool await(struct talk *talk)
{
	while (!talk_is_posted(talk))
		talk_futex_wait(talk);
	talk->mine->taken++;
	return true;
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_futex = {
	.name = "rt_futex",
	.summary = "message in shared memory, futex to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_futex);
