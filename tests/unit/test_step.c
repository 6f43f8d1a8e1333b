/* SPDX-License-Identifier: MIT */
/* Steps can be checked, counted and timed. */
#include "harness/sync/step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/base/util.h"

static void a_jump_equals_its_steps(void **state)
{
	static const uint64_t starts[] = {0, 1, 42, UINT64_MAX, UINT64_C(0x8000000000000000)};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		uint64_t walked = starts[i];

		for (uint64_t n = 0; n < 5000; n++) {
			assert_true(bench_step_jump(starts[i], n) == walked);
			bench_step(&walked);
		}
	}
}

static void jumps_add_up(void **state)
{
	static const uint64_t far[] = {UINT64_C(1) << 32, UINT64_C(123456789012345),
				       UINT64_MAX / 2};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(far); i++)
		for (uint64_t n = 0; n < 100; n++)
			assert_true(bench_step_jump(bench_step_jump(5, far[i]), n) ==
				    bench_step_jump(5, far[i] + n));
	assert_true(bench_step_jump(5, UINT64_MAX) != 5);
	assert_true(bench_step_jump(bench_step_jump(5, UINT64_MAX), 1) ==
		    5); /* its period is 2^64 */
}

static void steps_in_a_row_are_as_many_steps(void **state)
{
	uint64_t one_by_one = 7, in_a_row = 7;

	(void)state;
	for (unsigned i = 0; i < 13; i++)
		bench_step(&one_by_one);
	bench_steps(&in_a_row, 13);
	assert_true(in_a_row == one_by_one);
	bench_steps(&in_a_row, 0);
	assert_true(in_a_row == one_by_one);
}

/* The length of a step is unknown, but it is above 0 and below a second. */
static void a_step_takes_time(void **state)
{
	(void)state;
	for (unsigned tries = 1; tries <= STEP_TRIES_EPOCH; tries++) {
		const double step_ns = step_measure_ns(tries);

		assert_true(step_ns > 0 && step_ns < 1e9);
	}
}

static void a_tick_is_the_nearest_number_of_steps(void **state)
{
	(void)state;
	assert_int_equal(step_count(1.0, 15), 15);
	assert_int_equal(step_count(1.9, 15), 8);
	assert_int_equal(step_count(2.1, 15), 7);
	assert_int_equal(step_count(100, 15), 1);
	assert_int_equal(step_count(0.5, 1000000000), 2000000000);
}

static void a_pace_may_move_by_a_tenth(void **state)
{
	(void)state;
	assert_false(step_pace_moved(1.5, 1.5));
	assert_false(step_pace_moved(1.64, 1.5));
	assert_false(step_pace_moved(1.36, 1.5));
	assert_true(step_pace_moved(1.66, 1.5));
	assert_true(step_pace_moved(1.34, 1.5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jump_equals_its_steps),
		cmocka_unit_test(jumps_add_up),
		cmocka_unit_test(steps_in_a_row_are_as_many_steps),
		cmocka_unit_test(a_step_takes_time),
		cmocka_unit_test(a_tick_is_the_nearest_number_of_steps),
		cmocka_unit_test(a_pace_may_move_by_a_tenth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
