/* SPDX-License-Identifier: MIT */
/* The latency histogram: buckets without gap or overlap, percentiles against a sorted list. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/stats/stats.h"

#define LIMIT_NS ((UINT64_C(1) << HISTOGRAM_MAX_BITS) - 1)

static void buckets_join(void **state)
{
	(void)state;
	assert_int_equal(histogram_lo_ns(0), 0);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t lo = histogram_lo_ns(i), hi = histogram_hi_ns(i);

		assert_true(hi > lo);
		assert_int_equal(histogram_index(lo), i);
		assert_int_equal(histogram_index(hi - 1), i);
		if (i + 1 < HISTOGRAM_BUCKETS)
			assert_int_equal(histogram_lo_ns(i + 1), hi);
	}
	assert_int_equal(histogram_hi_ns(HISTOGRAM_BUCKETS - 1), LIMIT_NS + 1);
}

static void buckets_are_exact_then_narrow(void **state)
{
	(void)state;
	for (unsigned ns = 0; ns < 64; ns++) {
		assert_int_equal(histogram_lo_ns(histogram_index(ns)), ns);
		assert_int_equal(histogram_hi_ns(histogram_index(ns)), ns + 1);
	}
	for (unsigned i = 64; i < HISTOGRAM_BUCKETS; i++) {
		double lo = (double)histogram_lo_ns(i), hi = (double)histogram_hi_ns(i);

		assert_true((hi - lo) / lo <= 1.0 / 64);
	}
}

static void huge_values_stay_inside(void **state)
{
	struct histogram *h = xcalloc(1, sizeof(*h));

	(void)state;
	histogram_add(h, LIMIT_NS);
	histogram_add(h, LIMIT_NS + 1);
	histogram_add(h, UINT64_MAX);
	assert_int_equal(h->count[HISTOGRAM_BUCKETS - 1], 3);
	assert_int_equal(h->total, 3);
	assert_true(h->max_ns == UINT64_MAX);
	free(h);
}

static int ascending(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* Each percentile is within one bucket of the value that sorting gives. */
static void percentiles_match_a_sorted_list(void **state)
{
	enum { COUNT = 10000 };
	static const double percents[] = {0, 1, 25, 50, 90, 99, 99.9, 99.99};
	uint64_t *values = xcalloc(COUNT, sizeof(*values));
	struct histogram *h = xcalloc(1, sizeof(*h));
	struct random random;

	(void)state;
	random_seed(&random, 1);
	for (unsigned i = 0; i < COUNT; i++) {
		values[i] = random_next(&random) >> (30 + random_below(&random, 30));
		histogram_add(h, values[i]);
	}
	qsort(values, COUNT, sizeof(*values), ascending);
	for (size_t i = 0; i < ARRAY_SIZE(percents); i++) {
		double rank = ceil(percents[i] * COUNT / 100 - 1e-6);
		uint64_t exact = values[rank < 1 ? 0 : (size_t)rank - 1];
		double got = histogram_percentile(h, percents[i]);

		assert_int_equal(histogram_index((uint64_t)got), histogram_index(exact));
	}
	assert_true(histogram_percentile(h, 100) == (double)values[COUNT - 1]);
	free(values);
	free(h);
}

/* 1.1 % of 3000 is 33, though 1.1 has no exact binary form and the product lies above. */
static void rank_at_the_edge(void **state)
{
	struct histogram *h = xcalloc(1, sizeof(*h));

	(void)state;
	for (unsigned i = 0; i < 3000; i++)
		histogram_add(h, i < 33 ? 10 : 50);
	assert_true(histogram_percentile(h, 1.1) == 10);
	assert_true(histogram_percentile(h, 1.11) == 50);
	assert_true(histogram_percentile(h, 100) == 50);
	free(h);
}

/* The middle of a bucket may be above its only value. No percentile exceeds the largest value.
 */
static void never_above_the_maximum(void **state)
{
	struct histogram *h = xcalloc(1, sizeof(*h));

	(void)state;
	assert_true(isnan(histogram_percentile(h, 50)));
	histogram_add(h, 1 << 20);
	assert_true(histogram_percentile(h, 50) == 1 << 20);
	histogram_add(h, (1 << 20) + 16383);
	assert_true(histogram_percentile(h, 50) == (1 << 20) + 8191.5);
	free(h);
}

static void merge_adds(void **state)
{
	struct histogram *a = xcalloc(1, sizeof(*a)), *b = xcalloc(1, sizeof(*b));

	(void)state;
	histogram_add(a, 5);
	histogram_add(b, 5);
	histogram_add(b, 1000);
	histogram_merge(a, b);
	assert_int_equal(a->total, 3);
	assert_int_equal(a->count[5], 2);
	assert_int_equal(a->max_ns, 1000);
	histogram_merge(b, a);
	assert_int_equal(b->total, 5);
	assert_int_equal(b->max_ns, 1000);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_join),
		cmocka_unit_test(buckets_are_exact_then_narrow),
		cmocka_unit_test(huge_values_stay_inside),
		cmocka_unit_test(percentiles_match_a_sorted_list),
		cmocka_unit_test(rank_at_the_edge),
		cmocka_unit_test(never_above_the_maximum),
		cmocka_unit_test(merge_adds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
