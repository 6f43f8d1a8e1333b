/* SPDX-License-Identifier: MIT */
/*
 * Producers and consumers around Python's queue.Queue, which is for the threads of one process: one
 * mutex and three conditions, and only a reference travels. A worker enters the kernel only if it
 * must wait, so an item costs a fraction of its cost between processes (mp_producers_consumers).
 *
 * A bound of one item makes the two take turns, and every turn is two wake-ups.
 */
#include "harness/python/thread_queue.h"
#include "harness/bench.h"
#include "harness/kit/supply.h"

static bool setup(struct trial *t, struct reason *why)
{
	if (!supply_setup(t, why))
		return false;
	twin_thread_queue_init(t->shared, (unsigned)t->params[SUPPLY_MAXSIZE]);
	return true;
}

static void teardown(struct trial *t)
{
	twin_thread_queue_destroy(t->shared);
}

static bool put(struct worker *w, const struct supply_item *item)
{
	const uint64_t reference = (uint64_t)item->producer << 32 | item->number;

	return twin_thread_queue_put(w->shared, reference, TWIN_FOREVER) == TWIN_OK;
}

static bool get(struct worker *w, struct supply_item *item)
{
	uint64_t reference = 0;
	const enum twin_result result = twin_thread_queue_get(w->shared, &reference, TWIN_FOREVER);

	*item = (struct supply_item){.producer = (uint32_t)(reference >> 32),
				     .number = (uint32_t)reference};
	return result == TWIN_OK;
}

static uint64_t depth(struct worker *w)
{
	return twin_thread_queue_size(w->shared);
}

SUPPLY(trade, put, get, depth)

static const struct bench_case thread_queue = {
	.name = "thread_queue",
	.summary = "producers and consumers around Python's queue.Queue, between threads",
	.shared_size = sizeof(struct twin_thread_queue),
	.local_size = sizeof(struct supplier),
	.variants = {"team=2;maxsize=0", "team=2;maxsize=16", "team=2;maxsize=1",
		     "team=4;maxsize=16"},
	.modes = "none",
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.teardown = teardown,
	.run = {[SYNC_NONE] = trade},
	SUPPLY_CASE,
};
BENCH_REGISTER(thread_queue);
