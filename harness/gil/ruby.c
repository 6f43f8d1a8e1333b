/* SPDX-License-Identifier: MIT */
/*
 * gil_ruby - the global VM lock of Ruby 2.6 to 3.1 (thread_pthread.c): a queue, a condition for each
 * thread, and no clock: one of the waiters, the timer, sleeps for a quantum and then interrupts the
 * owner. Who is interrupted lets go, wakes the first of the queue and waits until it has the lock.
 */
#include "harness/gil/gil.h"

#define QUANTUM_NS UINT64_C(100000000)

static void enqueue(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	me->next = NULL;
	if (gil->last)
		gil->last->next = me;
	else
		gil->first = me;
	gil->last = me;
}

/* Whoever got the lock leaves the queue, be it the first or one that woke up for no reason. */
static void dequeue(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_seat *before = NULL;

	for (struct gil_seat *seat = gil->first; seat != me; seat = seat->next)
		before = seat;
	if (before)
		before->next = me->next;
	else
		gil->first = me->next;
	if (gil->last == me)
		gil->last = before;
}

static void interrupt(struct gil_seat *me, struct gil_seat *owner)
{
	gil_count(me, GIL_DROP_REQUESTS);
	atomic_fetch_or_explicit(&owner->breaker, me->gil->poll_bits, memory_order_relaxed);
}

/* Keep the time for the others. A wait that was cut short goes on with what is left of it. */
static void wait_as_timer(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->timer = me;
	if (gil->timed_out)
		gil->timer_until_ns = gil->os->now_ns() + gil->quantum_ns;
	gil->timed_out = !gil->os->wait_until(&me->turn, &gil->mutex, gil->timer_until_ns);
	if (gil->timed_out)
		gil_count(me, GIL_TIMEOUTS);
	if (gil->owner)
		interrupt(me, gil->owner);
	gil->timer = NULL;
}

static void wait_in_queue(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	enqueue(me);
	do {
		gil_count(me, GIL_SLEEPING_WAITS);
		if (gil->timer)
			gil->os->wait(&me->turn, &gil->mutex);
		else
			wait_as_timer(me);
	} while (gil->owner);
	dequeue(me);
	if (gil->need_yield) {
		gil->need_yield = false;
		gil->os->signal(&gil->switch_cond);
	}
}

/* The mutex is held. */
static bool acquire(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	const bool waited = gil->owner != NULL;

	if (waited) {
		wait_in_queue(me);
	} else {
		if (gil->first)
			gil_count(me, GIL_BARGES);
		gil->timed_out = true;
	}
	gil->owner = me;
	if (!gil->timer && gil->last) /* somebody has to keep the time: who will wait longest */
		gil->os->signal(&gil->last->turn);
	return waited;
}

/* The mutex is held. Gives the first of the queue. */
static struct gil_seat *release(struct gil *gil)
{
	gil->owner = NULL;
	if (gil->first)
		gil->os->signal(&gil->first->turn);
	return gil->first;
}

static bool take(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;

	(void)after_call;
	gil->os->lock(&gil->mutex);
	bool waited = acquire(me);

	gil->os->unlock(&gil->mutex);
	return waited;
}

static void drop(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->mutex);
	release(gil);
	gil->os->unlock(&gil->mutex);
}

static void wait_for_taker(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil_count(me, GIL_FORCED_WAITS);
	gil->need_yield = gil->wait_yield = true;
	while (gil->need_yield)
		gil->os->wait(&gil->switch_cond, &gil->mutex);
	gil->wait_yield = false;
	gil->os->broadcast(&gil->yielders_cond);
}

static bool yield(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	atomic_store_explicit(&me->breaker, 0, memory_order_relaxed);
	gil->os->lock(&gil->mutex);
	struct gil_seat *next = release(gil);

	if (gil->wait_yield) {
		while (gil->wait_yield)
			gil->os->wait(&gil->yielders_cond, &gil->mutex);
	} else if (next) {
		wait_for_taker(me);
	} else {
		gil->os->unlock(&gil->mutex);
		gil->os->step_aside();
		gil->os->lock(&gil->mutex);
		gil->os->broadcast(&gil->yielders_cond);
	}
	bool waited = acquire(me);

	gil->os->unlock(&gil->mutex);
	return waited;
}

const struct gil_policy gil_policy_ruby = {
	.take = take,
	.drop = drop,
	.yield = yield,
	.quantum_ns = QUANTUM_NS,
};
