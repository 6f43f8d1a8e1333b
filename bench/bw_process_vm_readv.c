/* SPDX-License-Identifier: MIT */
/*
 * Large messages with a single copy: the receiver reads each one directly out of the sender's
 * memory with process_vm_readv(). An eventfd each way tells that a message is ready and that its
 * buffer is free again. The sender has a few buffers, so that it can write while the other side
 * still reads.
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

	transfer->credit[SENDER].left = BUFFERS -
					1; /* the sender writes into the first one already */
	return talk_open(t, TALK_TRAVELS, why) && talk_open_events(t, why) &&
	       talk_may_read_memory(t, why) && transfer_open_buffers(t, BUFFERS, why);
}

/* Use one message of the other side's grant. If none is left, wait for more. */
static bool take_credit(struct talk *talk)
{
	struct transfer_credit *credit = credit_of(talk);

	errno = 0; /* end of file leaves errno unchanged */
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
