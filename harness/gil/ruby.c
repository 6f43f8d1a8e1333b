/* SPDX-License-Identifier: MIT */
/*
 * ruby - the global VM lock of Ruby 2.6 to 3.1 (thread_pthread.c): a queue, a condition for each
 * thread, and no clock. One of the waiters, the timer, sleeps for a quantum and then interrupts the
 * owner. An owner that is interrupted lets go, wakes the first of the queue and waits until that one
 * has the lock.
 */
#include "harness/gil/gil.h"

#include "harness/lock/posix.h"

#define QUANTUM_NS UINT64_C(100000000)

static void init(struct gil *gil, bool processes)
{
	struct gil_ruby *own = &gil->state.ruby;

	own->timed_out = true;
	lock_cond_init(&own->switch_cond, processes);
	lock_cond_init(&own->yielders_cond, processes);
}

static void destroy(struct gil *gil)
{
	struct gil_ruby *own = &gil->state.ruby;

	must(pthread_cond_destroy(&own->yielders_cond));
	must(pthread_cond_destroy(&own->switch_cond));
}

static void init_seat(struct gil_seat *seat, bool processes)
{
	lock_cond_init(&seat->state.ruby.turn, processes);
}

static void destroy_seat(struct gil_seat *seat)
{
	must(pthread_cond_destroy(&seat->state.ruby.turn));
}

static void enqueue(struct gil_seat *me)
{
	struct gil_ruby *own = &me->gil->state.ruby;

	me->state.ruby.next = NULL;
	if (own->last)
		own->last->state.ruby.next = me;
	else
		own->first = me;
	own->last = me;
}

/* Leave the queue with the lock. ME need not be the first: it may have woken up for no reason. */
static void dequeue(struct gil_seat *me)
{
	struct gil_ruby *own = &me->gil->state.ruby;
	struct gil_seat *before = NULL;

	for (struct gil_seat *seat = own->first; seat != me; seat = seat->state.ruby.next)
		before = seat;
	if (before)
		before->state.ruby.next = me->state.ruby.next;
	else
		own->first = me->state.ruby.next;
	if (own->last == me)
		own->last = before;
}

static void interrupt(struct gil_seat *me, struct gil_seat *owner)
{
	gil_count(me, GIL_DROP_REQUESTS);
	atomic_fetch_or_explicit(&owner->breaker, me->gil->poll_bits, memory_order_relaxed);
}

/* Keep the time for the others. A wait that was cut short goes on with the rest of the quantum. */
static void wait_as_timer(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_ruby *own = &gil->state.ruby;

	own->timer = me;
	if (own->timed_out)
		own->timer_until_ns = gil->os->now_ns() + gil->quantum_ns;
	own->timed_out = !gil->os->wait_until(&me->state.ruby.turn, &gil->mutex,
					      own->timer_until_ns);
	if (own->timed_out)
		gil_count(me, GIL_TIMEOUTS);
	if (own->owner)
		interrupt(me, own->owner);
	own->timer = NULL;
}

static void wait_in_queue(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_ruby *own = &gil->state.ruby;

	enqueue(me);
	do {
		gil_count(me, GIL_SLEEPING_WAITS);
		if (own->timer)
			gil->os->wait(&me->state.ruby.turn, &gil->mutex);
		else
			wait_as_timer(me);
	} while (own->owner);
	dequeue(me);
	if (own->need_yield) {
		own->need_yield = false;
		gil->os->signal(&own->switch_cond);
	}
}

/* The mutex is held. */
static bool acquire(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_ruby *own = &gil->state.ruby;
	const bool waited = own->owner != NULL;

	if (waited) {
		wait_in_queue(me);
	} else {
		if (own->first)
			gil_count(me, GIL_BARGES);
		own->timed_out = true;
	}
	own->owner = me;
	if (!own->timer &&
	    own->last) /* the last of the queue is to keep the time, as it will wait longest */
		gil->os->signal(&own->last->state.ruby.turn);
	return waited;
}

/* The mutex is held. Gives the first of the queue. */
static struct gil_seat *release(struct gil *gil)
{
	struct gil_ruby *own = &gil->state.ruby;

	own->owner = NULL;
	if (own->first)
		gil->os->signal(&own->first->state.ruby.turn);
	return own->first;
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
	struct gil_ruby *own = &gil->state.ruby;

	gil_count(me, GIL_FORCED_WAITS);
	own->need_yield = own->wait_yield = true;
	while (own->need_yield)
		gil->os->wait(&own->switch_cond, &gil->mutex);
	own->wait_yield = false;
	gil->os->broadcast(&own->yielders_cond);
}

static bool yield(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_ruby *own = &gil->state.ruby;

	atomic_store_explicit(&me->breaker, 0, memory_order_relaxed);
	gil->os->lock(&gil->mutex);
	struct gil_seat *next = release(gil);

	if (own->wait_yield) {
		while (own->wait_yield)
			gil->os->wait(&own->yielders_cond, &gil->mutex);
	} else if (next) {
		wait_for_taker(me);
	} else {
		gil->os->unlock(&gil->mutex);
		gil->os->step_aside();
		gil->os->lock(&gil->mutex);
		gil->os->broadcast(&own->yielders_cond);
	}
	bool waited = acquire(me);

	gil->os->unlock(&gil->mutex);
	return waited;
}

const struct gil_policy gil_policy_ruby = {
	.init = init,
	.destroy = destroy,
	.init_seat = init_seat,
	.destroy_seat = destroy_seat,
	.take = take,
	.drop = drop,
	.yield = yield,
	.quantum_ns = QUANTUM_NS,
};
