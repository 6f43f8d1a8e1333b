/* SPDX-License-Identifier: MIT */
/* The three threads of a pool, the list of unfinished jobs, and the search for dead workers. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness/python/pool_internal.h"

#define LOOK_NS INT64_C(1000000)

/* ---- unfinished jobs: CPython's cache ---- */

void twin_pool_remember(struct twin_pool *pool, struct twin_job *job)
{
	job->number = ++pool->last_number;
	job->previous = pool->last;
	if (pool->last)
		pool->last->next = job;
	else
		pool->first = job;
	pool->last = job;
}

static void forget(struct twin_pool *pool, struct twin_job *job)
{
	if (job->previous)
		job->previous->next = job->next;
	else
		pool->first = job->next;
	if (job->next)
		job->next->previous = job->previous;
	else
		pool->last = job->previous;
}

/* Results arrive roughly in the order of the jobs, so the job is one of the first. */
static struct twin_job *find(const struct twin_pool *pool, uint64_t number)
{
	struct twin_job *job = pool->first;

	while (job && job->number != number)
		job = job->next;
	return job;
}

static bool any_job(struct twin_pool *pool)
{
	twin_mutex_lock(&pool->mutex);
	const bool any = pool->first != NULL;

	twin_mutex_unlock(&pool->mutex);
	return any;
}

void twin_pool_fail_all(struct twin_pool *pool)
{
	struct twin_job *job;

	do {
		twin_mutex_lock(&pool->mutex);
		job = pool->first;
		if (job) {
			forget(pool, job);
			job->result = TWIN_BROKEN;
		}
		twin_mutex_unlock(&pool->mutex);
		if (job)
			twin_event_set(&job->done);
	} while (job);
}

/* ---- workers ---- */

void twin_pool_notify(struct twin_pool *pool)
{
	twin_simple_queue_put(&pool->notices, "", 1);
}

void twin_pool_kill(struct twin_pool *pool, int signal_number)
{
	for (unsigned i = 0; i < pool->processes; i++)
		if (pool->workers[i].pidfd >= 0)
			kill(pool->workers[i].pid, signal_number);
}

/* True if a worker has left without being told to. It is not reaped here. */
static bool somebody_left(const struct twin_pool *pool)
{
	for (unsigned i = 0; i < pool->processes; i++) {
		siginfo_t info = {.si_pid = 0};
		const int failed = waitid(P_PID, (id_t)pool->workers[i].pid, &info,
					  WEXITED | WNOHANG | WNOWAIT);

		if (!failed && info.si_pid)
			return true;
	}
	return false;
}

void twin_pool_drain(struct twin_pool *pool)
{
	struct twin_message *message = xcalloc(1, sizeof(*message));
	size_t size;

	while (!atomic_load(&pool->tasks_handled)) {
		const bool locked = twin_acquire(&pool->tasks.read_lock, LOOK_NS) == TWIN_OK;

		if (!locked && !somebody_left(pool))
			continue; /* a worker that waits for a task holds the lock, and is alive */
		if (!locked)
			twin_pool_kill(
				pool,
				SIGKILL); /* the lock belongs to a dead worker, so no other may read */
		while (!atomic_load(&pool->tasks_handled) &&
		       twin_poll(&pool->tasks.reader, LOOK_NS))
			if (twin_receive(&pool->tasks.reader, message, sizeof(*message), &size) !=
			    TWIN_OK)
				break;
		if (locked)
			twin_release(&pool->tasks.read_lock);
	}
	free(message);
}

/* End all workers, and tell the waiters of tasks that will never be done. */
static void break_pool(struct twin_pool *pool)
{
	twin_mutex_lock(&pool->mutex);
	atomic_store(&pool->broken, true);
	twin_mutex_unlock(&pool->mutex);
	twin_pool_kill(pool, SIGKILL);
	twin_pool_drain(pool);
	twin_pool_fail_all(pool);
}

static bool goes_on(struct twin_pool *pool)
{
	const int state = atomic_load(&pool->state);

	return state == TWIN_POOL_RUNS || (state == TWIN_POOL_CLOSED && any_job(pool));
}

