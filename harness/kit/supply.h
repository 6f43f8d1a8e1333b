/* SPDX-License-Identifier: MIT */
/*
 * supply - producers and consumers around any queue. The cases about the throughput of queues share
 * it. The first `producers` workers put w->batch items each, and the others get them. Then each
 * producer puts one end mark per consumer, and a consumer leaves when it has as many marks as there
 * are producers. The worker that takes the last mark knows that every item was taken before it.
 *
 * Every item holds its producer and its number. A consumer must see rising numbers from each
 * producer (FIFO), and all consumers together must get each item exactly once.
 */
#ifndef TOLLGATE_KIT_SUPPLY_H
#define TOLLGATE_KIT_SUPPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/sync/worker.h"

struct trial;
struct epoch;

#define SUPPLY_PRODUCERS_MAX 63
#define SUPPLY_WORKERS_MAX   64
#define SUPPLY_LOOK_EVERY    16u /* puts between two looks at the depth of the queue */

/* The first parameters of every such case. */
enum { SUPPLY_TEAM, SUPPLY_PRODUCERS, SUPPLY_MAXSIZE, SUPPLY_PARAMS_COUNT };
/* The first metrics. */
enum {
	SUPPLY_ITEM_NS,
	SUPPLY_DEPTH_MEAN,
	SUPPLY_DEPTH_MAX,
	SUPPLY_STORED_SHARE,
	SUPPLY_SHARE_MIN,
	SUPPLY_SHARE_MAX,
	SUPPLY_MISDELIVERED,
};

/* One item. SUPPLY_END in `number` makes it an end mark. */
struct supply_item {
	uint32_t producer;
	uint32_t number;
};
#define SUPPLY_END UINT32_MAX

/* In front of a worker's local block. */
struct supplier {
	uint64_t items, sum; /* items put or got, and the sum of their hashes */
	uint64_t disorder;   /* items that came after a later one of the same producer */
	uint64_t looks, depth_sum, depth_max;
	uint32_t next_number;                /* never restarts, so that an old item is recognised */
	uint32_t seen[SUPPLY_PRODUCERS_MAX]; /* number of the last item of each producer */
	int error;
	bool broken;
};

typedef bool supply_put_fn(struct worker *w, const struct supply_item *item);
typedef bool supply_get_fn(struct worker *w, struct supply_item *item);
typedef uint64_t supply_depth_fn(struct worker *w);

bool supply_setup(const struct trial *t, struct reason *why);
void supply_reset(struct trial *t);
bool supply_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why);
/* The queue failed with errno. Record the items that this worker did before. */
void supply_break(struct worker *w);
void supply_look(struct supplier *me, uint64_t depth);
void supply_count_put(struct supplier *me, const struct supply_item *item);
void supply_count_got(struct supplier *me, const struct supply_item *item);

#define SUPPLY_VERB static inline __attribute__((always_inline))

SUPPLY_VERB void supply_produce(struct worker *w, supply_put_fn *put, supply_depth_fn *depth)
{
	struct supplier *me = w->local;
	struct supply_item item = {.producer = w->index};
	const unsigned consumers = w->count - (unsigned)w->params[SUPPLY_PRODUCERS];

	for (uint64_t n = w->batch; n; n--) {
		item.number = ++me->next_number;
		if (!put(w, &item)) {
			supply_break(w);
			return;
		}
		supply_count_put(me, &item);
		if (n % SUPPLY_LOOK_EVERY == 0)
			supply_look(me, depth(w));
	}
	item.number = SUPPLY_END;
	for (unsigned i = 0; i < consumers; i++)
		if (!put(w, &item))
			supply_break(w);
}

SUPPLY_VERB void supply_consume(struct worker *w, supply_get_fn *get)
{
	struct supplier *me = w->local;
	struct supply_item item;

	for (int64_t marks = w->params[SUPPLY_PRODUCERS]; marks;) {
		if (!get(w, &item)) {
			supply_break(w);
			return;
		}
		if (item.number == SUPPLY_END)
			marks--;
		else
			supply_count_got(me, &item);
	}
	w->done = me->items;
}

/* The body of such a case, NAME. */
#define SUPPLY(name, put, get, depth)                               \
	static __attribute__((flatten)) void name(struct worker *w) \
	{                                                           \
		if (w->index < w->params[SUPPLY_PRODUCERS])         \
			supply_produce(w, put, depth);              \
		else                                                \
			supply_consume(w, get);                     \
	}

#define SUPPLY_CASE                                                                                \
	.op = "item", .family = BENCH_IPC, .workers_param = "team",                                \
	.params = {{"team", 4, 2, SUPPLY_WORKERS_MAX, "producers and consumers together"},         \
		   {"producers", 1, 1, SUPPLY_PRODUCERS_MAX, "how many of them produce"},          \
		   {"maxsize", 0, 0, 1000000, "capacity of the queue in items; 0: no bound"}},     \
	.metrics = {{"item_ns", "ns", "lower", "wall time per item that went through"},            \
		    {"depth_mean", "items", "info",                                                \
		     "mean number of items in the queue, sampled by the producers"},               \
		    {"depth_max", "items", "info",                                                 \
		     "largest number of items in the queue that they saw"},                        \
		    {"stored_share", "ratio", "info", "depth_mean / all items that went through"}, \
		    {"share_min", "ratio", "info",                                                 \
		     "smallest share of all items that one consumer got"},                         \
		    {"share_max", "ratio", "info",                                                 \
		     "largest share of all items that one consumer got"},                          \
		    {"misdelivered", "items", "zero",                                              \
		     "items lost, delivered twice, or out of order"}},                             \
	.modes_only = true, .reset = supply_reset, .check = supply_check

#endif
