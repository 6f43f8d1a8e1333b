/* SPDX-License-Identifier: MIT */
/*
 * gil - an emulated global interpreter lock: the one of CPython 3.2 to 3.12, step by step
 * (Python/ceval_gil.h of 3.2 and 3.6, Python/ceval_gil.c of 3.12).
 *
 * A waiter sleeps at most one interval. If the holder did not change meanwhile, the waiter raises
 * the drop request; the holder sees it at its next check point (sync_tick), lets go, and waits
 * until somebody else has taken the lock: the forced switch. A holder that lets go for I/O while
 * nobody asked does not wait and may take the lock again at once. There is no queue.
 *
 * Plain data plus process-shared primitives, so it may lie in the arena. Workers are named by
 * index.
 */
#ifndef TOLLGATE_GIL_H
#define TOLLGATE_GIL_H

#include <pthread.h>
#include <stdatomic.h>

#include "harness/util.h"

/* What the lock counts about itself; guarded by mutex (forced waits: by switch_mutex). */
enum gil_event {
	GIL_TAKES,
	GIL_CONTENDED_TAKES, /* found it held at least once */
	GIL_RETAKES,         /* taken again by the thread that held it last */
	GIL_TIMEOUTS,        /* timed waits that ran out */
	GIL_DROP_REQUESTS,   /* requests raised */
	GIL_FORCED_WAITS,    /* waits for somebody else to take over */
	GIL_EVENTS,
};

struct gil {
	/* Polled at every check point: alone on its line, so a poll is a hit unless it was raised.
	 */
	_Alignas(SHARED_LINE) _Atomic uint32_t drop_request;

	_Alignas(SHARED_LINE) pthread_mutex_t mutex; /* guards what follows, to interval_ns */
	pthread_cond_t cond;                         /* "the lock is free" */
	bool locked;
	uint64_t switch_number; /* how often the lock changed hands */
	uint64_t interval_ns;   /* a waiter's patience; 5 ms in CPython */

	_Alignas(SHARED_LINE) pthread_mutex_t switch_mutex;
	pthread_cond_t switch_cond;  /* "somebody has taken it" */
	_Atomic int last_holder;     /* worker index, -1 at first */
	uint64_t events[GIL_EVENTS]; /* read and reset while no worker runs */
};

/* The sync kinds that run under a GIL, as in SYNC_FOR_EACH. */
#define GIL_FOR_EACH(X, ...) X(GIL, gil, __VA_ARGS__)

#define GIL_INTERVAL_NS_DEFAULT UINT64_C(5000000)

void gil_init(struct gil *gil, uint64_t interval_ns, bool process_shared);
void gil_destroy(struct gil *gil);

/* Block until worker ME holds the lock. errno is kept. */
void gil_take(struct gil *gil, int me);
/* Let go; waits for a taker if a switch was asked for. */
void gil_drop(struct gil *gil, int me);
/* The slow side of a check point: drop, then take. */
void gil_yield(struct gil *gil, int me);

static inline bool gil_drop_requested(struct gil *gil)
{
	/* relaxed: a late look costs one more step, as in the interpreter */
	return atomic_load_explicit(&gil->drop_request, memory_order_relaxed) != 0;
}

const char *gil_event_name(enum gil_event event); /* "gil_takes", ...: metric names */

#endif
