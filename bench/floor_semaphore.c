/* SPDX-License-Identifier: MIT */
/*
 * Post and wait on an uncontended POSIX semaphore. This makes no system call. It is the two atomic
 * instructions that every Lock of multiprocessing begins with. In mode process the semaphore can be
 * shared between processes.
 */
#include "harness/bench.h"

#include <semaphore.h>

static void post_and_wait(struct worker *w)
{
	sem_t *semaphore = w->shared;

	for (uint64_t n = w->batch; n; n--) {
		sem_post(semaphore);
		sem_wait(
			semaphore); /* its value is one, so it cannot block and nothing interrupts it */
	}
}

static bool setup(struct trial *t, struct reason *why)
{
	(void)why;
	must_sys(sem_init(t->shared, t->processes, 0));
	return true;
}

static void teardown(struct trial *t)
{
	must_sys(sem_destroy(t->shared));
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	int value = -1;

	(void)epoch;
	(void)metrics;
	must_sys(sem_getvalue(t->shared, &value));
	return value == 0 || refuse(why, "the semaphore is left at %d", value);
}

static const struct bench_case floor_semaphore = {
	.name = "floor_semaphore",
	.summary = "post and wait on an uncontended semaphore",
	.op = "pair",
	.family = BENCH_FLOOR,
	.ladder = BENCH_LADDER_OP,
	.modes = "none,process",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.shared_size = sizeof(sem_t),
	.setup = setup,
	.teardown = teardown,
	.run = {[SYNC_NONE] = post_and_wait, [SYNC_MUTEX] = post_and_wait},
	.check = check,
};
BENCH_REGISTER(floor_semaphore);
