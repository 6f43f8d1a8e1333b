/* SPDX-License-Identifier: MIT */
/*
 * The cheapest system call, getppid(). Anything else that goes through the kernel costs at least
 * this. `perf bench syscall basic` makes the same call.
 */
#include "harness/bench.h"

#include <sys/syscall.h>
#include <unistd.h>

struct caller {
	uint64_t different;
};

static void ask_kernel(struct worker *w)
{
	struct caller *caller = w->local;
	const long parent = syscall(SYS_getppid);
	uint64_t different = 0;

	for (uint64_t n = w->batch; n; n--)
		different += syscall(SYS_getppid) != parent;
	caller->different += different;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct caller *caller = t->slots[0].local;

	(void)epoch;
	(void)metrics;
	return !caller->different || refuse(why, "getppid gave another answer %llu times",
					    (unsigned long long)caller->different);
}

static const struct bench_case floor_syscall = {
	.name = "floor_syscall",
	.summary = "one system call that does almost nothing (getppid)",
	.op = "call",
	.family = BENCH_FLOOR,
	.ladder = BENCH_LADDER_OP,
	.modes = "none",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_STANDARD,
	.local_size = sizeof(struct caller),
	.run = {[SYNC_NONE] = ask_kernel},
	.check = check,
};
BENCH_REGISTER(floor_syscall);
