/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two POSIX message queues: messages with a priority, in a queue that has a
 * name. The kernel limits their size (fs.mqueue.msgsize_max, usually 8 KiB). The names are unlinked
 * before the first message is sent.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_queues(t, 1, why);
}

ROUND_TRIP(converse, talk_mq_send, talk_mq_receive)

static const struct bench_case rt_posix_mq = {
	.name = "rt_posix_mq",
	.summary = "round trip through two POSIX message queues",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS_8K},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_posix_mq);
