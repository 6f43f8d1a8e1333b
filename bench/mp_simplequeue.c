/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two of Python's SimpleQueue: a one-way pipe each, with a lock for its
 * readers and one for its writers. With one worker on either side the locks are uncontended, so
 * they cost a few instructions and no system call: a SimpleQueue should cost as much as its pipe
 * (mp_pipe_simplex).
 */
#include "harness/bench.h"
#include "harness/python/talk.h"

ROUND_TRIP(converse, twin_talk_put_simple, twin_talk_get_simple)

static const struct bench_case mp_simplequeue = {
	.name = "mp_simplequeue",
	.summary = "round trip through two of Python's SimpleQueue",
	.switches = talk_switches_blocking,
	.setup = twin_talk_open_simple,
	TWIN_ROUND_TRIP(converse, sizeof(struct twin_talks), sizeof(struct twin_side),
			twin_talk_prepare, twin_talk_teardown),
};
BENCH_REGISTER(mp_simplequeue);
