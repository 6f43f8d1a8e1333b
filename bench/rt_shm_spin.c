/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory without any wake-up: both sides look at a counter until it changes.
 * Neither side enters the kernel, so this is the time that the caches alone need to carry a line
 * there and back. It is a hundred times less than any method that sleeps, at the price of a whole
 * core for each side.
 *
 * On one processing unit the waiting side keeps the other from answering until the scheduler
 * preempts it, milliseconds later, so this is refused.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_may_spin(t, why) && talk_open(t, TALK_IN_MEMORY, why);
}

static bool post(struct talk *talk)
{
	talk_count_post(talk);
	return true;
}

static bool await(struct talk *talk)
{
	while (!talk_is_posted(talk))
		talk_relax();
	talk->mine->taken++;
	return true;
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_shm_spin = {
	.name = "rt_shm_spin",
	.summary = "message in shared memory, both sides spin",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_spinning,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_shm_spin);
