/* SPDX-License-Identifier: MIT */
/*
 * The cost of a thread: make one that returns at once, and wait for it. The number that it was
 * given must come back. This is the price of one thread per task, and the reason for thread pools.
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

static void make(struct worker *w)
{
	offspring_make(w, offspring_thread);
}

static const struct bench_case create_thread = {
	.name = "create_thread",
	.summary = "make a thread that returns at once, and join it",
	.op = "thread",
	.local_size = sizeof(struct births),
	.profile_min = BENCH_FROM_STANDARD,
	CREATE_CASE(make),
};
BENCH_REGISTER(create_thread);
