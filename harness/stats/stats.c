/* SPDX-License-Identifier: MIT */
#include "harness/stats/stats.h"

#include <math.h>
#include <stdlib.h>

#define LEVEL_WANTED_PERCENT 95.0

/* Ascending, with NAN after every number, so that a NAN cannot spoil the order of the others. */
static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return (a > b) - (a < b);
}

static void sort_doubles(double *values, size_t count)
{
	if (count > 1)
		qsort(values, count, sizeof(*values), compare_doubles);
}

static double median_sorted(const double *sorted, size_t count)
{
	size_t middle = count / 2;

	if (count == 0)
		return NAN;
	if (count % 2)
		return sorted[middle];
	return sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2;
}

double stats_median(double *values, size_t count)
{
	sort_doubles(values, count);
	return median_sorted(values, count);
}

/* Type 7 of Hyndman & Fan, "Sample quantiles in statistical packages" (1996). */
double stats_quantile_sorted(const double *sorted, size_t count, double q)
{
	if (count == 0)
		return NAN;
	double position = q * (double)(count - 1);

	if (!(position > 0)) /* q = 0, and NAN */
		return sorted[0];
	if (position >= (double)(count - 1))
		return sorted[count - 1];
	size_t below = (size_t)position;

	return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}

/*
 * The largest k whose x(k) .. x(n+1-k) covers the median with at least 95 %: the coverage is
 * 1 - 2 P(B < k) with B binomial(n, 1/2). 0 if there is none. Logarithms, because 2^-n underflows.
 */
static size_t interval_rank(size_t count, double *level)
{
	double log_term = -(double)count * M_LN2, tail = 0;
	size_t rank = 0;

	for (size_t i = 0; i < count / 2; i++) {
		tail += exp(log_term);
		if (100 * (1 - 2 * tail) < LEVEL_WANTED_PERCENT)
			break;
		rank = i + 1;
		*level = 100 * (1 - 2 * tail);
		log_term += log((double)(count - i) / (double)(i + 1));
	}
	return rank;
}

struct interval stats_median_interval(const double *sorted, size_t count)
{
	struct interval interval = {.lo = NAN, .hi = NAN, .level = 0};
	size_t rank = interval_rank(count, &interval.level);

	if (rank) {
		interval.lo = sorted[rank - 1];
		interval.hi = sorted[count - rank];
	}
	return interval;
}

static double mean_of(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return count ? sum / (double)count : NAN;
}

/* Sample standard deviation over the mean, in two passes to avoid cancellation. */
static double variation(const double *values, size_t count, double mean)
{
	double squares = 0;

	if (count < 2 || mean == 0)
		return NAN;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (double)(count - 1)) / fabs(mean);
}

/* Median absolute deviation from the median, not scaled. */
static double deviation(const double *values, size_t count, double median)
{
	double *distance = xcalloc(count, sizeof(*distance));

	for (size_t i = 0; i < count; i++)
		distance[i] = fabs(values[i] - median);
	double result = stats_median(distance, count);

	free(distance);
	return result;
}

struct summary_stats stats_summarise(double *values, size_t count)
{
	sort_doubles(values, count);
	double median = median_sorted(values, count), mean = mean_of(values, count);

	return (struct summary_stats){
		.count = count,
		.median = median,
		.min = stats_quantile_sorted(values, count, 0),
		.p25 = stats_quantile_sorted(values, count, 0.25),
		.p75 = stats_quantile_sorted(values, count, 0.75),
		.p90 = stats_quantile_sorted(values, count, 0.90),
		.p99 = stats_quantile_sorted(values, count, 0.99),
		.max = stats_quantile_sorted(values, count, 1),
		.mean = mean,
		.mad = deviation(values, count, median),
		.cv = variation(values, count, mean),
		.interval = stats_median_interval(values, count),
	};
}

struct ratio stats_ratio(double *logs, size_t count)
{
	size_t pairs = 0;

	sort_doubles(logs, count);
	while (pairs < count && !isnan(logs[pairs]))
		pairs++;
	struct ratio ratio = {
		.ratio = exp(median_sorted(logs, pairs)),
		.interval = stats_median_interval(logs, pairs),
		.pairs = pairs,
	};

	ratio.interval.lo = exp(ratio.interval.lo);
	ratio.interval.hi = exp(ratio.interval.hi);
	return ratio;
}

double stats_jain_of_sums(double sum, double squares, size_t count)
{
	if (count == 0 || !(squares > 0))
		return NAN;
	return sum * sum / ((double)count * squares);
}

/* Jain, Chiu & Hawe, "A quantitative measure of fairness and discrimination", DEC-TR-301 (1984). */
double stats_jain(const double *shares, size_t count)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < count; i++) {
		sum += shares[i];
		squares += shares[i] * shares[i];
	}
	return stats_jain_of_sums(sum, squares, count);
}