/* As in CPython: wait for the end of a worker, a result, or a notice that something has changed. */
static void wait_for_news(struct twin_pool *pool)
{
	struct pollfd news[TWIN_POOL_MAX + 2];
	nfds_t count = 0;
	unsigned char notice;
	size_t size;

	for (unsigned i = 0; i < pool->processes; i++)
		news[count++] = (struct pollfd){.fd = pool->workers[i].pidfd, .events = POLLIN};
	news[count++] = (struct pollfd){.fd = pool->results.reader.fd, .events = POLLIN};
	news[count++] = (struct pollfd){.fd = pool->notices.reader.fd, .events = POLLIN};
	poll(news, count, -1); /* interrupted: look again */
	while (!twin_simple_queue_empty(&pool->notices))
		twin_simple_queue_get(&pool->notices, &notice, sizeof(notice), &size);
}

void twin_pool_handle_workers(void *argument)
{
	struct twin_pool *pool = argument;
	bool left = false;

	while (goes_on(pool) && !(left = somebody_left(pool)))
		wait_for_news(pool);
	twin_thread_queue_put(&pool->jobs, 0, TWIN_FOREVER);
	if (left)
		break_pool(pool);
}

/* ---- tasks ---- */

/*
 * Copies under the mutex, which the thread that takes the result holds later. So the job is read
 * before it is done and before its memory is reused. CPython has the GIL for that.
 */
static void fill(struct twin_pool *pool, struct twin_message *message, const struct twin_job *job,
		 size_t first)
{
	twin_mutex_lock(&pool->mutex);
	const size_t left = job->count - first, count = left < job->chunk ? left : job->chunk;

	message->job = job->number;
	message->first = first;
	message->of = job->count;
	message->function = job->function;
	message->count = count;
	memcpy(message->words, job->arguments + first, count * sizeof(message->words[0]));
	twin_mutex_unlock(&pool->mutex);
}

static bool hands_out(const struct twin_pool *pool)
{
	return !atomic_load(&pool->broken) && atomic_load(&pool->state) != TWIN_POOL_TERMINATED;
}

/* As soon as its last part is in the pipe, the job may be done. */
static bool hand_out(struct twin_pool *pool, const struct twin_job *job,
		     struct twin_message *message)
{
	size_t first = 0;

	do {
		if (!hands_out(pool))
			return false;
		fill(pool, message, job, first);
		first += message->count;
		if (twin_message_send(&pool->tasks.writer, message) != TWIN_OK)
			return false;
	} while (first < message->of);
	return true;
}

/* The only writer of tasks, so there is no lock. Results end with the end of their file. */
void twin_pool_handle_tasks(void *argument)
{
	struct twin_pool *pool = argument;
	struct twin_message *message = xcalloc(1, sizeof(*message));
	uint64_t job = 0;

	while (twin_thread_queue_get(&pool->jobs, &job, TWIN_FOREVER) == TWIN_OK && job &&
	       hands_out(pool))
		if (!hand_out(pool, (const struct twin_job *)(uintptr_t)job, message))
			break;
	*message = (struct twin_message){.job = 0};
	for (unsigned i = 0; i < pool->processes; i++)
		if (twin_message_send(&pool->tasks.writer, message) != TWIN_OK)
			break;
	atomic_store(&pool->tasks_handled, true);
	free(message);
}

/* ---- results ---- */

/* The job if this was its last part. It is then removed from the list. */
static struct twin_job *take_result(struct twin_pool *pool, const struct twin_message *message)
{
	twin_mutex_lock(&pool->mutex);
	struct twin_job *job = find(pool, message->job);

	if (job) {
		memcpy(job->values + message->first, message->words,
		       message->count * sizeof(message->words[0]));
		job->result = TWIN_OK;
		if (--job->chunks_left)
			job = NULL;
	}
	if (job)
		forget(pool, job);
	const bool idle = job && !pool->first;

	twin_mutex_unlock(&pool->mutex);
	if (idle)
		twin_pool_notify(pool);
	return job;
}

/* Runs until every copy of the writing end is closed, the workers' and ours. */
void twin_pool_handle_results(void *argument)
{
	struct twin_pool *pool = argument;
	struct twin_message *message = xcalloc(1, sizeof(*message));
	size_t size;

	while (twin_receive(&pool->results.reader, message, sizeof(*message), &size) == TWIN_OK) {
		struct twin_job *done = take_result(pool, message);

		if (done)
			twin_event_set(&done->done);
	}
	free(message);
}
