/* SPDX-License-Identifier: MIT */
/* The owner's side: making a pool, giving it work, ending it. Its threads are in pool_threads.c. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness/python/pool_internal.h"

/* ---- the worker process ---- */

static void do_task(struct twin_message *message)
{
	for (uint64_t i = 0; i < message->count; i++)
		message->words[i] = message->function(message->words[i]);
}

static void work(void *argument)
{
	struct twin_pool *pool = argument;
	static struct twin_message message;
	size_t size;

	twin_connection_close(&pool->tasks.writer);
	twin_connection_close(&pool->results.reader);
	while (twin_simple_queue_get(&pool->tasks, &message, sizeof(message), &size) == TWIN_OK &&
	       message.job) {
		do_task(&message);
		if (twin_simple_queue_put(&pool->results, &message,
					  twin_message_length(&message)) != TWIN_OK)
			break;
	}
}

/* ---- start ---- */

/* The ends that the processes use are copies, so the first ones are closed. */
static bool open_queue(struct twin_simple_queue *queue, struct twin_simple_queue_shared *shared)
{
	if (!twin_simple_queue_init(shared))
		return false;
	twin_simple_queue_open(queue, shared);
	twin_connection_close(&shared->ends[0]);
	twin_connection_close(&shared->ends[1]);
	return true;
}

static bool start_workers(struct twin_pool *pool, unsigned processes)
{
	while (pool->processes < processes)
		if (offspring_start(&pool->workers[pool->processes], true, work, pool))
			pool->processes++;
		else
			return false;
	return true;
}

struct twin_pool *twin_pool_start(struct twin_pool_shared *shared, unsigned processes)
{
	struct twin_pool *pool = xcalloc(1, sizeof(*pool));

	if (processes > TWIN_POOL_MAX)
		processes = TWIN_POOL_MAX;
	twin_mutex_init(&pool->mutex);
	twin_thread_queue_init(&pool->jobs, 0);
	if (!open_queue(&pool->tasks, &shared->tasks) ||
	    !open_queue(&pool->results, &shared->results) ||
	    !open_queue(&pool->notices, &shared->notices) || !start_workers(pool, processes) ||
	    !offspring_start(&pool->worker_handler, false, twin_pool_handle_workers, pool) ||
	    !offspring_start(&pool->task_handler, false, twin_pool_handle_tasks, pool) ||
	    !offspring_start(&pool->result_handler, false, twin_pool_handle_results, pool))
		die(EXIT_INTERNAL, "cannot start a pool of %u processes: %s", processes,
		    strerror(errno));
	return pool;
}

pid_t twin_pool_worker(const struct twin_pool *pool, unsigned index)
{
	return pool->workers[index].pid;
}

/* ---- giving it work ---- */

size_t twin_pool_chunk(size_t count, unsigned processes)
{
	const size_t parts = (size_t)4 * processes;

	return (count + parts - 1) / parts;
}

/* Add JOB to the unfinished jobs, if the pool still takes work. */
static enum twin_result submit(struct twin_pool *pool, struct twin_job *job)
{
	enum twin_result result = TWIN_OK;

	twin_event_init(&job->done);
	job->result = TWIN_OK;
	twin_mutex_lock(&pool->mutex);
	if (atomic_load(&pool->broken))
		result = TWIN_BROKEN;
	else if (atomic_load(&pool->state) != TWIN_POOL_RUNS)
		result = TWIN_VALUE_ERROR;
	else
		twin_pool_remember(pool, job);
	twin_mutex_unlock(&pool->mutex);
	if (result == TWIN_OK)
		twin_thread_queue_put(&pool->jobs, (uint64_t)(uintptr_t)job, TWIN_FOREVER);
	return result;
}

enum twin_result twin_pool_apply_async(struct twin_pool *pool, struct twin_job *job,
				       twin_pool_fn *function, uint64_t argument)
{
	*job = (struct twin_job){
		.function = function,
		.argument = argument,
		.count = 1,
		.chunk = 1,
		.chunks_left = 1,
	};
	job->arguments = &job->argument;
	job->values = &job->value;
	return submit(pool, job);
}

