/* SPDX-License-Identifier: MIT */
/* A worker that only computes: when it stops, what it says it did, and that it is checked. */
#include "harness/kit/hog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "harness/bench.h"

#define WORKERS 3

static struct worker slots[WORKERS];
static struct hog hogs[WORKERS];
static struct trial trial;
static const _Atomic bool done = true;

static int fresh(void **state)
{
	(void)state;
	trial = (struct trial){.workers = WORKERS, .slots = slots};
	for (unsigned i = 0; i < WORKERS; i++)
		slots[i] = (struct worker){.index = i, .local = &hogs[i], .done = 7};
	hog_reset(&trial);
	return 0;
}

static void run_all(uint64_t steps)
{
	for (unsigned i = 1; i < WORKERS; i++)
		hog_run(&slots[i], SYNC_NONE, steps, &done);
}

/* A hog looks at the end of a stretch only, even if it is told at once. */
static void a_hog_does_a_stretch_at_least(void **state)
{
	static const struct {
		uint64_t steps, expected;
	} cases[] = {{1, 512}, {8, 512}, {200, 400}, {512, 512}, {513, 513}, {100000, 100000}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		hog_reset(&trial);
		run_all(cases[i].steps);
		assert_int_equal(hogs[1].steps, cases[i].expected);
		assert_int_equal(slots[1].done, 0);
	}
}

static void all_hogs_together_have_a_speed(void **state)
{
	double steps_per_s = NAN;
	struct reason why;

	(void)state;
	run_all(8);
	assert_true(hog_check(&trial, 1000000, &steps_per_s, &why));
	assert_float_equal(steps_per_s, 2 * 512 * 1e3, 1e-6);
}

static void without_hogs_there_is_no_speed(void **state)
{
	double steps_per_s = NAN;
	struct reason why;

	(void)state;
	trial.workers = 1;
	assert_true(hog_check(&trial, 1000000, &steps_per_s, &why));
	assert_true(isnan(steps_per_s));
}

static void a_wrong_state_is_found(void **state)
{
	double steps_per_s = NAN;
	struct reason why;

	(void)state;
	run_all(8);
	hogs[2].steps++;
	assert_false(hog_check(&trial, 1000000, &steps_per_s, &why));
	assert_non_null(strstr(why.text, "hog 2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_hog_does_a_stretch_at_least, fresh),
		cmocka_unit_test_setup(all_hogs_together_have_a_speed, fresh),
		cmocka_unit_test_setup(without_hogs_there_is_no_speed, fresh),
		cmocka_unit_test_setup(a_wrong_state_is_found, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
