/* SPDX-License-Identifier: MIT */
/*
 * ck - the parts that the locks of Concurrency Kit leave to their user: nodes for the queues, slots
 * for the array, and the cohort lock, which is made of two ticket locks. The library is headers only,
 * so nothing is linked.
 */
#ifndef TOLLGATE_LOCK_CK_H
#define TOLLGATE_LOCK_CK_H

#include <ck_brlock.h>
#include <ck_cohort.h>
#include <ck_pflock.h>
#include <ck_rwlock.h>
#include <ck_spinlock.h>
#include <ck_tflock.h>

#include "harness/lock/posix.h"

/* A waiter of the ticket lock with backoff pauses for (its place in the queue << this) turns. */
#define LOCK_TICKET_BACKOFF_SHIFT 5

LOCK_INLINE void lock_cohort_ticket_lock(void *lock, void *context)
{
	(void)context;
	ck_spinlock_ticket_lock(lock);
}

LOCK_INLINE void lock_cohort_ticket_unlock(void *lock, void *context)
{
	(void)context;
	ck_spinlock_ticket_unlock(lock);
}

LOCK_INLINE bool lock_cohort_ticket_locked(void *lock, void *context)
{
	(void)context;
	return ck_spinlock_ticket_locked(lock);
}

CK_COHORT_PROTOTYPE(ticket, lock_cohort_ticket_lock, lock_cohort_ticket_unlock,
		    lock_cohort_ticket_locked, lock_cohort_ticket_lock, lock_cohort_ticket_unlock,
		    lock_cohort_ticket_locked)

/* The workers of one NUMA node pass the lock on among themselves some times before others get it. */
struct lock_cohort {
	_Alignas(SHARED_LINE) struct ck_cohort_ticket cohort;
	_Alignas(SHARED_LINE) ck_spinlock_ticket_t local;
};

#define LOCK_COHORTS_MAX 64u

struct lock_cohorts {
	_Alignas(SHARED_LINE) ck_spinlock_ticket_t global;
	struct lock_cohort cohorts[LOCK_COHORTS_MAX];
};

static inline void lock_cohorts_init(struct lock_cohorts *lock)
{
	ck_spinlock_ticket_init(&lock->global);
	for (unsigned i = 0; i < LOCK_COHORTS_MAX; i++) {
		struct lock_cohort *cohort = &lock->cohorts[i];

		ck_spinlock_ticket_init(&cohort->local);
		CK_COHORT_INIT(ticket, &cohort->cohort, &lock->global, &cohort->local,
			       CK_COHORT_DEFAULT_LOCAL_PASS_LIMIT);
	}
}

/* A CLH node changes its owner with every turn: a worker goes on with its predecessor's node. */
struct lock_clh_node {
	ck_spinlock_clh_t *current;
	_Alignas(SHARED_LINE) ck_spinlock_clh_t own;
};

/* The queue needs one more node than there are workers, for the time when nobody holds the lock. */
struct lock_clh {
	ck_spinlock_clh_t *tail;
	_Alignas(SHARED_LINE) ck_spinlock_clh_t unowned;
};

/* The array lock: the n-th to arrive waits in slot n modulo the number of slots. */
#define LOCK_SLOTS_MAX 2048u /* at least WORKERS_MAX */

struct lock_anderson {
	ck_spinlock_anderson_t lock;
	_Alignas(SHARED_LINE) ck_spinlock_anderson_thread_t slots[LOCK_SLOTS_MAX];
};

/* A slot for each of at most LOCK_SLOTS_MAX workers. */
static inline void lock_anderson_init(struct lock_anderson *lock, unsigned workers)
{
	unsigned slots = 1;

	while (slots < workers) /* a power of two is found by a mask, any other by a division */
		slots *= 2;
	ck_spinlock_anderson_init(&lock->lock, lock->slots, slots);
}

#endif
