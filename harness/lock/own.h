/* SPDX-License-Identifier: MIT */
/*
 * own - locks that are written out here, short enough to be read in a lecture: test-and-set, test
 * and test-and-set, ticket and the three-state futex mutex. Two more are the locks that CPython
 * builds from a semaphore, or from a mutex and a condition.
 */
#ifndef TOLLGATE_LOCK_OWN_H
#define TOLLGATE_LOCK_OWN_H

#include <stdatomic.h>

#include "harness/lock/futex.h"
#include "harness/lock/posix.h"

/* Tell the core that this is a waiting loop. */
LOCK_INLINE void lock_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
	__asm__ volatile("yield");
#else
	__asm__ volatile("");
#endif
}

/* Test-and-set: every look is a write, so the cache line never rests. 0 free, 1 held. */
LOCK_INLINE bool lock_tas_try(_Atomic uint32_t *word)
{
	return !atomic_exchange_explicit(word, 1, memory_order_acquire);
}

LOCK_INLINE void lock_tas_acquire(_Atomic uint32_t *word)
{
	while (!lock_tas_try(word))
		lock_pause();
}

/* Test and test-and-set: a waiter reads its own copy of the line until the holder writes to it. */
LOCK_INLINE void lock_ttas_acquire(_Atomic uint32_t *word)
{
	while (!lock_tas_try(word))
		while (atomic_load_explicit(word, memory_order_relaxed))
			lock_pause();
}

LOCK_INLINE void lock_tas_release(_Atomic uint32_t *word)
{
	atomic_store_explicit(word, 0, memory_order_release);
}

/* Ticket: draw a number and wait until it is called. First come, first served. */
struct lock_ticket {
	_Atomic uint32_t next, serving;
};

LOCK_INLINE void lock_ticket_acquire(struct lock_ticket *lock)
{
	const uint32_t mine = atomic_fetch_add_explicit(&lock->next, 1, memory_order_relaxed);

	while (atomic_load_explicit(&lock->serving, memory_order_acquire) != mine)
		lock_pause();
}

LOCK_INLINE bool lock_ticket_try(struct lock_ticket *lock)
{
	uint32_t mine = atomic_load_explicit(&lock->serving, memory_order_acquire);

	return atomic_compare_exchange_strong_explicit(&lock->next, &mine, mine + 1,
						       memory_order_acquire, memory_order_relaxed);
}

LOCK_INLINE void lock_ticket_release(struct lock_ticket *lock)
{
	/* only the holder writes it, so it needs no atomic addition */
	const uint32_t mine = atomic_load_explicit(&lock->serving, memory_order_relaxed);

	atomic_store_explicit(&lock->serving, mine + 1, memory_order_release);
}

/*
 * The mutex with three states of Drepper, "Futexes Are Tricky" (2011), section 6. A worker that
 * finds the lock held writes WAITED, so the holder knows that it has to call the kernel. Without
 * waiters nobody calls the kernel.
 */
enum { LOCK_FUTEX_FREE, LOCK_FUTEX_HELD, LOCK_FUTEX_WAITED };

struct lock_futex {
	_Atomic uint32_t state;
	bool shared; /* between processes */
};

/* Sleep until this worker holds the lock. False if it was not free before UNTIL_NS. */
bool lock_futex_wait(struct lock_futex *lock, uint64_t until_ns);

LOCK_INLINE bool lock_futex_try(struct lock_futex *lock)
{
	uint32_t state = LOCK_FUTEX_FREE;

	return atomic_compare_exchange_strong_explicit(&lock->state, &state, LOCK_FUTEX_HELD,
						       memory_order_acquire, memory_order_relaxed);
}

LOCK_INLINE void lock_futex_acquire(struct lock_futex *lock)
{
	if (LOCK_RARELY(!lock_futex_try(lock)))
		lock_futex_wait(lock, FUTEX_FOREVER);
}

LOCK_INLINE int lock_futex_timed(struct lock_futex *lock, uint64_t until_ns)
{
	return lock_futex_try(lock) || lock_futex_wait(lock, until_ns) ? 0 : ETIMEDOUT;
}

LOCK_INLINE void lock_futex_release(struct lock_futex *lock)
{
	if (LOCK_RARELY(atomic_exchange_explicit(&lock->state, LOCK_FUTEX_FREE,
						 memory_order_release) == LOCK_FUTEX_WAITED))
		futex_wake(&lock->state, 1, lock->shared);
}

/* threading.Lock up to CPython 3.13 on Linux: try first, then wait (CPython drops its GIL then). */
LOCK_INLINE void lock_pysem_acquire(sem_t *semaphore)
{
	if (LOCK_RARELY(sem_trywait(semaphore) != 0))
		lock_sem_acquire(semaphore);
}

/* The same lock on systems without semaphores. It signals after it has unlocked the mutex. */
struct lock_pycond {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool locked;
};

void lock_pycond_init(struct lock_pycond *lock);
void lock_pycond_destroy(struct lock_pycond *lock);
/* False if the lock was not free before UNTIL_NS. */
bool lock_pycond_acquire(struct lock_pycond *lock, uint64_t until_ns);
bool lock_pycond_try(struct lock_pycond *lock);
void lock_pycond_release(struct lock_pycond *lock);

#endif
