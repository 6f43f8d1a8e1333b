/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two pipes, the oldest way of talking. On one processing unit it costs two
 * system calls on either side and two context switches, and these are nearly all of it. On two
 * units the reader has gone to sleep, and waking its processor up may cost more than the switches.
 *
 * `perf bench sched pipe` does the same work and is the packaged program to compare with.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_pipes(t, why);
}

ROUND_TRIP(converse, talk_write, talk_read)

static const struct bench_case rt_pipe = {
	.name = "rt_pipe",
	.summary = "round trip through two pipes",
	.profile_min = BENCH_FROM_STANDARD,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_pipe);
