/* SPDX-License-Identifier: MIT */
#include "harness/gil/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define WORKERS 3

static struct timeline timelines[WORKERS];
static struct turns turns;

static int empty(void **state)
{
	(void)state;
	turns_free(&turns);
	turns = (struct turns){.row_count = 0};
	memset(timelines, 0, sizeof(timelines));
	return 0;
}

static void hold(unsigned worker, uint64_t take_ns, uint64_t drop_ns, bool waited, enum let_go end)
{
	timeline_take(&timelines[worker], take_ns, waited);
	timeline_drop(&timelines[worker], drop_ns, end);
}

static void add(unsigned locks)
{
	turns_add(&turns, timelines, WORKERS, locks, 1000);
	timeline_clear(timelines, WORKERS);
}

static void expect(const struct value_set *set, unsigned count, const double *values)
{
	assert_int_equal(set->count, count);
	for (unsigned i = 0; i < count; i++)
		assert_true(set->values[i] == values[i]);
}

static void turns_alternate(void **state)
{
	(void)state;
	hold(0, 1000, 6000, false, LET_GO_YIELD);
	hold(1, 6010, 11000, true, LET_GO_YIELD);
	hold(0, 11030, 12000, true, LET_GO_END);
	hold(1, 12050, 20000, true, LET_GO_END);
	add(1);
	/* the last two ended with the batch and say nothing */
	expect(&turns.tenure_ns, 2, (double[]){5000, 4990});
	expect(&turns.gap_ns, 3, (double[]){10, 30, 50});
	assert_int_equal(turns.row_count, 4);
	assert_int_equal(turns.rows[1].worker, 1);
	assert_int_equal(turns.rows[1].take_ns, 5010);
	assert_int_equal(turns.rows[1].drop_ns, 10000);
	assert_true(turns_quantile(&turns.tenure_ns, 0.5) == 4995);
	assert_true(turns_quantile(&turns.gap_ns, 0) == 10);
}

static void who_takes_again_at_a_check_point_keeps_its_turn(void **state)
{
	(void)state;
	hold(0, 1000, 2000, false, LET_GO_YIELD);
	hold(0, 2001, 3000, true, LET_GO_YIELD);
	hold(1, 3005, 3100, true, LET_GO_CALL);
	hold(1, 4000, 4100, false, LET_GO_CALL);
	hold(0, 5000, 5100, false, LET_GO_END);
	add(1);
	expect(&turns.tenure_ns, 3, (double[]){2000, 95, 100});
	/* no worker waited while the lock was free, so this is no gap */
	expect(&turns.gap_ns, 1, (double[]){5});
}

static void locks_are_walked_one_by_one(void **state)
{
	(void)state;
	hold(0, 1000, 2000, false, LET_GO_YIELD);
	hold(1, 1500, 9000, false, LET_GO_YIELD); /* another lock */
	hold(2, 2010, 3000, true, LET_GO_YIELD);
	hold(0, 3020, 4000, true, LET_GO_END);
	add(2);
	expect(&turns.tenure_ns, 2, (double[]){1000, 990});
	expect(&turns.gap_ns, 2, (double[]){10, 20});
	assert_int_equal(turns.row_count, 4);
	assert_int_equal(turns.rows[1].worker, 1); /* shown in the order of time */
}

static void a_full_ring_forgets_the_oldest(void **state)
{
	const unsigned count = TIMELINE_LENGTH + 10;

	(void)state;
	hold(1, 5, 6, false, LET_GO_CALL); /* older than anything that is left of worker 0 */
	for (unsigned i = 0; i < count; i++)
		hold(0, 1000 + 10 * i, 1004 + 10 * i, false, LET_GO_CALL);
	hold(1, 2005, 2006, false, LET_GO_CALL);
	add(1);
	assert_int_equal(turns.forgotten, 10);
	assert_int_equal(turns.tenure_ns.count, TIMELINE_LENGTH);
	assert_int_equal(turns.rows[0].take_ns, 100);
	assert_int_equal(turns.row_count, TIMELINE_ROWS);
}

static void the_rows_are_of_the_first_epoch(void **state)
{
	(void)state;
	add(1); /* nothing */
	assert_int_equal(turns.row_count, 0);
	hold(0, 1000, 1100, false, LET_GO_CALL);
	add(1);
	hold(2, 1000, 1200, false, LET_GO_CALL);
	add(1);
	assert_int_equal(turns.row_count, 1);
	assert_int_equal(turns.rows[0].worker, 0);
}

static void too_many_values_are_thinned_out(void **state)
{
	(void)state;
	for (unsigned epoch = 0; epoch < 200; epoch++) {
		for (unsigned i = 0; i < TIMELINE_LENGTH; i++)
			hold(0, UINT64_C(1000) * i, UINT64_C(1000) * i + epoch, false, LET_GO_CALL);
		add(1);
	}
	assert_true(turns.tenure_ns.count <= TENURES_MAX);
	assert_true(turns.tenure_ns.count >= TENURES_MAX / 2);
	assert_true(fabs(turns_quantile(&turns.tenure_ns, 0.5) - 99.5) <= 1);
	assert_true(fabs(turns_quantile(&turns.tenure_ns, 0.1) - 20) <= 1);
	assert_true(fabs(turns_quantile(&turns.tenure_ns, 0.9) - 180) <= 1);
}

static void nothing_gives_no_number(void **state)
{
	(void)state;
	add(1);
	assert_true(isnan(turns_quantile(&turns.tenure_ns, 0.5)));
	for (int i = 0; i < TURN_FIGURES; i++)
		assert_non_null(turn_figure_names[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(turns_alternate, empty),
		cmocka_unit_test_setup(who_takes_again_at_a_check_point_keeps_its_turn, empty),
		cmocka_unit_test_setup(locks_are_walked_one_by_one, empty),
		cmocka_unit_test_setup(a_full_ring_forgets_the_oldest, empty),
		cmocka_unit_test_setup(the_rows_are_of_the_first_epoch, empty),
		cmocka_unit_test_setup(too_many_values_are_thinned_out, empty),
		cmocka_unit_test_setup_teardown(nothing_gives_no_number, empty, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
