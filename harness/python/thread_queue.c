/* SPDX-License-Identifier: MIT */
#include "harness/python/thread_queue.h"

#include <string.h>

void twin_thread_queue_init(struct twin_thread_queue *queue, unsigned maxsize)
{
	*queue = (struct twin_thread_queue){.maxsize = maxsize};
	twin_mutex_init(&queue->mutex);
	twin_thread_condition_init(&queue->not_empty, &queue->mutex);
	twin_thread_condition_init(&queue->not_full, &queue->mutex);
	twin_thread_condition_init(&queue->all_done, &queue->mutex);
	twin_deque_init(&queue->items, sizeof(uint64_t));
}

void twin_thread_queue_destroy(struct twin_thread_queue *queue)
{
	twin_deque_free(&queue->items);
	twin_mutex_destroy(&queue->mutex);
}

static bool is_full(const struct twin_thread_queue *queue)
{
	return queue->maxsize && queue->items.count >= queue->maxsize;
}

static bool is_empty(const struct twin_thread_queue *queue)
{
	return !queue->items.count;
}

/* With the mutex held: wait on CONDITION while BLOCKED. False if the timeout comes first. */
static bool wait_while(struct twin_thread_queue *queue,
		       bool (*blocked)(const struct twin_thread_queue *),
		       struct twin_thread_condition *condition, int64_t timeout_ns)
{
	const uint64_t deadline_ns = twin_deadline_ns(timeout_ns);

	while (blocked(queue)) {
		const int64_t left_ns = twin_timeout_ns(deadline_ns);

		if (left_ns <= 0)
			return false;
		twin_thread_wait(condition, left_ns);
	}
	return true;
}

static bool is_negative(int64_t timeout_ns)
{
	return timeout_ns < 0 && timeout_ns != TWIN_AT_ONCE;
}

enum twin_result twin_thread_queue_put(struct twin_thread_queue *queue, uint64_t item,
				       int64_t timeout_ns)
{
	if (is_negative(timeout_ns))
		return TWIN_VALUE_ERROR;
	twin_mutex_lock(&queue->mutex);
	const bool room = wait_while(queue, is_full, &queue->not_full, timeout_ns);

	if (room) {
		memcpy(twin_deque_push(&queue->items), &item, sizeof(item));
		queue->unfinished++;
		twin_thread_notify(&queue->not_empty, 1);
	}
	twin_mutex_unlock(&queue->mutex);
	return room ? TWIN_OK : TWIN_FULL;
}

enum twin_result twin_thread_queue_get(struct twin_thread_queue *queue, uint64_t *item,
				       int64_t timeout_ns)
{
	if (is_negative(timeout_ns))
		return TWIN_VALUE_ERROR;
	twin_mutex_lock(&queue->mutex);
	const bool some = wait_while(queue, is_empty, &queue->not_empty, timeout_ns);

	if (some) {
		memcpy(item, twin_deque_pop(&queue->items), sizeof(*item));
		twin_thread_notify(&queue->not_full, 1);
	}
	twin_mutex_unlock(&queue->mutex);
	return some ? TWIN_OK : TWIN_EMPTY;
}

size_t twin_thread_queue_size(struct twin_thread_queue *queue)
{
	twin_mutex_lock(&queue->mutex);
	const size_t size = queue->items.count;

	twin_mutex_unlock(&queue->mutex);
	return size;
}

enum twin_result twin_thread_queue_task_done(struct twin_thread_queue *queue)
{
	twin_mutex_lock(&queue->mutex);
	const bool good = queue->unfinished > 0;

	if (good && --queue->unfinished == 0)
		twin_thread_notify(&queue->all_done, TWIN_NOTIFY_ALL);
	twin_mutex_unlock(&queue->mutex);
	return good ? TWIN_OK : TWIN_VALUE_ERROR;
}

void twin_thread_queue_join(struct twin_thread_queue *queue)
{
	twin_mutex_lock(&queue->mutex);
	while (queue->unfinished)
		twin_thread_wait(&queue->all_done, TWIN_FOREVER);
	twin_mutex_unlock(&queue->mutex);
}
