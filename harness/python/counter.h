/* SPDX-License-Identifier: MIT */
/*
 * twin_counter - a number that processes count up under one of Python's locks: what mp_lock, mp_rlock and
 * mp_value have in common, hooks included. A worker's local block is its handle of the lock.
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
	_Atomic uint64_t count; /* relaxed: where no lock is held the race is meant */
	uint64_t before;        /* where this epoch began */
};

/* Setup, with a Lock or an RLock; always true. */
bool twin_counter_setup_lock(struct trial *t, struct reason *why);
bool twin_counter_setup_rlock(struct trial *t, struct reason *why);
void twin_counter_prepare(struct worker *w);
void twin_counter_teardown(struct trial *t);
void twin_counter_reset(struct trial *t);
/* How many of the epoch's operations were counted. */
uint64_t twin_counter_counted(const struct trial *t);
/* Every one of them, or the check fails. */
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

/* What these cases have in common; one adds name, summary, op, params, setup, run, check. */
#define TWIN_COUNTER_CASE                                                               \
	.family = BENCH_SHARED, .shared_size = sizeof(struct twin_counter),             \
	.local_size = sizeof(struct twin_lock), .modes = "process", .modes_only = true, \
	.profile_min = BENCH_FROM_FULL, .prepare = twin_counter_prepare,                \
	.reset = twin_counter_reset, .teardown = twin_counter_teardown

#endif
