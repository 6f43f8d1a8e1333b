/* SPDX-License-Identifier: MIT */
/*
 * lock_ck - what the locks of Concurrency Kit need around them: the node that a worker brings
 * along, and the cohort lock, which is made of two ticket locks. Part of lock.h. The library's
 * headers hold all of it, nothing is linked.
 */
#ifndef TOLLGATE_LOCK_CK_H
#define TOLLGATE_LOCK_CK_H

#include <ck_brlock.h>
#include <ck_cohort.h>
#include <ck_pflock.h>
#include <ck_rwlock.h>
#include <ck_spinlock.h>
#include <ck_tflock.h>

#include "harness/lock/own.h"

/* How far a waiter of the ticket lock with backoff stays away: (its distance << this) turns. */
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

/* The workers of one NUMA node: they pass the lock among themselves some times before others. */
struct lock_cohort {
	_Alignas(SHARED_LINE) struct ck_cohort_ticket cohort;
	_Alignas(SHARED_LINE) ck_spinlock_ticket_t local;
};

#define LOCK_COHORTS_MAX 64u

struct lock_cohorts {
	_Alignas(SHARED_LINE) ck_spinlock_ticket_t global;
	struct lock_cohort cohorts[LOCK_COHORTS_MAX];
};

/* A node of CLH changes its owner with every turn: a worker goes on with its predecessor's. */
struct lock_clh_node {
	ck_spinlock_clh_t *current;
	_Alignas(SHARED_LINE) ck_spinlock_clh_t own;
};

/* The queue needs one node more than there are workers: the one of "nobody". */
struct lock_clh {
	ck_spinlock_clh_t *tail;
	_Alignas(SHARED_LINE) ck_spinlock_clh_t unowned;
};

/* The array lock: worker n waits in slot n modulo its length, which must be enough for all. */
#define LOCK_SLOTS_MAX 2048u

struct lock_anderson {
	ck_spinlock_anderson_t lock;
	_Alignas(SHARED_LINE) ck_spinlock_anderson_thread_t slots[LOCK_SLOTS_MAX];
};

#endif
