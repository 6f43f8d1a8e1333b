/* SPDX-License-Identifier: MIT */
#include "harness/python/thread.h"

#include <stdlib.h>
#include <string.h>

#define DEQUE_FIRST 16u

void twin_mutex_init(struct twin_mutex *mutex)
{
	must_sys(sem_init(&mutex->semaphore, false, 1));
}

void twin_mutex_destroy(struct twin_mutex *mutex)
{
	must_sys(sem_destroy(&mutex->semaphore));
}

void twin_mutex_lock(struct twin_mutex *mutex)
{
	twin_take(&mutex->semaphore, TWIN_FOREVER);
}

void twin_mutex_unlock(struct twin_mutex *mutex)
{
	must_sys(sem_post(&mutex->semaphore));
}

/* Lies on the waiter's stack. The waiter cannot leave before it has the notifier's mutex. */
struct twin_event_waiter {
	struct twin_event_waiter *next;
	sem_t semaphore;
};

void twin_thread_condition_init(struct twin_thread_condition *condition, struct twin_mutex *mutex)
{
	*condition = (struct twin_thread_condition){.mutex = mutex};
}

static void append(struct twin_thread_condition *condition, struct twin_event_waiter *waiter)
{
	if (condition->last)
		condition->last->next = waiter;
	else
		condition->first = waiter;
	condition->last = waiter;
}

static void remove_waiter(struct twin_thread_condition *condition, struct twin_event_waiter *waiter)
{
	struct twin_event_waiter *before = NULL;

	for (struct twin_event_waiter *at = condition->first; at; before = at, at = at->next) {
		if (at != waiter)
			continue;
		if (before)
			before->next = at->next;
		else
			condition->first = at->next;
		if (condition->last == at)
			condition->last = before;
		return;
	}
}

enum twin_result twin_thread_wait(struct twin_thread_condition *condition, int64_t timeout_ns)
{
	struct twin_event_waiter waiter = {.next = NULL};

	must_sys(sem_init(&waiter.semaphore, false, 0));
	append(condition, &waiter);
	twin_mutex_unlock(condition->mutex);
	const bool woken = twin_take(&waiter.semaphore, timeout_ns);

	twin_mutex_lock(condition->mutex);
	if (!woken)
		remove_waiter(condition, &waiter);
	must_sys(sem_destroy(&waiter.semaphore));
	return woken ? TWIN_OK : TWIN_TIMED_OUT;
}

void twin_thread_notify(struct twin_thread_condition *condition, unsigned count)
{
	for (; count && condition->first; count--) {
		struct twin_event_waiter *waiter = condition->first;

		remove_waiter(condition, waiter);
		must_sys(sem_post(&waiter->semaphore));
	}
}

void twin_deque_init(struct twin_deque *deque, size_t item_size)
{
	*deque = (struct twin_deque){.item_size = item_size};
}

void twin_deque_free(struct twin_deque *deque)
{
	free(deque->items);
	twin_deque_init(deque, deque->item_size);
}

/* Double the room. Items that had wrapped round to the beginning move behind the end. */
static void grow(struct twin_deque *deque)
{
	const size_t old = deque->capacity, size = deque->item_size;

	deque->capacity = old ? old * 2 : DEQUE_FIRST;
	deque->items = xrealloc(deque->items, deque->capacity, size);
	if (deque->first + deque->count > old)
		memcpy(deque->items + old * size, deque->items,
		       (deque->first + deque->count - old) * size);
}

void *twin_deque_push(struct twin_deque *deque)
{
	if (deque->count == deque->capacity)
		grow(deque);
	const size_t place = (deque->first + deque->count++) % deque->capacity;

	return deque->items + place * deque->item_size;
}

const void *twin_deque_pop(struct twin_deque *deque)
{
	if (!deque->count)
		return NULL;
	const void *item = deque->items + deque->first * deque->item_size;

	deque->first = (deque->first + 1) % deque->capacity;
	deque->count--;
	return item;
}
