/* SPDX-License-Identifier: MIT */
/*
 * With more workers than processing units the scheduler may take the holder off its unit. Until it
 * runs again no other worker gets in, however short the section is. Waiters that sleep let the
 * holder run again soon. Waiters that spin use up the time that the holder needs, so spin locks are
 * not run here. A section takes a few microseconds. One that took over 100 us had a holder that did
 * not run, and `stalled_share` is the part of the time that such sections took beyond that.
 */
#include "harness/bench.h"

#define STALL_NS UINT64_C(100000)

enum { PARAM_PER_PU, PARAM_CRITICAL, PARAM_PARALLEL };
enum { METRIC_STALLED, METRIC_STALLS, METRIC_LONGEST, METRIC_LOST };

#define LOOK(place)       atomic_load_explicit(&(place), memory_order_relaxed)
#define PUT(place, value) atomic_store_explicit(&(place), value, memory_order_relaxed)

struct guarded {
	_Alignas(SHARED_LINE) _Atomic uint64_t
		turns; /* relaxed, because without a lock the race is intended */
};

struct holds {
	uint64_t stalls, stalled_ns, longest_ns;
};

static void note_hold(struct holds *holds, uint64_t held_ns)
{
	if (held_ns > holds->longest_ns)
		holds->longest_ns = held_ns;
	if (held_ns > STALL_NS) {
		holds->stalls++;
		holds->stalled_ns += held_ns - STALL_NS;
	}
}

static void hold(struct worker *w, const enum sync_kind kind)
{
	struct guarded *guarded = w->shared;
	struct holds *holds = w->local;
	const int64_t critical = w->params[PARAM_CRITICAL], parallel = w->params[PARAM_PARALLEL];
	uint64_t thought = w->index;

	for (uint64_t n = w->batch; n; n--) {
		sync_enter(w, kind);
		const uint64_t begin_ns = bench_now_ns(), turns = LOOK(guarded->turns);

		for (int64_t i = critical; i; i--)
			bench_step(&thought);
		PUT(guarded->turns, turns + 1);
		note_hold(holds, bench_now_ns() - begin_ns);
		sync_leave(w, kind);
		for (int64_t i = parallel; i; i--)
			bench_step(&thought);
		sync_tick(w, kind);
	}
}
BENCH_SPECIALISE_SHARED(hold)

static void reset(struct trial *t)
{
	*(struct guarded *)t->shared = (struct guarded){0};
	for (unsigned i = 0; i < t->workers; i++)
		*(struct holds *)t->slots[i].local = (struct holds){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const uint64_t turns = LOOK(((const struct guarded *)t->shared)->turns);
	const bool may_lose = t->sync == SYNC_NONE || t->unlocked;
	struct holds all = {0};

	for (unsigned i = 0; i < t->workers; i++) {
		const struct holds *holds = t->slots[i].local;

		all.stalls += holds->stalls;
		all.stalled_ns += holds->stalled_ns;
		if (holds->longest_ns > all.longest_ns)
			all.longest_ns = holds->longest_ns;
	}
	metrics[METRIC_LOST] = (double)epoch->ops - (double)turns;
	if (t->sync != SYNC_NONE) { /* without a lock no section keeps others out */
		metrics[METRIC_STALLED] = (double)all.stalled_ns / (double)epoch->wall_ns;
		metrics[METRIC_STALLS] = (double)all.stalls / (double)epoch->ops;
		metrics[METRIC_LONGEST] = (double)all.longest_ns;
	}
	if (turns > epoch->ops || (turns < epoch->ops && !may_lose))
		return refuse(why, "%llu turns, but the shared data show %llu",
			      (unsigned long long)epoch->ops, (unsigned long long)turns);
	return true;
}

static const struct bench_case lock_preempted = {
	.name = "lock_preempted",
	.summary = "more workers than processing units: the cost of a preempted holder",
	.op = "turn",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct guarded),
	.local_size = sizeof(struct holds),
	.params = {{"per_pu", 2, 1, 10, "workers per processing unit"},
		   {"critical", 1000, 0, 10000, "steps while the lock is held"},
		   {"parallel", 1000, 0, 10000000, "steps between two turns"}},
	.metrics = {{"stalled_share", "ratio", "lower", "time in sections beyond 100 us"},
		    {"stalls_per_op", "1/op", "info", "sections that took over 100 us"},
		    {"longest_hold_ns", "ns", "lower", "the longest section"},
		    {"lost_updates", "turns", "zero", "turns that the shared data do not show"}},
	.variants = {"per_pu=2", "per_pu=4", "per_pu=10"},
	.modes = "none,mutex,pymutex,pthread-spin",
	.workers_param = "per_pu",
	.workers_per_pu = true,
	.epoch_ns_min = 20000000, /* several time slices of the scheduler */
	.profile_min = BENCH_FROM_FULL,
	.reset = reset,
	.run = BENCH_RUN_SHARED(hold),
	.check = check,
};
BENCH_REGISTER(lock_preempted);
