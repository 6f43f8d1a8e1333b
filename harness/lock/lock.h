/* SPDX-License-Identifier: MIT */
/*
 * lock - the further lock kinds. Each is one row in LOCK_FOR_EACH (its name), one in lock.c (what
 * it can do), one branch in the verbs below, which are always inlined with a constant KIND, and one
 * or two rows in mode_lock.c. docs/locks.md says what each is.
 *
 * A lock and the nodes of its workers lie in the arena, on lines of their own. Kinds that the build,
 * the machine or the situation does not allow still have their row: lock_init() says why not.
 */
#ifndef TOLLGATE_LOCK_LOCK_H
#define TOLLGATE_LOCK_LOCK_H

#include <threads.h>

#include "harness/lock/own.h"
#include "harness/lock/parking.h"
#if TOLLGATE_CK
#include "harness/lock/ck.h"
#endif

/*
 * Called with (ENUM SUFFIX, lower-case name, arguments...), as SYNC_FOR_EACH. TEST has no mode but
 * in a test program that brings one along.
 */
#define LOCK_FOR_EACH_POSIX(X, ...)                  \
	X(ERRORCHECK, errorcheck, __VA_ARGS__)       \
	X(RECURSIVE, recursive, __VA_ARGS__)         \
	X(ADAPTIVE, adaptive, __VA_ARGS__)           \
	X(ROBUST, robust, __VA_ARGS__)               \
	X(INHERIT, inherit, __VA_ARGS__)             \
	X(PSHARED, pshared, __VA_ARGS__)             \
	X(SPIN, spin, __VA_ARGS__)                   \
	X(RWLOCK_READER, rwlock_reader, __VA_ARGS__) \
	X(RWLOCK_WRITER, rwlock_writer, __VA_ARGS__) \
	X(C11, c11, __VA_ARGS__)                     \
	X(SEM, sem, __VA_ARGS__)
#define LOCK_FOR_EACH_OWN(X, ...)        \
	X(FUTEX, futex, __VA_ARGS__)     \
	X(TAS, tas, __VA_ARGS__)         \
	X(TTAS, ttas, __VA_ARGS__)       \
	X(TICKET, ticket, __VA_ARGS__)   \
	X(PYSEM, pysem, __VA_ARGS__)     \
	X(PYCOND, pycond, __VA_ARGS__)   \
	X(PYMUTEX, pymutex, __VA_ARGS__) \
	X(PYMUTEX_NOSPIN, pymutex_nospin, __VA_ARGS__)
#define LOCK_FOR_EACH_CK(X, ...)                   \
	X(CK_FAS, ck_fas, __VA_ARGS__)             \
	X(CK_FAS_EB, ck_fas_eb, __VA_ARGS__)       \
	X(CK_CAS, ck_cas, __VA_ARGS__)             \
	X(CK_DEC, ck_dec, __VA_ARGS__)             \
	X(CK_TICKET, ck_ticket, __VA_ARGS__)       \
	X(CK_TICKET_PB, ck_ticket_pb, __VA_ARGS__) \
	X(CK_MCS, ck_mcs, __VA_ARGS__)             \
	X(CK_CLH, ck_clh, __VA_ARGS__)             \
	X(CK_ANDERSON, ck_anderson, __VA_ARGS__)   \
	X(CK_COHORT, ck_cohort, __VA_ARGS__)       \
	X(CK_RWLOCK, ck_rwlock, __VA_ARGS__)       \
	X(CK_BRLOCK, ck_brlock, __VA_ARGS__)       \
	X(CK_PFLOCK, ck_pflock, __VA_ARGS__)       \
	X(CK_TFLOCK, ck_tflock, __VA_ARGS__)
#define LOCK_FOR_EACH(X, ...)               \
	LOCK_FOR_EACH_POSIX(X, __VA_ARGS__) \
	LOCK_FOR_EACH_OWN(X, __VA_ARGS__)   \
	LOCK_FOR_EACH_CK(X, __VA_ARGS__)    \
	X(TEST, test, __VA_ARGS__)

