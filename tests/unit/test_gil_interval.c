/* SPDX-License-Identifier: MIT */
/* Each rule of the policies that switch by time, on a made-up operating system. */
#include "tests/unit/virtual_threads.h"

/* Actor 1 waits an interval in vain and asks. */
static void ask_for_it(void)
{
	hold_and_queue(1);
	expire(1);
	assert_false(go(1));
	assert_true(is_asked(0));
}

static void a_patient_waiter_asks_for_nothing(void **state)
{
	(void)state;
	open_world(&gil_policy_32, 2);
	hold_and_queue(1);
	assert_true(sleeps_on(1, &world.gil.cond));
	assert_int_equal(world.actors[1].until_ns, 5000000);
	assert_false(is_asked(0));
	assert_true(act(0, TICK)); /* no worker asked, so there is no system call */
	assert_string_equal(world.log, "");
	assert_true(act(0, BLOCK)); /* no worker asked, so there is no wait for a taker */
	assert_string_equal(world.log, "lock signal unlock");
	assert_true(go(1));
	assert_int_equal(event(1, GIL_SLEEPING_WAITS), 1);
	assert_int_equal(event(1, GIL_CONTENDED_TAKES), 1);
	assert_int_equal(event(1, GIL_TIMEOUTS), 0);
	assert_int_equal(event(0, GIL_FORCED_WAITS), 0);
	assert_true(act(1, END));
	close_world();
}

static void a_timeout_asks_and_the_switch_is_forced(void **state)
{
	(void)state;
	open_world(&gil_policy_32, 2);
	ask_for_it();
	assert_int_equal(event(1, GIL_TIMEOUTS), 1);
	assert_int_equal(event(1, GIL_DROP_REQUESTS), 1);
	assert_false(act(0, TICK));
	assert_true(sleeps_on(0, &world.gil.state.interval.switch_cond));
	assert_int_equal(event(0, GIL_FORCED_WAITS), 1);
	assert_false(is_asked(0));
	assert_int_equal(world.gil.state.interval.drop_request, 0);
	assert_true(go(1)); /* it was signalled, takes over, and lets the other go on */
	assert_int_equal(world.gil.state.interval.switch_number, 2);
	assert_false(go(0));
	assert_true(sleeps_on(0, &world.gil.cond));
	assert_true(act(1, END));
	assert_true(go(0));
	assert_int_equal(event(0, GIL_HANDOFFS), 1);
	assert_int_equal(event(0, GIL_RETAKES), 0);
	assert_true(act(0, END));
	close_world();
}

