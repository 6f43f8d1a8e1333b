/* SPDX-License-Identifier: MIT */
/*
 * The throughput of TCP over the loopback. With nodelay=0 small messages that meet unacknowledged
 * data are gathered into larger segments (Nagle's algorithm), and with nodelay=1 each is sent at
 * once. The parameter shows this difference for a stream of small messages.
 */
#include "harness/bench.h"
#include "harness/kit/transfer.h"

enum { PARAM_NODELAY = TRANSFER_PARAMS };

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_tcp(t, t->params[PARAM_NODELAY], why);
}

TRANSFER(pour, talk_write, talk_read)

static const struct bench_case bw_tcp = {
	.name = "bw_tcp",
	.summary = "throughput of TCP over the loopback",
	.profile_min = BENCH_FROM_FULL,
	.params = {TRANSFER_PARAM_SIZE,
		   {"nodelay", 1, 0, 1, "1: send small data at once (TCP_NODELAY)"}},
	.variants = {TRANSFER_VARIANTS, "size=64;nodelay=0"},
	.setup = setup,
	TRANSFER_CASE(pour),
};
BENCH_REGISTER(bw_tcp);
