/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two of Python's multiprocessing.Queue. put() does not write to the pipe: it
 * takes a slot, appends to a deque and wakes a feeder thread, which writes. So every message costs
 * two wake-ups instead of one, the feeder's and the reader's. The comparison with mp_pipe_simplex
 * and mp_simplequeue shows that the dearer one is built on the cheaper.
 */
#include "harness/bench.h"
#include "harness/python/talk.h"

ROUND_TRIP(converse, twin_talk_put, twin_talk_get)

static const struct bench_case mp_queue = {
	.name = "mp_queue",
	.summary = "round trip through two of Python's Queue, each with its feeder thread",
	.setup = twin_talk_open_queues,
	TWIN_ROUND_TRIP(converse, sizeof(struct twin_talks), sizeof(struct twin_side),
			twin_talk_prepare, twin_talk_teardown),
};
BENCH_REGISTER(mp_queue);
