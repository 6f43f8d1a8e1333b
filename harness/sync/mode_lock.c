/* SPDX-License-Identifier: MIT */
/*
 * The modes under a lock kind that is not in the base group, in the order of docs/locks.md. A row
 * ending in -process is the same lock between processes, in the shared mapping.
 */
#include "harness/sync/mode.h"

#define LOCK_ROW(KIND, mode_name, vehicle_, spins_, numa_, origin_, what)                        \
	{                                                                                        \
		.name = (mode_name), .summary = (what), .origin = (origin_), .group = MODE_LOCK, \
		.vehicle = (vehicle_), .sync = SYNC_##KIND, .spins = (spins_),                   \
		.needs_numa = (numa_),                                                           \
	}
/* Between threads only, or between processes too. */
#define THREADS(KIND, name, origin, what) \
	LOCK_ROW(KIND, name, VEHICLE_THREADS, false, false, origin, "threads, " what)
#define BOTH_(KIND, name, spins, numa, origin, what)                                    \
	LOCK_ROW(KIND, name, VEHICLE_THREADS, spins, numa, origin, "threads, " what),   \
		LOCK_ROW(KIND, name "-process", VEHICLE_PROCESSES, spins, numa, origin, \
			 "processes, " what)
#define BOTH(KIND, name, origin, what)  BOTH_(KIND, name, false, false, origin, what)
#define SPINS(KIND, name, origin, what) BOTH_(KIND, name, true, false, origin, what)

#define GLIBC   "POSIX, as the C library has it"
#define DREPPER "Drepper, Futexes Are Tricky, 2011"
#define CK      "Concurrency Kit, ck_spinlock/"
#define CK_MORE "Concurrency Kit, "

const struct mode mode_lock_rows[] = {
	BOTH(ERRORCHECK, "errorcheck", GLIBC " (PTHREAD_MUTEX_ERRORCHECK)",
	     "a mutex that refuses to be taken twice by its owner"),
	BOTH(RECURSIVE, "recursive", GLIBC " (PTHREAD_MUTEX_RECURSIVE)",
	     "a mutex that its owner may take again: Python's RLock"),
	BOTH(ADAPTIVE, "adaptive", "glibc (PTHREAD_MUTEX_ADAPTIVE_NP)",
	     "a mutex that spins a while before it sleeps"),
	BOTH(ROBUST, "robust", GLIBC " (PTHREAD_MUTEX_ROBUST)",
	     "a mutex that survives the death of its owner"),
	BOTH(INHERIT, "prio-inherit", GLIBC " (PTHREAD_PRIO_INHERIT)",
	     "a mutex that lends its owner the waiter's priority; the kernel keeps the queue"),
	THREADS(PSHARED, "mutex-pshared", GLIBC " (PTHREAD_PROCESS_SHARED)",
		"the mutex of mode process: what sharing costs where nobody needs it"),
	SPINS(SPIN, "pthread-spin", GLIBC " (pthread_spinlock_t)", "the C library's spin lock"),
	BOTH(RWLOCK_READER, "rwlock-reader", "glibc (PTHREAD_RWLOCK_PREFER_READER_NP)",
	     "a reader-writer lock, readers pass waiting writers"),
	BOTH(RWLOCK_WRITER, "rwlock-writer", "glibc (PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP)",
	     "a reader-writer lock, readers queue behind a waiting writer"),
	THREADS(C11, "c11-mtx", "C11 threads.h (mtx_plain)",
		"a mutex through the C11 functions, one call deeper"),
	BOTH(SEM, "semaphore", GLIBC " (sem_t)",
	     "a counting semaphore that starts at 1: no owner, no fairness"),
	BOTH(FUTEX, "futex", DREPPER,
	     "three states in one word, the kernel only where somebody waits"),
	SPINS(TAS, "tas", "textbook", "test-and-set: each look is a write"),
	SPINS(TTAS, "ttas", "Rudolph and Segall, 1984",
	      "test and test-and-set: look first, write if it seems free"),
	SPINS(TICKET, "ticket", "Reed and Kanodia, 1979; Mellor-Crummey and Scott, 1991",
	      "draw a number and wait until it is called"),
	BOTH(PYSEM, "pylock-sem", "CPython, Python/thread_pthread.h (USE_SEMAPHORES)",
	     "threading.Lock up to 3.13: a semaphore, tried before it is waited for"),
	THREADS(PYCOND, "pylock-cond", "CPython 2.7, Python/thread_pthread.h",
		"threading.Lock without semaphores: a flag under mutex and condition"),
	THREADS(PYMUTEX, "pymutex", "CPython 3.13, Python/lock.c and parking_lot.c",
		"PyMutex without a GIL: 40 yields, then parked; handed over after 1 ms"),
	THREADS(PYMUTEX_NOSPIN, "pymutex-nospin", "CPython 3.14, Python/lock.c and parking_lot.c",
		"PyMutex with a GIL: parked at once; handed over after 1 ms"),
	SPINS(CK_FAS, "ck-fas", CK "fas.h", "fetch-and-store, reads while it waits"),
	SPINS(CK_FAS_EB, "ck-fas-eb", CK "fas.h", "fetch-and-store, backs off exponentially"),
	SPINS(CK_CAS, "ck-cas", CK "cas.h", "compare-and-swap, reads while it waits"),
	SPINS(CK_DEC, "ck-dec", CK "dec.h", "decrement to zero, reads while it waits"),
	SPINS(CK_TICKET, "ck-ticket", CK "ticket.h", "a ticket lock in one word"),
	SPINS(CK_TICKET_PB, "ck-ticket-pb", CK "ticket.h",
	      "a ticket lock, backs off in proportion to its place in the queue"),
	SPINS(CK_MCS, "ck-mcs", CK "mcs.h; Mellor-Crummey and Scott, 1991",
	      "a queue in which each waits on a line of its own"),
	SPINS(CK_CLH, "ck-clh", CK "clh.h; Craig, 1993; Landin and Hagersten, 1994",
	      "a queue in which each waits on its predecessor's line"),
	SPINS(CK_ANDERSON, "ck-anderson", CK "anderson.h; Anderson, 1990",
	      "an array with a slot for each who waits"),
	BOTH_(CK_COHORT, "ck-cohort", true, true,
	      CK_MORE "ck_cohort.h; Dice, Marathe and Shavit, 2012",
	      "ticket locks in two levels: passed on within a NUMA node first"),
	SPINS(CK_RWLOCK, "ck-rwlock", CK_MORE "ck_rwlock.h",
	      "a reader-writer spin lock, writers first"),
	SPINS(CK_BRLOCK, "ck-brlock", CK_MORE "ck_brlock.h",
	      "a big-reader lock: a flag for each reader, a writer visits them all"),
	SPINS(CK_PFLOCK, "ck-phase-fair", CK_MORE "ck_pflock.h; Brandenburg and Anderson, 2009",
	      "readers and writers take turns phase by phase"),
	SPINS(CK_TFLOCK, "ck-task-fair", CK_MORE "ck_tflock.h; Mellor-Crummey and Scott, 1991",
	      "readers and writers in the order in which they came"),
};
const size_t mode_lock_count = ARRAY_SIZE(mode_lock_rows);
