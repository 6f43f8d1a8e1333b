/* SPDX-License-Identifier: MIT */
/*
 * A round trip through UDP over the loopback: the network layer without TCP's memory. A datagram
 * that does not find room is dropped, but here there is never more than one under way.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_udp(t, why);
}

ROUND_TRIP(converse, talk_send, talk_receive)

static const struct bench_case rt_udp = {
	.name = "rt_udp",
	.summary = "round trip through UDP over the loopback",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS_32K},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_udp);
