/* SPDX-License-Identifier: MIT */
/*
 * Write a byte into a pipe and read it back in the same worker: the cost of the two system calls of
 * a message without a wake-up and without a switch.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct monologue {
	int ends[2];
	unsigned char number;
	uint64_t wrong;
	int error;
};

static void talk_to_oneself(struct worker *w)
{
	struct monologue *pipe = w->local;

	for (uint64_t n = w->batch; n; n--) {
		unsigned char said = ++pipe->number, heard = 0;

		if (!write_all(pipe->ends[1], &said, 1) ||
		    read_all(pipe->ends[0], &heard, 1) != 1) {
			pipe->error = errno;
			w->done = w->batch - n;
			return;
		}
		pipe->wrong += said != heard;
	}
}

static bool setup(struct trial *t, struct reason *why)
{
	struct monologue *pipe = t->slots[0].local;

	return pipe2(pipe->ends, O_CLOEXEC) == 0 ||
	       refuse(why, "cannot make a pipe: %s", strerror(errno));
}

static void teardown(struct trial *t)
{
	const struct monologue *pipe = t->slots[0].local;

	must_sys(close(pipe->ends[0]));
	must_sys(close(pipe->ends[1]));
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct monologue *pipe = t->slots[0].local;

	(void)metrics;
	if (pipe->error || epoch->ops != epoch->batch)
		return refuse(why, "stopped after %llu bytes: %s", (unsigned long long)epoch->ops,
			      strerror(pipe->error));
	return !pipe->wrong ||
	       refuse(why, "%llu bytes came back changed", (unsigned long long)pipe->wrong);
}

static const struct bench_case floor_self_pipe = {
	.name = "floor_self_pipe",
	.summary = "write a byte into a pipe and read it back in the same worker",
	.op = "byte",
	.family = BENCH_FLOOR,
	.ladder = BENCH_LADDER_OP,
	.modes = "none",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.local_size = sizeof(struct monologue),
	.setup = setup,
	.teardown = teardown,
	.run = {[SYNC_NONE] = talk_to_oneself},
	.check = check,
};
BENCH_REGISTER(floor_self_pipe);
