/* SPDX-License-Identifier: MIT */
/*
 * stats - medians, order-statistic intervals, paired ratios and the latency histogram. Pure: no
 * I/O, no clock. No outlier is ever dropped. Method and sources: docs/method.md.
 */
#ifndef TOLLGATE_STATS_STATS_H
#define TOLLGATE_STATS_STATS_H

#include "harness/base/util.h"

/* An interval that could not be formed (fewer than 6 values) has lo and hi NAN and level 0. */
struct interval {
	double lo, hi;
	double level; /* true coverage in per cent, from the binomial distribution */
};

/* Sorts VALUES in place. Median of an even count is the mean of the middle two; NAN for none. */
double stats_median(double *values, size_t count);

/* The quantile Q of sorted values, with q in [0, 1], linear between ranks (type 7). */
double stats_quantile_sorted(const double *sorted, size_t count, double q);

/*
 * The order-statistic (sign-test) interval of the median: x(k) .. x(n+1-k) with the largest k whose
 * coverage is at least 95 %. SORTED is ascending. There is none below n = 6.
 */
struct interval stats_median_interval(const double *sorted, size_t count);

/* The statistics of one row of summary.csv. */
struct summary_stats {
	size_t count;
	double median, min, p25, p75, p90, p99, max, mean, mad, cv;
	struct interval interval;
};
/* Sorts VALUES in place. */
struct summary_stats stats_summarise(double *values, size_t count);

/*
 * A ratio from pairs: logs[i] = ln(numerator / denominator) of pair i, NAN pairs left out. Gives
 * exp(median) and exp of the interval. Sorts LOGS.
 */
struct ratio {
	double ratio;
	struct interval interval;
	size_t pairs;
};
struct ratio stats_ratio(double *logs, size_t count);

/* Jain's fairness index of non-negative shares: 1 = equal, 1/n = one has all. NAN if the sum is 0.
 */
double stats_jain(const double *shares, size_t count);
/* The same from the sum of COUNT shares and the sum of their squares. */
double stats_jain_of_sums(double sum, double squares, size_t count);

/*
 * Log-linear histogram of nanoseconds: exact up to 63, then 64 sub-buckets per power of two (a
 * bucket is at most 1.6 % wide), up to 2^40 - 1 ns (18 minutes). Larger values count in the last
 * bucket. It is plain data, so it may lie in shared memory. Only one writer at a time.
 */
#define HISTOGRAM_SUB_BITS 6
#define HISTOGRAM_MAX_BITS 40
#define HISTOGRAM_BUCKETS  ((HISTOGRAM_MAX_BITS - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

struct histogram {
	uint64_t total, max_ns;
	uint64_t count[HISTOGRAM_BUCKETS];
};

static inline unsigned histogram_index(uint64_t ns)
{
	const uint64_t limit = (UINT64_C(1) << HISTOGRAM_MAX_BITS) - 1;
	uint64_t v = ns < limit ? ns : limit;

	if (v < (1u << HISTOGRAM_SUB_BITS))
		return (unsigned)v;
	unsigned shift = 63u - (unsigned)__builtin_clzll(v) - HISTOGRAM_SUB_BITS;

	return ((shift + 1u) << HISTOGRAM_SUB_BITS) + (unsigned)(v >> shift) -
	       (1u << HISTOGRAM_SUB_BITS);
}

static inline void histogram_add(struct histogram *h, uint64_t ns)
{
	h->count[histogram_index(ns)]++;
	h->total++;
	if (ns > h->max_ns)
		h->max_ns = ns;
}

/* Bounds of bucket INDEX: lo inclusive, hi exclusive. */
uint64_t histogram_lo_ns(unsigned index);
uint64_t histogram_hi_ns(unsigned index);
void histogram_merge(struct histogram *into, const struct histogram *from);
/* The value below which PERCENT of the counts lie: the middle of a bucket, max_ns for 100. NAN if empty. */
double histogram_percentile(const struct histogram *h, double percent);

#endif
