/* SPDX-License-Identifier: MIT */
/*
 * Start another program the portable way: posix_spawn(), which the C library builds on the same
 * lent memory as vfork(). The difference from create_vfork_exec is signal masks and bookkeeping.
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

static void make(struct worker *w)
{
	offspring_make(w, offspring_posix_spawn);
}

static const struct bench_case create_posix_spawn = {
	.name = "create_posix_spawn",
	.summary = "posix_spawn a program that exits at once, and reap it",
	.op = "program",
	.local_size = sizeof(struct births),
	.profile_min = BENCH_FROM_FULL,
	CREATE_CASE(make),
};
BENCH_REGISTER(create_posix_spawn);
