/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory. The waiting side looks at a counter and yields the processor each
 * time it has not changed (sched_yield). On one processing unit this is the shortest way to the
 * other side. On two it is spinning with a system call in the loop. The real number of switches is
 * counted.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <sched.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_IN_MEMORY, why);
}

static bool post(struct talk *talk)
{
	talk_count_post(talk);
	return true;
}

static bool await(struct talk *talk)
{
	while (!talk_is_posted(talk))
		sched_yield();
	talk->mine->taken++;
	return true;
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_shm_yield = {
	.name = "rt_shm_yield",
	.summary = "message in shared memory, both sides yield until it is there",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_shm_yield);
