/* SPDX-License-Identifier: MIT */
#include "harness/python/queue.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

bool twin_queue_init(struct twin_queue_shared *shared, unsigned maxsize, size_t item_max,
		     bool joinable)
{
	if (!twin_simple_queue_init(&shared->pipe))
		return false;
	shared->maxsize = maxsize && maxsize < SEM_VALUE_MAX ? maxsize : SEM_VALUE_MAX;
	shared->item_max = item_max;
	shared->joinable = joinable;
	twin_lock_init(&shared->slots, TWIN_BOUNDED_SEMAPHORE, shared->maxsize);
	twin_lock_init(&shared->unfinished, TWIN_SEMAPHORE, 0);
	twin_lock_init(&shared->all_done_lock, TWIN_RLOCK, 0);
	twin_condition_init(&shared->all_done);
	return true;
}

void twin_queue_destroy(struct twin_queue_shared *shared)
{
	twin_simple_queue_destroy(&shared->pipe);
	twin_lock_destroy(&shared->slots);
	twin_lock_destroy(&shared->unfinished);
	twin_lock_destroy(&shared->all_done_lock);
	twin_condition_destroy(&shared->all_done);
}

/* An item in the deque: its length, then its bytes. */
struct entry {
	size_t size;
	unsigned char bytes[];
};

void twin_queue_open(struct twin_queue *queue, struct twin_queue_shared *shared)
{
	const size_t align = sizeof(size_t);

	*queue = (struct twin_queue){.shared = shared};
	twin_simple_queue_open(&queue->pipe, &shared->pipe);
	twin_lock_open(&queue->slots, &shared->slots);
	twin_lock_open(&queue->unfinished, &shared->unfinished);
	twin_lock_open(&queue->all_done_lock, &shared->all_done_lock);
	twin_condition_open(&queue->all_done, &shared->all_done, &queue->all_done_lock);
	twin_mutex_init(&queue->mutex);
	twin_thread_condition_init(&queue->not_empty, &queue->mutex);
	twin_deque_init(&queue->buffer,
			(sizeof(struct entry) + shared->item_max + align - 1) / align * align);
}

/* ---- the feeder ---- */

/* Move the next item into ENTRY. False at the end: closed, and all items are written. */
static bool next_entry(struct twin_queue *queue, struct entry *entry)
{
	const struct entry *oldest;

	twin_mutex_lock(&queue->mutex);
	while (!(oldest = twin_deque_pop(&queue->buffer)) && !queue->last_item)
		twin_thread_wait(&queue->not_empty, TWIN_FOREVER);
	if (oldest)
		memcpy(entry, oldest, sizeof(*entry) + oldest->size);
	twin_mutex_unlock(&queue->mutex);
	return oldest != NULL;
}

/* Give an item up: its slot is free again, as if a reader had taken it. */
static void give_up(struct twin_queue *queue)
{
	twin_release(&queue->slots);
	twin_mutex_lock(&queue->mutex);
	queue->lost++;
	twin_mutex_unlock(&queue->mutex);
}

static void feed(void *argument)
{
	struct twin_queue *queue = argument;
	struct entry *entry = xcalloc(1, queue->buffer.item_size);

	while (next_entry(queue, entry))
		if (twin_simple_queue_put(&queue->pipe, entry->bytes, entry->size) != TWIN_OK)
			give_up(queue);
	twin_simple_queue_close(&queue->pipe);
	free(entry);
}

/* ---- put and get ---- */

static void count_unfinished(struct twin_queue *queue)
{
	twin_acquire(&queue->all_done_lock, TWIN_FOREVER);
	twin_release(&queue->unfinished);
	twin_release(&queue->all_done_lock);
}

/* With the mutex held. */
static bool append(struct twin_queue *queue, const void *item, size_t size)
{
	if (!queue->started && !offspring_start(&queue->feeder, false, feed, queue))
		return false;
	queue->started = true;
	struct entry *entry = twin_deque_push(&queue->buffer);

	entry->size = size;
	memcpy(entry->bytes, item, size);
	if (queue->shared->joinable)
		count_unfinished(queue);
	twin_thread_notify(&queue->not_empty, 1);
	return true;
}

