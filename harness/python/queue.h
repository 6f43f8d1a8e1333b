/* SPDX-License-Identifier: MIT */
/*
 * queue - multiprocessing's SimpleQueue, Queue and JoinableQueue (CPython:
 * Lib/multiprocessing/queues.py).
 *
 * A SimpleQueue is a one-way pipe, a lock for its readers and one for its writers. A Queue adds a
 * bounded semaphore that counts the free slots and, in each process that puts, a deque and a feeder
 * thread. put() takes a slot, appends to the deque, wakes the feeder and returns, and the feeder
 * writes to the pipe. So right after a put() the pipe may still be empty, and a get() without
 * waiting raises Empty.
 *
 * CPython's deque needs no lock beside the GIL. Here the feeder takes items under the lock of its
 * condition. Items are bytes, because pickling belongs to the interpreter.
 */
#ifndef TOLLGATE_PYTHON_QUEUE_H
#define TOLLGATE_PYTHON_QUEUE_H

#include "harness/kit/offspring.h"
#include "harness/python/connection.h"
#include "harness/python/lock.h"
#include "harness/python/thread.h"

/* ---- SimpleQueue ---- */

/* The part that processes share: in the arena, made before any of them exists. */
struct twin_simple_queue_shared {
	struct twin_connection ends[2];
	struct twin_lock_shared read_lock, write_lock;
};

/* The private part of each process. */
struct twin_simple_queue {
	struct twin_connection reader, writer;
	struct twin_lock read_lock, write_lock;
};

/* False and errno if a pipe cannot be made. */
bool twin_simple_queue_init(struct twin_simple_queue_shared *shared);
void twin_simple_queue_destroy(struct twin_simple_queue_shared *shared);
/* Call it in each process, after the fork. The descriptors are copies of its own. */
void twin_simple_queue_open(struct twin_simple_queue *queue,
			    struct twin_simple_queue_shared *shared);
void twin_simple_queue_close(struct twin_simple_queue *queue);
/* The results are those of twin_send() and twin_receive(). */
enum twin_result twin_simple_queue_put(struct twin_simple_queue *queue, const void *item,
				       size_t size);
enum twin_result twin_simple_queue_get(struct twin_simple_queue *queue, void *item, size_t capacity,
				       size_t *size);
bool twin_simple_queue_empty(const struct twin_simple_queue *queue);

/* ---- Queue, JoinableQueue ---- */

struct twin_queue_shared {
	struct twin_simple_queue_shared pipe;
	struct twin_lock_shared slots;
	unsigned maxsize;
	size_t item_max;
	bool joinable; /* a JoinableQueue. Otherwise the members below are unused */
	struct twin_lock_shared unfinished, all_done_lock;
	struct twin_condition_shared all_done;
};

/* One per process, shared by its threads. Do not move it while it is open. */
struct twin_queue {
	struct twin_queue_shared *shared;
	struct twin_simple_queue pipe;
	struct twin_lock slots;
	struct twin_lock unfinished, all_done_lock;
	struct twin_condition all_done;

	struct twin_mutex mutex; /* guards the members below */
	struct twin_thread_condition not_empty;
	struct twin_deque buffer;
	bool started, joined; /* the feeder */
	bool last_item;       /* close() was called, so the feeder ends after the last item */
	bool join_cancelled;
	uint64_t lost; /* items that the feeder could not send. Their slots are free again */
	struct offspring feeder;
	_Atomic bool closed;
};

/* MAXSIZE 0: as many as a semaphore can count. ITEM_MAX: bytes of the largest item. */
bool twin_queue_init(struct twin_queue_shared *shared, unsigned maxsize, size_t item_max,
		     bool joinable);
void twin_queue_destroy(struct twin_queue_shared *shared);
void twin_queue_open(struct twin_queue *queue, struct twin_queue_shared *shared);

/* TWIN_FULL, or TWIN_VALUE_ERROR after close(). SIZE is at most item_max. */
enum twin_result twin_queue_put(struct twin_queue *queue, const void *item, size_t size,
				int64_t timeout_ns);
/*
 * TWIN_EMPTY, or a result of twin_receive(). The timeout covers the wait for other readers and for
 * the first byte together. The rest of the item may take longer. Without a timeout the slot is
 * freed after the reader's lock, with one before.
 */
enum twin_result twin_queue_get(struct twin_queue *queue, void *item, size_t capacity, size_t *size,
				int64_t timeout_ns);
/* These answers may be out of date when they arrive. */
unsigned twin_queue_size(const struct twin_queue *queue);
bool twin_queue_is_empty(const struct twin_queue *queue);
bool twin_queue_is_full(const struct twin_queue *queue);

/* This process puts no more. The feeder ends when all items are written, and closes both ends. */
void twin_queue_close(struct twin_queue *queue);
/* Wait for the feeder. TWIN_ASSERTION_ERROR before close(). */
enum twin_result twin_queue_join_thread(struct twin_queue *queue);
void twin_queue_cancel_join_thread(struct twin_queue *queue);
/*
 * The steps of CPython at the end of a process: close, and wait until all items are written, for
 * ever if no process reads them, unless that was cancelled. Then the feeder and its memory stay
 * until the end of the process.
 */
void twin_queue_leave(struct twin_queue *queue);

/* JoinableQueue: put counts the tasks. TWIN_VALUE_ERROR if more are done than were put. */
enum twin_result twin_queue_task_done(struct twin_queue *queue);
/* Wait until all items that were put are done. */
void twin_queue_join(struct twin_queue *queue);

#endif
