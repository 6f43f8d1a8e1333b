/* SPDX-License-Identifier: MIT */
/*
 * thread - threading.Lock and threading.Condition (CPython: Python/thread_pthread.h, as built with
 * semaphores, and Lib/threading.py), and as much of collections.deque as queues need. It serves the
 * threads of one process. Objects that processes share are in lock.h.
 *
 * A condition is a list of waiters: each makes a lock of its own, takes it, and takes it again to
 * sleep. notify() releases the locks of the first ones.
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

/* Several conditions may share a mutex. Call all of these with the mutex held. */
struct twin_event_waiter;
struct twin_thread_condition {
	struct twin_mutex *mutex;
	struct twin_event_waiter *first, *last;
};

void twin_thread_condition_init(struct twin_thread_condition *condition, struct twin_mutex *mutex);
/* TWIN_OK after a notify, TWIN_TIMED_OUT if none came in time. The mutex is held either way. */
enum twin_result twin_thread_wait(struct twin_thread_condition *condition, int64_t timeout_ns);
void twin_thread_notify(struct twin_thread_condition *condition, unsigned count);

/* A growing queue of items of one size, in order of arrival. For one thread at a time. */
struct twin_deque {
	unsigned char *items;
	size_t item_size, capacity, first, count;
};

void twin_deque_init(struct twin_deque *deque, size_t item_size);
void twin_deque_free(struct twin_deque *deque);
/* Room for one more item at the end, not zeroed. The caller fills it. */
void *twin_deque_push(struct twin_deque *deque);
/* The oldest item, or NULL. It stays valid until the next push. */
const void *twin_deque_pop(struct twin_deque *deque);

#endif
