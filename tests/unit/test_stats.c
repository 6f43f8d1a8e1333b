/* SPDX-License-Identifier: MIT */
/* Medians, quantiles, order-statistic intervals, paired ratios, Jain's index. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/stats/stats.h"

static void near(double got, double wanted, double tolerance)
{
	if (!(fabs(got - wanted) <= tolerance))
		fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static void median_of_odd_even_and_none(void **state)
{
	double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, one[] = {7};

	(void)state;
	near(stats_median(odd, 3), 3, 0);
	near(odd[0], 1, 0); /* sorted in place */
	near(stats_median(even, 4), 2.5, 0);
	near(stats_median(one, 1), 7, 0);
	assert_true(isnan(stats_median(NULL, 0)));
}

static void quantiles_are_type_7(void **state)
{
	const double sorted[] = {10, 20, 30, 40};

	(void)state;
	near(stats_quantile_sorted(sorted, 4, 0), 10, 0);
	near(stats_quantile_sorted(sorted, 4, 0.25), 17.5, 1e-12);
	near(stats_quantile_sorted(sorted, 4, 0.9), 37, 1e-12);
	near(stats_quantile_sorted(sorted, 4, 1), 40, 0);
	near(stats_quantile_sorted(sorted, 1, 0.99), 10, 0);
	assert_true(isnan(stats_quantile_sorted(sorted, 0, 0.5)));
}

/* Ranks and exact levels, computed elsewhere with exact fractions. */
static void interval_ranks_and_levels(void **state)
{
	static const struct {
		size_t n, lo, hi;
		double level;
	} table[] = {
		{6, 1, 6, 96.875},
		{10, 2, 9, 97.8515625},
		{15, 4, 12, 96.484375},
		{20, 6, 15, 95.86105346679688},
		{22, 6, 17, 98.30994606018066},
		{33, 11, 23, 96.49179666303098},
		{50, 18, 33, 96.71608624357316},
		{100, 40, 61, 96.47997997822952},
		{1000, 469, 532, 95.37088026395018},
		{10000, 4902, 5099, 95.11670501036181},
	};
	double *sorted = xcalloc(10000, sizeof(*sorted));

	(void)state;
	for (size_t i = 0; i < 10000; i++)
		sorted[i] = (double)(i + 1);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct interval interval = stats_median_interval(sorted, table[i].n);

		near(interval.lo, (double)table[i].lo, 0);
		near(interval.hi, (double)table[i].hi, 0);
		near(interval.level, table[i].level, 1e-7);
	}
	free(sorted);
}

static void no_interval_below_six(void **state)
{
	const double sorted[] = {1, 2, 3, 4, 5};

	(void)state;
	for (size_t n = 0; n <= 5; n++) {
		struct interval interval = stats_median_interval(sorted, n);

		assert_true(isnan(interval.lo) && isnan(interval.hi));
		near(interval.level, 0, 0);
	}
}

/* For every n: at least 95 %, and one rank further in would be less. */
static void interval_is_the_tightest(void **state)
{
	(void)state;
	for (unsigned n = 6; n <= 60; n++) {
		double sorted[60], tail = 0, term = pow(0.5, n);

		for (unsigned i = 0; i < n; i++)
			sorted[i] = i + 1;
		struct interval interval = stats_median_interval(sorted, n);
		unsigned rank = (unsigned)interval.lo;

		for (unsigned i = 0; i < rank; i++) {
			tail += term;
			term *= (double)(n - i) / (i + 1);
		}
		near(interval.level, 100 * (1 - 2 * tail), 1e-9);
		assert_true(interval.level >= 95);
		assert_true(100 * (1 - 2 * (tail + term)) < 95);
		near(interval.hi, n + 1 - rank, 0);
	}
}

static void summary_of_known_values(void **state)
{
	double values[] = {8, 2, 4, 4, 5, 5, 7, 9}; /* mean 5.5, sample variance 38/7 */
	struct summary_stats s = stats_summarise(values, 8);

	(void)state;
	assert_int_equal(s.count, 8);
	near(s.median, 5, 0);
	near(s.min, 2, 0);
	near(s.max, 9, 0);
	near(s.mean, 5.5, 1e-12);
	near(s.p25, 4, 1e-12);
	near(s.p75, 7.25, 1e-12);
	near(s.p90, 8.3, 1e-12);
	near(s.p99, 8.93, 1e-12);
	near(s.mad, 1.5, 1e-12); /* distances 3 1 1 0 0 2 3 4 */
	near(s.cv, sqrt(38.0 / 7) / 5.5, 1e-12);
	near(s.interval.lo, 2, 0);
	near(s.interval.hi, 9, 0);
}

static void summary_of_few_values(void **state)
{
	double one[] = {3}, zeros[] = {0, 0};
	struct summary_stats s = stats_summarise(NULL, 0);

	(void)state;
	assert_int_equal(s.count, 0);
	assert_true(isnan(s.median) && isnan(s.mean) && isnan(s.mad) && isnan(s.max));
	s = stats_summarise(one, 1);
	near(s.median, 3, 0);
	near(s.mad, 0, 0);
	assert_true(isnan(s.cv)); /* one value has no spread */
	s = stats_summarise(zeros, 2);
	assert_true(isnan(s.cv)); /* nothing to divide by */
}

static void ratio_of_pairs(void **state)
{
	double logs[] = {log(2), NAN, log(8), log(2), log(4), log(2), NAN, log(2)};
	struct ratio ratio = stats_ratio(logs, 8);

	(void)state;
	assert_int_equal(ratio.pairs, 6);
	near(ratio.ratio, 2, 1e-12);
	near(ratio.interval.lo, 2, 1e-12);
	near(ratio.interval.hi, 8, 1e-12);
	near(ratio.interval.level, 96.875, 1e-9);
	ratio = stats_ratio(NULL, 0);
	assert_true(isnan(ratio.ratio) && isnan(ratio.interval.lo));
	assert_int_equal(ratio.pairs, 0);
}

static void jain_index(void **state)
{
	const double equal[] = {3, 3, 3, 3}, one[] = {0, 5, 0, 0}, mixed[] = {1, 3};
	const double none[] = {0, 0};

	(void)state;
	near(stats_jain(equal, 4), 1, 1e-12);
	near(stats_jain(one, 4), 0.25, 1e-12);
	near(stats_jain(mixed, 2), 0.8, 1e-12);
	assert_true(isnan(stats_jain(none, 2)));
	assert_true(isnan(stats_jain(none, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_of_odd_even_and_none),
		cmocka_unit_test(quantiles_are_type_7),
		cmocka_unit_test(interval_ranks_and_levels),
		cmocka_unit_test(no_interval_below_six),
		cmocka_unit_test(interval_is_the_tightest),
		cmocka_unit_test(summary_of_known_values),
		cmocka_unit_test(summary_of_few_values),
		cmocka_unit_test(ratio_of_pairs),
		cmocka_unit_test(jain_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
