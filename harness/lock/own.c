/* SPDX-License-Identifier: MIT */
/* The slow paths of the locks in own.h, and the lock that has nothing but a slow path. */
#include "harness/lock/own.h"

#include "harness/base/clock.h"

bool lock_futex_wait(struct lock_futex *lock, uint64_t until_ns)
{
	bool in_time = true;

	/* it writes WAITED even when it gets the lock, because others may still be waiting */
	while (atomic_exchange_explicit(&lock->state, LOCK_FUTEX_WAITED, memory_order_acquire) !=
	       LOCK_FUTEX_FREE) {
		if (!in_time)
			return false;
		in_time = futex_wait(&lock->state, LOCK_FUTEX_WAITED, until_ns, lock->shared);
	}
	return true;
}

void lock_pycond_init(struct lock_pycond *lock)
{
	lock_mutex_init(&lock->mutex, false);
	lock_cond_init(&lock->cond, false);
}

void lock_pycond_destroy(struct lock_pycond *lock)
{
	must(pthread_cond_destroy(&lock->cond));
	must(pthread_mutex_destroy(&lock->mutex));
}

/* Mark the lock as held. True if it was free. The mutex is held. */
static bool take(struct lock_pycond *lock)
{
	const bool was_free = !lock->locked;

	lock->locked = true;
	return was_free;
}

bool lock_pycond_acquire(struct lock_pycond *lock, uint64_t until_ns)
{
	const struct timespec until = clock_timespec(until_ns);
	int error = 0;

	must(pthread_mutex_lock(&lock->mutex));
	while (lock->locked && error != ETIMEDOUT) {
		if (until_ns == FUTEX_FOREVER)
			error = pthread_cond_wait(&lock->cond, &lock->mutex);
		else
			error = pthread_cond_timedwait(&lock->cond, &lock->mutex, &until);
		if (error != ETIMEDOUT)
			must(error);
	}
	const bool mine = take(lock);

	must(pthread_mutex_unlock(&lock->mutex));
	return mine;
}

bool lock_pycond_try(struct lock_pycond *lock)
{
	must(pthread_mutex_lock(&lock->mutex));
	const bool mine = take(lock);

	must(pthread_mutex_unlock(&lock->mutex));
	return mine;
}

void lock_pycond_release(struct lock_pycond *lock)
{
	must(pthread_mutex_lock(&lock->mutex));
	lock->locked = false;
	must(pthread_mutex_unlock(&lock->mutex));
	must(pthread_cond_signal(&lock->cond));
}
