/* SPDX-License-Identifier: MIT */
/*
 * A pipe into which nothing is copied: vmsplice() puts the sender's pages there, and only the
 * receiver copies. In return the sender may not touch a page until it has left the pipe. Here it
 * uses enough buffers in turn that a page has been read before its turn comes again: a pipe of n
 * pages holds n pieces of memory, however small, so the piece that was put there n pieces ago has
 * left.
 */
#include "harness/bench.h"
#include "harness/kit/transfer.h"

#include <fcntl.h>
#include <sys/uio.h>

enum { PARAM_CAPACITY = TRANSFER_PARAMS };

#define PAGE_SIZE 4096

static bool setup(struct trial *t, struct reason *why)
{
	const size_t pieces = (size_t)t->params[PARAM_CAPACITY] * 2 /
			      PAGE_SIZE; /* rounded up to whole pages */
	const size_t per_message = ((size_t)t->params[TALK_SIZE] + PAGE_SIZE - 1) / PAGE_SIZE;

	return talk_open(t, TALK_TRAVELS, why) &&
	       transfer_open_pipe(t, t->params[PARAM_CAPACITY], why) &&
	       transfer_open_buffers(t, pieces / per_message + 2, why);
}

static bool lend(struct talk *talk)
{
	for (size_t at = 0; at < talk->size;) {
		const struct iovec piece = {talk->outgoing + at, talk->size - at};
		const ssize_t n = vmsplice(talk->out, &piece, 1, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	talk->outgoing = transfer_buffer(talk, talk->sent);
	return true;
}

TRANSFER(pour, lend, talk_read)

static const struct bench_case bw_vmsplice = {
	.name = "bw_vmsplice",
	.summary = "throughput of a pipe that is lent pages (vmsplice)",
	.profile_min = BENCH_FROM_FULL,
	.params = {TRANSFER_PARAM_SIZE, TRANSFER_PARAM_CAPACITY},
	.variants = {TRANSFER_VARIANTS, "size=1048576;capacity=1048576"},
	.setup = setup,
	TRANSFER_CASE(pour),
};
BENCH_REGISTER(bw_vmsplice);
