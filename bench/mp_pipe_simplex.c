/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two of Python's one-way pipes, multiprocessing.Pipe(duplex=False): a pipe of
 * the operating system each, and in front of every message its length in four bytes. The receiver
 * reads these separately, which makes 2 writes and 4 reads where rt_pipe has 2 and 2. The
 * difference between the two cases is the price of the framing, and the difference between this
 * case and Python's own figure is the interpreter.
 */
#include "harness/bench.h"
#include "harness/python/talk.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_pipes(t, why);
}

ROUND_TRIP(converse, twin_talk_send, twin_talk_receive)

static const struct bench_case mp_pipe_simplex = {
	.name = "mp_pipe_simplex",
	.summary = "round trip through two of Python's Pipe(duplex=False)",
	.switches = talk_switches_blocking,
	.setup = setup,
	TWIN_ROUND_TRIP(converse, sizeof(struct talks), sizeof(struct talk), talk_prepare,
			talk_teardown),
};
BENCH_REGISTER(mp_pipe_simplex);
