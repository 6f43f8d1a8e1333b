/* SPDX-License-Identifier: MIT */
#include "harness/gil/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/stats/stats.h"

_Static_assert((TIMELINE_LENGTH & (TIMELINE_LENGTH - 1)) == 0, "the ring wraps by its low bits");

const struct turn_figure_name turn_figure_names[TURN_FIGURES] = {
	[TENURE_P10_NS] = {"tenure_p10_ns", "ns", "info"},
	[TENURE_P50_NS] = {"tenure_p50_ns", "ns", "info"},
	[TENURE_P90_NS] = {"tenure_p90_ns", "ns", "info"},
	[TENURE_P99_NS] = {"tenure_p99_ns", "ns", "info"},
	[GAP_P50_NS] = {"gap_p50_ns", "ns", "lower"},
	[GAP_P90_NS] = {"gap_p90_ns", "ns", "lower"},
	[RETAKE_SHARE] = {"retake_share", "ratio", "info"},
	[HANDOFFS_PER_S] = {"handoffs_per_s", "1/s", "info"},
	[STAMPS_LOST] = {"stamps_lost", "1/launch", "info"},
};

/* A holding and whose it was. */
struct entry {
	struct holding holding;
	unsigned worker;
};

void timeline_clear(struct timeline *timelines, unsigned workers)
{
	for (unsigned i = 0; i < workers; i++)
		timelines[i].written = 0;
}

static unsigned kept(const struct timeline *timeline)
{
	return timeline->written < TIMELINE_LENGTH ? (unsigned)timeline->written : TIMELINE_LENGTH;
}

/* The oldest holding in a full ring. Before it, some workers have holdings and others have lost theirs. */
static uint64_t window_start_ns(const struct timeline *timelines, unsigned workers)
{
	uint64_t start_ns = 0;

	for (unsigned i = 0; i < workers; i++) {
		const struct timeline *t = &timelines[i];

		if (t->written <= TIMELINE_LENGTH)
			continue;
		uint64_t oldest_ns = t->ring[t->written % TIMELINE_LENGTH].take_ns;

		start_ns = oldest_ns > start_ns ? oldest_ns : start_ns;
	}
	return start_ns;
}

static int by_take(const void *a, const void *b)
{
	const uint64_t x = ((const struct entry *)a)->holding.take_ns;
	const uint64_t y = ((const struct entry *)b)->holding.take_ns;

	return (x > y) - (x < y);
}

static void take_value(struct value_set *set, uint64_t value)
{
	if (!set->values) {
		set->values = xcalloc(TENURES_MAX, sizeof(*set->values));
		set->stride = 1;
	}
	if (++set->skipped < set->stride)
		return;
	set->skipped = 0;
	if (set->count == TENURES_MAX) {
		for (size_t i = 0; i < TENURES_MAX / 2; i++)
			set->values[i] = set->values[2 * i];
		set->count = TENURES_MAX / 2;
		set->stride *= 2;
	}
	set->values[set->count++] = (double)value;
}

/*
 * The holdings of one lock, in the order of taking. A tenure lasts until another worker takes over: a
 * release at a check point does not end it if the same worker is the next to take.
 */
static void walk(struct turns *turns, const struct entry *entries, size_t count)
{
	uint64_t begin_ns = count ? entries[0].holding.take_ns : 0;

	for (size_t i = 0; i + 1 < count; i++) {
		const struct entry *this = &entries[i], *next = &entries[i + 1];
		const bool changes = this->worker != next->worker;

		if (!changes && this->holding.ended == LET_GO_YIELD)
			continue;
		if (this->holding.ended != LET_GO_END)
			take_value(&turns->tenure_ns, this->holding.drop_ns - begin_ns);
		if (changes && next->holding.waited &&
		    next->holding.take_ns > this->holding.drop_ns)
			take_value(&turns->gap_ns, next->holding.take_ns - this->holding.drop_ns);
		begin_ns = next->holding.take_ns;
	}
}

static void show(struct turns *turns, const struct entry *entries, size_t count, uint64_t origin_ns)
{
	for (size_t i = 0; i < count && turns->row_count < TIMELINE_ROWS; i++)
		turns->rows[turns->row_count++] = (struct timeline_row){
			.worker = entries[i].worker,
			.take_ns = (int64_t)(entries[i].holding.take_ns - origin_ns),
			.drop_ns = (int64_t)(entries[i].holding.drop_ns - origin_ns),
		};
}

/* The holdings of every LOCKS-th worker from FIRST on, sorted. LOCKS = 1 gives all of them. */
static size_t gather(const struct timeline *timelines, unsigned workers, unsigned first,
		     unsigned locks, uint64_t start_ns, struct entry *entries)
{
	size_t count = 0;

	for (unsigned w = first; w < workers; w += locks)
		for (unsigned i = 0; i < kept(&timelines[w]); i++)
			if (timelines[w].ring[i].take_ns >= start_ns)
				entries[count++] = (struct entry){timelines[w].ring[i], w};
	qsort(entries, count, sizeof(*entries), by_take);
	return count;
}

void turns_add(struct turns *turns, const struct timeline *timelines, unsigned workers,
	       unsigned locks, uint64_t origin_ns)
{
	const uint64_t start_ns = window_start_ns(timelines, workers);
	size_t room = 0;

	for (unsigned w = 0; w < workers; w++) {
		room += kept(&timelines[w]);
		turns->forgotten += timelines[w].written - kept(&timelines[w]);
	}
	if (!room)
		return;
	struct entry *entries = xcalloc(room, sizeof(*entries));

	for (unsigned first = 0; first < locks && first < workers; first++) {
		size_t count = gather(timelines, workers, first, locks, start_ns, entries);

		walk(turns, entries, count);
	}
	if (!turns->row_count)
		show(turns, entries, gather(timelines, workers, 0, 1, start_ns, entries),
		     origin_ns);
	free(entries);
}

double turns_quantile(struct value_set *set, double q)
{
	if (!set->count)
		return NAN;
	stats_median(set->values, set->count); /* sorts */
	return stats_quantile_sorted(set->values, set->count, q);
}

void turns_free(struct turns *turns)
{
	free(turns->tenure_ns.values);
	free(turns->gap_ns.values);
	turns->tenure_ns = (struct value_set){0};
	turns->gap_ns = (struct value_set){0};
}
