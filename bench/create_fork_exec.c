/* SPDX-License-Identifier: MIT */
/*
 * Start another program the traditional way: fork, then exec in the child. Everything that fork
 * copies for the child is thrown away a moment later. create_vfork_exec, which lends the memory
 * instead, shows the cost of that copy.
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

static void make(struct worker *w)
{
	offspring_make(w, offspring_fork_exec);
}

static const struct bench_case create_fork_exec = {
	.name = "create_fork_exec",
	.summary = "fork and exec a program that exits at once, and reap it",
	.op = "program",
	.local_size = sizeof(struct births),
	.profile_min = BENCH_FROM_FULL,
	CREATE_CASE(make),
};
BENCH_REGISTER(create_fork_exec);
