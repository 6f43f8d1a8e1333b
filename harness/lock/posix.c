/* SPDX-License-Identifier: MIT */
#include "harness/lock/posix.h"

#include "harness/base/clock.h"

bool lock_mutex_make(pthread_mutex_t *mutex, struct lock_mutex_attributes wanted,
		     struct reason *why)
{
	pthread_mutexattr_t attributes;

	must(pthread_mutexattr_init(&attributes));
	must(pthread_mutexattr_setpshared(&attributes, lock_pshared(wanted.processes)));
	if (wanted.type) /* to set even the default type would make glibc's plain mutex a slower one */
		must(pthread_mutexattr_settype(&attributes, wanted.type));
	if (wanted.robust)
		must(pthread_mutexattr_setrobust(&attributes, wanted.robust));
	if (wanted.protocol)
		must(pthread_mutexattr_setprotocol(&attributes, wanted.protocol));
	const int error = pthread_mutex_init(mutex, &attributes);

	must(pthread_mutexattr_destroy(&attributes));
	return !error || refuse(why, "the kernel has no such mutex (error %d)", error);
}

void lock_mutex_init(pthread_mutex_t *mutex, bool processes)
{
	struct reason why;

	if (!lock_mutex_make(mutex, (struct lock_mutex_attributes){.processes = processes}, &why))
		die(EXIT_INTERNAL, "%s", why.text);
}

void lock_cond_init(pthread_cond_t *cond, bool processes)
{
	pthread_condattr_t attributes;

	must(pthread_condattr_init(&attributes));
	must(pthread_condattr_setpshared(&attributes, lock_pshared(processes)));
	must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
	must(pthread_cond_init(cond, &attributes));
	must(pthread_condattr_destroy(&attributes));
}

void lock_rwlock_init(pthread_rwlock_t *rwlock, int preference, bool processes)
{
	pthread_rwlockattr_t attributes;

	must(pthread_rwlockattr_init(&attributes));
	must(pthread_rwlockattr_setpshared(&attributes, lock_pshared(processes)));
	must(pthread_rwlockattr_setkind_np(&attributes, preference));
	must(pthread_rwlock_init(rwlock, &attributes));
	must(pthread_rwlockattr_destroy(&attributes));
}

/*
 * The thread sanitizer does not know the calls that take a clock. Under it the older calls are made,
 * which take a time of CLOCK_REALTIME. Somebody may set that clock during the wait, so the time is
 * computed from the distance between now and UNTIL_NS.
 */
static struct timespec deadline(uint64_t until_ns)
{
	if (!LOCK_WATCHED)
		return clock_timespec(until_ns);
	const uint64_t now_ns = clock_now_ns();

	return clock_timespec(clock_of(CLOCK_REALTIME) +
			      (until_ns > now_ns ? until_ns - now_ns : 0));
}

int lock_mutex_timed(pthread_mutex_t *mutex, uint64_t until_ns)
{
	const struct timespec until = deadline(until_ns);

	return LOCK_WATCHED ? pthread_mutex_timedlock(mutex, &until)
			    : pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until);
}

int lock_rwlock_timed(pthread_rwlock_t *rwlock, uint64_t until_ns)
{
	const struct timespec until = deadline(until_ns);

	return LOCK_WATCHED ? pthread_rwlock_timedwrlock(rwlock, &until)
			    : pthread_rwlock_clockwrlock(rwlock, CLOCK_MONOTONIC, &until);
}

int lock_sem_timed(sem_t *semaphore, uint64_t until_ns)
{
	const struct timespec until = deadline(until_ns);

	while ((LOCK_WATCHED ? sem_timedwait(semaphore, &until)
			     : sem_clockwait(semaphore, CLOCK_MONOTONIC, &until)) != 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

bool lock_robust_init(struct lock_robust *lock, bool processes, struct reason *why)
{
	return lock_mutex_make(&lock->mutex,
			       (struct lock_mutex_attributes){.robust = PTHREAD_MUTEX_ROBUST,
							      .processes = processes},
			       why);
}

int lock_robust_timed(struct lock_robust *lock, uint64_t until_ns)
{
	return lock_recover(lock, lock_mutex_timed(&lock->mutex, until_ns));
}

int lock_recover(struct lock_robust *lock, int error)
{
	if (error == EOWNERDEAD) {
		must(pthread_mutex_consistent(&lock->mutex));
		lock->recoveries++;
	}
	return error;
}

void lock_sem_wait_again(sem_t *semaphore)
{
	while (errno == EINTR && sem_wait(semaphore) != 0)
		;
}
