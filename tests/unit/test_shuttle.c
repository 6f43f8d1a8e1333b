/* SPDX-License-Identifier: MIT */
/* The line that two sides hand back and forth: turns, patience, and the median of the blocks. */
#include "harness/kit/shuttle.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct shuttle shuttle;
static struct shuttle_side sides[2];

static int fresh(void **state)
{
	(void)state;
	atomic_store(&shuttle.turn, 0);
	sides[0] = sides[1] = (struct shuttle_side){{0}};
	return 0;
}

#define ROUNDS (5 * SHUTTLE_BLOCKS + 3)

static void *second_side(void *argument)
{
	(void)argument;
	return shuttle_run(&shuttle, 1, ROUNDS, SHUTTLE_FOREVER, &sides[1]) ? &shuttle : NULL;
}

static void two_sides_take_turns(void **state)
{
	pthread_t thread;
	void *went_well;

	(void)state;
	must(pthread_create(&thread, NULL, second_side, NULL));
	assert_true(shuttle_run(&shuttle, 0, ROUNDS, SHUTTLE_FOREVER, &sides[0]));
	must(pthread_join(thread, &went_well));
	assert_non_null(went_well);
	assert_int_equal(atomic_load(&shuttle.turn), 2 * ROUNDS);
	assert_true(shuttle_transfer_ns(&sides[0], ROUNDS) > 0);
}

static void nobody_waits_for_ever(void **state)
{
	uint64_t turn = 1;

	(void)state;
	assert_false(shuttle_pass(&shuttle, &turn, 1, 1000)); /* it is side 0's turn */
	assert_int_equal(atomic_load(&shuttle.turn), 0);
	turn = 0;
	assert_true(shuttle_pass(&shuttle, &turn, 1, 1000));
	assert_int_equal(turn, 2);
	assert_false(shuttle_pass(&shuttle, &turn, 1, 1000)); /* side 1 does not answer */
	assert_int_equal(atomic_load(&shuttle.turn), 1);
}

static void the_median_block_counts(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SHUTTLE_BLOCKS; i++)
		sides[0].block_ns[i] = i % 3 ? 600 : 1000000; /* every third was interrupted */
	/* three round trips a block: six ways */
	assert_true(shuttle_transfer_ns(&sides[0], 3 * SHUTTLE_BLOCKS + 7) == 100);
	assert_true(isnan(shuttle_transfer_ns(&sides[0], SHUTTLE_BLOCKS - 1)));
	assert_true(isnan(shuttle_transfer_ns(&sides[0], 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(two_sides_take_turns, fresh),
		cmocka_unit_test_setup(nobody_waits_for_ever, fresh),
		cmocka_unit_test_setup(the_median_block_counts, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
