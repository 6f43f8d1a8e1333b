/* SPDX-License-Identifier: MIT */
#include "harness/kit/supply.h"

#include <errno.h>
#include <string.h>

#include "harness/bench.h"

bool supply_setup(const struct trial *t, struct reason *why)
{
	if (t->params[SUPPLY_PRODUCERS] >= t->workers)
		return refuse(why, "%lld producers of a team of %u leave nobody to consume",
			      (long long)t->params[SUPPLY_PRODUCERS], t->workers);
	return true;
}

/* Different items have different sums, by the finaliser of splitmix64 (Steele and others). */
static uint64_t hash_of(const struct supply_item *item)
{
	uint64_t hash = ((uint64_t)item->producer << 32 | item->number) +
			UINT64_C(0x9e3779b97f4a7c15);

	hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
	return hash ^ (hash >> 31);
}

void supply_break(struct worker *w)
{
	struct supplier *me = w->local;

	me->error = errno;
	me->broken = true;
	w->done = me->items;
}

void supply_look(struct supplier *me, uint64_t depth)
{
	me->looks++;
	me->depth_sum += depth;
	me->depth_max = depth > me->depth_max ? depth : me->depth_max;
}

void supply_count_put(struct supplier *me, const struct supply_item *item)
{
	me->items++;
	me->sum += hash_of(item);
}

void supply_count_got(struct supplier *me, const struct supply_item *item)
{
	const uint32_t producer = item->producer % SUPPLY_PRODUCERS_MAX;

	me->items++;
	me->sum += hash_of(item);
	me->disorder += item->number <= me->seen[producer];
	me->seen[producer] = item->number;
}

void supply_reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct supplier *me = t->slots[i].local;

		me->items = me->sum = me->disorder = 0;
		me->looks = me->depth_sum = me->depth_max = 0;
		me->broken = false;
	}
}

struct totals {
	uint64_t put, got, sum_put, sum_got, disorder;
	uint64_t looks, depth_sum, depth_max;
	uint64_t least, most;
};

static void add(struct totals *totals, const struct supplier *one, bool produces)
{
	if (produces) {
		totals->put += one->items;
		totals->sum_put += one->sum;
		totals->looks += one->looks;
		totals->depth_sum += one->depth_sum;
		if (one->depth_max > totals->depth_max)
			totals->depth_max = one->depth_max;
		return;
	}
	totals->got += one->items;
	totals->sum_got += one->sum;
	totals->disorder += one->disorder;
	totals->least = one->items < totals->least ? one->items : totals->least;
	totals->most = one->items > totals->most ? one->items : totals->most;
}

static void fill(double *metrics, const struct totals *totals, uint64_t wall_ns)
{
	const double put = (double)totals->put;

	metrics[SUPPLY_ITEM_NS] = (double)wall_ns / put;
	if (totals->looks) {
		metrics[SUPPLY_DEPTH_MEAN] = (double)totals->depth_sum / (double)totals->looks;
		metrics[SUPPLY_DEPTH_MAX] = (double)totals->depth_max;
		metrics[SUPPLY_STORED_SHARE] = metrics[SUPPLY_DEPTH_MEAN] / put;
	}
	metrics[SUPPLY_SHARE_MIN] = (double)totals->least / put;
	metrics[SUPPLY_SHARE_MAX] = (double)totals->most / put;
	metrics[SUPPLY_MISDELIVERED] = 0; /* any other number was refused above */
}

bool supply_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct totals totals = {.least = UINT64_MAX};
	const uint64_t producers = (uint64_t)t->params[SUPPLY_PRODUCERS];

	for (unsigned i = 0; i < t->workers; i++) {
		const struct supplier *one = t->slots[i].local;

		if (one->broken)
			return refuse(why, "worker %u stopped after %llu items: %s", i,
				      (unsigned long long)one->items, strerror(one->error));
		add(&totals, one, i < producers);
	}
	if (totals.put != epoch->batch * producers || totals.got != totals.put)
		return refuse(why, "%llu items put and %llu got instead of %llu",
			      (unsigned long long)totals.put, (unsigned long long)totals.got,
			      (unsigned long long)(epoch->batch * producers));
	if (totals.sum_got != totals.sum_put)
		return refuse(why, "as many items as were put, but not the same ones");
	if (totals.disorder)
		return refuse(why, "%llu items came after a later one of the same producer",
			      (unsigned long long)totals.disorder);
	fill(metrics, &totals, epoch->wall_ns);
	return true;
}
