/* SPDX-License-Identifier: MIT */
/* The policies that count check points, on a made-up operating system. */
#include "tests/unit/virtual_threads.h"

static void tick_times(unsigned i, int times)
{
	for (int n = 0; n < times; n++)
		assert_true(act(i, TICK));
}

static void every_hundredth_check_point_lets_go_and_takes_at_once(void **state)
{
	(void)state;
	open_world(&gil_policy_27, 2);
	hold_and_queue(1);
	assert_true(sleeps_on(1, &world.gil.state.semaphore.semaphore));
	tick_times(0, 100);
	assert_int_equal(event(0, GIL_YIELDS), 0);
	assert_true(act(0, TICK)); /* the counter falls below zero: it does not wait */
	assert_string_equal(world.log, "post try");
	assert_int_equal(event(0, GIL_YIELDS), 1);
	assert_int_equal(event(0, GIL_RETAKES), 1);
	assert_int_equal(event(0, GIL_BARGES), 1);
	assert_false(go(1));
	tick_times(0, 100);
	assert_int_equal(event(0, GIL_YIELDS), 1);
	assert_true(act(0, TICK));
	assert_int_equal(event(0, GIL_YIELDS), 2);
	assert_true(act(0, END));
	assert_true(go(1));
	assert_int_equal(event(1, GIL_SLEEPING_WAITS), 1);
	assert_true(act(1, END));
	close_world();
}

static void the_count_goes_with_the_lock(void **state)
{
	const struct gil_policy *policies[] = {&gil_policy_27, &gil_policy_27_cond};

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
		open_world(policies[p], 2);
		assert_true(act(0, BEGIN));
		tick_times(0, 60);
		assert_true(act(0, BLOCK));
		assert_true(act(1, BEGIN));
		assert_int_equal(world.seats[1].ticker, 40);
		tick_times(1, 40);
		assert_int_equal(event(1, GIL_YIELDS), 0);
		assert_true(act(1, TICK));
		assert_int_equal(event(1, GIL_YIELDS), 1);
		assert_true(act(1, END));
		close_world();
	}
}

static void an_interrupted_wait_goes_on(void **state)
{
	(void)state;
	open_world(&gil_policy_27, 2);
	hold_and_queue(1);
	for (int i = 0; i < 3; i++) {
		interrupt_sleep(1);
		assert_false(go(1));
		assert_true(sleeps_on(1, &world.gil.state.semaphore.semaphore));
	}
	assert_true(act(0, END));
	assert_true(go(1));
	assert_int_equal(event(1, GIL_TAKES), 1);
	assert_true(act(1, END));
	assert_int_equal(*value_of(&world.gil.state.semaphore.semaphore),
			 1); /* as many posts as waits */
	close_world();
}

static void a_thread_that_comes_by_barges_in(void **state)
{
	const struct gil_policy *policies[] = {&gil_policy_27, &gil_policy_27_cond};

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
		open_world(policies[p], 3);
		hold_and_queue(1);
		assert_true(act(0, BLOCK));
		assert_true(act(2, BEGIN));
		assert_int_equal(event(2, GIL_BARGES), 1);
		assert_false(go(1));
		assert_true(act(2, END));
		assert_true(go(1));
		assert_int_equal(event(1, GIL_BARGES), 0);
		assert_true(act(1, END));
		close_world();
	}
}

static void the_condition_is_signalled_after_the_unlock(void **state)
{
	(void)state;
	open_world(&gil_policy_27_cond, 2);
	hold_and_queue(1);
	assert_true(act(0, END));
	assert_string_equal(world.log, "lock unlock signal");
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

static void a_spurious_wake_up_does_not_take_a_flag_that_is_set(void **state)
{
	(void)state;
	open_world(&gil_policy_27_cond, 2);
	hold_and_queue(1);
	wake(1);
	assert_false(go(1));
	assert_int_equal(event(1, GIL_SLEEPING_WAITS), 2);
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

static void the_check_point_stands_where_it_is_put(void **state)
{
	(void)state;
	for (enum gil_check check = GIL_EVERY_STEP; check <= GIL_NEVER; check++) {
		open_world(&gil_policy_27, 1);
		set_check(check);
		assert_true(act(0, BEGIN));
		for (int i = 0; i < 101; i++)
			assert_true(act(0, STEP));
		assert_int_equal(event(0, GIL_YIELDS), check == GIL_EVERY_STEP);
		tick_times(0, 101);
		assert_int_equal(event(0, GIL_YIELDS), (int)GIL_NEVER - (int)check);
		assert_true(act(0, END));
		close_world();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_hundredth_check_point_lets_go_and_takes_at_once),
		cmocka_unit_test(the_count_goes_with_the_lock),
		cmocka_unit_test(an_interrupted_wait_goes_on),
		cmocka_unit_test(a_thread_that_comes_by_barges_in),
		cmocka_unit_test(the_condition_is_signalled_after_the_unlock),
		cmocka_unit_test(a_spurious_wake_up_does_not_take_a_flag_that_is_set),
		cmocka_unit_test(the_check_point_stands_where_it_is_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
