/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory, announced by a mutex with a condition variable per direction, the way
 * of the textbook. The signal is given after the mutex is released, because the woken side would
 * otherwise find it taken and sleep again.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_IN_MEMORY, why);
}

static bool post(struct talk *talk)
{
	struct talk_line *his = talk->his;

	errno = pthread_mutex_lock(&his->mutex);
	if (errno)
		return false;
	talk_count_post(talk);
	errno = pthread_mutex_unlock(&his->mutex);
	if (!errno)
		errno = pthread_cond_signal(&his->condition);
	return errno == 0;
}

static bool await(struct talk *talk)
{
	struct talk_line *mine = talk->mine;
	int error = pthread_mutex_lock(&mine->mutex);

	while (!error && !talk_is_posted(talk))
		error = pthread_cond_wait(&mine->condition, &mine->mutex);
	mine->taken++;
	errno = error ? error : pthread_mutex_unlock(&mine->mutex);
	return errno == 0;
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_condvar = {
	.name = "rt_condvar",
	.summary = "message in shared memory, mutex and condition variable to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_condvar);
