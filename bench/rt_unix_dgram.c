/* SPDX-License-Identifier: MIT */
/*
 * A round trip through a pair of unix sockets, type dgram: messages, each delivered whole or not at
 * all. multiprocessing.Pipe() uses the stream type. A socket does more than a pipe for each
 * message: it allocates a buffer with a header and accounts for it.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <sys/socket.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_sockets(t, SOCK_DGRAM, why);
}

ROUND_TRIP(converse, talk_send, talk_receive)

static const struct bench_case rt_unix_dgram = {
	.name = "rt_unix_dgram",
	.summary = "round trip through unix sockets, dgram",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS_32K},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_unix_dgram);
