/* SPDX-License-Identifier: MIT */
/* The slow sides of our own locks, and those that are all slow side. */
#include "harness/lock/own.h"

#include <time.h>

#include "harness/base/clock.h"
#include "harness/lock/lock.h"

bool lock_futex_wait(struct lock_futex *lock, uint64_t until_ns)
{
	bool in_time = true;

	/* whoever gets it here says WAITED, as it cannot know whether somebody else still waits */
	while (atomic_exchange_explicit(&lock->state, LOCK_FUTEX_WAITED, memory_order_acquire) !=
	       LOCK_FUTEX_FREE) {
		if (!in_time)
			return false;
		in_time = futex_wait(&lock->state, LOCK_FUTEX_WAITED, until_ns, lock->shared);
	}
	return true;
}

void lock_sem_wait_again(sem_t *semaphore)
{
	while (errno == EINTR && sem_wait(semaphore) != 0)
		;
}

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / 1000000000u),
		.tv_nsec = (long)(ns % 1000000000u),
	};
}

/*
 * The calls that take a clock are unknown to the thread sanitizer. Under it the older ones do, whose
 * clock may be set while they wait: what is asked for here is the distance from now.
 */
static struct timespec deadline(uint64_t until_ns)
{
	struct timespec real;

	if (!LOCK_WATCHED)
		return timespec_of(until_ns);
	const uint64_t now_ns = clock_now_ns();

	must_sys(clock_gettime(CLOCK_REALTIME, &real));
	return timespec_of((uint64_t)real.tv_sec * 1000000000u + (uint64_t)real.tv_nsec +
			   (until_ns > now_ns ? until_ns - now_ns : 0));
}

int lock_mutex_timed(pthread_mutex_t *mutex, uint64_t until_ns)
{
	const struct timespec until = deadline(until_ns);

	return LOCK_WATCHED ? pthread_mutex_timedlock(mutex, &until)
			    : pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until);
}

int lock_rwlock_timed(struct lock *lock, uint64_t until_ns)
{
	const struct timespec until = deadline(until_ns);

	return LOCK_WATCHED ? pthread_rwlock_timedwrlock(&lock->rwlock, &until)
			    : pthread_rwlock_clockwrlock(&lock->rwlock, CLOCK_MONOTONIC, &until);
}

int lock_sem_timed(struct lock *lock, uint64_t until_ns)
{
	const struct timespec until = deadline(until_ns);

	while ((LOCK_WATCHED ? sem_timedwait(&lock->semaphore, &until)
			     : sem_clockwait(&lock->semaphore, CLOCK_MONOTONIC, &until)) != 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

int lock_recover(struct lock *lock, int error)
{
	if (error == EOWNERDEAD) {
		must(pthread_mutex_consistent(&lock->mutex));
		lock->recoveries++;
	}
	return error;
}

bool lock_pycond_acquire(struct lock_pycond *lock, uint64_t until_ns)
{
	const struct timespec until = timespec_of(until_ns);
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
	const bool mine = !lock->locked;

	lock->locked = true;
	must(pthread_mutex_unlock(&lock->mutex));
	return mine;
}

bool lock_pycond_try(struct lock_pycond *lock)
{
	must(pthread_mutex_lock(&lock->mutex));
	const bool mine = !lock->locked;

	lock->locked = true;
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
