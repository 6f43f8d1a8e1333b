/* SPDX-License-Identifier: MIT */
/*
 * table - every lock kind, one row each. All that the program knows of a kind expands from its row:
 * the enumerator, the memory, the verbs, what the kind can do, and its modes. docs/adding-a-lock.md
 * walks through a new row. The columns are:
 *
 *   KIND, kind         LOCK_KIND is the enumerator, kind the name in C and in `make asm`
 *   library            POSIX, C11, OWN, or CK (Concurrency Kit, which a build may lack)
 *   traits             of enum lock_trait, without LOCK_HAS_...: the verbs below say those
 *   type               of the lock; its memory is zero before init
 *   node, join         the type of what each worker brings along, and how a worker prepares it
 *   init, destroy      init may `return refuse(why, ...)`
 *   acquire, release   acquire may `return` an error number
 *   try                must `return` whether the worker got the lock at once
 *   timed              must `return` 0, or an error number: ETIMEDOUT if it was not free by until_ns
 *   read, read_done    acquire and release beside other readers
 *   mode, origin, what the name in --modes, where the lock comes from, what it is
 *
 * The code in a column sees `lock` (struct lock *), its own part of it as `state` (type *), and `node`
 * (node *). Init also sees `processes` and `why`, and join sees `numa_node`. A kind without a verb says
 * LOCK_NO_..., which is an empty column. A row with a column too few or too many does not compile.
 */
#ifndef TOLLGATE_LOCK_TABLE_H
#define TOLLGATE_LOCK_TABLE_H

#include "harness/lock/own.h"
#include "harness/lock/parking.h"
#if TOLLGATE_CK
#include "harness/lock/ck.h"
#endif

/* clang-format off */
#define LOCK_ZERO /* the lock is free when all its bytes are zero */
#define LOCK_NO_DESTROY
#define LOCK_NO_TRY
#define LOCK_NO_TIMED
#define LOCK_NO_READ ,                  /* two columns: read, read_done */
#define LOCK_NO_JOIN
#define LOCK_NO_NODE char, LOCK_NO_JOIN /* two columns: node, join */

/* The columns from type to read_done, where several kinds share them. */
#define LOCK_MUTEX_(...) \
	pthread_mutex_t, LOCK_NO_NODE, \
	return lock_mutex_make(state, (struct lock_mutex_attributes){__VA_ARGS__}, why), \
	must(pthread_mutex_destroy(state)), \
	return pthread_mutex_lock(state), pthread_mutex_unlock(state), \
	return !pthread_mutex_trylock(state), return lock_mutex_timed(state, until_ns), LOCK_NO_READ
#define LOCK_RWLOCK_(preference) \
	pthread_rwlock_t, LOCK_NO_NODE, \
	lock_rwlock_init(state, preference, processes), must(pthread_rwlock_destroy(state)), \
	return pthread_rwlock_wrlock(state), pthread_rwlock_unlock(state), \
	return !pthread_rwlock_trywrlock(state), return lock_rwlock_timed(state, until_ns), \
	pthread_rwlock_rdlock(state), pthread_rwlock_unlock(state)
#define LOCK_SEM_(acquire) \
	sem_t, LOCK_NO_NODE, \
	must_sys(sem_init(state, processes, 1)), must_sys(sem_destroy(state)), \
	acquire, sem_post(state), \
	return !sem_trywait(state), return lock_sem_timed(state, until_ns), LOCK_NO_READ
#define LOCK_WORD_(acquire) \
	_Atomic uint32_t, LOCK_NO_NODE, LOCK_ZERO, LOCK_NO_DESTROY, \
	acquire, lock_tas_release(state), return lock_tas_try(state), LOCK_NO_TIMED, LOCK_NO_READ
#define LOCK_PYMUTEX_(spins) \
	struct parking_mutex, struct parking_waiter, LOCK_NO_JOIN, \
	parking_init(state, spins, PARKING_FAIR_NS_DEFAULT, processes), parking_destroy(state), \
	parking_lock(state, node), parking_unlock(state), \
	return parking_try(state), return parking_timed(state, node, until_ns), LOCK_NO_READ
#define LOCK_CK_SPIN_(name, acquire, try) \
	ck_spinlock_##name##_t, LOCK_NO_NODE, ck_spinlock_##name##_init(state), LOCK_NO_DESTROY, \
	acquire, ck_spinlock_##name##_unlock(state), try, LOCK_NO_TIMED, LOCK_NO_READ
