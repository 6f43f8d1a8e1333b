/* SPDX-License-Identifier: MIT */
/*
 * One producer and three consumers, the lecture's sample, and other teams around Python's
 * multiprocessing.Queue. The lecture says that little is in store at any moment while much flows
 * through, and depth_* tests it. The depth of the queue depends on the faster side, and a put that
 * only appends to a deque is faster than a get that reads a pipe. Only a bound (maxsize) keeps the
 * store small by itself. A bound of 1 makes both sides wait for each other, which costs most.
 */
#include "harness/bench.h"
#include "harness/kit/supply.h"
#include "harness/python/hooks.h"

struct trader {
	struct supplier supplier;
	struct twin_queue queue;
};

static bool setup(struct trial *t, struct reason *why)
{
	return supply_setup(t, why) && twin_hook_setup(t, (unsigned)t->params[SUPPLY_MAXSIZE],
						       sizeof(struct supply_item), why);
}

static void prepare(struct worker *w)
{
	struct trader *me = w->local;

	twin_queue_open(&me->queue, w->shared);
}

static bool put(struct worker *w, const struct supply_item *item)
{
	struct trader *me = w->local;

	return twin_queue_put(&me->queue, item, sizeof(*item), TWIN_FOREVER) == TWIN_OK;
}

static bool get(struct worker *w, struct supply_item *item)
{
	struct trader *me = w->local;
	size_t size;

	return twin_queue_get(&me->queue, item, sizeof(*item), &size, TWIN_FOREVER) == TWIN_OK &&
	       size == sizeof(*item);
}

static uint64_t depth(struct worker *w)
{
	const struct trader *me = w->local;

	return twin_queue_size(&me->queue);
}

SUPPLY(trade, put, get, depth)

static const struct bench_case mp_producers_consumers = {
	.name = "mp_producers_consumers",
	.summary = "one producer and three consumers around Python's Queue, and other teams",
	.shared_size = sizeof(struct twin_queue_shared),
	.local_size = sizeof(struct trader),
	.variants = {"team=4;maxsize=0", "team=4;maxsize=16", "team=2;maxsize=0",
		     "team=2;maxsize=16", "team=2;maxsize=1", "team=4;producers=3",
		     "team=4;producers=2"},
	.modes = "process",
	.profile_min = BENCH_FROM_STANDARD,
	.setup = setup,
	.prepare = prepare,
	.teardown = twin_hook_teardown,
	.run = {[SYNC_MUTEX] = trade},
	SUPPLY_CASE,
};
BENCH_REGISTER(mp_producers_consumers);
