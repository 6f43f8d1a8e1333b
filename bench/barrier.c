/* SPDX-License-Identifier: MIT */
/*
 * No worker goes on before all have arrived. Between two barriers each worker does `work` steps,
 * and the rest of a round is the barrier. kind 0 is the barrier of the C library, which sleeps.
 * kind 1 spins on one word: the worker that arrives last changes it and so releases the others (the
 * centralised barrier of Mellor-Crummey and Scott, 1991). It is not run where workers share a
 * processing unit. In each round a worker checks that its neighbour really arrived.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

enum { PARAM_KIND, PARAM_WORK };
enum { KIND_LIBRARY, KIND_SPINNING };
enum { METRIC_ROUND };

struct meeting {
	pthread_barrier_t library;
	_Alignas(SHARED_LINE) _Atomic uint32_t missing;
	_Alignas(SHARED_LINE) _Atomic uint32_t round; /* changed by the worker that arrives last */
};

/* A worker's own count of its arrivals, which its neighbour reads. */
struct place {
	_Alignas(SHARED_LINE) _Atomic uint64_t came;
	uint64_t early; /* rounds that began without the neighbour */
};

static void spin(struct meeting *meeting, unsigned all)
{
	const uint32_t round = atomic_load_explicit(&meeting->round, memory_order_relaxed);

	if (atomic_fetch_sub_explicit(&meeting->missing, 1, memory_order_acq_rel) == 1) {
		atomic_store_explicit(&meeting->missing, all, memory_order_relaxed);
		atomic_store_explicit(&meeting->round, round + 1, memory_order_release);
		return;
	}
	while (atomic_load_explicit(&meeting->round, memory_order_acquire) == round)
		talk_relax();
}

static void meet(struct worker *w)
{
	struct meeting *meeting = w->shared;
	struct place *mine = w->local;
	struct worker *next = w + 1 - (w->index + 1 == w->count ? w->count : 0);
	struct place *his = next->local; /* slots lie side by side in the arena */
	const bool spins = w->params[PARAM_KIND] == KIND_SPINNING;
	const int64_t work = w->params[PARAM_WORK];
	uint64_t thought = w->index;

	for (uint64_t n = 1; n <= w->batch; n++) {
		for (int64_t i = work; i; i--)
			bench_step(&thought);
		atomic_store_explicit(&mine->came, n, memory_order_relaxed);
		if (spins)
			spin(meeting, w->count);
		else
			pthread_barrier_wait(
				&meeting->library); /* cannot fail, so unchecked in the hot loop */
		mine->early += atomic_load_explicit(&his->came, memory_order_relaxed) < n;
	}
}

static bool setup(struct trial *t, struct reason *why)
{
	struct meeting *meeting = t->shared;
	pthread_barrierattr_t attributes;

	if (t->params[PARAM_KIND] == KIND_SPINNING && t->crowded)
		return refuse(why, "spinning needs a processing unit for each worker");
	must(pthread_barrierattr_init(&attributes));
	must(pthread_barrierattr_setpshared(&attributes, t->processes ? PTHREAD_PROCESS_SHARED
								      : PTHREAD_PROCESS_PRIVATE));
	must(pthread_barrier_init(&meeting->library, &attributes, t->workers));
	must(pthread_barrierattr_destroy(&attributes));
	atomic_store(&meeting->missing, t->workers);
	return true;
}

static void teardown(struct trial *t)
{
	must(pthread_barrier_destroy(&((struct meeting *)t->shared)->library));
}

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++)
		*(struct place *)t->slots[i].local = (struct place){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	metrics[METRIC_ROUND] = (double)epoch->wall_ns / (double)epoch->batch;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct place *place = t->slots[i].local;

		if (place->early || atomic_load(&place->came) != epoch->batch)
			return refuse(
				why,
				"worker %u arrived %llu times, and went on too early %llu times", i,
				(unsigned long long)atomic_load(&place->came),
				(unsigned long long)place->early);
	}
	return true;
}

static const struct bench_case barrier = {
	.name = "barrier",
	.summary = "all wait for the last one: what a barrier costs, sleeping and spinning",
	.op = "round, counted by each worker",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct meeting),
	.local_size = sizeof(struct place),
	.params = {{"kind", 0, 0, 1, "0 the C library's, 1 spinning"},
		   {"work", 100, 0, 10000000, "steps between two barriers"}},
	.metrics = {{"round_ns", "ns", "lower", "work and barrier"}},
	.variants = {"kind=0", "kind=1"},
	.modes = "none,process",
	.modes_only = true,
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = {[SYNC_NONE] = meet, [SYNC_MUTEX] = meet},
	.check = check,
};
BENCH_REGISTER(barrier);