#ifdef CK_F_SPINLOCK_TICKET_TRYLOCK
#define LOCK_CK_TICKET_TRY_ return ck_spinlock_ticket_trylock(state)
#else
#define LOCK_CK_TICKET_TRY_ LOCK_NO_TRY
#endif

#define LOCK_GLIBC_ "POSIX, as the C library has it"
#define LOCK_CK_    "Concurrency Kit, "

/* F(columns of a row, arguments...) for each kind. TEST has a mode in a test program only. */
#define LOCK_TABLE(F, ...) \
	LOCK_ROW_(F, ERRORCHECK, errorcheck, POSIX, LOCK_IN_PROCESSES, \
	    LOCK_MUTEX_(.type = PTHREAD_MUTEX_ERRORCHECK, .processes = processes), \
	    "errorcheck", LOCK_GLIBC_ " (PTHREAD_MUTEX_ERRORCHECK)", \
	    "a mutex that refuses to be taken twice by its owner", __VA_ARGS__) \
	LOCK_ROW_(F, RECURSIVE, recursive, POSIX, LOCK_IN_PROCESSES | LOCK_NESTS, \
	    LOCK_MUTEX_(.type = PTHREAD_MUTEX_RECURSIVE, .processes = processes), \
	    "recursive", LOCK_GLIBC_ " (PTHREAD_MUTEX_RECURSIVE)", \
	    "a mutex that its owner may take again: Python's RLock", __VA_ARGS__) \
	LOCK_ROW_(F, ADAPTIVE, adaptive, POSIX, LOCK_IN_PROCESSES, \
	    LOCK_MUTEX_(.type = PTHREAD_MUTEX_ADAPTIVE_NP, .processes = processes), \
	    "adaptive", "glibc (PTHREAD_MUTEX_ADAPTIVE_NP)", \
	    "a mutex that spins a while before it sleeps", __VA_ARGS__) \
	LOCK_ROW_(F, ROBUST, robust, POSIX, LOCK_IN_PROCESSES, \
	    struct lock_robust, LOCK_NO_NODE, return lock_robust_init(state, processes, why), \
	    must(pthread_mutex_destroy(&state->mutex)), \
	    return lock_robust_acquire(state), pthread_mutex_unlock(&state->mutex), \
	    return lock_robust_try(state), return lock_robust_timed(state, until_ns), LOCK_NO_READ, \
	    "robust", LOCK_GLIBC_ " (PTHREAD_MUTEX_ROBUST)", \
	    "a mutex that survives the death of its owner", __VA_ARGS__) \
	LOCK_ROW_(F, INHERIT, inherit, POSIX, LOCK_IN_PROCESSES, \
	    LOCK_MUTEX_(.protocol = PTHREAD_PRIO_INHERIT, .processes = processes), \
	    "prio-inherit", LOCK_GLIBC_ " (PTHREAD_PRIO_INHERIT)", \
	    "a mutex that lends its owner the waiter's priority; the kernel keeps the queue", __VA_ARGS__) \
	LOCK_ROW_(F, PSHARED, pshared, POSIX, LOCK_IN_PROCESSES, \
	    LOCK_MUTEX_(.processes = true), \
	    "mutex-pshared", LOCK_GLIBC_ " (PTHREAD_PROCESS_SHARED)", \
	    "the mutex of mode process: what sharing costs where nobody needs it", __VA_ARGS__) \
	LOCK_ROW_(F, SPIN, spin, POSIX, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    pthread_spinlock_t, LOCK_NO_NODE, \
	    must(pthread_spin_init(state, lock_pshared(processes))), must(pthread_spin_destroy(state)), \
	    return pthread_spin_lock(state), pthread_spin_unlock(state), \
	    return !pthread_spin_trylock(state), LOCK_NO_TIMED, LOCK_NO_READ, \
	    "pthread-spin", LOCK_GLIBC_ " (pthread_spinlock_t)", \
	    "the C library's spin lock", __VA_ARGS__) \
	LOCK_ROW_(F, RWLOCK_READER, rwlock_reader, POSIX, LOCK_IN_PROCESSES, \
	    LOCK_RWLOCK_(PTHREAD_RWLOCK_PREFER_READER_NP), \
	    "rwlock-reader", "glibc (PTHREAD_RWLOCK_PREFER_READER_NP)", \
	    "a reader-writer lock, readers pass waiting writers", __VA_ARGS__) \
	LOCK_ROW_(F, RWLOCK_WRITER, rwlock_writer, POSIX, LOCK_IN_PROCESSES, \
	    LOCK_RWLOCK_(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP), \
	    "rwlock-writer", "glibc (PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP)", \
	    "a reader-writer lock, readers queue behind a waiting writer", __VA_ARGS__) \
	LOCK_ROW_(F, C11, c11, C11, 0, \
	    mtx_t, LOCK_NO_NODE, must(mtx_init(state, mtx_plain)), mtx_destroy(state), \
	    mtx_lock(state), mtx_unlock(state), \
	    return mtx_trylock(state) == thrd_success, LOCK_NO_TIMED, LOCK_NO_READ, \
	    "c11-mtx", "C11 threads.h (mtx_plain)", \
	    "a mutex through the C11 functions, one call deeper", __VA_ARGS__) \
	LOCK_ROW_(F, SEM, sem, POSIX, LOCK_IN_PROCESSES, \
	    LOCK_SEM_(lock_sem_acquire(state)), "semaphore", LOCK_GLIBC_ " (sem_t)", \
	    "a counting semaphore that starts at 1: no owner, no fairness", __VA_ARGS__) \
	LOCK_ROW_(F, FUTEX, futex, OWN, LOCK_IN_PROCESSES, \
	    struct lock_futex, LOCK_NO_NODE, state->shared = processes, LOCK_NO_DESTROY, \
	    lock_futex_acquire(state), lock_futex_release(state), \
	    return lock_futex_try(state), return lock_futex_timed(state, until_ns), LOCK_NO_READ, \
	    "futex", "Drepper, Futexes Are Tricky, 2011", \
	    "three states in one word, the kernel only where somebody waits", __VA_ARGS__) \
	LOCK_ROW_(F, TAS, tas, OWN, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    LOCK_WORD_(lock_tas_acquire(state)), "tas", "textbook", \
	    "test-and-set: each look is a write", __VA_ARGS__) \
	LOCK_ROW_(F, TTAS, ttas, OWN, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    LOCK_WORD_(lock_ttas_acquire(state)), "ttas", "Rudolph and Segall, 1984", \
	    "test and test-and-set: look first, write if it seems free", __VA_ARGS__) \
	LOCK_ROW_(F, TICKET, ticket, OWN, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    struct lock_ticket, LOCK_NO_NODE, LOCK_ZERO, LOCK_NO_DESTROY, \
	    lock_ticket_acquire(state), lock_ticket_release(state), \
	    return lock_ticket_try(state), LOCK_NO_TIMED, LOCK_NO_READ, \
	    "ticket", "Reed and Kanodia, 1979; Mellor-Crummey and Scott, 1991", \
	    "draw a number and wait until it is called", __VA_ARGS__) \
	LOCK_ROW_(F, PYSEM, pysem, OWN, LOCK_IN_PROCESSES, \
	    LOCK_SEM_(lock_pysem_acquire(state)), \
	    "pylock-sem", "CPython, Python/thread_pthread.h (USE_SEMAPHORES)", \
	    "threading.Lock up to 3.13: a semaphore, tried before it is waited for", __VA_ARGS__) \
	LOCK_ROW_(F, PYCOND, pycond, OWN, 0, \
	    struct lock_pycond, LOCK_NO_NODE, lock_pycond_init(state), lock_pycond_destroy(state), \
	    lock_pycond_acquire(state, FUTEX_FOREVER), lock_pycond_release(state), \
	    return lock_pycond_try(state), \
	    return lock_pycond_acquire(state, until_ns) ? 0 : ETIMEDOUT, LOCK_NO_READ, \
	    "pylock-cond", "CPython 2.7, Python/thread_pthread.h", \
	    "threading.Lock without semaphores: a flag under mutex and condition", __VA_ARGS__) \
	LOCK_ROW_(F, PYMUTEX, pymutex, OWN, 0, \
	    LOCK_PYMUTEX_(PARKING_SPINS_DEFAULT), \
	    "pymutex", "CPython 3.13, Python/lock.c and parking_lot.c", \
	    "PyMutex without a GIL: 40 yields, then parked; handed over after 1 ms", __VA_ARGS__) \
	LOCK_ROW_(F, PYMUTEX_NOSPIN, pymutex_nospin, OWN, 0, \
	    LOCK_PYMUTEX_(0), "pymutex-nospin", "CPython 3.14, Python/lock.c and parking_lot.c", \
	    "PyMutex with a GIL: parked at once; handed over after 1 ms", __VA_ARGS__) \
	LOCK_ROW_(F, CK_FAS, ck_fas, CK, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    LOCK_CK_SPIN_(fas, ck_spinlock_fas_lock(state), return ck_spinlock_fas_trylock(state)), \
	    "ck-fas", LOCK_CK_ "ck_spinlock/fas.h", \
	    "fetch-and-store, reads while it waits", __VA_ARGS__) \
	LOCK_ROW_(F, CK_FAS_EB, ck_fas_eb, CK, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    LOCK_CK_SPIN_(fas, ck_spinlock_fas_lock_eb(state), return ck_spinlock_fas_trylock(state)), \
	    "ck-fas-eb", LOCK_CK_ "ck_spinlock/fas.h", \
	    "fetch-and-store, backs off exponentially", __VA_ARGS__) \
	LOCK_ROW_(F, CK_CAS, ck_cas, CK, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    LOCK_CK_SPIN_(cas, ck_spinlock_cas_lock(state), return ck_spinlock_cas_trylock(state)), \
	    "ck-cas", LOCK_CK_ "ck_spinlock/cas.h", \
	    "compare-and-swap, reads while it waits", __VA_ARGS__) \
	LOCK_ROW_(F, CK_DEC, ck_dec, CK, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    LOCK_CK_SPIN_(dec, ck_spinlock_dec_lock(state), return ck_spinlock_dec_trylock(state)), \
	    "ck-dec", LOCK_CK_ "ck_spinlock/dec.h", \
	    "decrement to zero, reads while it waits", __VA_ARGS__) \
	LOCK_ROW_(F, CK_TICKET, ck_ticket, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    LOCK_CK_SPIN_(ticket, ck_spinlock_ticket_lock(state), LOCK_CK_TICKET_TRY_), \
	    "ck-ticket", LOCK_CK_ "ck_spinlock/ticket.h", \
	    "a ticket lock in one word", __VA_ARGS__) \
	LOCK_ROW_(F, CK_TICKET_PB, ck_ticket_pb, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    LOCK_CK_SPIN_(ticket, ck_spinlock_ticket_lock_pb(state, LOCK_TICKET_BACKOFF_SHIFT), \
	              LOCK_CK_TICKET_TRY_), "ck-ticket-pb", LOCK_CK_ "ck_spinlock/ticket.h", \
	    "a ticket lock, backs off in proportion to its place in the queue", __VA_ARGS__) \
	LOCK_ROW_(F, CK_MCS, ck_mcs, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    ck_spinlock_mcs_t, ck_spinlock_mcs_context_t, LOCK_NO_JOIN, LOCK_ZERO, LOCK_NO_DESTROY, \
	    ck_spinlock_mcs_lock(state, node), ck_spinlock_mcs_unlock(state, node), \
	    return ck_spinlock_mcs_trylock(state, node), LOCK_NO_TIMED, LOCK_NO_READ, \
	    "ck-mcs", LOCK_CK_ "ck_spinlock/mcs.h; Mellor-Crummey and Scott, 1991", \
	    "a queue in which each waits on a line of its own", __VA_ARGS__) \
	LOCK_ROW_(F, CK_CLH, ck_clh, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    struct lock_clh, struct lock_clh_node, node->current = &node->own, \
	    ck_spinlock_clh_init(&state->tail, &state->unowned), LOCK_NO_DESTROY, \
	    ck_spinlock_clh_lock(&state->tail, node->current), ck_spinlock_clh_unlock(&node->current), \
	    LOCK_NO_TRY, LOCK_NO_TIMED, LOCK_NO_READ, \
	    "ck-clh", LOCK_CK_ "ck_spinlock/clh.h; Craig, 1993; Landin and Hagersten, 1994", \
	    "a queue in which each waits on its predecessor's line", __VA_ARGS__) \
	LOCK_ROW_(F, CK_ANDERSON, ck_anderson, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    struct lock_anderson, ck_spinlock_anderson_thread_t *, LOCK_NO_JOIN, \
	    lock_anderson_init(state, lock->workers), LOCK_NO_DESTROY, \
	    ck_spinlock_anderson_lock(&state->lock, node), \
	    ck_spinlock_anderson_unlock(&state->lock, *node), \
	    LOCK_NO_TRY, LOCK_NO_TIMED, LOCK_NO_READ, \
	    "ck-anderson", LOCK_CK_ "ck_spinlock/anderson.h; Anderson, 1990", \
	    "an array with a slot for each who waits", __VA_ARGS__) \
	LOCK_ROW_(F, CK_COHORT, ck_cohort, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_NEEDS_NUMA, \
	    struct lock_cohorts, struct lock_cohort *, \
	    *node = &state->cohorts[numa_node % LOCK_COHORTS_MAX], \
	    lock_cohorts_init(state), LOCK_NO_DESTROY, \
	    CK_COHORT_LOCK(ticket, &(*node)->cohort, NULL, NULL), \
	    CK_COHORT_UNLOCK(ticket, &(*node)->cohort, NULL, NULL), \
	    LOCK_NO_TRY, LOCK_NO_TIMED, LOCK_NO_READ, \
	    "ck-cohort", LOCK_CK_ "ck_cohort.h; Dice, Marathe and Shavit, 2012", \
	    "ticket locks in two levels: passed on within a NUMA node first", __VA_ARGS__) \
	LOCK_ROW_(F, CK_RWLOCK, ck_rwlock, CK, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    ck_rwlock_t, LOCK_NO_NODE, LOCK_ZERO, LOCK_NO_DESTROY, \
	    ck_rwlock_write_lock(state), ck_rwlock_write_unlock(state), \
	    return ck_rwlock_write_trylock(state), LOCK_NO_TIMED, \
	    ck_rwlock_read_lock(state), ck_rwlock_read_unlock(state), \
	    "ck-rwlock", LOCK_CK_ "ck_rwlock.h", \
	    "a reader-writer spin lock, writers first", __VA_ARGS__) \
	LOCK_ROW_(F, CK_BRLOCK, ck_brlock, CK, LOCK_SPINS | LOCK_IN_PROCESSES, \
	    ck_brlock_t, ck_brlock_reader_t, ck_brlock_read_register(state, node), \
	    LOCK_ZERO, LOCK_NO_DESTROY, \
	    ck_brlock_write_lock(state), ck_brlock_write_unlock(state), \
	    return ck_brlock_write_trylock(state, 1), LOCK_NO_TIMED, \
	    ck_brlock_read_lock(state, node), ck_brlock_read_unlock(node), \
	    "ck-brlock", LOCK_CK_ "ck_brlock.h", \
	    "a big-reader lock: a flag for each reader, a writer visits them all", __VA_ARGS__) \
	LOCK_ROW_(F, CK_PFLOCK, ck_pflock, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    ck_pflock_t, LOCK_NO_NODE, LOCK_ZERO, LOCK_NO_DESTROY, \
	    ck_pflock_write_lock(state), ck_pflock_write_unlock(state), \
	    LOCK_NO_TRY, LOCK_NO_TIMED, ck_pflock_read_lock(state), ck_pflock_read_unlock(state), \
	    "ck-phase-fair", LOCK_CK_ "ck_pflock.h; Brandenburg and Anderson, 2009", \
	    "readers and writers take turns phase by phase", __VA_ARGS__) \
	LOCK_ROW_(F, CK_TFLOCK, ck_tflock, CK, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER, \
	    ck_tflock_ticket_t, LOCK_NO_NODE, LOCK_ZERO, LOCK_NO_DESTROY, \
	    ck_tflock_ticket_write_lock(state), ck_tflock_ticket_write_unlock(state), \
	    LOCK_NO_TRY, LOCK_NO_TIMED, \
	    ck_tflock_ticket_read_lock(state), ck_tflock_ticket_read_unlock(state), \
	    "ck-task-fair", LOCK_CK_ "ck_tflock.h; Mellor-Crummey and Scott, 1991", \
	    "readers and writers in the order in which they came", __VA_ARGS__) \
	LOCK_ROW_(F, TEST, test, OWN, LOCK_IN_PROCESSES, \
	    struct lock_ticket, LOCK_NO_NODE, LOCK_ZERO, LOCK_NO_DESTROY, \
	    lock_test_acquire(lock), lock_test_release(lock), \
	    LOCK_NO_TRY, LOCK_NO_TIMED, LOCK_NO_READ, "", "", "", __VA_ARGS__)

#define LOCK_ROW_(F, ...) F(__VA_ARGS__)
/* clang-format on */

#endif
