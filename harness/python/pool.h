/* SPDX-License-Identifier: MIT */
/*
 * twin_pool - multiprocessing.Pool (CPython: Lib/multiprocessing/pool.py): processes that take tasks from
 * one SimpleQueue and put results into another, and three threads beside their owner. The task handler
 * writes tasks (nobody else does, so without a lock), the result handler reads results and tells who
 * waits, the worker handler looks after the processes; it wakes up for each result, too, as CPython's does.
 *
 * A worker that dies is where the twin departs from the original. CPython starts another one, the task is
 * gone, and whoever waits for it waits for ever (python/cpython#66587); if it died inside the queue's lock,
 * everybody does. Here the pool breaks: all that is not done ends with TWIN_BROKEN, at once and for good.
 */
#ifndef TOLLGATE_PYTHON_POOL_H
#define TOLLGATE_PYTHON_POOL_H

#include "harness/python/queue.h"

#define TWIN_POOL_MAX  64   /* processes */
#define TWIN_CHUNK_MAX 1024 /* arguments in one message */

/* What the workers do with an argument; both are forked from the owner, so its address is good there. */
typedef uint64_t twin_pool_fn(uint64_t argument);

/* The locks of the pool's queues: in memory that its processes will share. */
struct twin_pool_shared {
	struct twin_simple_queue_shared tasks, results, notices;
};

struct twin_pool;

/* threading.Event: waited for until it is set. */
struct twin_event {
	struct twin_mutex mutex;
	struct twin_thread_condition condition;
	bool is_set;
};

/* What apply_async() and map_async() give back. The caller's memory; it stays until the job is done. */
struct twin_job {
	uint64_t number;
	struct twin_job *next, *previous; /* of those that are not done */
	struct twin_event done;
	enum twin_result result;
	twin_pool_fn *function;
	const uint64_t *arguments;
	uint64_t *values;
	size_t count, chunk, chunks_left;
	uint64_t argument, value; /* of a single call */
};

/*
 * Fork the workers and start the threads; the caller must have no other thread yet. Ends the process if
 * there is no pipe, process or thread to be had. End it with twin_pool_free().
 */
struct twin_pool *twin_pool_start(struct twin_pool_shared *shared, unsigned processes);

/* TWIN_VALUE_ERROR once the pool is closed, TWIN_BROKEN once a worker has died. */
enum twin_result twin_pool_apply(struct twin_pool *pool, twin_pool_fn *function, uint64_t argument,
				 uint64_t *value);
enum twin_result twin_pool_apply_async(struct twin_pool *pool, struct twin_job *job,
				       twin_pool_fn *function, uint64_t argument);
/* COUNT arguments in chunks of a quarter of a worker's share; VALUES in their order. */
enum twin_result twin_pool_map(struct twin_pool *pool, twin_pool_fn *function,
			       const uint64_t *arguments, uint64_t *values, size_t count);
enum twin_result twin_pool_map_async(struct twin_pool *pool, struct twin_job *job,
				     twin_pool_fn *function, const uint64_t *arguments,
				     uint64_t *values, size_t count);
/* ceil(count / (4 * processes)) */
size_t twin_pool_chunk(size_t count, unsigned processes);
/* The value of a single call (VALUE may be NULL); TWIN_TIMED_OUT, TWIN_BROKEN. */
enum twin_result twin_job_get(struct twin_job *job, int64_t timeout_ns, uint64_t *value);

/* No more tasks; what was given is done. */
void twin_pool_close(struct twin_pool *pool);
/* Wait until all is done and everybody has left. TWIN_VALUE_ERROR before close() or terminate(). */
enum twin_result twin_pool_join(struct twin_pool *pool);
/* Now: what is not done stays so (TWIN_BROKEN). SIGTERM to the workers, and all threads joined. */
void twin_pool_terminate(struct twin_pool *pool);
/* terminate(), unless it was joined. */
void twin_pool_free(struct twin_pool *pool);

/* The process of worker INDEX. */
pid_t twin_pool_worker(const struct twin_pool *pool, unsigned index);

#endif
