/* SPDX-License-Identifier: MIT */
/*
 * pool - multiprocessing.Pool in C (CPython: Lib/multiprocessing/pool.py): processes that take
 * tasks from one SimpleQueue and put results into another, and three threads beside their owner.
 * The task handler writes tasks, as the only writer and so without a lock. The result handler reads
 * results and wakes the waiters. The worker handler watches the processes. Like CPython's it also
 * wakes up for each result.
 *
 * The twin departs from the original if a worker dies. CPython starts another one, the task is
 * gone, and its waiter waits for ever (python/cpython#66587). If the worker died inside the queue's
 * lock, all wait for ever. Here the pool breaks: all unfinished jobs end with TWIN_BROKEN, at once
 * and for good.
 */
#ifndef TOLLGATE_PYTHON_POOL_H
#define TOLLGATE_PYTHON_POOL_H

#include "harness/python/queue.h"

#define TWIN_POOL_MAX  64   /* processes */
#define TWIN_CHUNK_MAX 1024 /* arguments in one message */

/* The function that the workers call. They are forked, so its address is valid there. */
typedef uint64_t twin_pool_fn(uint64_t argument);

/* The locks of the pool's queues, in memory that its processes will share. */
struct twin_pool_shared {
	struct twin_simple_queue_shared tasks, results, notices;
};

struct twin_pool;

/* threading.Event: a thread waits until it is set. */
struct twin_event {
	struct twin_mutex mutex;
	struct twin_thread_condition condition;
	bool is_set;
};

/*
 * The result object of apply_async() and map_async(). It lies in the caller's memory and must stay
 * until the job is done.
 */
struct twin_job {
	uint64_t number;
	struct twin_job *next, *previous; /* links of the list of unfinished jobs */
	struct twin_event done;
	enum twin_result result;
	twin_pool_fn *function;
	const uint64_t *arguments;
	uint64_t *values;
	size_t count, chunk, chunks_left;
	uint64_t argument, value; /* of a single call */
};

/*
 * Fork the workers and start the threads. The caller must have no other thread yet. Ends the
 * process if a pipe, process or thread cannot be made. Free the pool with twin_pool_free().
 */
struct twin_pool *twin_pool_start(struct twin_pool_shared *shared, unsigned processes);

/* TWIN_VALUE_ERROR once the pool is closed, TWIN_BROKEN once a worker has died. */
enum twin_result twin_pool_apply(struct twin_pool *pool, twin_pool_fn *function, uint64_t argument,
				 uint64_t *value);
enum twin_result twin_pool_apply_async(struct twin_pool *pool, struct twin_job *job,
				       twin_pool_fn *function, uint64_t argument);
/* COUNT arguments in chunks of a quarter of a worker's share. VALUES are in their order. */
enum twin_result twin_pool_map(struct twin_pool *pool, twin_pool_fn *function,
			       const uint64_t *arguments, uint64_t *values, size_t count);
enum twin_result twin_pool_map_async(struct twin_pool *pool, struct twin_job *job,
				     twin_pool_fn *function, const uint64_t *arguments,
				     uint64_t *values, size_t count);
/* ceil(count / (4 * processes)) */
size_t twin_pool_chunk(size_t count, unsigned processes);
/* The value of a single call (VALUE may be NULL). TWIN_TIMED_OUT, TWIN_BROKEN. */
enum twin_result twin_job_get(struct twin_job *job, int64_t timeout_ns, uint64_t *value);

/* Take no more tasks. Tasks submitted before are still done. */
void twin_pool_close(struct twin_pool *pool);
/* Wait until all tasks are done and all workers left. TWIN_VALUE_ERROR before close(). */
enum twin_result twin_pool_join(struct twin_pool *pool);
/* End at once: unfinished jobs end with TWIN_BROKEN, workers get SIGTERM, threads are joined. */
void twin_pool_terminate(struct twin_pool *pool);
/* Call terminate() unless the pool was joined, then free it. */
void twin_pool_free(struct twin_pool *pool);

/* The process of worker INDEX. */
pid_t twin_pool_worker(const struct twin_pool *pool, unsigned index);

#endif