enum twin_result twin_pool_map_async(struct twin_pool *pool, struct twin_job *job,
				     twin_pool_fn *function, const uint64_t *arguments,
				     uint64_t *values, size_t count)
{
	const size_t chunk = twin_pool_chunk(count, pool->processes);

	*job = (struct twin_job){
		.function = function,
		.arguments = arguments,
		.values = values,
		.count = count,
		.chunk = chunk < TWIN_CHUNK_MAX ? chunk : TWIN_CHUNK_MAX,
	};
	if (!count) { /* nothing to wait for */
		twin_event_init(&job->done);
		job->done.is_set = true;
		return TWIN_OK;
	}
	job->chunks_left = (count + job->chunk - 1) / job->chunk;
	return submit(pool, job);
}

enum twin_result twin_job_get(struct twin_job *job, int64_t timeout_ns, uint64_t *value)
{
	if (!twin_event_wait(&job->done, timeout_ns))
		return TWIN_TIMED_OUT;
	if (value)
		*value = job->value;
	return job->result;
}

enum twin_result twin_pool_apply(struct twin_pool *pool, twin_pool_fn *function, uint64_t argument,
				 uint64_t *value)
{
	struct twin_job job;
	const enum twin_result result = twin_pool_apply_async(pool, &job, function, argument);

	return result == TWIN_OK ? twin_job_get(&job, TWIN_FOREVER, value) : result;
}

enum twin_result twin_pool_map(struct twin_pool *pool, twin_pool_fn *function,
			       const uint64_t *arguments, uint64_t *values, size_t count)
{
	struct twin_job job;
	const enum twin_result result = twin_pool_map_async(pool, &job, function, arguments, values,
							    count);

	return result == TWIN_OK ? twin_job_get(&job, TWIN_FOREVER, NULL) : result;
}

/* ---- the end ---- */

void twin_pool_close(struct twin_pool *pool)
{
	int runs = TWIN_POOL_RUNS;

	if (atomic_compare_exchange_strong(&pool->state, &runs, TWIN_POOL_CLOSED))
		twin_pool_notify(pool);
}

/* Wait until every worker has left. If one was killed, others may wait for its lock. */
static void reap_workers(struct twin_pool *pool)
{
	struct pollfd ended[TWIN_POOL_MAX];
	unsigned left = 0;

	for (unsigned i = 0; i < pool->processes; i++) {
		ended[i] = (struct pollfd){.fd = pool->workers[i].pidfd, .events = POLLIN};
		left += ended[i].fd >= 0;
	}
	while (left) {
		if (poll(ended, pool->processes, -1) < 0)
			continue; /* interrupted */
		for (unsigned i = 0; i < pool->processes; i++) {
			int status = 0;

			if (ended[i].fd < 0 || !ended[i].revents)
				continue;
			ended[i].fd = -1;
			left--;
			offspring_join(&pool->workers[i], &status);
			pool->workers[i].pidfd = -1;
			if (status)
				twin_pool_kill(pool, SIGKILL);
		}
	}
}

static void join_worker_handler(struct twin_pool *pool)
{
	if (!pool->handler_joined)
		offspring_join(&pool->worker_handler, NULL);
	pool->handler_joined = true;
}

static void join_all(struct twin_pool *pool)
{
	join_worker_handler(pool);
	offspring_join(&pool->task_handler, NULL);
	reap_workers(pool);
	/*
	 * A dead worker may have left an incomplete message. The end of file frees the reader that
	 * waits for its rest.
	 */
	twin_connection_close(&pool->results.writer);
	offspring_join(&pool->result_handler, NULL);
	twin_pool_fail_all(pool);
	pool->joined = true;
}

void twin_pool_terminate(struct twin_pool *pool)
{
	if (pool->joined)
		return;
	atomic_store(&pool->state, TWIN_POOL_TERMINATED);
	twin_pool_notify(pool);
	join_worker_handler(pool);
	twin_pool_drain(pool);
	twin_pool_kill(pool, SIGTERM);
	join_all(pool);
}

enum twin_result twin_pool_join(struct twin_pool *pool)
{
	if (atomic_load(&pool->broken))
		twin_pool_terminate(pool);
	else if (atomic_load(&pool->state) == TWIN_POOL_RUNS)
		return TWIN_VALUE_ERROR;
	if (!pool->joined)
		join_all(pool);
	return TWIN_OK;
}

void twin_pool_free(struct twin_pool *pool)
{
	twin_pool_terminate(pool);
	twin_simple_queue_close(&pool->tasks);
	twin_simple_queue_close(&pool->results);
	twin_simple_queue_close(&pool->notices);
	twin_thread_queue_destroy(&pool->jobs);
	twin_mutex_destroy(&pool->mutex);
	free(pool);
}
