/* SPDX-License-Identifier: MIT */
/*
 * The throughput of a POSIX message queue. At most ten messages wait in it, which is the kernel's
 * limit for unprivileged users (fs.mqueue.msg_max), each of at most 8 KiB.
 */
#include "harness/bench.h"
#include "harness/kit/transfer.h"

#define SLOTS 10

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_queues(t, SLOTS, why);
}

TRANSFER(pour, talk_mq_send, talk_mq_receive)

static const struct bench_case bw_posix_mq = {
	.name = "bw_posix_mq",
	.summary = "throughput of a POSIX message queue",
	.profile_min = BENCH_FROM_FULL,
	.params = {{"size", 4096, 1, TALK_SIZE_MAX, "size of a message, bytes"}},
	.variants = {"size=4096", "size=64", "size=8192", "size=1"},
	.setup = setup,
	TRANSFER_CASE(pour),
};
BENCH_REGISTER(bw_posix_mq);