#define LOCK_ENUM_(KIND, kind, ...) LOCK_##KIND,
enum lock_kind { LOCK_NOTHING, LOCK_FOR_EACH(LOCK_ENUM_, ) LOCK_KINDS };

/* What a kind can do. */
enum lock_trait {
	LOCK_SPINS = 1,        /* a waiter burns its processing unit until the holder is done */
	LOCK_IN_PROCESSES = 2, /* works between processes */
	LOCK_HAS_TRY = 4,      /* has lock_try() */
	LOCK_HAS_TIMED = 8,    /* has lock_timed() */
	LOCK_HAS_READ = 16,    /* lets readers in side by side */
	LOCK_NESTS = 32,       /* the holder may take it again */
	LOCK_IN_ORDER = 64,    /* first come, first served */
	LOCK_NEEDS_NUMA = 128, /* means nothing on a machine with one NUMA node */
};

struct lock_traits {
	const char *name; /* as in LOCK_FOR_EACH */
	unsigned traits;  /* of enum lock_trait */
	size_t bytes;     /* of the lock itself, without nodes; 0: not in this build */
	/* Why the thread sanitizer cannot follow it; NULL: it can. */
	const char *opaque;
};

const struct lock_traits *lock_traits(enum lock_kind kind);
bool lock_can(enum lock_kind kind, enum lock_trait trait);

struct lock {
	_Alignas(SHARED_LINE) union {
		pthread_mutex_t mutex; /* all kinds of it */
		pthread_spinlock_t spin;
		pthread_rwlock_t rwlock;
		mtx_t c11;
		sem_t semaphore;
		struct lock_futex futex;
		_Atomic uint32_t word;
		struct lock_ticket ticket;
		struct lock_pycond pycond;
		struct parking_mutex parking;
#if TOLLGATE_CK
		ck_spinlock_fas_t ck_fas;
		ck_spinlock_cas_t ck_cas;
		ck_spinlock_dec_t ck_dec;
		ck_spinlock_ticket_t ck_ticket;
		ck_spinlock_mcs_t ck_mcs;
		struct lock_clh ck_clh;
		struct lock_anderson ck_anderson;
		struct lock_cohorts ck_cohorts;
		ck_rwlock_t ck_rwlock;
		ck_brlock_t ck_brlock;
		ck_pflock_t ck_pflock;
		ck_tflock_ticket_t ck_tflock;
#endif
	};
	_Alignas(SHARED_LINE) enum lock_kind kind;
	unsigned workers;    /* that may want it */
	uint64_t recoveries; /* robust: how often a dead owner's lock was taken over */
};

/* What a worker brings along, in its slot in the arena. */
struct lock_node {
	union {
		struct parking_waiter parked;
#if TOLLGATE_CK
		ck_spinlock_mcs_context_t mcs;
		struct lock_clh_node clh;
		ck_spinlock_anderson_thread_t *slot; /* the one that it holds */
		ck_brlock_reader_t reader;
		struct lock_cohort *cohort;
#endif
	};
};

/* A plain mutex of a case's own, for threads or for PROCESSES. */
void lock_mutex_init(pthread_mutex_t *mutex, bool processes);
/*
 * Parent, before any worker exists: make a lock of KIND for WORKERS workers. False and WHY: this
 * build or this machine has no such lock.
 */
bool lock_init(struct lock *lock, enum lock_kind kind, unsigned workers, bool processes,
	       struct reason *why);
void lock_destroy(struct lock *lock);
/* Parent, before any worker exists: prepare a worker's node. */
void lock_join(struct lock *lock, struct lock_node *node);
/* Worker, bound to its processing unit: tell the lock on which NUMA node it runs. */
void lock_settle(struct lock *lock, struct lock_node *node, unsigned numa_node);

/* A test program may bring a lock along. */
void lock_test_acquire(struct lock *lock) __attribute__((weak));
void lock_test_release(struct lock *lock) __attribute__((weak));

#include "harness/lock/verbs.h"

#endif