enum twin_result twin_queue_put(struct twin_queue *queue, const void *item, size_t size,
				int64_t timeout_ns)
{
	if (atomic_load(&queue->closed))
		return TWIN_VALUE_ERROR;
	if (size > queue->shared->item_max) {
		errno = EMSGSIZE;
		return TWIN_OS_ERROR;
	}
	if (twin_acquire(&queue->slots, timeout_ns) != TWIN_OK)
		return TWIN_FULL;
	twin_mutex_lock(&queue->mutex);
	const bool appended = append(queue, item, size);

	twin_mutex_unlock(&queue->mutex);
	if (!appended)
		twin_release(&queue->slots);
	return appended ? TWIN_OK : TWIN_OS_ERROR;
}

static enum twin_result get_in_time(struct twin_queue *queue, void *item, size_t capacity,
				    size_t *size, int64_t timeout_ns)
{
	const uint64_t deadline_ns = twin_deadline_ns(timeout_ns);
	enum twin_result result = TWIN_EMPTY;

	if (twin_acquire(&queue->pipe.read_lock, timeout_ns) != TWIN_OK)
		return TWIN_EMPTY;
	if (twin_poll(&queue->pipe.reader, twin_timeout_ns(deadline_ns))) {
		result = twin_receive(&queue->pipe.reader, item, capacity, size);
		if (result == TWIN_OK)
			twin_release(&queue->slots);
	}
	twin_release(&queue->pipe.read_lock);
	return result;
}

enum twin_result twin_queue_get(struct twin_queue *queue, void *item, size_t capacity, size_t *size,
				int64_t timeout_ns)
{
	*size = 0;
	if (atomic_load(&queue->closed))
		return TWIN_VALUE_ERROR;
	if (timeout_ns != TWIN_FOREVER)
		return get_in_time(queue, item, capacity, size, timeout_ns);
	const enum twin_result result = twin_simple_queue_get(&queue->pipe, item, capacity, size);

	if (result == TWIN_OK)
		twin_release(&queue->slots);
	return result;
}

unsigned twin_queue_size(const struct twin_queue *queue)
{
	return queue->shared->maxsize - twin_lock_value(&queue->slots);
}

bool twin_queue_is_empty(const struct twin_queue *queue)
{
	return twin_simple_queue_empty(&queue->pipe);
}

bool twin_queue_is_full(const struct twin_queue *queue)
{
	return twin_lock_value(&queue->slots) == 0;
}

/* ---- the end ---- */

void twin_queue_close(struct twin_queue *queue)
{
	if (atomic_exchange(&queue->closed, true))
		return;
	twin_mutex_lock(&queue->mutex);
	queue->last_item = true;
	twin_thread_notify(&queue->not_empty, 1);
	const bool started = queue->started;

	twin_mutex_unlock(&queue->mutex);
	if (!started)
		twin_simple_queue_close(&queue->pipe);
}

enum twin_result twin_queue_join_thread(struct twin_queue *queue)
{
	if (!atomic_load(&queue->closed))
		return TWIN_ASSERTION_ERROR;
	if (queue->started && !queue->joined && !queue->join_cancelled)
		queue->joined = offspring_join(&queue->feeder, NULL);
	return TWIN_OK;
}

void twin_queue_cancel_join_thread(struct twin_queue *queue)
{
	queue->join_cancelled = true;
}

void twin_queue_leave(struct twin_queue *queue)
{
	twin_queue_close(queue);
	twin_queue_join_thread(queue);
	if (queue->started && !queue->joined)
		return; /* the feeder still uses its memory */
	twin_deque_free(&queue->buffer);
	twin_mutex_destroy(&queue->mutex);
}

/* ---- JoinableQueue ---- */

enum twin_result twin_queue_task_done(struct twin_queue *queue)
{
	enum twin_result result = TWIN_OK;

	twin_acquire(&queue->all_done_lock, TWIN_FOREVER);
	if (twin_acquire(&queue->unfinished, TWIN_AT_ONCE) != TWIN_OK)
		result = TWIN_VALUE_ERROR;
	else if (twin_lock_value(&queue->unfinished) == 0)
		result = twin_condition_notify(&queue->all_done, TWIN_NOTIFY_ALL);
	twin_release(&queue->all_done_lock);
	return result;
}

void twin_queue_join(struct twin_queue *queue)
{
	twin_acquire(&queue->all_done_lock, TWIN_FOREVER);
	if (twin_lock_value(&queue->unfinished))
		twin_condition_wait(&queue->all_done, TWIN_FOREVER);
	twin_release(&queue->all_done_lock);
}
