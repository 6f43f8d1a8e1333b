/* SPDX-License-Identifier: MIT */
/*
 * parking - the parking mutex of CPython 3.13 and later (PyMutex: Python/lock.c,
 * Python/parking_lot.c), after WebKit's WTF::Lock.
 *
 * One byte says whether the mutex is held and whether somebody is parked. A worker that finds it held
 * yields some times, then queues up beside the mutex and sleeps. The holder that lets go wakes the
 * first in the queue. That one has to win the mutex like everybody else, unless it has waited longer
 * than fair_ns: then the mutex is handed to it without ever being free. CPython keeps the queues of
 * all its mutexes in one table of 257. Here is one mutex, so its queue lies beside it.
 *
 * It is plain data plus a process-shared mutex, so it may lie in the arena, if the waiters do.
 */
#ifndef TOLLGATE_LOCK_PARKING_H
#define TOLLGATE_LOCK_PARKING_H

#include <stdatomic.h>

#include "harness/lock/futex.h"
#include "harness/lock/posix.h"

#define PARKING_SPINS_DEFAULT   40u /* builds without a GIL; 0 in those with one */
#define PARKING_FAIR_NS_DEFAULT UINT64_C(1000000)

/* A worker's place in the queue. One per worker is enough: it waits at one mutex at a time. */
struct parking_waiter {
	struct parking_waiter *next;
	uint64_t fair_from_ns; /* from then on the mutex is handed over */
	bool handed_over;
	_Atomic uint32_t awake; /* futex: 0 parked, 1 woken */
};

struct parking_mutex {
	_Atomic uint8_t bits; /* 0 free; PARKING_LOCKED and PARKING_PARKED */
	bool shared;
	unsigned spins;
	uint64_t fair_ns;

	_Alignas(SHARED_LINE) pthread_mutex_t queue; /* guards the members that follow */
	struct parking_waiter *first, *last;
};

enum { PARKING_LOCKED = 1, PARKING_PARKED = 2 };

void parking_init(struct parking_mutex *mutex, unsigned spins, uint64_t fair_ns,
		  bool process_shared);
void parking_destroy(struct parking_mutex *mutex);

/* The slow path of a take. False if the mutex was not free before UNTIL_NS (CLOCK_MONOTONIC). */
bool parking_wait(struct parking_mutex *mutex, struct parking_waiter *me, uint64_t until_ns);
/* The slow path of letting go. */
void parking_wake(struct parking_mutex *mutex);

LOCK_INLINE bool parking_try(struct parking_mutex *mutex)
{
	uint8_t free = 0;

	return atomic_compare_exchange_strong(&mutex->bits, &free, PARKING_LOCKED);
}

LOCK_INLINE void parking_lock(struct parking_mutex *mutex, struct parking_waiter *me)
{
	if (LOCK_RARELY(!parking_try(mutex)))
		parking_wait(mutex, me, FUTEX_FOREVER);
}

LOCK_INLINE int parking_timed(struct parking_mutex *mutex, struct parking_waiter *me,
			      uint64_t until_ns)
{
	return parking_try(mutex) || parking_wait(mutex, me, until_ns) ? 0 : ETIMEDOUT;
}

LOCK_INLINE void parking_unlock(struct parking_mutex *mutex)
{
	uint8_t locked = PARKING_LOCKED;

	if (LOCK_RARELY(!atomic_compare_exchange_strong(&mutex->bits, &locked, 0)))
		parking_wake(mutex);
}

#endif
