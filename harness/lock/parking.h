/* SPDX-License-Identifier: MIT */
/*
 * parking - the parking mutex of CPython 3.13 and later (PyMutex: Python/lock.c,
 * Python/parking_lot.c), after WebKit's WTF::Lock.
 *
 * One byte says whether it is held and whether somebody is parked. Who finds it held yields some
 * times, then queues up beside the lock and sleeps. Who lets go wakes the first in the queue, which
 * has to win the lock like everybody else; only if it has waited longer than fair_ns already, the
 * lock is handed to it without ever being free. CPython keeps the queues of all its locks in one
 * table of 257; with one lock only one of them would be used, so the queue lies beside the lock.
 *
 * Plain data plus a process-shared mutex, so it may lie in the arena, if the waiters do.
 */
#ifndef TOLLGATE_LOCK_PARKING_H
#define TOLLGATE_LOCK_PARKING_H

#include <pthread.h>
#include <stdatomic.h>

#include "harness/lock/futex.h"

#define PARKING_SPINS_DEFAULT   40u /* builds without a GIL; 0 in those with one */
#define PARKING_FAIR_NS_DEFAULT UINT64_C(1000000)

/* A worker's place in the queue; one per worker is enough, it waits in one place at a time. */
struct parking_waiter {
	struct parking_waiter *next;
	uint64_t fair_from_ns; /* from then on the lock is handed over */
	bool handed_over;
	_Atomic uint32_t awake; /* futex: 0 parked, 1 woken */
};

struct parking_mutex {
	_Atomic uint8_t bits; /* 0 free; PARKING_LOCKED and PARKING_PARKED */
	bool shared;
	unsigned spins;
	uint64_t fair_ns;

	_Alignas(SHARED_LINE) pthread_mutex_t queue; /* guards what follows */
	struct parking_waiter *first, *last;
};

enum { PARKING_LOCKED = 1, PARKING_PARKED = 2 };

void parking_init(struct parking_mutex *mutex, unsigned spins, uint64_t fair_ns,
		  bool process_shared);
void parking_destroy(struct parking_mutex *mutex);

/* The slow sides; false if it was not free until UNTIL_NS (CLOCK_MONOTONIC). */
bool parking_wait(struct parking_mutex *mutex, struct parking_waiter *me, uint64_t until_ns);
void parking_wake(struct parking_mutex *mutex);

static inline __attribute__((always_inline)) bool parking_try(struct parking_mutex *mutex)
{
	uint8_t free = 0;

	return atomic_compare_exchange_strong(&mutex->bits, &free, PARKING_LOCKED);
}

static inline __attribute__((always_inline)) void parking_lock(struct parking_mutex *mutex,
							       struct parking_waiter *me)
{
	if (__builtin_expect(!parking_try(mutex), 0))
		parking_wait(mutex, me, FUTEX_FOREVER);
}

static inline __attribute__((always_inline)) void parking_unlock(struct parking_mutex *mutex)
{
	uint8_t locked = PARKING_LOCKED;

	if (__builtin_expect(!atomic_compare_exchange_strong(&mutex->bits, &locked, 0), 0))
		parking_wake(mutex);
}

#endif
