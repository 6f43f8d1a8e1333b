/* SPDX-License-Identifier: MIT */
/*
 * gil_ticks - the lock of CPython 2 and 3.0, 3.1 (Python/ceval.c, Python/thread_pthread.h of 2.7):
 * every hundredth check point the holder lets go and wants the lock back at once. No wait, no
 * hand-over, no fairness.
 *
 * The count of check points is one for all threads. Who holds the lock keeps it in its own seat, so
 * that a check point is one decrement and one branch, and hands it on with the lock.
 */
#include "harness/gil/gil.h"

static void fetch_ticker(struct gil_seat *me)
{
	me->ticker = me->gil->ticker;
}

static void return_ticker(struct gil_seat *me)
{
	me->gil->ticker = me->ticker;
}

/* On Linux: a POSIX semaphore. sem_wait() itself tries first and sleeps only then. */
static bool take_semaphore(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;
	const bool waited = !gil->os->try_semaphore(&gil->semaphore);

	(void)after_call;
	if (waited) {
		gil_count(me, GIL_SLEEPING_WAITS);
		/* relaxed: only counted, for barges */
		atomic_fetch_add_explicit(&gil->sleepers, 1, memory_order_relaxed);
		while (!gil->os->wait_semaphore(&gil->semaphore))
			;
		atomic_fetch_sub_explicit(&gil->sleepers, 1, memory_order_relaxed);
	} else if (atomic_load_explicit(&gil->sleepers, memory_order_relaxed)) {
		gil_count(me, GIL_BARGES);
	}
	fetch_ticker(me);
	return waited;
}

static void drop_semaphore(struct gil_seat *me)
{
	return_ticker(me);
	me->gil->os->post_semaphore(&me->gil->semaphore);
}

/* Elsewhere (macOS): a flag, a mutex and a condition that is signalled after the unlock. */
static bool take_flag(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;

	(void)after_call;
	gil->os->lock(&gil->mutex);
	const bool waited = gil->locked;

	if (!waited && gil->waiting)
		gil_count(me, GIL_BARGES);
	while (gil->locked) {
		gil_count(me, GIL_SLEEPING_WAITS);
		gil->waiting++;
		gil->os->wait(&gil->cond, &gil->mutex);
		gil->waiting--;
	}
	gil->locked = true;
	gil->os->unlock(&gil->mutex);
	fetch_ticker(me);
	return waited;
}

static void drop_flag(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	return_ticker(me);
	gil->os->lock(&gil->mutex);
	gil->locked = false;
	gil->os->unlock(&gil->mutex);
	gil->os->signal(&gil->cond);
}

const struct gil_policy gil_policy_27 = {
	.take = take_semaphore,
	.drop = drop_semaphore,
};

const struct gil_policy gil_policy_27_cond = {
	.take = take_flag,
	.drop = drop_flag,
};
