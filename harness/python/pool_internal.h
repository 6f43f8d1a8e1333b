/* SPDX-License-Identifier: MIT */
/* pool_internal - the state that the owner of a pool and its threads share */
#ifndef TOLLGATE_PYTHON_POOL_INTERNAL_H
#define TOLLGATE_PYTHON_POOL_INTERNAL_H

#include "harness/python/pool.h"
#include "harness/python/thread_queue.h"

enum { TWIN_POOL_RUNS, TWIN_POOL_CLOSED, TWIN_POOL_TERMINATED };

/* A task on its way there and its result on the way back. Job 0 tells a worker to leave. */
struct twin_message {
	uint64_t job, first, of; /* number of the job, first word, and number of words of the job */
	twin_pool_fn *function;
	uint64_t count;
	uint64_t words[TWIN_CHUNK_MAX]; /* arguments, then values */
};

/* Private to the owner's process. A worker has the copy that its fork made. */
struct twin_pool {
	struct twin_simple_queue tasks, results, notices;
	struct twin_thread_queue jobs; /* addresses of jobs. 0: no more */
	_Atomic int state;
	_Atomic bool broken;
	_Atomic bool tasks_handled; /* the task handler has left and touches no job any more */

	struct twin_mutex mutex; /* guards the unfinished jobs */
	struct twin_job *first, *last;
	uint64_t last_number;

	struct offspring worker_handler, task_handler, result_handler;
	bool handler_joined, joined;
	unsigned processes;
	struct offspring workers[TWIN_POOL_MAX]; /* pidfd -1: reaped */
};

enum twin_result twin_message_send(const struct twin_connection *end,
				   const struct twin_message *message);
/* Length in bytes of MESSAGE in a pipe. */
size_t twin_message_length(const struct twin_message *message);

void twin_event_init(struct twin_event *event);
void twin_event_set(struct twin_event *event);
/* True if it is set, at the latest after TIMEOUT_NS. */
bool twin_event_wait(struct twin_event *event, int64_t timeout_ns);

/* Add JOB to the unfinished jobs. Call it with the mutex held. */
void twin_pool_remember(struct twin_pool *pool, struct twin_job *job);
/* End every unfinished job with TWIN_BROKEN. Call it only after the task handler has left. */
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
