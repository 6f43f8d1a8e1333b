/* SPDX-License-Identifier: MIT */
/*
 * lock_verbs - what a worker does with a lock; the end of lock.h.
 *
 *   lock_acquire, lock_release            for oneself alone
 *   lock_acquire_read, lock_release_read  beside other readers; kinds without LOCK_HAS_READ: as above
 *   lock_try                              at once or not at all; kinds without LOCK_HAS_TRY: false
 *   lock_timed                            0, ETIMEDOUT ...; kinds without LOCK_HAS_TIMED: ENOSYS
 *   lock_acquire_checked                  0, EDEADLK (error-checking) or EOWNERDEAD (robust)
 *
 * All are always inlined with a constant KIND, so each becomes one kind's instructions. A pthread
 * call cannot fail here unless the caller broke the rules: the hot verbs drop its error.
 */
#ifndef TOLLGATE_LOCK_VERBS_H
#define TOLLGATE_LOCK_VERBS_H

#include "harness/lock/lock.h"

/* A robust mutex whose owner died is ours, and fit for use again. Keeps the error. */
int lock_recover(struct lock *lock, int error);
/* pthread_mutex_clocklock() and the like, until UNTIL_NS of CLOCK_MONOTONIC. */
int lock_mutex_timed(pthread_mutex_t *mutex, uint64_t until_ns);
int lock_rwlock_timed(struct lock *lock, uint64_t until_ns);
int lock_sem_timed(struct lock *lock, uint64_t until_ns);

/* One row per kind or family of kinds: its name, how it is taken, how it is let go. */
#define LOCK_VERBS_(name, acquire, release)                                                \
	LOCK_INLINE void lock_##name##_acquire_(struct lock *lock, struct lock_node *node) \
	{                                                                                  \
		(void)lock;                                                                \
		(void)node;                                                                \
		acquire;                                                                   \
	}                                                                                  \
	LOCK_INLINE void lock_##name##_release_(struct lock *lock, struct lock_node *node) \
	{                                                                                  \
		(void)lock;                                                                \
		(void)node;                                                                \
		release;                                                                   \
	}

/* clang-format off */
#define LOCK_MUTEX_VERBS_(name) \
	LOCK_VERBS_(name, pthread_mutex_lock(&lock->mutex), pthread_mutex_unlock(&lock->mutex))
LOCK_MUTEX_VERBS_(errorcheck)
LOCK_MUTEX_VERBS_(recursive)
LOCK_MUTEX_VERBS_(adaptive)
LOCK_MUTEX_VERBS_(inherit)
LOCK_MUTEX_VERBS_(pshared)
LOCK_VERBS_(robust, int error = pthread_mutex_lock(&lock->mutex);
	    if (LOCK_RARELY(error)) lock_recover(lock, error), pthread_mutex_unlock(&lock->mutex))
LOCK_VERBS_(spin, pthread_spin_lock(&lock->spin), pthread_spin_unlock(&lock->spin))
#define LOCK_RWLOCK_VERBS_(name) \
	LOCK_VERBS_(name, pthread_rwlock_wrlock(&lock->rwlock), \
		    pthread_rwlock_unlock(&lock->rwlock))
LOCK_RWLOCK_VERBS_(rwlock_reader)
LOCK_RWLOCK_VERBS_(rwlock_writer)
LOCK_VERBS_(c11, mtx_lock(&lock->c11), mtx_unlock(&lock->c11))
LOCK_VERBS_(sem, lock_sem_acquire(&lock->semaphore), sem_post(&lock->semaphore))

LOCK_VERBS_(futex, lock_futex_acquire(&lock->futex), lock_futex_release(&lock->futex))
LOCK_VERBS_(tas, lock_tas_acquire(&lock->word), lock_tas_release(&lock->word))
LOCK_VERBS_(ttas, lock_ttas_acquire(&lock->word), lock_tas_release(&lock->word))
LOCK_VERBS_(ticket, lock_ticket_acquire(&lock->ticket), lock_ticket_release(&lock->ticket))
LOCK_VERBS_(pysem, lock_pysem_acquire(&lock->semaphore), sem_post(&lock->semaphore))
LOCK_VERBS_(pycond, lock_pycond_acquire(&lock->pycond, FUTEX_FOREVER),
	    lock_pycond_release(&lock->pycond))
