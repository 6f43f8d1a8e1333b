/* SPDX-License-Identifier: MIT */
#include "harness/python/lock.h"

#include <limits.h>

static unsigned value_max_of(enum twin_lock_kind kind, unsigned value)
{
	if (kind == TWIN_SEMAPHORE)
		return SEM_VALUE_MAX;
	return kind == TWIN_BOUNDED_SEMAPHORE ? value : 1;
}

void twin_lock_init(struct twin_lock_shared *shared, enum twin_lock_kind kind, unsigned value)
{
	const bool counts = kind == TWIN_SEMAPHORE || kind == TWIN_BOUNDED_SEMAPHORE;

	shared->kind = kind;
	shared->value_max = value_max_of(kind, value);
	must_sys(sem_init(&shared->semaphore, true, counts ? value : 1));
}

void twin_lock_destroy(struct twin_lock_shared *shared)
{
	must_sys(sem_destroy(&shared->semaphore));
}

void twin_lock_open(struct twin_lock *lock, struct twin_lock_shared *shared)
{
	lock->shared = shared;
	atomic_store(&lock->count, 0);
	atomic_store(&lock->last_thread, 0);
}

/* Only the owner's own thread finds its own number there, so relaxed is enough. */
bool twin_lock_is_mine(const struct twin_lock *lock)
{
	return atomic_load_explicit(&lock->count, memory_order_relaxed) > 0 &&
	       atomic_load_explicit(&lock->last_thread, memory_order_relaxed) ==
		       (uintptr_t)pthread_self();
}

unsigned twin_lock_value(const struct twin_lock *lock)
{
	int value;

	must_sys(sem_getvalue(&lock->shared->semaphore, &value));
	return value > 0 ? (unsigned)value : 0;
}

enum twin_result twin_acquire(struct twin_lock *lock, int64_t timeout_ns)
{
	if (lock->shared->kind == TWIN_RLOCK && twin_lock_is_mine(lock)) {
		atomic_fetch_add_explicit(&lock->count, 1, memory_order_relaxed);
		return TWIN_OK;
	}
	if (!twin_take(&lock->shared->semaphore, timeout_ns))
		return TWIN_TIMED_OUT;
	atomic_fetch_add_explicit(&lock->count, 1, memory_order_relaxed);
	atomic_store_explicit(&lock->last_thread, (uintptr_t)pthread_self(), memory_order_relaxed);
	return TWIN_OK;
}

enum twin_result twin_release(struct twin_lock *lock)
{
	if (lock->shared->kind == TWIN_RLOCK) {
		if (!twin_lock_is_mine(lock))
			return TWIN_ASSERTION_ERROR;
		if (atomic_load_explicit(&lock->count, memory_order_relaxed) > 1) {
			atomic_fetch_sub_explicit(&lock->count, 1, memory_order_relaxed);
			return TWIN_OK;
		}
	} else if (twin_lock_value(lock) >= lock->shared->value_max) {
		return TWIN_VALUE_ERROR;
	}
	/* before the post, because the next owner counts for itself */
	atomic_fetch_sub_explicit(&lock->count, 1, memory_order_relaxed);
	must_sys(sem_post(&lock->shared->semaphore));
	return TWIN_OK;
}

/* ---- Condition ---- */

void twin_condition_init(struct twin_condition_shared *shared)
{
	twin_lock_init(&shared->sleeping, TWIN_SEMAPHORE, 0);
	twin_lock_init(&shared->woken, TWIN_SEMAPHORE, 0);
	twin_lock_init(&shared->wait, TWIN_SEMAPHORE, 0);
}

void twin_condition_destroy(struct twin_condition_shared *shared)
{
	twin_lock_destroy(&shared->sleeping);
	twin_lock_destroy(&shared->woken);
	twin_lock_destroy(&shared->wait);
}

void twin_condition_open(struct twin_condition *condition, struct twin_condition_shared *shared,
			 struct twin_lock *lock)
{
	condition->lock = lock;
	twin_lock_open(&condition->sleeping, &shared->sleeping);
	twin_lock_open(&condition->woken, &shared->woken);
	twin_lock_open(&condition->wait, &shared->wait);
}

enum twin_result twin_condition_wait(struct twin_condition *condition, int64_t timeout_ns)
{
	struct twin_lock *lock = condition->lock;

	if (!twin_lock_is_mine(lock))
		return TWIN_ASSERTION_ERROR;
	twin_release(&condition->sleeping);
	const int levels = atomic_load_explicit(&lock->count, memory_order_relaxed);

	for (int i = 0; i < levels; i++)
		twin_release(lock);
	const enum twin_result result = twin_acquire(&condition->wait, timeout_ns);

	twin_release(&condition->woken);
	for (int i = 0; i < levels; i++)
		twin_acquire(lock, TWIN_FOREVER);
	return result;
}

enum twin_result twin_condition_notify(struct twin_condition *condition, unsigned count)
{
	unsigned sleepers = 0;

	if (!twin_lock_is_mine(condition->lock))
		return TWIN_ASSERTION_ERROR;
	if (twin_acquire(&condition->wait, TWIN_AT_ONCE) == TWIN_OK)
		return TWIN_ASSERTION_ERROR;
	/* waiters that timed out since the last notify sleep no more */
	while (twin_acquire(&condition->woken, TWIN_AT_ONCE) == TWIN_OK)
		if (twin_acquire(&condition->sleeping, TWIN_AT_ONCE) != TWIN_OK)
			return TWIN_ASSERTION_ERROR;
	while (sleepers < count && twin_acquire(&condition->sleeping, TWIN_AT_ONCE) == TWIN_OK) {
		twin_release(&condition->wait);
		sleepers++;
	}
	for (unsigned i = 0; i < sleepers; i++)
		twin_acquire(&condition->woken, TWIN_FOREVER);
	/* the wake-up of a waiter that times out at this moment must not wake another one later */
	while (sleepers && twin_acquire(&condition->wait, TWIN_AT_ONCE) == TWIN_OK)
		;
	return TWIN_OK;
}
