/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, announced by a POSIX semaphore per direction, the base of
 * multiprocessing.Lock and Semaphore. A side enters the kernel only if it must wait.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <semaphore.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_IN_MEMORY, why);
}

static bool post(struct talk *talk)
{
	return sem_post(&talk->his->semaphore) == 0;
}

static bool await(struct talk *talk)
{
	int result;

	do
		result = sem_wait(&talk->mine->semaphore);
	while (result == -1 && errno == EINTR);
	return result == 0;
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_posix_sem = {
	.name = "rt_posix_sem",
	.summary = "message in shared memory, POSIX semaphores to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_posix_sem);