LOCK_VERBS_(pymutex, parking_lock(&lock->parking, &node->parked), parking_unlock(&lock->parking))
LOCK_VERBS_(pymutex_nospin, parking_lock(&lock->parking, &node->parked),
	    parking_unlock(&lock->parking))
LOCK_VERBS_(test, lock_test_acquire(lock), lock_test_release(lock))

#if TOLLGATE_CK
#define LOCK_CK_VERBS_(name, acquire, release) LOCK_VERBS_(name, acquire, release)
#else /* lock_init() refuses them */
#define LOCK_CK_VERBS_(name, acquire, release) LOCK_VERBS_(name, , )
#endif
LOCK_CK_VERBS_(ck_fas, ck_spinlock_fas_lock(&lock->ck_fas), ck_spinlock_fas_unlock(&lock->ck_fas))
LOCK_CK_VERBS_(ck_fas_eb, ck_spinlock_fas_lock_eb(&lock->ck_fas),
	       ck_spinlock_fas_unlock(&lock->ck_fas))
LOCK_CK_VERBS_(ck_cas, ck_spinlock_cas_lock(&lock->ck_cas), ck_spinlock_cas_unlock(&lock->ck_cas))
LOCK_CK_VERBS_(ck_dec, ck_spinlock_dec_lock(&lock->ck_dec), ck_spinlock_dec_unlock(&lock->ck_dec))
LOCK_CK_VERBS_(ck_ticket, ck_spinlock_ticket_lock(&lock->ck_ticket),
	       ck_spinlock_ticket_unlock(&lock->ck_ticket))
LOCK_CK_VERBS_(ck_ticket_pb,
	       ck_spinlock_ticket_lock_pb(&lock->ck_ticket, LOCK_TICKET_BACKOFF_SHIFT),
	       ck_spinlock_ticket_unlock(&lock->ck_ticket))
LOCK_CK_VERBS_(ck_mcs, ck_spinlock_mcs_lock(&lock->ck_mcs, &node->mcs),
	       ck_spinlock_mcs_unlock(&lock->ck_mcs, &node->mcs))
LOCK_CK_VERBS_(ck_clh, ck_spinlock_clh_lock(&lock->ck_clh.tail, node->clh.current),
	       ck_spinlock_clh_unlock(&node->clh.current))
LOCK_CK_VERBS_(ck_anderson, ck_spinlock_anderson_lock(&lock->ck_anderson.lock, &node->slot),
	       ck_spinlock_anderson_unlock(&lock->ck_anderson.lock, node->slot))
LOCK_CK_VERBS_(ck_cohort, CK_COHORT_LOCK(ticket, &node->cohort->cohort, NULL, NULL),
	       CK_COHORT_UNLOCK(ticket, &node->cohort->cohort, NULL, NULL))
LOCK_CK_VERBS_(ck_rwlock, ck_rwlock_write_lock(&lock->ck_rwlock),
	       ck_rwlock_write_unlock(&lock->ck_rwlock))
LOCK_CK_VERBS_(ck_brlock, ck_brlock_write_lock(&lock->ck_brlock),
	       ck_brlock_write_unlock(&lock->ck_brlock))
LOCK_CK_VERBS_(ck_pflock, ck_pflock_write_lock(&lock->ck_pflock),
	       ck_pflock_write_unlock(&lock->ck_pflock))
LOCK_CK_VERBS_(ck_tflock, ck_tflock_ticket_write_lock(&lock->ck_tflock),
	       ck_tflock_ticket_write_unlock(&lock->ck_tflock))
/* clang-format on */

