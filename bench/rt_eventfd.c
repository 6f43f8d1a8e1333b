/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, and an eventfd per direction to say that it is there: a counter behind a
 * descriptor, which a loop can wait for beside others. One descriptor for both directions would make
 * each side read its own wake-up; here there are two, and each read must find exactly one.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_IN_MEMORY, why) && talk_open_events(t, why);
}

ROUND_TRIP(converse, talk_post_event, talk_await_event)

static const struct bench_case rt_eventfd = {
	.name = "rt_eventfd",
	.summary = "message in shared memory, eventfds to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_eventfd);
