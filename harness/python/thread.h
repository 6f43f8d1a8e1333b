/* SPDX-License-Identifier: MIT */
/*
 * twin_thread - threading.Lock and threading.Condition (CPython: Python/thread_pthread.h, as built with
 * semaphores; Lib/threading.py), and collections.deque as far as queues need it. For the threads of one
 * process; what processes share is in twin_lock.h.
 *
 * A condition is a list of waiters: each makes a lock of its own, takes it, and takes it again to sleep;
 * notify() releases the locks of the first ones.
 */
#ifndef TOLLGATE_PYTHON_THREAD_H
#define TOLLGATE_PYTHON_THREAD_H

#include <semaphore.h>
#include <stdbool.h>

#include "harness/python/twin.h"

struct twin_mutex {
	sem_t semaphore;
};

void twin_mutex_init(struct twin_mutex *mutex);
void twin_mutex_destroy(struct twin_mutex *mutex);
void twin_mutex_lock(struct twin_mutex *mutex);
void twin_mutex_unlock(struct twin_mutex *mutex);

/* Several conditions may share a mutex. All calls with the mutex held. */
struct twin_event_waiter;
struct twin_thread_condition {
	struct twin_mutex *mutex;
	struct twin_event_waiter *first, *last;
};

void twin_thread_condition_init(struct twin_thread_condition *condition, struct twin_mutex *mutex);
/* TWIN_OK if woken by a notify, TWIN_TIMED_OUT if not in time; the mutex is held again either way. */
enum twin_result twin_thread_wait(struct twin_thread_condition *condition, int64_t timeout_ns);
void twin_thread_notify(struct twin_thread_condition *condition, unsigned count);

/* Items of one size in the order in which they came; grows as it must. One thread at a time. */
struct twin_deque {
	unsigned char *items;
	size_t item_size, capacity, first, count;
};

void twin_deque_init(struct twin_deque *deque, size_t item_size);
void twin_deque_free(struct twin_deque *deque);
/* Room for one more at the end, to be filled by the caller; not zeroed. */
void *twin_deque_push(struct twin_deque *deque);
/* The oldest, or NULL; it stays where it is until the next push. */
const void *twin_deque_pop(struct twin_deque *deque);

#endif