#define LOCK_ACQUIRE_(KIND, kind, ...)              \
	case LOCK_##KIND:                           \
		lock_##kind##_acquire_(lock, node); \
		break;
#define LOCK_RELEASE_(KIND, kind, ...)              \
	case LOCK_##KIND:                           \
		lock_##kind##_release_(lock, node); \
		break;

LOCK_INLINE void lock_acquire(struct lock *lock, struct lock_node *node, const enum lock_kind kind)
{
	switch (kind) {
		LOCK_FOR_EACH(LOCK_ACQUIRE_, )
	default:
		break;
	}
}

LOCK_INLINE void lock_release(struct lock *lock, struct lock_node *node, const enum lock_kind kind)
{
	switch (kind) {
		LOCK_FOR_EACH(LOCK_RELEASE_, )
	default:
		break;
	}
}

LOCK_INLINE void lock_acquire_read(struct lock *lock, struct lock_node *node,
				   const enum lock_kind kind)
{
	switch (kind) {
	case LOCK_RWLOCK_READER:
	case LOCK_RWLOCK_WRITER:
		pthread_rwlock_rdlock(&lock->rwlock);
		break;
#if TOLLGATE_CK
	case LOCK_CK_RWLOCK:
		ck_rwlock_read_lock(&lock->ck_rwlock);
		break;
	case LOCK_CK_BRLOCK:
		ck_brlock_read_lock(&lock->ck_brlock, &node->reader);
		break;
	case LOCK_CK_PFLOCK:
		ck_pflock_read_lock(&lock->ck_pflock);
		break;
	case LOCK_CK_TFLOCK:
		ck_tflock_ticket_read_lock(&lock->ck_tflock);
		break;
#endif
	default:
		lock_acquire(lock, node, kind);
	}
}

LOCK_INLINE void lock_release_read(struct lock *lock, struct lock_node *node,
				   const enum lock_kind kind)
{
	switch (kind) {
#if TOLLGATE_CK
	case LOCK_CK_RWLOCK:
		ck_rwlock_read_unlock(&lock->ck_rwlock);
		break;
	case LOCK_CK_BRLOCK:
		ck_brlock_read_unlock(&node->reader);
		break;
	case LOCK_CK_PFLOCK:
		ck_pflock_read_unlock(&lock->ck_pflock);
		break;
	case LOCK_CK_TFLOCK:
		ck_tflock_ticket_read_unlock(&lock->ck_tflock);
		break;
#endif
	default: /* a pthread rwlock knows by itself which side it was */
		lock_release(lock, node, kind);
	}
}

/* The error of taking it; what the other kinds cannot tell is 0. */
LOCK_INLINE int lock_acquire_checked(struct lock *lock, struct lock_node *node,
				     const enum lock_kind kind)
{
	switch (kind) {
	case LOCK_ERRORCHECK:
	case LOCK_RECURSIVE:
	case LOCK_ADAPTIVE:
	case LOCK_INHERIT:
	case LOCK_PSHARED:
		return pthread_mutex_lock(&lock->mutex);
	case LOCK_ROBUST:
		return lock_recover(lock, pthread_mutex_lock(&lock->mutex));
	case LOCK_SPIN:
		return pthread_spin_lock(&lock->spin);
	case LOCK_RWLOCK_READER:
	case LOCK_RWLOCK_WRITER:
		return pthread_rwlock_wrlock(&lock->rwlock);
	default:
		lock_acquire(lock, node, kind);
		return 0;
	}
}

