/* SPDX-License-Identifier: MIT */
#include "harness/lock/parking.h"

#include <sched.h>

#include "harness/base/clock.h"

void parking_init(struct parking_mutex *mutex, unsigned spins, uint64_t fair_ns,
		  bool process_shared)
{
	*mutex = (struct parking_mutex){
		.shared = process_shared, .spins = spins, .fair_ns = fair_ns};
	lock_mutex_init(&mutex->queue, process_shared);
}

void parking_destroy(struct parking_mutex *mutex)
{
	must(pthread_mutex_destroy(&mutex->queue));
}

/* Queue up, unless the bits have changed since they were set. The queue is held. */
static bool enqueue(struct parking_mutex *mutex, struct parking_waiter *me)
{
	if (atomic_load(&mutex->bits) != (PARKING_LOCKED | PARKING_PARKED))
		return false;
	me->next = NULL;
	me->handed_over = false;
	atomic_store_explicit(&me->awake, 0, memory_order_relaxed);
	if (mutex->first)
		mutex->last->next = me;
	else
		mutex->first = me;
	mutex->last = me;
	return true;
}

/* Leave the queue. False if somebody is waking this waiter already. The queue is held. */
static bool dequeue(struct parking_mutex *mutex, struct parking_waiter *me)
{
	struct parking_waiter *before = NULL, *at = mutex->first;

	for (; at && at != me; at = at->next)
		before = at;
	if (!at)
		return false;
	if (before)
		before->next = me->next;
	else
		mutex->first = me->next;
	if (mutex->last == me)
		mutex->last = before;
	return true;
}

enum parked { PARK_AGAIN, PARK_WOKEN, PARK_LATE };

/* Sleep in the queue. AGAIN: the mutex changed before this waiter was in it. */
static enum parked park(struct parking_mutex *mutex, struct parking_waiter *me, uint64_t until_ns)
{
	bool queued, in_time = true;

	must(pthread_mutex_lock(&mutex->queue));
	queued = enqueue(mutex, me);
	must(pthread_mutex_unlock(&mutex->queue));
	if (!queued)
		return PARK_AGAIN;
	while (in_time && !atomic_load(&me->awake))
		in_time = futex_wait(&me->awake, 0, until_ns, mutex->shared);
	if (in_time)
		return PARK_WOKEN;
	must(pthread_mutex_lock(&mutex->queue));
	queued = dequeue(mutex, me);
	must(pthread_mutex_unlock(&mutex->queue));
	if (queued)
		return PARK_LATE;
	while (!atomic_load(
		&me->awake)) /* woken at the last moment: it may have been handed over */
		futex_wait(&me->awake, 0, FUTEX_FOREVER, mutex->shared);
	return PARK_WOKEN;
}

bool parking_wait(struct parking_mutex *mutex, struct parking_waiter *me, uint64_t until_ns)
{
	uint8_t seen = atomic_load_explicit(&mutex->bits, memory_order_relaxed);
	unsigned spins = 0;

	me->fair_from_ns = clock_now_ns() + mutex->fair_ns;
	for (;;) {
		if (!(seen & PARKING_LOCKED)) {
			if (atomic_compare_exchange_strong(&mutex->bits, &seen,
							   seen | PARKING_LOCKED))
				return true;
			continue;
		}
		if (!(seen & PARKING_PARKED) && spins < mutex->spins) {
			sched_yield(); /* without another look at the bits, as in CPython */
			spins++;
			continue;
		}
		if (!(seen & PARKING_PARKED) &&
		    !atomic_compare_exchange_strong(&mutex->bits, &seen, seen | PARKING_PARKED))
			continue;
		enum parked parked = park(mutex, me, until_ns);

		if (parked == PARK_WOKEN && me->handed_over)
			return true;
		if (parked == PARK_LATE)
			return false;
		seen = atomic_load_explicit(&mutex->bits, memory_order_relaxed);
	}
}

void parking_wake(struct parking_mutex *mutex)
{
	struct parking_waiter *first;
	uint8_t bits = 0;

	must(pthread_mutex_lock(&mutex->queue));
	first = mutex->first;
	if (first) {
		mutex->first = first->next;
		first->handed_over = clock_now_ns() > first->fair_from_ns;
		bits = (uint8_t)((first->handed_over ? PARKING_LOCKED : 0) |
				 (mutex->first ? PARKING_PARKED : 0));
	}
	if (!mutex->first)
		mutex->last = NULL;
	atomic_store(&mutex->bits, bits);
	must(pthread_mutex_unlock(&mutex->queue));
	if (!first)
		return; /* the bit said parked, but the waiter has given up */
	atomic_store(&first->awake, 1);
	futex_wake(&first->awake, 1, mutex->shared);
}
