/* SPDX-License-Identifier: MIT */
/*
 * What a thread costs to have at all: make one that returns at once, and wait for it. The number it
 * was given must come back. This is the price of starting a thread per task, and why pools exist.
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