#if TOLLGATE_CK
LOCK_INLINE bool lock_ck_try_(struct lock *lock, struct lock_node *node, const enum lock_kind kind)
{
	switch (kind) {
	case LOCK_CK_FAS:
	case LOCK_CK_FAS_EB:
		return ck_spinlock_fas_trylock(&lock->ck_fas);
	case LOCK_CK_CAS:
		return ck_spinlock_cas_trylock(&lock->ck_cas);
	case LOCK_CK_DEC:
		return ck_spinlock_dec_trylock(&lock->ck_dec);
#ifdef CK_F_SPINLOCK_TICKET_TRYLOCK
	case LOCK_CK_TICKET:
	case LOCK_CK_TICKET_PB:
		return ck_spinlock_ticket_trylock(&lock->ck_ticket);
#endif
	case LOCK_CK_MCS:
		return ck_spinlock_mcs_trylock(&lock->ck_mcs, &node->mcs);
	case LOCK_CK_RWLOCK:
		return ck_rwlock_write_trylock(&lock->ck_rwlock);
	case LOCK_CK_BRLOCK:
		return ck_brlock_write_trylock(&lock->ck_brlock, 1);
	default:
		return false;
	}
}
#else
#define lock_ck_try_(lock, node, kind) ((void)(node), false)
#endif

LOCK_INLINE bool lock_try(struct lock *lock, struct lock_node *node, const enum lock_kind kind)
{
	switch (kind) {
	case LOCK_ERRORCHECK:
	case LOCK_RECURSIVE:
	case LOCK_ADAPTIVE:
	case LOCK_INHERIT:
	case LOCK_PSHARED:
		return !pthread_mutex_trylock(&lock->mutex);
	case LOCK_ROBUST: {
		int error = pthread_mutex_trylock(&lock->mutex);

		return !error || lock_recover(lock, error) == EOWNERDEAD;
	}
	case LOCK_SPIN:
		return !pthread_spin_trylock(&lock->spin);
	case LOCK_RWLOCK_READER:
	case LOCK_RWLOCK_WRITER:
		return !pthread_rwlock_trywrlock(&lock->rwlock);
	case LOCK_C11:
		return mtx_trylock(&lock->c11) == thrd_success;
	case LOCK_SEM:
	case LOCK_PYSEM:
		return !sem_trywait(&lock->semaphore);
	case LOCK_FUTEX:
		return lock_futex_try(&lock->futex);
	case LOCK_TAS:
	case LOCK_TTAS:
		return lock_tas_try(&lock->word);
	case LOCK_TICKET:
		return lock_ticket_try(&lock->ticket);
	case LOCK_PYCOND:
		return lock_pycond_try(&lock->pycond);
	case LOCK_PYMUTEX:
	case LOCK_PYMUTEX_NOSPIN:
		return parking_try(&lock->parking);
	default:
		return lock_ck_try_(lock, node, kind);
	}
}

LOCK_INLINE int lock_timed(struct lock *lock, struct lock_node *node, const enum lock_kind kind,
			   uint64_t until_ns)
{
	switch (kind) {
	case LOCK_ERRORCHECK:
	case LOCK_RECURSIVE:
	case LOCK_ADAPTIVE:
	case LOCK_INHERIT:
	case LOCK_PSHARED:
		return lock_mutex_timed(&lock->mutex, until_ns);
	case LOCK_ROBUST:
		return lock_recover(lock, lock_mutex_timed(&lock->mutex, until_ns));
	case LOCK_RWLOCK_READER:
	case LOCK_RWLOCK_WRITER:
		return lock_rwlock_timed(lock, until_ns);
	case LOCK_SEM:
	case LOCK_PYSEM:
		return lock_sem_timed(lock, until_ns);
	case LOCK_FUTEX:
		return lock_futex_try(&lock->futex) || lock_futex_wait(&lock->futex, until_ns)
			       ? 0
			       : ETIMEDOUT;
	case LOCK_PYCOND:
		return lock_pycond_acquire(&lock->pycond, until_ns) ? 0 : ETIMEDOUT;
	case LOCK_PYMUTEX:
	case LOCK_PYMUTEX_NOSPIN:
		return parking_try(&lock->parking) ||
				       parking_wait(&lock->parking, &node->parked, until_ns)
			       ? 0
			       : ETIMEDOUT;
	default:
		return ENOSYS;
	}
}

#endif
