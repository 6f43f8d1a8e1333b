/* SPDX-License-Identifier: MIT */
/*
 * Start another program the cheap way: vfork() lends the child the parent's memory until it calls
 * exec. The program is tollgate itself with a sub-command that exits at once, so the figure
 * contains loading it with its libraries, and it does not depend on the size of the parent's
 * memory.
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

static void make(struct worker *w)
{
	offspring_make(w, offspring_vfork_exec);
}

static const struct bench_case create_vfork_exec = {
	.name = "create_vfork_exec",
	.summary = "vfork and exec a program that exits at once, and reap it",
	.op = "program",
	.local_size = sizeof(struct births),
	.profile_min = BENCH_FROM_FULL,
	CREATE_CASE(make),
};
BENCH_REGISTER(create_vfork_exec);
