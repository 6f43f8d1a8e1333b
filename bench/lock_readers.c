/* SPDX-License-Identifier: MIT */
/*
 * Readers do not disturb one another: a reader-writer lock lets them in side by side. That pays if
 * reading takes long and writing is rare. Otherwise its bookkeeping costs more than it saves,
 * because each reader writes to the lock. `read_pct` of the turns read two words and check that
 * they are equal, and the others change both. Kinds without readers let one worker in at a time.
 * Without a lock readers see the words differ, and that is the measurement.
 */
#include "harness/bench.h"

enum { PARAM_READ_PCT, PARAM_CRITICAL, PARAM_PARALLEL };
enum { METRIC_TORN, METRIC_LOST };

#define LOOK(place)       atomic_load_explicit(&(place), memory_order_relaxed)
#define PUT(place, value) atomic_store_explicit(&(place), value, memory_order_relaxed)

/* Relaxed atomics, because without a lock the races are intended. */
struct guarded {
	_Alignas(SHARED_LINE) _Atomic uint64_t first;
	_Alignas(SHARED_LINE) _Atomic uint64_t second;
};

struct tally {
	uint64_t writes, torn;
};

static inline __attribute__((always_inline)) void ponder(int64_t steps, uint64_t *thought)
{
	for (; steps; steps--)
		bench_step(thought);
}

static inline __attribute__((always_inline)) void
read_both(struct worker *w, const enum sync_kind kind, struct tally *tally, uint64_t *thought)
{
	struct guarded *guarded = w->shared;

	sync_enter_read(w, kind);
	const uint64_t first = LOOK(guarded->first);

	ponder(w->params[PARAM_CRITICAL], thought);
	tally->torn += first != LOOK(guarded->second);
	sync_leave_read(w, kind);
}

static inline __attribute__((always_inline)) void
write_both(struct worker *w, const enum sync_kind kind, struct tally *tally, uint64_t *thought)
{
	struct guarded *guarded = w->shared;

	sync_enter(w, kind);
	const uint64_t next = LOOK(guarded->first) + 1;

	ponder(w->params[PARAM_CRITICAL], thought);
	PUT(guarded->first,
	    next); /* stored late, so that a writer that comes in between has read the same value */
	PUT(guarded->second, next);
	sync_leave(w, kind);
	tally->writes++;
}

static void mix(struct worker *w, const enum sync_kind kind)
{
	/* a pseudo-random number of 32 bits below this limit means reading */
	const uint64_t reads = ((uint64_t)w->params[PARAM_READ_PCT] << 32) / 100;
	struct tally tally = {0};
	uint64_t thought = w->index + 1;

	for (uint64_t n = w->batch; n; n--) {
		bench_step(&thought);
		if (thought >> 32 < reads)
			read_both(w, kind, &tally, &thought);
		else
			write_both(w, kind, &tally, &thought);
		ponder(w->params[PARAM_PARALLEL], &thought);
		sync_tick(w, kind);
	}
	*(struct tally *)w->local = tally;
}
BENCH_SPECIALISE_SHARED(mix)

static void reset(struct trial *t)
{
	*(struct guarded *)t->shared = (struct guarded){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct guarded *guarded = t->shared;
	const bool may_lose = t->sync == SYNC_NONE || t->unlocked;
	uint64_t writes = 0, torn = 0;

	(void)epoch;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct tally *tally = t->slots[i].local;

		writes += tally->writes;
		torn += tally->torn;
	}
	metrics[METRIC_TORN] = (double)torn;
	metrics[METRIC_LOST] = (double)writes - (double)LOOK(guarded->first);
	if (may_lose)
		return LOOK(guarded->first) <= writes ||
		       refuse(why, "the words were changed more often than they were written");
	if (torn)
		return refuse(why, "%llu readers saw an incomplete change",
			      (unsigned long long)torn);
	if (LOOK(guarded->first) != writes || LOOK(guarded->second) != writes)
		return refuse(why, "%llu writes, but the two words show %llu and %llu",
			      (unsigned long long)writes, (unsigned long long)LOOK(guarded->first),
			      (unsigned long long)LOOK(guarded->second));
	return true;
}

static const struct bench_case lock_readers = {
	.name = "lock_readers",
	.summary = "readers and writers of two words: the gain of a reader-writer lock",
	.op = "turn",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct guarded),
	.local_size = sizeof(struct tally),
	.params = {{"read_pct", 90, 0, 100, "percentage of turns that only read"},
		   {"critical", 100, 0, 10000000, "steps between the two words"},
		   {"parallel", 100, 0, 10000000, "steps between two turns"}},
	.metrics = {{"torn_reads", "reads", "zero", "readers that saw the two words differ"},
		    {"lost_updates", "writes", "zero", "writes that had no effect"}},
	.variants = {"", "read_pct=50", "read_pct=99", "read_pct=99;critical=1000"},
	.modes = "none,mutex,rwlock-reader,rwlock-writer,ck-rwlock,ck-brlock",
	.profile_min = BENCH_FROM_FULL,
	.reset = reset,
	.run = BENCH_RUN_SHARED(mix),
	.check = check,
};
BENCH_REGISTER(lock_readers);
