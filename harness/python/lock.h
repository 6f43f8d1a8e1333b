/* SPDX-License-Identifier: MIT */
/*
 * twin_lock - multiprocessing's Lock, RLock, Semaphore, BoundedSemaphore and Condition (CPython:
 * Modules/_multiprocessing/semaphore.c, Lib/multiprocessing/synchronize.py).
 *
 * All are one POSIX semaphore. To take it is a sem_trywait(), and only if that fails and one may wait, a
 * waiting call: no system call where nobody is in the way. A Lock has no owner: whoever likes releases
 * it. An RLock remembers beside the semaphore, in each process by itself, how often which thread has it.
 *
 * CPython opens a semaphore by name and unlinks it; here it lies in memory that the processes share, which
 * is the same futex. CPython's deadlines are of the wall clock, these are of the monotonic one.
 */
#ifndef TOLLGATE_PYTHON_LOCK_H
#define TOLLGATE_PYTHON_LOCK_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "harness/python/twin.h"

enum twin_lock_kind { TWIN_LOCK, TWIN_RLOCK, TWIN_SEMAPHORE, TWIN_BOUNDED_SEMAPHORE };

/* What processes share: in the arena, before any of them exists. On a line of its own. */
struct twin_lock_shared {
	_Alignas(SHARED_LINE) sem_t semaphore;
	enum twin_lock_kind kind;
	unsigned value_max; /* of what may be released */
};

/* What each process has of its own: never in memory that others write to. Threads share it. */
struct twin_lock {
	struct twin_lock_shared *shared;
	_Atomic int count;             /* how often it is held by what this process did */
	_Atomic uintptr_t last_thread; /* who took it last, for RLock */
};

/* VALUE is of a (bounded) semaphore; a lock has 1. */
void twin_lock_init(struct twin_lock_shared *shared, enum twin_lock_kind kind, unsigned value);
void twin_lock_destroy(struct twin_lock_shared *shared);
/* In each process that uses it, after the fork: nothing is held there. */
void twin_lock_open(struct twin_lock *lock, struct twin_lock_shared *shared);

/* TWIN_OK or TWIN_TIMED_OUT. */
enum twin_result twin_acquire(struct twin_lock *lock, int64_t timeout_ns);
/*
 * ValueError: a Lock that is free or a bounded semaphore that is full (by a look at its value before the
 * release, as CPython does it: two at once may both pass). AssertionError: an RLock of somebody else.
 */
enum twin_result twin_release(struct twin_lock *lock);
bool twin_lock_is_mine(const struct twin_lock *lock);
unsigned twin_lock_value(const struct twin_lock *lock);

/*
 * Condition: a lock, and three semaphores that count who went to sleep, who woke up, and the wake-ups.
 * notify() returns only when those whom it woke have left the wait.
 */
struct twin_condition_shared {
	struct twin_lock_shared sleeping, woken, wait;
};

struct twin_condition {
	struct twin_lock *lock;
	struct twin_lock sleeping, woken, wait;
};

void twin_condition_init(struct twin_condition_shared *shared);
void twin_condition_destroy(struct twin_condition_shared *shared);
void twin_condition_open(struct twin_condition *condition, struct twin_condition_shared *shared,
			 struct twin_lock *lock);
/* AssertionError without the lock. An RLock is let go of on every level, and taken back so. */
enum twin_result twin_condition_wait(struct twin_condition *condition, int64_t timeout_ns);
enum twin_result twin_condition_notify(struct twin_condition *condition, unsigned count);

#endif
