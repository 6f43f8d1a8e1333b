/* SPDX-License-Identifier: MIT */
/*
 * posix - the locks of the C library: how they are made, the waits with a deadline, and the checks
 * that a careful program adds. Every verb of a lock that returns an int returns 0 or an error number.
 */
#ifndef TOLLGATE_LOCK_POSIX_H
#define TOLLGATE_LOCK_POSIX_H

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>

#include "harness/base/util.h"

/* Is the thread sanitizer watching? */
#if defined(__SANITIZE_THREAD__)
#define LOCK_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LOCK_WATCHED 1
#endif
#endif
#ifndef LOCK_WATCHED
#define LOCK_WATCHED 0
#endif

#define LOCK_INLINE     static inline __attribute__((always_inline))
#define LOCK_RARELY(is) __builtin_expect(!!(is), 0)

/* The pshared argument of pthread_*_init() for workers that are PROCESSES or threads. */
static inline int lock_pshared(bool processes)
{
	return processes ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
}

/* The attributes of a mutex. All zero means the default: a plain mutex between threads. */
struct lock_mutex_attributes {
	int type, robust, protocol; /* PTHREAD_MUTEX_..., PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_... */
	bool processes;
};

/* Make a mutex with these attributes. False and WHY if the kernel does not offer it. */
bool lock_mutex_make(pthread_mutex_t *mutex, struct lock_mutex_attributes wanted,
		     struct reason *why);
/* Make a plain mutex, for threads or for PROCESSES. */
void lock_mutex_init(pthread_mutex_t *mutex, bool processes);
/* Make a condition variable whose deadlines are times of CLOCK_MONOTONIC. */
void lock_cond_init(pthread_cond_t *cond, bool processes);
/* Make a reader-writer lock with PREFERENCE, one of PTHREAD_RWLOCK_PREFER_... */
void lock_rwlock_init(pthread_rwlock_t *rwlock, int preference, bool processes);

/* Wait until UNTIL_NS of CLOCK_MONOTONIC at the latest: 0, ETIMEDOUT or another error. */
int lock_mutex_timed(pthread_mutex_t *mutex, uint64_t until_ns);
int lock_rwlock_timed(pthread_rwlock_t *rwlock, uint64_t until_ns);
int lock_sem_timed(sem_t *semaphore, uint64_t until_ns);

/* A mutex that survives the death of its owner. */
struct lock_robust {
	pthread_mutex_t mutex;
	uint64_t recoveries; /* how often a worker took over the lock of a dead owner */
};

/* As lock_mutex_make(). */
bool lock_robust_init(struct lock_robust *lock, bool processes, struct reason *why);
/* As lock_mutex_timed(); EOWNERDEAD if the worker has the lock of a dead owner. */
int lock_robust_timed(struct lock_robust *lock, uint64_t until_ns);
/* If ERROR says that the owner died, make the mutex usable again and count it. Returns ERROR. */
int lock_recover(struct lock_robust *lock, int error);

LOCK_INLINE int lock_robust_acquire(struct lock_robust *lock)
{
	const int error = pthread_mutex_lock(&lock->mutex);

	return LOCK_RARELY(error) ? lock_recover(lock, error) : 0;
}

LOCK_INLINE bool lock_robust_try(struct lock_robust *lock)
{
	const int error = pthread_mutex_trylock(&lock->mutex);

	return !error || lock_recover(lock, error) == EOWNERDEAD;
}

/* Call sem_wait() again after a signal handler interrupted it. */
void lock_sem_wait_again(sem_t *semaphore);

LOCK_INLINE void lock_sem_acquire(sem_t *semaphore)
{
	if (LOCK_RARELY(sem_wait(semaphore) != 0))
		lock_sem_wait_again(semaphore);
}

#endif
