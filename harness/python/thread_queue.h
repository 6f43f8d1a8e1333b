/* SPDX-License-Identifier: MIT */
/*
 * thread_queue - queue.Queue, for the threads of one process (CPython: Lib/queue.py): one mutex,
 * and three conditions on it for "not empty", "not full" and "all tasks done". Items are
 * references, here numbers of 64 bits, and are neither copied nor pickled.
 */
#ifndef TOLLGATE_PYTHON_THREAD_QUEUE_H
#define TOLLGATE_PYTHON_THREAD_QUEUE_H

#include "harness/python/thread.h"

struct twin_thread_queue {
	struct twin_mutex mutex;
	struct twin_thread_condition not_empty, not_full, all_done;
	struct twin_deque items;
	unsigned maxsize;
	uint64_t unfinished;
};

/* MAXSIZE 0: unbounded. */
void twin_thread_queue_init(struct twin_thread_queue *queue, unsigned maxsize);
void twin_thread_queue_destroy(struct twin_thread_queue *queue);
/* TWIN_FULL. TWIN_VALUE_ERROR for a negative timeout, which queues between processes treat as 0. */
enum twin_result twin_thread_queue_put(struct twin_thread_queue *queue, uint64_t item,
				       int64_t timeout_ns);
/* TWIN_EMPTY. TWIN_VALUE_ERROR as above. */
enum twin_result twin_thread_queue_get(struct twin_thread_queue *queue, uint64_t *item,
				       int64_t timeout_ns);
size_t twin_thread_queue_size(struct twin_thread_queue *queue);
/* TWIN_VALUE_ERROR if more tasks are done than were put. */
enum twin_result twin_thread_queue_task_done(struct twin_thread_queue *queue);
/* Wait until all items that were put are done. */
void twin_thread_queue_join(struct twin_thread_queue *queue);

#endif
