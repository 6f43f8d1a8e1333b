/* SPDX-License-Identifier: MIT */
/*
 * From one owner to the next: two workers hand a lock back and forth. The figure is the time from
 * just before one releases it until the other, which was already waiting, has it. The holder waits
 * until the other has announced itself, and holds the lock for `hold` steps more: after 100 steps a
 * waiter hardly sleeps yet, and after 20 000 it sleeps, if its lock lets it, and must be woken. The
 * previous owner does not ask again before the other has had its turn, so no lock can favour its
 * last owner.
 */
#include <sched.h>

#include "harness/bench.h"
#include "harness/kit/transport.h"

enum { PARAM_HOLD };
enum { METRIC_UNLOCK_TO_LOCK };

struct place {
	_Alignas(SHARED_LINE) _Atomic uint64_t
		asked; /* turns for which the worker has announced itself */
};

struct relay {
	_Alignas(SHARED_LINE) uint64_t
		released_ns; /* plain, because the lock alone must keep it right */
	uint64_t wrong;      /* turns out of order */
	_Alignas(SHARED_LINE) _Atomic uint64_t
		begun; /* turns so far. A worker takes every second one */
	struct place places[2];
	bool crowded; /* a worker that waits outside of the lock yields its processing unit */
};

/* Wait until *COUNT is at least WANTED. */
static void await(const struct relay *relay, const _Atomic uint64_t *count, uint64_t wanted)
{
	while (atomic_load_explicit(count, memory_order_acquire) < wanted) {
		if (relay->crowded)
			sched_yield();
		else
			talk_relax();
	}
}

/* With the lock held for turn TURN. It came from the other worker, unless it is the first. */
static void note_turn(struct worker *w, uint64_t turn)
{
	struct relay *relay = w->shared;
	struct histogram *handoff = w->local;
	const uint64_t now_ns = bench_now_ns();

	if (turn) {
		histogram_add(handoff, now_ns - relay->released_ns);
		histogram_add(w->latency, now_ns - relay->released_ns);
	}
	relay->wrong += atomic_load_explicit(&relay->begun, memory_order_relaxed) != turn;
	atomic_store_explicit(&relay->begun, turn + 1, memory_order_release);
}

static void hand_over(struct worker *w, const enum sync_kind kind)
{
	struct relay *relay = w->shared;
	struct place *mine = &relay->places[w->index], *his = &relay->places[!w->index];
	const uint64_t turns = 2 * w->batch;
	const int64_t hold = w->params[PARAM_HOLD];
	uint64_t thought = w->index;

	for (uint64_t turn = w->index; turn < turns; turn += 2) {
		await(relay, &relay->begun, turn); /* until the other one has it */
		atomic_store_explicit(&mine->asked, turn + 1, memory_order_release);
		sync_enter(w, kind);
		note_turn(w, turn);
		if (turn + 1 < turns)
			await(relay, &his->asked, turn + 2);
		for (int64_t i = hold; i; i--)
			bench_step(&thought);
		relay->released_ns = bench_now_ns();
		sync_leave(w, kind);
	}
}
BENCH_SPECIALISE_LOCKS(hand_over)

static void reset(struct trial *t)
{
	*(struct relay *)t->shared = (struct relay){.crowded = t->crowded};
	for (unsigned i = 0; i < t->workers; i++)
		*(struct histogram *)t->slots[i].local = (struct histogram){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct relay *relay = t->shared;
	static struct histogram handoff;

	handoff = *(const struct histogram *)t->slots[0].local;
	histogram_merge(&handoff, t->slots[1].local);
	metrics[METRIC_UNLOCK_TO_LOCK] = histogram_percentile(&handoff, 50);
	if (relay->wrong || atomic_load(&relay->begun) != epoch->ops)
		return refuse(why, "%llu of %llu turns were not the next one",
			      (unsigned long long)relay->wrong, (unsigned long long)epoch->ops);
	return true;
}

static const struct bench_case lock_handoff = {
	.name = "lock_handoff",
	.summary = "a lock from hand to hand: from release until the waiter has it",
	.op = "turn",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct relay),
	.local_size = sizeof(struct histogram),
	.params = {{"hold", 100, 1, 10000000, "steps that the holder does while the other waits"}},
	.metrics = {{"unlock_to_lock_ns", "ns", "lower",
		     "from release until the other has it, median"}},
	.variants = {"hold=100", "hold=20000"},
	.modes = "mutex,adaptive,futex,semaphore,pymutex,pthread-spin,ticket,ck-mcs,process",
	.workers = 2,
	.placements = "cores same-core",
	.profile_min = BENCH_FROM_FULL,
	.latency = true,
	.reset = reset,
	.run = BENCH_RUN_LOCKS(hand_over),
	.check = check,
};
BENCH_REGISTER(lock_handoff);