static void without_force_the_releaser_is_back_first(void **state)
{
	(void)state;
	open_world(&gil_policy_32_noforce, 2);
	ask_for_it();
	assert_true(act(0, TICK));
	assert_string_equal(world.log, "lock signal unlock lock lock signal unlock unlock");
	assert_int_equal(event(0, GIL_RETAKES), 1);
	assert_int_equal(event(0, GIL_BARGES), 1); /* past the waiter that has been signalled */
	assert_false(go(1));
	assert_true(sleeps_on(1, &world.gil.cond));
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

/* The wait for a taker is an `if`, not a loop: who wakes up for no reason takes the lock again. */
static void a_spurious_wake_up_ends_the_forced_wait(void **state)
{
	(void)state;
	open_world(&gil_policy_32, 2);
	ask_for_it();
	assert_false(act(0, TICK));
	wake(0);
	assert_true(go(0));
	assert_int_equal(event(0, GIL_RETAKES), 1);
	assert_false(go(1));
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

static void a_spurious_wake_up_of_a_waiter_asks_for_nothing(void **state)
{
	(void)state;
	open_world(&gil_policy_32, 2);
	hold_and_queue(1);
	world.now_ns = 3000000;
	wake(1);
	assert_false(go(1));
	assert_int_equal(event(1, GIL_TIMEOUTS), 0);
	assert_int_equal(event(1, GIL_SLEEPING_WAITS), 2);
	assert_int_equal(world.actors[1].until_ns, 8000000); /* its patience starts anew */
	assert_false(is_asked(0));
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

/* A worker that comes between a drop and the waiter's wake-up takes the lock. */
static void a_thread_that_comes_by_barges_in(void **state)
{
	(void)state;
	open_world(&gil_policy_32, 4);
	hold_and_queue(2);
	assert_true(act(0, BLOCK));
	assert_true(act(3, BEGIN));
	assert_int_equal(event(3, GIL_BARGES), 1);
	assert_int_equal(event(3, GIL_CONTENDED_TAKES), 0);
	assert_false(go(1));
	assert_int_equal(event(1, GIL_SLEEPING_WAITS), 2);
	/* the lock has changed hands since actor 2 fell asleep: running out of time is no reason */
	expire(2);
	assert_false(go(2));
	assert_int_equal(event(2, GIL_TIMEOUTS), 1);
	assert_int_equal(event(2, GIL_DROP_REQUESTS), 0);
	assert_false(is_asked(3));
	assert_true(act(3, END));
	for (unsigned i = 1; i <= 2; i++) {
		assert_true(go(i));
		assert_true(act(i, END));
	}
	close_world();
}

static void a_request_forces_a_switch_at_a_call_too(void **state)
{
	(void)state;
	open_world(&gil_policy_32, 2);
	ask_for_it();
	assert_false(act(0, BLOCK));
	assert_true(sleeps_on(0, &world.gil.state.interval.switch_cond));
	assert_true(go(1));
	assert_true(go(0));
	assert_true(act(1, END));
	assert_true(act(0, UNBLOCK));
	assert_int_equal(event(0, GIL_BARGES), 0);
	assert_true(act(0, END));
	close_world();
}

static void who_took_over_already_is_not_waited_for(void **state)
{
	(void)state;
	open_world(&gil_policy_313, 2);
	ask_for_it();
	tell(0, BLOCK);
	while (strcmp(world.log, "lock signal unlock") != 0)
		step(0); /* it has let go and seen the request, and not looked for a taker yet */
	assert_true(go(1));
	assert_true(go(0));
	/* its drop, all of the other's take, and a look under the mutex, without a wait */
	assert_string_equal(world.log, "lock signal unlock lock signal unlock unlock lock unlock");
	assert_int_equal(event(0, GIL_FORCED_WAITS), 0);
	assert_true(act(1, END));
	close_world();
}

static void the_request_of_313_is_the_holders_own(void **state)
{
	(void)state;
	open_world(&gil_policy_313, 3);
	ask_for_it();
	assert_int_equal(world.gil.state.interval.drop_request, 0);
	assert_true(gil_seat_asked(&world.seats[0], GIL_ASKED));
	assert_false(gil_seat_asked(&world.seats[1], GIL_ASKED));
	assert_false(act(0, TICK));
	assert_false(gil_seat_asked(&world.seats[0], GIL_ASKED));
	assert_true(go(1));
	assert_false(go(0));
	assert_true(act(1, END));
	assert_true(go(0));
	assert_true(act(0, END));
	/* for comparison */
	close_world();
	open_world(&gil_policy_32, 2);
	ask_for_it();
	assert_int_equal(world.gil.state.interval.drop_request, 1);
	assert_false(act(0, END));
	assert_true(go(1));
	assert_int_equal(world.gil.state.interval.drop_request, 0);
	assert_true(go(0));
	assert_true(act(1, END));
	close_world();
}

/* Every taker begins with a clean word, whatever was asked of it before. */
static void an_old_request_does_not_outlive_a_take(void **state)
{
	const struct gil_policy *policies[] = {&gil_policy_32, &gil_policy_313,
					       &gil_policy_32_noforce};

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
		open_world(policies[p], 2);
		ask_for_it();
		tell(0, BLOCK);
		while (!strstr(world.log, "unlock"))
			step(0);
		assert_true(go(1));
		assert_true(go(0));
		assert_true(act(1, BLOCK));
		assert_true(act(0, UNBLOCK));
		assert_int_equal(world.seats[0].breaker, 0);
		assert_true(act(0, END));
		close_world();
	}
}

static void only_who_comes_back_from_a_call_asks_at_once(void **state)
{
	(void)state;
	open_world(&gil_policy_prio, 3);
	hold_and_queue(1);
	assert_false(is_asked(0));
	assert_true(act(0, BLOCK));
	assert_true(go(1));
	assert_false(act(0, UNBLOCK));
	assert_true(is_asked(1));
	assert_int_equal(event(0, GIL_DROP_REQUESTS), 1);
	assert_int_equal(event(0, GIL_TIMEOUTS), 0);
	assert_false(act(1, TICK));
	assert_true(sleeps_on(1, &world.gil.state.interval.switch_cond));
	assert_true(go(0));
	assert_false(go(1));
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

static void calls_that_would_not_sleep_keep_the_lock(void **state)
{
	const struct gil_policy *policies[] = {&gil_policy_32, &gil_policy_io_hold};
	struct gil_options options = {.interval_ns = 1000000};
	int ends[2];

	(void)state;
	must_sys(pipe(ends));
	for (unsigned hold = 0; hold < 2; hold++) {
		struct gil gil;
		struct gil_seat seat;

		gil_init(&gil, policies[hold], &options);
		gil_seat_init(&seat, &gil, 0, &options);
		gil_begin(&seat);
		gil_block_fd(&seat, ends[0], 1 /* POLLIN */); /* empty */
		assert_false(gil.locked);
		gil_unblock(&seat);
		assert_true(gil.locked);
		must_sys(write(ends[1], "x", 1));
		gil_block_fd(&seat, ends[0], 1);
		assert_int_equal(gil.locked, hold);
		gil_unblock(&seat);
		assert_true(gil.locked);
		gil_block(&seat); /* this version is unknown */
		assert_false(gil.locked);
		gil_unblock(&seat);
		gil_end(&seat);
		assert_int_equal(atomic_load(&seat.events[GIL_HELD_CALLS]), hold);
		assert_int_equal(atomic_load(&seat.events[GIL_TAKES]), 4 - hold);
		must_sys(read(ends[0], &(char){0}, 1));
		gil_seat_destroy(&seat);
		gil_destroy(&gil);
	}
	must_sys(close(ends[0]));
	must_sys(close(ends[1]));
}

static void the_check_point_stands_where_it_is_put(void **state)
{
	(void)state;
	for (enum gil_check check = GIL_EVERY_STEP; check <= GIL_NEVER; check++) {
		open_world(&gil_policy_32, 2);
		set_check(check);
		hold_and_queue(1);
		expire(1);
		assert_false(go(1));
		assert_int_equal(world.gil.state.interval.drop_request, 1);
		/* true: it went on without letting go */
		assert_int_equal(act(0, STEP), check != GIL_EVERY_STEP);
		if (check != GIL_EVERY_STEP)
			assert_int_equal(act(0, TICK), check == GIL_NEVER);
		if (check == GIL_NEVER) /* it is honoured at the next call */
			assert_false(act(0, END));
		assert_true(go(1));
		go(0);
		assert_true(act(1, END));
		go(0);
		if (check != GIL_NEVER)
			assert_true(act(0, END));
		close_world();
	}
}

static void a_drop_with_nobody_waiting_waits_for_nobody(void **state)
{
	(void)state;
	open_world(&gil_policy_32, 1);
	for (int i = 0; i < 10; i++) {
		assert_true(act(0, BEGIN));
		assert_true(act(0, END));
	}
	assert_int_equal(event(0, GIL_RETAKES), 9);
	assert_int_equal(event(0, GIL_CONTENDED_TAKES), 0);
	assert_int_equal(event(0, GIL_SLEEPING_WAITS), 0);
	assert_int_equal(world.gil.state.interval.switch_number, 1);
	close_world();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_patient_waiter_asks_for_nothing),
		cmocka_unit_test(a_timeout_asks_and_the_switch_is_forced),
		cmocka_unit_test(without_force_the_releaser_is_back_first),
		cmocka_unit_test(a_spurious_wake_up_ends_the_forced_wait),
		cmocka_unit_test(a_spurious_wake_up_of_a_waiter_asks_for_nothing),
		cmocka_unit_test(a_thread_that_comes_by_barges_in),
		cmocka_unit_test(a_request_forces_a_switch_at_a_call_too),
		cmocka_unit_test(who_took_over_already_is_not_waited_for),
		cmocka_unit_test(the_request_of_313_is_the_holders_own),
		cmocka_unit_test(an_old_request_does_not_outlive_a_take),
		cmocka_unit_test(only_who_comes_back_from_a_call_asks_at_once),
		cmocka_unit_test(calls_that_would_not_sleep_keep_the_lock),
		cmocka_unit_test(the_check_point_stands_where_it_is_put),
		cmocka_unit_test(a_drop_with_nobody_waiting_waits_for_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
