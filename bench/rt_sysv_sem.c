/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, announced by a System V semaphore per direction. Such a semaphore
 * outlives its makers, so a small process watches them and removes it (offspring_keep).
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>

enum { THERE, BACK };

static bool setup(struct trial *t, struct reason *why)
{
	struct talks *talks = t->shared;
	struct talk *asker = t->slots[0].local, *answerer = t->slots[1].local;

	if (!talk_open(t, TALK_IN_MEMORY, why))
		return false;
	if (!offspring_keep(&talks->keeper, OFFSPRING_KEEPS_SEMAPHORE, talks->ids, 2))
		return refuse(why, "cannot make two semaphores (kernel.sem): %s", strerror(errno));
	asker->out = answerer->in = talks->ids[THERE];
	asker->in = answerer->out = talks->ids[BACK];
	return true;
}

static bool change(int id, short by)
{
	struct sembuf operation = {.sem_op = by};
	int result;

	do
		result = semop(id, &operation, 1);
	while (result == -1 && errno == EINTR);
	return result == 0;
}

static bool post(struct talk *talk)
{
	return change(talk->out, 1);
}

static bool await(struct talk *talk)
{
	return change(talk->in, -1);
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_sysv_sem = {
	.name = "rt_sysv_sem",
	.summary = "message in shared memory, System V semaphores to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_sysv_sem);
