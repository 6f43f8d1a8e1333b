/* SPDX-License-Identifier: MIT */
/*
 * How much a unix stream socket carries. Each write becomes buffers of its own, so that many small
 * messages fill the socket long before its bytes do; and whoever reads wakes the writer up for each of
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
