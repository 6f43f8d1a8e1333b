/* SPDX-License-Identifier: MIT */
/* change: the rule for steps in a series, at its thresholds and on drawn noise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/base/util.h"
#include "harness/stats/change.h"

#define VALUES 100

/* Normal noise from a fixed seed: the sum of twelve uniform numbers. */
static double noise(struct random *random)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (double)(random_next(random) >> 11) * 0x1p-53;
	return sum - 6;
}

static void draw(struct random *random, double *values, size_t count, double sd)
{
	for (size_t i = 0; i < count; i++)
		values[i] = 100 * (1 + sd * noise(random));
}

static struct change_point changes[VALUES / CHANGE_RECENT + 1];

static void near(double got, double wanted)
{
	if (!(fabs(got - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static void a_clean_step_is_found_where_it_is(void **state)
{
	double values[VALUES];

	(void)state;
	for (size_t at = CHANGE_BASE_MIN; at <= VALUES - CHANGE_RECENT; at++) {
		for (size_t i = 0; i < VALUES; i++)
			values[i] = i < at ? 100 : 104;
		assert_int_equal(change_points(values, VALUES, changes), 1);
		assert_int_equal(changes[0].onset, at);
		near(changes[0].before, 100);
		near(changes[0].after, 104);
	}
}

/* FIRST values of BEFORE, then AFTER up to COUNT; the number of changes, the first in changes[0]. */
static size_t changes_at(size_t first, size_t count, double before, double after)
{
	double values[VALUES];

	for (size_t i = 0; i < count; i++)
		values[i] = i < first ? before : after;
	return change_points(values, count, changes);
}

static void more_than_three_per_cent_is_a_change(void **state)
{
	(void)state;
	assert_int_equal(changes_at(50, VALUES, 100, 103), 0);
	assert_int_equal(changes_at(50, VALUES, 100, 97), 0);
	assert_int_equal(changes_at(50, VALUES, 100, 103.01), 1);
	assert_int_equal(changes_at(50, VALUES, 100, 96.99), 1);
	assert_int_equal(changes_at(50, VALUES, -100, -103), 0);
	assert_int_equal(changes_at(50, VALUES, -100, -103.01), 1);
}

/* 100 - DISTANCE, 100, 100 + DISTANCE and so on: the median is 100 and the MAD is DISTANCE. */
static void put_spread(double *values, size_t count, double distance)
{
	for (size_t i = 0; i < count; i++)
		values[i] = 100 + distance * ((double)(i % 3) - 1);
}

static void more_than_five_errors_is_a_change(void **state)
{
	static const double distance = 2;
	const double error = 1.2533 * 1.4826 * distance / sqrt(7);
	double values[VALUES];

	(void)state;
	for (int above = 0; above < 2; above++) {
		put_spread(values, 50, distance);
		for (size_t i = 50; i < VALUES; i++)
			values[i] = 100 + (above ? 5.01 : 4.99) * error;
		assert_int_equal(change_points(values, VALUES, changes), above);
	}
}

/* The level before is the median of 30 values: of them DRIFTED are 101, not 100, when the step is seen, which
 * is when 4 of the 7 values are new. */
static size_t changes_after_drift(size_t drifted, double after)
{
	double values[VALUES];

	for (size_t i = 0; i < VALUES; i++)
		values[i] = i < 60 - 3 - drifted ? 100 : i < 60 ? 101 : after;
	return change_points(values, VALUES, changes);
}

static void thirty_values_are_the_level_before(void **state)
{
	(void)state;
	assert_int_equal(changes_after_drift(14, 103.3), 1); /* 3.3 % above 100 */
	assert_int_equal(changes_after_drift(15, 103.3), 0); /* 2.8 % above 100.5 */
	assert_int_equal(changes_after_drift(15, 103.8), 1); /* 3.3 % above 100.5 */
	assert_int_equal(changes_after_drift(16, 103.8), 0); /* 2.8 % above 101 */
}

static void seven_values_judge(void **state)
{
	double values[VALUES];

	(void)state;
	assert_int_equal(changes_at(27, 30, 100, 200), 0);
	assert_int_equal(changes_at(26, 30, 100, 200), 1);
	assert_int_equal(changes[0].onset, 26);
	/* a new level is judged after 7 values of its own, not earlier */
	for (size_t length = 6; length <= 8; length++) {
		for (size_t i = 0; i < VALUES; i++)
			values[i] = i < 30 ? 100 : i < 30 + length ? 120 : 140;
		assert_int_equal(change_points(values, VALUES, changes), 2);
		assert_int_equal(changes[0].onset, 30);
		assert_int_equal(changes[1].onset, length < 7 ? 37 : 30 + length);
	}
}

/* Until a new level has 15 values, its spread is that of the level before, in proportion: here 50 % more. */
static void a_new_level_inherits_the_spread(void **state)
{
	static const double distance = 2;
	const double error = 1.2533 * 1.4826 * distance * 1.5 / sqrt(7);
	double values[VALUES];

	(void)state;
	for (int above = 0; above < 2; above++) {
		put_spread(values, 30, distance);
		for (size_t i = 30; i < 46; i++)
			values[i] = i < 39 ? 150 : 150 + (above ? 5.01 : 4.99) * error;
		assert_int_equal(change_points(values, 46, changes), 1 + above);
	}
}

/* Four values of 7 are a step, but then the level is as before. */
static void a_chance_is_taken_back(void **state)
{
	double values[VALUES];

	(void)state;
	for (size_t i = 0; i < VALUES; i++)
		values[i] = i >= 30 && i < 34 ? 104 : 100;
	assert_int_equal(change_points(values, 37, changes), 1);
	assert_int_equal(change_points(values, 42, changes), 0);
}

static void a_few_bad_runs_are_no_change(void **state)
{
	double values[VALUES];

	(void)state;
	for (size_t i = 0; i < VALUES; i++)
		values[i] = i % 5 == 2 || i == 61 || i == 63 ? 300 : 100;
	assert_int_equal(change_points(values, VALUES, changes), 0);
}

static void a_visit_is_two_changes(void **state)
{
	double values[VALUES];

	(void)state;
	for (size_t i = 0; i < VALUES; i++)
		values[i] = i >= 40 && i < 52 ? 120 : 100;
	assert_int_equal(change_points(values, VALUES, changes), 2);
	assert_int_equal(changes[0].onset, 40);
	assert_int_equal(changes[1].onset, 52);
	near(changes[0].after, 120);
	near(changes[1].before, 120);
	near(changes[1].after, 100);
}

/* Lost updates, which must be zero: there is no per cent of 0, so any lasting value is a change. */
static void from_zero_everything_is_a_change(void **state)
{
	double values[VALUES] = {0};

	(void)state;
	values[20] = values[30] = 5;
	assert_int_equal(change_points(values, VALUES, changes), 0);
	for (size_t i = 60; i < VALUES; i++)
		values[i] = 1;
	assert_int_equal(change_points(values, VALUES, changes), 1);
	assert_int_equal(changes[0].onset, 60);
	near(changes[0].before, 0);
	near(changes[0].after, 1);
}

static void short_series_are_not_judged(void **state)
{
	(void)state;
	for (size_t count = 0; count < 15 + 7; count++)
		assert_int_equal(changes_at(10, count, 100, 200), 0);
	assert_int_equal(changes_at(10, 15 + 7, 100, 200), 1);
	assert_int_equal(changes_at(15, 15 + 7, 100, 200), 1);
}

/* Onsets per 100 runs of unchanged code, at most one in ten series whatever the noise. */
static void noise_is_no_change(void **state)
{
	static const double sds[] = {0.01, 0.03, 0.08};
	double values[VALUES];

	(void)state;
	for (size_t s = 0; s < ARRAY_SIZE(sds); s++) {
		struct random random;
		size_t found = 0;

		random_seed(&random, 6);
		for (int series = 0; series < 1000; series++) {
			draw(&random, values, VALUES, sds[s]);
			found += change_points(values, VALUES, changes);
		}
		print_message("sd %.0f %%: %.3f onsets per 100 unchanged runs\n", sds[s] * 100,
			      (double)found / 1000);
		assert_true(found <= 100);
	}
}

/* A step of 10 % at 3 % noise: found within 10 runs nine times in ten, and at the right place. */
static void a_step_in_noise_is_found(void **state)
{
	double values[VALUES];
	struct random random;
	int found = 0, placed = 0;

	(void)state;
	random_seed(&random, 7);
	for (int series = 0; series < 1000; series++) {
		draw(&random, values, VALUES, 0.03);
		for (size_t i = 50; i < VALUES; i++)
			values[i] *= 1.10;
		size_t count = change_points(values, 60, changes);

		if (!count)
			continue;
		found++;
		placed += llabs((long long)changes[count - 1].onset - 50) <= 2;
	}
	print_message("found %d, placed within 2 runs %d of 1000\n", found, placed);
	assert_true(found >= 900);
	assert_true(placed >= 850);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_step_is_found_where_it_is),
		cmocka_unit_test(more_than_three_per_cent_is_a_change),
		cmocka_unit_test(more_than_five_errors_is_a_change),
		cmocka_unit_test(thirty_values_are_the_level_before),
		cmocka_unit_test(seven_values_judge),
		cmocka_unit_test(a_new_level_inherits_the_spread),
		cmocka_unit_test(a_chance_is_taken_back),
		cmocka_unit_test(a_few_bad_runs_are_no_change),
		cmocka_unit_test(a_visit_is_two_changes),
		cmocka_unit_test(from_zero_everything_is_a_change),
		cmocka_unit_test(short_series_are_not_judged),
		cmocka_unit_test(noise_is_no_change),
		cmocka_unit_test(a_step_in_noise_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
