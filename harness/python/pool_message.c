/* SPDX-License-Identifier: MIT */
#include "harness/python/pool_internal.h"

#include <stddef.h>

void twin_event_init(struct twin_event *event)
{
	twin_mutex_init(&event->mutex);
	twin_thread_condition_init(&event->condition, &event->mutex);
	event->is_set = false;
}

void twin_event_set(struct twin_event *event)
{
	twin_mutex_lock(&event->mutex);
	event->is_set = true;
	twin_thread_notify(&event->condition, TWIN_NOTIFY_ALL);
	twin_mutex_unlock(&event->mutex);
}

bool twin_event_wait(struct twin_event *event, int64_t timeout_ns)
{
	const uint64_t deadline_ns = twin_deadline_ns(timeout_ns);
	enum twin_result result = TWIN_OK;

	twin_mutex_lock(&event->mutex);
	while (!event->is_set && result == TWIN_OK)
		result = twin_thread_wait(&event->condition, twin_timeout_ns(deadline_ns));
	const bool is_set = event->is_set;

	twin_mutex_unlock(&event->mutex);
	return is_set;
}

size_t twin_message_length(const struct twin_message *message)
{
	return offsetof(struct twin_message, words) + message->count * sizeof(message->words[0]);
}

enum twin_result twin_message_send(const struct twin_connection *end,
				   const struct twin_message *message)
{
	return twin_send(end, message, twin_message_length(message));
}
