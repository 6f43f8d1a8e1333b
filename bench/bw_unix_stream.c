/* SPDX-License-Identifier: MIT */
/*
 * The throughput of a unix stream socket. Each write becomes buffers of its own, so many small
 * messages fill the socket long before its byte limit, and the reader wakes the writer for each of
 * them.
 */
#include "harness/bench.h"
#include "harness/kit/transfer.h"

#include <sys/socket.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_sockets(t, SOCK_STREAM, why);
}

TRANSFER(pour, talk_write, talk_read)

static const struct bench_case bw_unix_stream = {
	.name = "bw_unix_stream",
	.summary = "throughput of a unix stream socket",
	.profile_min = BENCH_FROM_FULL,
	.params = {TRANSFER_PARAM_SIZE},
	.variants = {TRANSFER_VARIANTS},
	.setup = setup,
	TRANSFER_CASE(pour),
};
BENCH_REGISTER(bw_unix_stream);
