/* SPDX-License-Identifier: MIT */
/*
 * The message stays in the sender's own memory. An eventfd wakes the receiver, which copies the
 * message out of there with process_vm_readv(). That makes one copy for any size, where a pipe or a
 * socket makes two, provided that the kernel allows one process to read the other.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_events(t, why) &&
	       talk_may_read_memory(t, why);
}

static bool receive(struct talk *talk)
{
	/* the object that this side waits on holds the other side's address */
	return talk_await_event(talk) && talk_read_memory(talk, talk->his->message);
}

ROUND_TRIP(converse, talk_post_event, receive)

static const struct bench_case rt_process_vm_readv = {
	.name = "rt_process_vm_readv",
	.summary = "message read out of the other process's memory, eventfds to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE_PREPARED(converse, talk_prepare_readable),
};
BENCH_REGISTER(rt_process_vm_readv);
