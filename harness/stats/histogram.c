/* SPDX-License-Identifier: MIT */
/*
 * The log-linear histogram of stats.h: the bucket layout of HdrHistogram (Gil Tene), with a fixed
 * range and plain counters.
 */
#include <math.h>

#include "harness/stats/stats.h"

#define SUB_BUCKETS (1u << HISTOGRAM_SUB_BITS)

uint64_t histogram_lo_ns(unsigned index)
{
	if (index < SUB_BUCKETS)
		return index;
	unsigned shift = (index >> HISTOGRAM_SUB_BITS) - 1;

	return (uint64_t)(SUB_BUCKETS + index % SUB_BUCKETS) << shift;
}

uint64_t histogram_hi_ns(unsigned index)
{
	return histogram_lo_ns(index + 1); /* no gap between buckets, not even behind the last */
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		into->count[i] += from->count[i];
	into->total += from->total;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
}

/* The rank (from 1) of the smallest value that PERCENT of all values do not exceed. */
static uint64_t rank_of(uint64_t total, double percent)
{
	/* slightly less: 1.1 % of 3000 is 33, even if the product rounds up */
	double rank = ceil((double)total * percent / 100 * (1 - 1e-14));

	if (!(rank >= 1))
		return 1;
	return rank < (double)total ? (uint64_t)rank : total;
}

double histogram_percentile(const struct histogram *h, double percent)
{
	uint64_t seen = 0;

	if (h->total == 0)
		return NAN;
	if (percent >= 100)
		return (double)h->max_ns;
	uint64_t rank = rank_of(h->total, percent);

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->count[i];
		if (seen >= rank) {
			double middle = (double)(histogram_lo_ns(i) + histogram_hi_ns(i) - 1) / 2;

			return fmin(middle, (double)h->max_ns);
		}
	}
	return (double)h->max_ns;
}
