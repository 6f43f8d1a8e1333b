/* SPDX-License-Identifier: MIT */
/*
 * lock - multiprocessing's Lock, RLock, Semaphore, BoundedSemaphore and Condition (CPython:
 * Modules/_multiprocessing/semaphore.c, Lib/multiprocessing/synchronize.py).
 *
 * All are one POSIX semaphore. An acquire is a sem_trywait() and, only if that fails and the caller
 * may wait, a waiting call, so an uncontended one makes no system call. A Lock has no owner, so any
 * thread may release it. An RLock also records, in each process by itself, the owning thread and
 * its count.
 *
 * CPython opens a semaphore by name and unlinks it. Here it lies in memory that the processes
 * share, which is the same futex. CPython's deadlines are of the wall clock, and these are of the
 * monotonic clock.
 */
#ifndef TOLLGATE_PYTHON_LOCK_H
#define TOLLGATE_PYTHON_LOCK_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "harness/python/twin.h"

enum twin_lock_kind { TWIN_LOCK, TWIN_RLOCK, TWIN_SEMAPHORE, TWIN_BOUNDED_SEMAPHORE };

/* The part that processes share: in the arena, made before any of them, on a line of its own. */
struct twin_lock_shared {
	_Alignas(SHARED_LINE) sem_t semaphore;
	enum twin_lock_kind kind;
	unsigned value_max; /* upper limit of a bounded semaphore */
};

/* The private part of each process, never in memory that others write to. Its threads share it. */
struct twin_lock {
	struct twin_lock_shared *shared;
	_Atomic int count;             /* number of acquires that this process holds */
	_Atomic uintptr_t last_thread; /* the last owner, for RLock */
};

/* VALUE is the value of a (bounded) semaphore. A lock has 1. */
void twin_lock_init(struct twin_lock_shared *shared, enum twin_lock_kind kind, unsigned value);
void twin_lock_destroy(struct twin_lock_shared *shared);
/* Call it in each process that uses the lock, after the fork. It starts with no acquire held. */
void twin_lock_open(struct twin_lock *lock, struct twin_lock_shared *shared);

/* TWIN_OK or TWIN_TIMED_OUT. */
enum twin_result twin_acquire(struct twin_lock *lock, int64_t timeout_ns);
/*
 * ValueError: a Lock that is free, or a bounded semaphore that is full (judged by its value before
 * the release, as in CPython, so two concurrent releases may both pass). AssertionError: an RLock
 * of another thread.
 */
enum twin_result twin_release(struct twin_lock *lock);
bool twin_lock_is_mine(const struct twin_lock *lock);
unsigned twin_lock_value(const struct twin_lock *lock);

/*
 * Condition: a lock, and three semaphores that count the sleepers, the woken and the wake-ups.
 * notify() returns only when the waiters that it woke have left the wait.
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
/* AssertionError without the lock. An RLock is released on every level and taken back so. */
enum twin_result twin_condition_wait(struct twin_condition *condition, int64_t timeout_ns);
enum twin_result twin_condition_notify(struct twin_condition *condition, unsigned count);

#endif
