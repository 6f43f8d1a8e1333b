/* SPDX-License-Identifier: MIT */
/*
 * A round trip through one of Python's two-way pipes, multiprocessing.Pipe(). It is a pair of unix
 * stream sockets, with the framing of mp_pipe_simplex. The raw variant is rt_unix_stream. As there,
 * the switches are counted and not judged, because readers and writers of a stream socket sleep in
 * one queue.
 */
#include "harness/bench.h"
#include "harness/python/talk.h"

#include <sys/socket.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_sockets(t, SOCK_STREAM, why);
}

ROUND_TRIP(converse, twin_talk_send, twin_talk_receive)

static const struct bench_case mp_pipe_duplex = {
	.name = "mp_pipe_duplex",
	.summary = "round trip through one of Python's Pipe()",
	.switches = talk_switches_counted,
	.setup = setup,
	TWIN_ROUND_TRIP(converse, sizeof(struct talks), sizeof(struct talk), talk_prepare,
			talk_teardown),
};
BENCH_REGISTER(mp_pipe_duplex);
