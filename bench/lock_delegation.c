/* SPDX-License-Identifier: MIT */
/*
 * A replacement for a lock: the data belong to one worker, and the others send it their requests.
 * Each client has a ring of its own to the owner, so no worker waits for a lock, the data never
 * leave the owner's cache, and two cache lines travel per request instead of lock and data. With
 * depth=1 a client waits for each answer, as it would for a lock. A deeper ring lets it go on
 * meanwhile. One operation is a request, and the owner makes none of its own. Compare with
 * lock_contended with the same `critical` and `parallel`.
 */
#include <sched.h>

#include "harness/bench.h"
#include "harness/kit/transport.h"

#define DEPTH_MAX 64

enum { PARAM_DEPTH, PARAM_CRITICAL, PARAM_PARALLEL };
enum { METRIC_REQUEST };

/* A ring with one writer and one reader. Each side writes a line of its own. */
struct ring_of_one {
	_Alignas(SHARED_LINE) _Atomic uint64_t posted; /* written by the client */
	uint64_t amounts[DEPTH_MAX];
	_Alignas(SHARED_LINE) _Atomic uint64_t served; /* written by the owner */
	uint64_t totals[DEPTH_MAX];
};

struct office {
	_Alignas(SHARED_LINE) uint64_t total; /* private to the owner */
	bool crowded;                         /* a waiting worker yields its processing unit */
};

/* A worker's own block: its ring, and the number of its wrong answers. */
struct desk {
	struct ring_of_one ring;
	uint64_t wrong, last_total;
};

static void rest(const struct office *office)
{
	if (office->crowded)
		sched_yield();
	else
		talk_relax();
}

/* Serve all requests in the ring. Gives their number. */
static uint64_t serve(struct office *office, struct ring_of_one *ring, int64_t critical,
		      uint64_t *thought)
{
	const uint64_t posted = atomic_load_explicit(&ring->posted, memory_order_acquire);
	const uint64_t first = atomic_load_explicit(&ring->served, memory_order_relaxed);

	for (uint64_t n = first; n < posted; n++) {
		office->total += ring->amounts[n % DEPTH_MAX];
		for (int64_t i = critical; i; i--)
			bench_step(thought);
		ring->totals[n % DEPTH_MAX] = office->total;
		atomic_store_explicit(&ring->served, n + 1, memory_order_release);
	}
	return posted - first;
}

static void own(struct worker *w)
{
	struct office *office = w->shared;
	uint64_t left = w->batch * (w->count - 1), thought = 0;

	w->done = 0;
	while (left) {
		const uint64_t before = left;

		for (unsigned i = 1; i < w->count; i++) /* slots lie side by side in the arena */
			left -= serve(office, &((struct desk *)w[i].local)->ring,
				      w->params[PARAM_CRITICAL], &thought);
		if (left == before)
			rest(office);
	}
}

/* Answers come in the order of the requests, so totals only grow. */
static void take_answer(struct desk *desk, const struct office *office, uint64_t number)
{
	while (atomic_load_explicit(&desk->ring.served, memory_order_acquire) <= number)
		rest(office);
	const uint64_t total = desk->ring.totals[number % DEPTH_MAX];

	desk->wrong += total <= desk->last_total;
	desk->last_total = total;
}

static void ask(struct worker *w)
{
	struct office *office = w->shared;
	struct desk *desk = w->local;
	const uint64_t depth = (uint64_t)w->params[PARAM_DEPTH];
	uint64_t thought = w->index;

	for (uint64_t n = 0; n < w->batch; n++) {
		desk->ring.amounts[n % DEPTH_MAX] = 1;
		atomic_store_explicit(&desk->ring.posted, n + 1, memory_order_release);
		if (n + 1 >= depth)
			take_answer(desk, office, n + 1 - depth);
		for (int64_t i = w->params[PARAM_PARALLEL]; i; i--)
			bench_step(&thought);
	}
	for (uint64_t n = w->batch < depth ? 0 : w->batch + 1 - depth; n < w->batch; n++)
		take_answer(desk, office, n);
}

static void delegate(struct worker *w)
{
	if (w->index)
		ask(w);
	else
		own(w);
}

static bool setup(struct trial *t, struct reason *why)
{
	return t->workers > 1 || refuse(why, "an owner needs a client");
}

static void reset(struct trial *t)
{
	*(struct office *)t->shared = (struct office){.crowded = t->crowded};
	for (unsigned i = 0; i < t->workers; i++)
		*(struct desk *)t->slots[i].local = (struct desk){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct office *office = t->shared;
	const uint64_t wanted = epoch->batch * (t->workers - 1);

	metrics[METRIC_REQUEST] = (double)epoch->wall_ns * (t->workers - 1) / (double)wanted;
	for (unsigned i = 1; i < t->workers; i++) {
		const struct desk *desk = t->slots[i].local;

		if (desk->wrong)
			return refuse(why, "client %u got %llu answers out of order", i,
				      (unsigned long long)desk->wrong);
	}
	if (epoch->ops != wanted || office->total != wanted)
		return refuse(why, "%llu requests, but the total shows %llu",
			      (unsigned long long)epoch->ops, (unsigned long long)office->total);
	return true;
}

static const struct bench_case lock_delegation = {
	.name = "lock_delegation",
	.summary = "one worker owns the data, the others send it requests: no lock at all",
	.op = "request",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct office),
	.local_size = sizeof(struct desk),
	.params = {{"depth", 1, 1, DEPTH_MAX, "requests that a client has under way"},
		   {"critical", 100, 0, 10000000, "steps of the owner per request"},
		   {"parallel", 100, 0, 10000000, "steps of the client between two requests"}},
	.metrics = {{"request_ns", "ns", "lower", "mean time of a request as seen by its client"}},
	.variants = {"depth=1", "depth=16"},
	.modes = "none,process",
	.modes_only = true,
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.reset = reset,
	.run = {[SYNC_NONE] = delegate, [SYNC_MUTEX] = delegate},
	.check = check,
};
BENCH_REGISTER(lock_delegation);
