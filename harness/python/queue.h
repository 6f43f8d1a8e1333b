/* SPDX-License-Identifier: MIT */
/*
 * twin_queue - multiprocessing's SimpleQueue, Queue and JoinableQueue (CPython:
 * Lib/multiprocessing/queues.py).
 *
 * A SimpleQueue is a one-way pipe, a lock for those who read it and one for those who write it. A Queue
 * adds a bounded semaphore that counts the free slots and, in each process that puts, a deque and a
 * feeder thread: put() takes a slot, appends to the deque, wakes the feeder and returns; the feeder
 * writes to the pipe. So right after a put() the pipe may still be empty, and get() at once says Empty.
 *
 * CPython's deque needs no lock beside the GIL; here the feeder takes items under the lock of the
 * condition that it waits on. Items are bytes; pickling is the interpreter's affair.
 */
#ifndef TOLLGATE_PYTHON_QUEUE_H
#define TOLLGATE_PYTHON_QUEUE_H

#include "harness/kit/offspring.h"
#include "harness/python/connection.h"
#include "harness/python/lock.h"
#include "harness/python/thread.h"

/* ---- SimpleQueue ---- */

/* What processes share: in the arena, made before any of them exists. */
struct twin_simple_queue_shared {
	struct twin_connection ends[2];
	struct twin_lock_shared read_lock, write_lock;
};

/* What each process has of its own. */
struct twin_simple_queue {
	struct twin_connection reader, writer;
	struct twin_lock read_lock, write_lock;
};

/* False and errno if there is no pipe to be had. */
bool twin_simple_queue_init(struct twin_simple_queue_shared *shared);
void twin_simple_queue_destroy(struct twin_simple_queue_shared *shared);
/* In each process, after the fork; the descriptors are copies of its own. */
void twin_simple_queue_open(struct twin_simple_queue *queue,
			    struct twin_simple_queue_shared *shared);
void twin_simple_queue_close(struct twin_simple_queue *queue);
/* What twin_send() and twin_receive() say. */
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
	bool joinable; /* a JoinableQueue; else the rest is not used */
	struct twin_lock_shared unfinished, all_done_lock;
	struct twin_condition_shared all_done;
};

/* One per process; threads of a process share it. Do not move it while it is open. */
struct twin_queue {
	struct twin_queue_shared *shared;
	struct twin_simple_queue pipe;
	struct twin_lock slots;
	struct twin_lock unfinished, all_done_lock;
	struct twin_condition all_done;

	struct twin_mutex mutex; /* guards what follows */
	struct twin_thread_condition not_empty;
	struct twin_deque buffer;
	bool started, joined; /* the feeder */
	bool last_item;       /* nothing comes behind what is in the buffer */
	bool join_cancelled;
	uint64_t lost; /* items that the feeder could not send; their slots are free again */
	struct offspring feeder;
	_Atomic bool closed;
};

/* MAXSIZE 0: as many as a semaphore can count. ITEM_MAX: bytes of the largest item. */
bool twin_queue_init(struct twin_queue_shared *shared, unsigned maxsize, size_t item_max,
		     bool joinable);
void twin_queue_destroy(struct twin_queue_shared *shared);
void twin_queue_open(struct twin_queue *queue, struct twin_queue_shared *shared);

/* TWIN_FULL; TWIN_VALUE_ERROR after close(). SIZE is at most item_max. */
enum twin_result twin_queue_put(struct twin_queue *queue, const void *item, size_t size,
				int64_t timeout_ns);
/*
 * TWIN_EMPTY, or what twin_receive() says. The timeout covers waiting for other readers and for the
 * first byte together; the rest of the item may take longer. Without one the slot is free after the
 * reader's lock, with one before.
 */
enum twin_result twin_queue_get(struct twin_queue *queue, void *item, size_t capacity, size_t *size,
				int64_t timeout_ns);
/* Answers that may be old when they arrive. */
unsigned twin_queue_size(const struct twin_queue *queue);
bool twin_queue_is_empty(const struct twin_queue *queue);
bool twin_queue_is_full(const struct twin_queue *queue);

/* This process puts no more: the feeder ends when all is written, and closes both ends. */
void twin_queue_close(struct twin_queue *queue);
/* Wait for the feeder; TWIN_ASSERTION_ERROR before close(). */
enum twin_result twin_queue_join_thread(struct twin_queue *queue);
void twin_queue_cancel_join_thread(struct twin_queue *queue);
/*
 * What CPython does when a process ends: close, and wait until all is written - for ever, if nobody reads
 * it - unless that was cancelled. Then the feeder and its memory are left to the end of the process.
 */
void twin_queue_leave(struct twin_queue *queue);

/* JoinableQueue: twin_queue_put() counts too. TWIN_VALUE_ERROR if done more often than put. */
enum twin_result twin_queue_task_done(struct twin_queue *queue);
/* Wait until everything that was put is done. */
void twin_queue_join(struct twin_queue *queue);

#endif
