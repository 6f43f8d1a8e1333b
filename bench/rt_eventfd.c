/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, announced by an eventfd per direction: a counter behind a descriptor,
 * which an event loop can wait for beside others. With one descriptor for both directions each side
 * would read its own wake-up. Here there are two, and each read must find exactly one.
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
