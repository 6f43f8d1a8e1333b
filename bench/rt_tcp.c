/* SPDX-License-Identifier: MIT */
/*
 * A round trip through TCP over the loopback: all the way down to the network layer and up again.
 *
 * With nodelay=0 Nagle's algorithm holds small data back while earlier data is unacknowledged. In a
 * conversation that takes turns each answer carries the acknowledgement, so it should make no
 * difference here. A protocol that writes twice before it reads pays up to 40 ms for it.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

enum { PARAM_NODELAY = TALK_PARAMS };

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_tcp(t, t->params[PARAM_NODELAY], why);
}

ROUND_TRIP(converse, talk_write, talk_read)

static const struct bench_case rt_tcp = {
	.name = "rt_tcp",
	.summary = "round trip through TCP over the loopback",
	.profile_min = BENCH_FROM_FULL,
	.params =
		{
			ROUND_TRIP_PARAMS,
			{"nodelay", 1, 0, 1, "1: send small data at once (TCP_NODELAY)"},
		},
	.variants = {"nodelay=1", "nodelay=0", "size=4096", "size=64", "size=1024", "size=65536",
		     "size=1048576", "sample=1"},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_tcp);
