/* SPDX-License-Identifier: MIT */
/*
 * ticks - the lock of CPython 2 and 3.0, 3.1 (Python/ceval.c, Python/thread_pthread.h of 2.7): at every
 * hundredth check point the holder lets go and takes the lock back at once. There is no wait, no
 * hand-over and no fairness.
 *
 * All threads count check points with one counter. The holder of the lock keeps it in its own seat, so
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

/* ---- on Linux: a POSIX semaphore. sem_wait() itself tries first and sleeps only then. ---- */

static void init_semaphore(struct gil *gil, bool processes)
{
	must_sys(sem_init(&gil->state.semaphore.semaphore, processes, 1));
}

static void destroy_semaphore(struct gil *gil)
{
	must_sys(sem_destroy(&gil->state.semaphore.semaphore));
}

static bool take_semaphore(struct gil_seat *me, bool after_call)
{
	const struct gil_os *os = me->gil->os;
	struct gil_semaphore *own = &me->gil->state.semaphore;
	const bool waited = !os->try_semaphore(&own->semaphore);

	(void)after_call;
	if (waited) {
		gil_count(me, GIL_SLEEPING_WAITS);
		/* relaxed: only counted, for barges */
		atomic_fetch_add_explicit(&own->sleepers, 1, memory_order_relaxed);
		while (!os->wait_semaphore(&own->semaphore))
			;
		atomic_fetch_sub_explicit(&own->sleepers, 1, memory_order_relaxed);
	} else if (atomic_load_explicit(&own->sleepers, memory_order_relaxed)) {
		gil_count(me, GIL_BARGES);
	}
	fetch_ticker(me);
	return waited;
}

static void drop_semaphore(struct gil_seat *me)
{
	return_ticker(me);
	me->gil->os->post_semaphore(&me->gil->state.semaphore.semaphore);
}

/* ---- elsewhere (macOS): a flag, a mutex and a condition that is signalled after the unlock ---- */

static bool take_flag(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;

	(void)after_call;
	gil->os->lock(&gil->mutex);
	const bool waited = gil_set_flag(me);

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
	.init = init_semaphore,
	.destroy = destroy_semaphore,
	.take = take_semaphore,
	.drop = drop_semaphore,
	.counts_ticks = true,
};

const struct gil_policy gil_policy_27_cond = {
	.take = take_flag,
	.drop = drop_flag,
	.counts_ticks = true,
};
