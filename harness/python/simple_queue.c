/* SPDX-License-Identifier: MIT */
#include <fcntl.h>

#include "harness/python/queue.h"

bool twin_simple_queue_init(struct twin_simple_queue_shared *shared)
{
	if (twin_pipe(shared->ends, false) != TWIN_OK)
		return false;
	twin_lock_init(&shared->read_lock, TWIN_LOCK, 0);
	twin_lock_init(&shared->write_lock, TWIN_LOCK, 0);
	return true;
}

void twin_simple_queue_destroy(struct twin_simple_queue_shared *shared)
{
	for (unsigned end = 0; end < 2; end++)
		twin_connection_close(&shared->ends[end]);
	twin_lock_destroy(&shared->read_lock);
	twin_lock_destroy(&shared->write_lock);
}

static struct twin_connection copy_of(const struct twin_connection *end)
{
	struct twin_connection copy = *end;

	copy.fd = (int)must_sys(fcntl(end->fd, F_DUPFD_CLOEXEC, 0));
	return copy;
}

void twin_simple_queue_open(struct twin_simple_queue *queue,
			    struct twin_simple_queue_shared *shared)
{
	queue->reader = copy_of(&shared->ends[0]);
	queue->writer = copy_of(&shared->ends[1]);
	twin_lock_open(&queue->read_lock, &shared->read_lock);
	twin_lock_open(&queue->write_lock, &shared->write_lock);
}

void twin_simple_queue_close(struct twin_simple_queue *queue)
{
	twin_connection_close(&queue->reader);
	twin_connection_close(&queue->writer);
}

enum twin_result twin_simple_queue_put(struct twin_simple_queue *queue, const void *item,
				       size_t size)
{
	twin_acquire(&queue->write_lock, TWIN_FOREVER);
	const enum twin_result result = twin_send(&queue->writer, item, size);

	twin_release(&queue->write_lock);
	return result;
}

enum twin_result twin_simple_queue_get(struct twin_simple_queue *queue, void *item, size_t capacity,
				       size_t *size)
{
	twin_acquire(&queue->read_lock, TWIN_FOREVER);
	const enum twin_result result = twin_receive(&queue->reader, item, capacity, size);

	twin_release(&queue->read_lock);
	return result;
}

bool twin_simple_queue_empty(const struct twin_simple_queue *queue)
{
	return !twin_poll(&queue->reader, TWIN_AT_ONCE);
}
