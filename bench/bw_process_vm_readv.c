/* SPDX-License-Identifier: MIT */
/*
 * Large messages without a detour: the receiver copies each out of the sender's memory with
 * process_vm_readv(), and all that travels is that one is ready, and that its buffer is free again, on
 * an eventfd each way. The sender has a few buffers, so that it can write while the other still reads.
 */
#include "harness/bench.h"
#include "harness/kit/transfer.h"

#define BUFFERS 4

enum { SENDER, RECEIVER };

static struct transfer_credit *credit_of(const struct talk *talk)
{
	return &((struct transfer *)talk->own)->credit[talk->index];
}

static bool setup(struct trial *t, struct reason *why)
{
	struct transfer *transfer = t->shared;

	transfer->credit[SENDER].left = BUFFERS - 1; /* it writes into the first one already */
	return talk_open(t, TALK_TRAVELS, why) && talk_open_events(t, why) &&
	       talk_may_read_memory(t, why) && transfer_open_buffers(t, BUFFERS, why);
}

/* Use up one of what the other side has granted; wait for more when there is none. */
static bool take_credit(struct talk *talk)
{
	struct transfer_credit *credit = credit_of(talk);

	errno = 0; /* the end of file leaves it so */
	if (!credit->left && read_all(talk->in, &credit->left, sizeof(credit->left)) != 1)
		return false;
	credit->left--;
	return true;
}

static bool offer(struct talk *talk)
{
	talk->outgoing = transfer_buffer(talk, talk->sent);
	return talk_post_event(talk) && take_credit(talk);
}

static bool fetch(struct talk *talk)
{
	return take_credit(talk) && talk_read_memory(talk, transfer_buffer(talk, talk->received)) &&
	       talk_post_event(talk);
}

TRANSFER(pour, offer, fetch)

static const struct bench_case bw_process_vm_readv = {
	.name = "bw_process_vm_readv",
	.summary = "throughput of reading out of the other process's memory",
	.profile_min = BENCH_FROM_FULL,
	.params = {TRANSFER_PARAM_SIZE},
	.variants = {TRANSFER_VARIANTS},
	.setup = setup,
	TRANSFER_CASE_PREPARED(pour, talk_prepare_readable),
};
BENCH_REGISTER(bw_process_vm_readv);
