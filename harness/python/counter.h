/* SPDX-License-Identifier: MIT */
/*
 * counter - a number that processes count up under one of Python's locks. mp_lock, mp_rlock and
 * mp_value share it, hooks included. A worker's local block is its handle of the lock.
 */
#ifndef TOLLGATE_PYTHON_COUNTER_H
#define TOLLGATE_PYTHON_COUNTER_H

#include <stdatomic.h>

#include "harness/python/lock.h"
#include "harness/sync/worker.h"

struct trial;
struct epoch;

/* The shared block. */
struct twin_counter {
	struct twin_lock_shared lock;
	_Atomic uint64_t count; /* relaxed, because without a lock the race is intended */
	uint64_t before;        /* value at the beginning of this epoch */
};

/* Setup, with a Lock or an RLock. Always true. */
bool twin_counter_setup_lock(struct trial *t, struct reason *why);
bool twin_counter_setup_rlock(struct trial *t, struct reason *why);
void twin_counter_prepare(struct worker *w);
void twin_counter_teardown(struct trial *t);
void twin_counter_reset(struct trial *t);
/* The number of the epoch's operations that were counted. */
uint64_t twin_counter_counted(const struct trial *t);
/* Fails the check unless every operation was counted. */
bool twin_counter_check(struct trial *t, const struct epoch *epoch, double *metrics,
			struct reason *why);

static inline __attribute__((always_inline)) uint64_t
twin_counter_read(const struct twin_counter *counter)
{
	return atomic_load_explicit(&counter->count, memory_order_relaxed);
}

static inline __attribute__((always_inline)) void twin_counter_write(struct twin_counter *counter,
								     uint64_t value)
{
	atomic_store_explicit(&counter->count, value, memory_order_relaxed);
}

/* The members that these cases share. A case adds name, summary, op, params, setup, run, check. */
#define TWIN_COUNTER_CASE                                                               \
	.family = BENCH_SHARED, .shared_size = sizeof(struct twin_counter),             \
	.local_size = sizeof(struct twin_lock), .modes = "process", .modes_only = true, \
	.profile_min = BENCH_FROM_FULL, .prepare = twin_counter_prepare,                \
	.reset = twin_counter_reset, .teardown = twin_counter_teardown

#endif
