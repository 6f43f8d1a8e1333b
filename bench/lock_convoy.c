/* SPDX-License-Identifier: MIT */
/*
 * A lock inside the GIL: ten threads swipe one card, each swipe under a threading.Lock and made of
 * several calls, so the interpreter may switch while the lock is held. A thread that finds the lock
 * taken must release the GIL to wait for it, is woken, and waits for the GIL again: a convoy. On
 * one core threads hardly ever meet. On two cores the same program can take ten times as long.
 */
#include <semaphore.h>

#include "harness/bench.h"

#define PEOPLE 10
/* The calls that a swipe consists of, each with a few steps and a check point. */
#define CALLS_INSIDE  4
#define CALLS_OUTSIDE 4

struct counter {
	_Alignas(SHARED_LINE) sem_t lock; /* CPython's threading.Lock up to 3.13 is a semaphore */
	_Alignas(SHARED_LINE) uint64_t swipes;
	_Alignas(SHARED_LINE) _Atomic uint64_t waits;
};

enum { METRIC_WAITS };

/* The way of lock_PyThread_acquire_lock(): try, and if that fails wait without the GIL. */
static inline __attribute__((always_inline)) void
acquire(struct worker *w, const enum sync_kind kind, struct counter *counter)
{
	if (sem_trywait(&counter->lock) == 0)
		return;
	atomic_fetch_add_explicit(&counter->waits, 1, memory_order_relaxed);
	sync_block(w, kind);
	while (sem_wait(&counter->lock) != 0)
		; /* interrupted: try again */
	sync_unblock(w, kind);
}

static inline __attribute__((always_inline)) void
make_calls(struct worker *w, const enum sync_kind kind, uint64_t *state, unsigned calls)
{
	const uint64_t steps = w->tick_steps;

	for (unsigned c = 0; c < calls; c++) {
		bench_steps(state, steps);
		sync_tick(w, kind);
	}
}

static void swipe(struct worker *w, const enum sync_kind kind)
{
	struct counter *counter = w->shared;
	uint64_t state = w->index;

	for (uint64_t n = w->batch; n; n--) {
		acquire(w, kind, counter);
		make_calls(w, kind, &state, CALLS_INSIDE);
		counter->swipes++;
		sem_post(&counter->lock);
		make_calls(w, kind, &state, CALLS_OUTSIDE);
	}
}
BENCH_SPECIALISE(swipe)

static bool setup(struct trial *t, struct reason *why)
{
	struct counter *counter = t->shared;

	(void)why;
	must_sys(sem_init(&counter->lock, 1, 1));
	return true;
}

static void teardown(struct trial *t)
{
	struct counter *counter = t->shared;

	must_sys(sem_destroy(&counter->lock));
}

static void reset(struct trial *t)
{
	struct counter *counter = t->shared;

	counter->swipes = 0;
	atomic_store(&counter->waits, 0);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct counter *counter = t->shared;

	metrics[METRIC_WAITS] = (double)atomic_load(&counter->waits) / (double)epoch->ops;
	if (counter->swipes != epoch->ops)
		return refuse(why, "%llu swipes counted of %llu",
			      (unsigned long long)counter->swipes, (unsigned long long)epoch->ops);
	return true;
}

static const struct bench_case lock_convoy = {
	.name = "lock_convoy",
	.summary =
		"ten threads and one Lock inside the GIL: the convoy, on one core and on several",
	.op = "swipe",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct counter),
	.params = {{"swipes", 2000, 1, 100000000, "swipes per person"}, BENCH_TICK_PARAM(30)},
	.tick_param = "tick_ns",
	.metrics = {{"waits_per_op", "1/op", "info", "share of swipes that found the lock taken"}},
	.variants = {"", "swipes=20000"},
	.batch_param = "swipes",
	.modes = "none,gil,gil27,free-threaded,process",
	.workers = PEOPLE,
	.placements = "cores same-core",
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = BENCH_RUN(swipe),
	.check = check,
};
BENCH_REGISTER(lock_convoy);
