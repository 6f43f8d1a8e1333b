/* SPDX-License-Identifier: MIT */
/*
 * A round trip through a pair of unix sockets, type stream: a stream of bytes without message
 * boundaries. multiprocessing.Pipe() uses this type. A socket does more than a pipe for each
 * message: it allocates a buffer with a header and accounts for it.
 *
 * Its readers and writers wait in one queue, so freeing the buffer of a request that was read also
 * wakes the partner that sleeps for the answer: more context switches than messages, and their
 * number varies. They are counted but not judged. The other two types filter such wake-ups.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <sys/socket.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_TRAVELS, why) && talk_open_sockets(t, SOCK_STREAM, why);
}

ROUND_TRIP(converse, talk_write, talk_read)

static const struct bench_case rt_unix_stream = {
	.name = "rt_unix_stream",
	.summary = "round trip through unix sockets, stream",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_counted,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_unix_stream);
