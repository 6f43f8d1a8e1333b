/* SPDX-License-Identifier: MIT */
#include "harness/lock/lock.h"

#include <string.h>

#include "harness/machine/placement.h"

#define OPAQUE_LIBC "its calls into libc are not watched by the sanitizer"
#define OPAQUE_ASM  "its atomic operations are inline assembly"

#define MUTEX_TRAITS (LOCK_IN_PROCESSES | LOCK_HAS_TRY | LOCK_HAS_TIMED)
#define SPIN_TRAITS  (LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_HAS_TRY)

#define SIZE_OF(member) sizeof(((struct lock *)NULL)->member)
#define ROW(KIND, kind, member, can) \
	[LOCK_##KIND] = {.name = #kind, .traits = (can), .bytes = SIZE_OF(member)}
#define OPAQUE_ROW(KIND, kind, member, can, why) \
	[LOCK_##KIND] = {.name = #kind, .traits = (can), .bytes = SIZE_OF(member), .opaque = (why)}
#if TOLLGATE_CK
#define CK_ROW(KIND, kind, member, can) OPAQUE_ROW(KIND, kind, member, can, OPAQUE_ASM)
#else
#define CK_ROW(KIND, kind, member, can) \
	[LOCK_##KIND] = {.name = #kind, .traits = (can), .opaque = OPAQUE_ASM}
#endif

static const struct lock_traits table[LOCK_KINDS] = {
	[LOCK_NOTHING] = {.name = "nothing"},
	ROW(ERRORCHECK, errorcheck, mutex, MUTEX_TRAITS),
	ROW(RECURSIVE, recursive, mutex, MUTEX_TRAITS | LOCK_NESTS),
	ROW(ADAPTIVE, adaptive, mutex, MUTEX_TRAITS),
	ROW(ROBUST, robust, mutex, MUTEX_TRAITS),
	ROW(INHERIT, inherit, mutex, MUTEX_TRAITS),
	ROW(PSHARED, pshared, mutex, MUTEX_TRAITS),
	ROW(SPIN, spin, spin, SPIN_TRAITS),
	ROW(RWLOCK_READER, rwlock_reader, rwlock, MUTEX_TRAITS | LOCK_HAS_READ),
	ROW(RWLOCK_WRITER, rwlock_writer, rwlock, MUTEX_TRAITS | LOCK_HAS_READ),
	OPAQUE_ROW(C11, c11, c11, LOCK_HAS_TRY, OPAQUE_LIBC),
	ROW(SEM, sem, semaphore, MUTEX_TRAITS),
	ROW(FUTEX, futex, futex, MUTEX_TRAITS),
	ROW(TAS, tas, word, SPIN_TRAITS),
	ROW(TTAS, ttas, word, SPIN_TRAITS),
	ROW(TICKET, ticket, ticket, SPIN_TRAITS | LOCK_IN_ORDER),
	ROW(PYSEM, pysem, semaphore, MUTEX_TRAITS),
	ROW(PYCOND, pycond, pycond, LOCK_HAS_TRY | LOCK_HAS_TIMED),
	ROW(PYMUTEX, pymutex, parking, LOCK_HAS_TRY | LOCK_HAS_TIMED),
	ROW(PYMUTEX_NOSPIN, pymutex_nospin, parking, LOCK_HAS_TRY | LOCK_HAS_TIMED),
	CK_ROW(CK_FAS, ck_fas, ck_fas, SPIN_TRAITS),
	CK_ROW(CK_FAS_EB, ck_fas_eb, ck_fas, SPIN_TRAITS),
	CK_ROW(CK_CAS, ck_cas, ck_cas, SPIN_TRAITS),
	CK_ROW(CK_DEC, ck_dec, ck_dec, SPIN_TRAITS),
	CK_ROW(CK_TICKET, ck_ticket, ck_ticket, SPIN_TRAITS | LOCK_IN_ORDER),
	CK_ROW(CK_TICKET_PB, ck_ticket_pb, ck_ticket, SPIN_TRAITS | LOCK_IN_ORDER),
	CK_ROW(CK_MCS, ck_mcs, ck_mcs, SPIN_TRAITS | LOCK_IN_ORDER),
	CK_ROW(CK_CLH, ck_clh, ck_clh.tail, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER),
	CK_ROW(CK_ANDERSON, ck_anderson, ck_anderson.lock,
	       LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_IN_ORDER),
	CK_ROW(CK_COHORT, ck_cohort, ck_cohorts, LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_NEEDS_NUMA),
	CK_ROW(CK_RWLOCK, ck_rwlock, ck_rwlock, SPIN_TRAITS | LOCK_HAS_READ),
	CK_ROW(CK_BRLOCK, ck_brlock, ck_brlock, SPIN_TRAITS | LOCK_HAS_READ),
	CK_ROW(CK_PFLOCK, ck_pflock, ck_pflock,
	       LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_HAS_READ | LOCK_IN_ORDER),
	CK_ROW(CK_TFLOCK, ck_tflock, ck_tflock,
	       LOCK_SPINS | LOCK_IN_PROCESSES | LOCK_HAS_READ | LOCK_IN_ORDER),
	[LOCK_TEST] = {.name = "test", .traits = LOCK_IN_PROCESSES},
};

const struct lock_traits *lock_traits(enum lock_kind kind)
{
	return &table[kind];
}

bool lock_can(enum lock_kind kind, enum lock_trait trait)
{
	return (table[kind].traits & trait) != 0;
}

/* What a pthread mutex kind differs in. */
static void choose_mutex(pthread_mutexattr_t *attributes, enum lock_kind kind)
{
	switch (kind) {
	case LOCK_ERRORCHECK:
		must(pthread_mutexattr_settype(attributes, PTHREAD_MUTEX_ERRORCHECK));
		break;
	case LOCK_RECURSIVE:
		must(pthread_mutexattr_settype(attributes, PTHREAD_MUTEX_RECURSIVE));
		break;
	case LOCK_ADAPTIVE:
		must(pthread_mutexattr_settype(attributes, PTHREAD_MUTEX_ADAPTIVE_NP));
		break;
	case LOCK_ROBUST:
		must(pthread_mutexattr_setrobust(attributes, PTHREAD_MUTEX_ROBUST));
		break;
	case LOCK_INHERIT:
		must(pthread_mutexattr_setprotocol(attributes, PTHREAD_PRIO_INHERIT));
		break;
	default:
		break;
	}
}

void lock_mutex_init(pthread_mutex_t *mutex, bool processes)
{
	pthread_mutexattr_t attributes;

	must(pthread_mutexattr_init(&attributes));
	must(pthread_mutexattr_setpshared(&attributes, processes ? PTHREAD_PROCESS_SHARED
								 : PTHREAD_PROCESS_PRIVATE));
	must(pthread_mutex_init(mutex, &attributes));
	must(pthread_mutexattr_destroy(&attributes));
}

static bool init_mutex(struct lock *lock, enum lock_kind kind, bool processes, struct reason *why)
{
	const bool shared = processes || kind == LOCK_PSHARED;
	pthread_mutexattr_t attributes;

	must(pthread_mutexattr_init(&attributes));
	must(pthread_mutexattr_setpshared(&attributes, shared ? PTHREAD_PROCESS_SHARED
							      : PTHREAD_PROCESS_PRIVATE));
	choose_mutex(&attributes, kind);
	int error = pthread_mutex_init(&lock->mutex, &attributes);

	must(pthread_mutexattr_destroy(&attributes));
	return !error || refuse(why, "the kernel has no such mutex (error %d)", error);
}

/* "Writer" means that readers queue behind a waiting writer; readers must not nest then. */
static void init_rwlock(struct lock *lock, enum lock_kind kind, bool processes)
{
	const int preference = kind == LOCK_RWLOCK_WRITER
				       ? PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP
				       : PTHREAD_RWLOCK_PREFER_READER_NP;
	pthread_rwlockattr_t attributes;

	must(pthread_rwlockattr_init(&attributes));
	must(pthread_rwlockattr_setpshared(&attributes, processes ? PTHREAD_PROCESS_SHARED
								  : PTHREAD_PROCESS_PRIVATE));
	must(pthread_rwlockattr_setkind_np(&attributes, preference));
	must(pthread_rwlock_init(&lock->rwlock, &attributes));
	must(pthread_rwlockattr_destroy(&attributes));
}

static void init_pycond(struct lock_pycond *lock)
{
	pthread_condattr_t attributes;

	must(pthread_mutex_init(&lock->mutex, NULL));
	must(pthread_condattr_init(&attributes));
	must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
	must(pthread_cond_init(&lock->cond, &attributes));
	must(pthread_condattr_destroy(&attributes));
}

#if TOLLGATE_CK
_Static_assert(LOCK_SLOTS_MAX == WORKERS_MAX, "the array lock needs a slot for each worker");

static void init_anderson(struct lock_anderson *lock, unsigned workers)
{
	unsigned slots = 1;

	while (slots < workers) /* a power of two is found by a mask, else by a division */
		slots *= 2;
	ck_spinlock_anderson_init(&lock->lock, lock->slots, slots);
}

static void init_cohorts(struct lock_cohorts *lock)
{
	ck_spinlock_ticket_init(&lock->global);
	for (unsigned i = 0; i < LOCK_COHORTS_MAX; i++) {
		struct lock_cohort *cohort = &lock->cohorts[i];

		ck_spinlock_ticket_init(&cohort->local);
		CK_COHORT_INIT(ticket, &cohort->cohort, &lock->global, &cohort->local,
			       CK_COHORT_DEFAULT_LOCAL_PASS_LIMIT);
	}
}

/* Those that are not free when all their bytes are zero. */
static void init_ck(struct lock *lock, enum lock_kind kind, unsigned workers)
{
	switch (kind) {
	case LOCK_CK_DEC:
		ck_spinlock_dec_init(&lock->ck_dec);
		break;
	case LOCK_CK_CLH:
		ck_spinlock_clh_init(&lock->ck_clh.tail, &lock->ck_clh.unowned);
		break;
	case LOCK_CK_ANDERSON:
		init_anderson(&lock->ck_anderson, workers);
		break;
	case LOCK_CK_COHORT:
		init_cohorts(&lock->ck_cohorts);
		break;
	default:
		break;
	}
}
#endif

static bool is_possible(enum lock_kind kind, bool processes, struct reason *why)
{
	const struct lock_traits *traits = lock_traits(kind);

	if (kind == LOCK_TEST)
		return lock_test_acquire || refuse(why, "only in a test program");
	if (!traits->bytes)
		return refuse(why, "built without ck");
	if (LOCK_WATCHED && traits->opaque)
		return refuse(why, "opaque to the thread sanitizer: %s", traits->opaque);
	if (processes && !(traits->traits & LOCK_IN_PROCESSES))
		return refuse(why, "%s works between threads only", traits->name);
	return true;
}

bool lock_init(struct lock *lock, enum lock_kind kind, unsigned workers, bool processes,
	       struct reason *why)
{
	if (!is_possible(kind, processes, why))
		return false;
	memset(lock, 0, sizeof(*lock));
	lock->kind = kind;
	lock->workers = workers;
	switch (kind) {
	case LOCK_ERRORCHECK:
	case LOCK_RECURSIVE:
	case LOCK_ADAPTIVE:
	case LOCK_ROBUST:
	case LOCK_INHERIT:
	case LOCK_PSHARED:
		return init_mutex(lock, kind, processes, why);
	case LOCK_SPIN:
		must(pthread_spin_init(&lock->spin, processes ? PTHREAD_PROCESS_SHARED
							      : PTHREAD_PROCESS_PRIVATE));
		break;
	case LOCK_RWLOCK_READER:
	case LOCK_RWLOCK_WRITER:
		init_rwlock(lock, kind, processes);
		break;
	case LOCK_C11:
		must(mtx_init(&lock->c11, mtx_plain));
		break;
	case LOCK_SEM:
	case LOCK_PYSEM:
		must_sys(sem_init(&lock->semaphore, processes, 1));
		break;
	case LOCK_FUTEX:
		lock->futex.shared = processes;
		break;
	case LOCK_PYCOND:
		init_pycond(&lock->pycond);
		break;
	case LOCK_PYMUTEX:
		parking_init(&lock->parking, PARKING_SPINS_DEFAULT, PARKING_FAIR_NS_DEFAULT,
			     processes);
		break;
	case LOCK_PYMUTEX_NOSPIN:
		parking_init(&lock->parking, 0, PARKING_FAIR_NS_DEFAULT, processes);
		break;
	default:
#if TOLLGATE_CK
		init_ck(lock, kind, workers);
#endif
		break;
	}
	return true;
}

void lock_destroy(struct lock *lock)
{
	switch (lock->kind) {
	case LOCK_ERRORCHECK:
	case LOCK_RECURSIVE:
	case LOCK_ADAPTIVE:
	case LOCK_ROBUST:
	case LOCK_INHERIT:
	case LOCK_PSHARED:
		must(pthread_mutex_destroy(&lock->mutex));
		break;
	case LOCK_SPIN:
		must(pthread_spin_destroy(&lock->spin));
		break;
	case LOCK_RWLOCK_READER:
	case LOCK_RWLOCK_WRITER:
		must(pthread_rwlock_destroy(&lock->rwlock));
		break;
	case LOCK_C11:
		mtx_destroy(&lock->c11);
		break;
	case LOCK_SEM:
	case LOCK_PYSEM:
		must_sys(sem_destroy(&lock->semaphore));
		break;
	case LOCK_PYCOND:
		must(pthread_cond_destroy(&lock->pycond.cond));
		must(pthread_mutex_destroy(&lock->pycond.mutex));
		break;
	case LOCK_PYMUTEX:
	case LOCK_PYMUTEX_NOSPIN:
		parking_destroy(&lock->parking);
		break;
	default: /* nothing but memory */
		break;
	}
	lock->kind = LOCK_NOTHING;
}

void lock_join(struct lock *lock, struct lock_node *node)
{
	memset(node, 0, sizeof(*node));
#if TOLLGATE_CK
	if (lock->kind == LOCK_CK_CLH)
		node->clh.current = &node->clh.own;
	else if (lock->kind == LOCK_CK_BRLOCK)
		ck_brlock_read_register(&lock->ck_brlock, &node->reader);
	else if (lock->kind == LOCK_CK_COHORT)
		node->cohort = &lock->ck_cohorts.cohorts[0];
#else
	(void)lock;
#endif
}

void lock_settle(struct lock *lock, struct lock_node *node, unsigned numa_node)
{
#if TOLLGATE_CK
	if (lock->kind == LOCK_CK_COHORT)
		node->cohort = &lock->ck_cohorts.cohorts[numa_node % LOCK_COHORTS_MAX];
#else
	(void)lock;
	(void)node;
	(void)numa_node;
#endif
}
