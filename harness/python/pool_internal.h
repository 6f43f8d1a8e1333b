/* SPDX-License-Identifier: MIT */
/* twin_pool_parts - what the owner of a pool and its threads share: twin_pool.c, twin_pool_threads.c. */
#ifndef TOLLGATE_PYTHON_POOL_INTERNAL_H
#define TOLLGATE_PYTHON_POOL_INTERNAL_H

#include "harness/python/pool.h"
#include "harness/python/thread_queue.h"

enum { TWIN_POOL_RUNS, TWIN_POOL_CLOSED, TWIN_POOL_TERMINATED };

/* A task on its way there and its result on the way back; job 0: leave. */
struct twin_message {
	uint64_t job, first, of; /* which; where its words begin, and how many it has */
	twin_pool_fn *function;
	uint64_t count;
	uint64_t words[TWIN_CHUNK_MAX]; /* arguments, then values */
};

/* Private to the owner's process; a worker has the copy that its fork made. */
struct twin_pool {
	struct twin_simple_queue tasks, results, notices;
	struct twin_thread_queue jobs; /* addresses of jobs; 0: no more */
	_Atomic int state;
	_Atomic bool broken;
	_Atomic bool tasks_handled; /* the task handler has left: it touches no job any more */

	struct twin_mutex mutex; /* guards the jobs that are not done */
	struct twin_job *first, *last;
	uint64_t last_number;

	struct offspring worker_handler, task_handler, result_handler;
	bool handler_joined, joined;
	unsigned processes;
	struct offspring workers[TWIN_POOL_MAX]; /* pidfd -1: reaped */
};

enum twin_result twin_message_send(const struct twin_connection *end,
				   const struct twin_message *message);
/* Bytes of MESSAGE as it goes through a pipe. */
size_t twin_message_length(const struct twin_message *message);

void twin_event_init(struct twin_event *event);
void twin_event_set(struct twin_event *event);
/* Is it set, at the latest after TIMEOUT_NS? */
bool twin_event_wait(struct twin_event *event, int64_t timeout_ns);

/* Among those that are not done. With the mutex held. */
void twin_pool_remember(struct twin_pool *pool, struct twin_job *job);
/* Every job that is not done ends with TWIN_BROKEN. Only when the task handler has left. */
void twin_pool_fail_all(struct twin_pool *pool);
/* Wake the worker handler up. */
void twin_pool_notify(struct twin_pool *pool);
void twin_pool_kill(struct twin_pool *pool, int signal_number);
/* Take tasks out of the pipe until the task handler has left, which may wait for room in it. */
void twin_pool_drain(struct twin_pool *pool);

void twin_pool_handle_workers(void *pool);
void twin_pool_handle_tasks(void *pool);
void twin_pool_handle_results(void *pool);

#endif
