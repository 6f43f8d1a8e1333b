/* SPDX-License-Identifier: MIT */
/* Each rule of Ruby's queue and of OCaml's tick, on a made-up operating system. */
#include "tests/unit/virtual_threads.h"

#define MS UINT64_C(1000000)

static void the_first_waiter_keeps_the_time_for_all(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 3);
	hold_and_queue(2);
	assert_true(world.actors[1].timed);
	assert_int_equal(world.actors[1].until_ns, 100 * MS);
	assert_false(world.actors[2].timed);
	assert_false(is_asked(0));
	expire(1);
	assert_false(go(1));
	assert_true(is_asked(0));
	assert_int_equal(event(1, GIL_DROP_REQUESTS), 1);
	assert_int_equal(world.actors[1].until_ns, 200 * MS); /* and again */
	assert_true(act(0, END));
	for (unsigned i = 1; i <= 2; i++) {
		assert_true(go(i));
		assert_true(act(i, END));
	}
	close_world();
}

static void the_queue_is_first_come_first_served(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 4);
	hold_and_queue(3);
	expire(1);
	assert_false(go(1));
	assert_false(act(0, TICK)); /* wakes the first and waits until it has the lock */
	assert_true(sleeps_on(0, &world.gil.state.ruby.switch_cond));
	assert_false(is_asked(0));
	assert_false(go(2));
	assert_false(go(3));
	assert_true(go(1));
	assert_false(go(0)); /* to the end of the queue */
	for (unsigned i = 1; i <= 3; i++) {
		for (unsigned later = i + 1; later <= 4; later++)
			assert_false(go(later % 4)); /* one of them is asked to keep the time */
		assert_true(act(i, END));
		assert_true(go((i + 1) % 4));
	}
	assert_int_equal(event(0, GIL_HANDOFFS), 1);
	assert_true(act(0, END));
	close_world();
}

/* The new owner looks whether anybody still keeps the time, and else wakes the last of the queue. */
static void somebody_always_keeps_the_time(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 4);
	hold_and_queue(3);
	assert_true(act(0, END));
	assert_true(go(1));
	assert_null(world.gil.state.ruby.timer);
	assert_false(go(3));
	assert_ptr_equal(world.gil.state.ruby.timer, &world.seats[3]);
	assert_true(world.actors[3].timed);
	assert_false(world.actors[2].timed);
	assert_true(act(1, END));
	assert_true(go(2));
	assert_true(act(2, END));
	assert_true(go(3));
	assert_true(act(3, END));
	close_world();
}

/* A timer that was woken early leaves what is left of the quantum to the next one. */
static void a_quantum_that_was_cut_short_goes_on(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 3);
	hold_and_queue(2);
	world.now_ns = 30 * MS;
	wake(1);
	assert_false(go(1));
	assert_int_equal(world.actors[1].until_ns, 100 * MS);
	assert_int_equal(event(1, GIL_TIMEOUTS), 0);
	assert_true(act(0, END));
	assert_true(go(1));
	assert_false(go(2));
	assert_int_equal(world.actors[2].until_ns, 100 * MS);
	assert_true(act(1, END));
	assert_true(go(2));
	assert_true(act(2, END));
	/* a worker that finds it free starts a new one */
	world.now_ns = 500 * MS;
	assert_true(act(0, BEGIN));
	assert_false(act(1, BEGIN));
	assert_int_equal(world.actors[1].until_ns, 600 * MS);
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

static void the_forced_wait_is_a_loop(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 2);
	hold_and_queue(1);
	expire(1);
	assert_false(go(1));
	assert_false(act(0, TICK));
	wake(0);
	assert_false(go(0));
	assert_true(sleeps_on(0, &world.gil.state.ruby.switch_cond));
	assert_true(go(1));
	assert_false(go(0));
	assert_true(act(1, END));
	assert_true(go(0));
	assert_true(act(0, END));
	close_world();
}

static void a_spurious_wake_up_keeps_the_place_in_the_queue(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 3);
	hold_and_queue(2);
	wake(2);
	assert_false(go(2)); /* held: sleep on, behind the other */
	wake(1);
	assert_false(go(1)); /* and so does the timekeeper */
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	assert_true(go(2));
	assert_true(act(2, END));
	close_world();
}

static void who_yields_beside_a_yielder_waits_for_it(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 3);
	hold_and_queue(1);
	expire(1);
	assert_false(go(1));
	assert_false(act(0, TICK)); /* waits for the first of the queue, which has not run yet */
	assert_true(act(2, BEGIN)); /* barges in */
	assert_int_equal(event(2, GIL_BARGES), 1);
	atomic_fetch_or(&world.seats[2].breaker, GIL_AT_TICK);
	assert_false(act(2, TICK));
	assert_true(sleeps_on(2, &world.gil.state.ruby.yielders_cond));
	assert_true(go(1));
	assert_false(go(0));
	assert_false(go(2));
	assert_true(act(1, END));
	assert_true(go(0));
	assert_true(act(0, END));
	assert_true(go(2));
	assert_true(act(2, END));
	close_world();
}

static void a_yield_with_nobody_waiting_steps_aside(void **state)
{
	(void)state;
	open_world(&gil_policy_ruby, 1);
	assert_true(act(0, BEGIN));
	atomic_fetch_or(&world.seats[0].breaker, GIL_AT_TICK);
	assert_true(act(0, TICK));
	assert_string_equal(world.log, "lock unlock yield lock broadcast unlock");
	assert_int_equal(event(0, GIL_FORCED_WAITS), 0);
	assert_true(act(0, END));
	close_world();
}

/* The tick is a thread of its own: it beats whenever the test says so. */
static void beat_now(void)
{
	const struct gil_os *os = world.gil.os;

	world.gil.os = &gil_os_real; /* the mutex is free, so it need not be a made-up one */
	world.gil.policy->beat(&world.gil);
	world.gil.os = os;
}

static void a_tick_without_a_waiter_changes_nothing(void **state)
{
	(void)state;
	open_world(&gil_policy_ocaml, 2);
	assert_true(act(0, BEGIN));
	beat_now();
	assert_true(is_asked(0));
	assert_true(act(0, TICK));
	assert_false(is_asked(0));
	assert_int_equal(event(0, GIL_YIELDS), 0);
	assert_int_equal(event(0, GIL_TAKES), 1);
	assert_false(act(1, BEGIN)); /* and is forgotten */
	assert_true(act(0, TICK));
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

static void a_yielder_waits_until_somebody_took_and_let_go(void **state)
{
	(void)state;
	open_world(&gil_policy_ocaml, 2);
	hold_and_queue(1);
	assert_false(is_asked(0));
	beat_now();
	assert_false(act(0, TICK));
	assert_true(sleeps_on(0, &world.gil.cond));
	assert_true(go(1));
	assert_false(go(0)); /* taken is not enough */
	wake(0);
	assert_false(go(0));
	assert_true(act(1, END));
	assert_string_equal(world.log, "lock unlock signal");
	assert_true(go(0));
	assert_int_equal(event(0, GIL_HANDOFFS), 1);
	assert_true(act(0, END));
	close_world();
}

static void a_spurious_wake_up_does_not_take_what_is_held(void **state)
{
	(void)state;
	open_world(&gil_policy_ocaml, 2);
	hold_and_queue(1);
	wake(1);
	assert_false(go(1));
	assert_int_equal(event(1, GIL_SLEEPING_WAITS), 2);
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

static void a_drop_with_nobody_waiting_is_free_for_the_next(void **state)
{
	static const struct gil_policy *const policies[] = {&gil_policy_ruby, &gil_policy_ocaml};

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
		open_world(policies[p], 2);
		assert_true(act(0, BEGIN));
		assert_true(act(0, BLOCK));
		assert_true(act(1, BEGIN));
		assert_true(act(1, END));
		assert_true(act(0, UNBLOCK));
		assert_true(act(0, END));
		assert_int_equal(event(0, GIL_SLEEPING_WAITS) + event(1, GIL_SLEEPING_WAITS), 0);
		close_world();
	}
}

static void a_tick_while_nobody_runs_is_for_the_next(void **state)
{
	(void)state;
	open_world(&gil_policy_ocaml, 2);
	assert_true(act(0, BEGIN));
	beat_now();
	assert_true(act(0, BLOCK)); /* not looked at */
	assert_true(act(1, BEGIN));
	assert_true(is_asked(1));
	assert_false(act(0, UNBLOCK));
	assert_false(is_asked(0));
	assert_false(act(1, TICK));
	assert_true(go(0));
	assert_false(is_asked(0));
	assert_true(act(0, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

/* Nobody is forced to anything at a call, and who comes by takes the lock. */
static void a_call_hands_nothing_over(void **state)
{
	(void)state;
	open_world(&gil_policy_ocaml, 3);
	hold_and_queue(1);
	assert_true(act(0, BLOCK));
	assert_true(act(2, BEGIN));
	assert_int_equal(event(2, GIL_BARGES), 1);
	assert_false(go(1));
	assert_true(act(2, END));
	assert_true(go(1));
	assert_true(act(1, END));
	close_world();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_waiter_keeps_the_time_for_all),
		cmocka_unit_test(the_queue_is_first_come_first_served),
		cmocka_unit_test(somebody_always_keeps_the_time),
		cmocka_unit_test(a_quantum_that_was_cut_short_goes_on),
		cmocka_unit_test(the_forced_wait_is_a_loop),
		cmocka_unit_test(a_spurious_wake_up_keeps_the_place_in_the_queue),
		cmocka_unit_test(who_yields_beside_a_yielder_waits_for_it),
		cmocka_unit_test(a_yield_with_nobody_waiting_steps_aside),
		cmocka_unit_test(a_tick_without_a_waiter_changes_nothing),
		cmocka_unit_test(a_yielder_waits_until_somebody_took_and_let_go),
		cmocka_unit_test(a_spurious_wake_up_does_not_take_what_is_held),
		cmocka_unit_test(a_drop_with_nobody_waiting_is_free_for_the_next),
		cmocka_unit_test(a_tick_while_nobody_runs_is_for_the_next),
		cmocka_unit_test(a_call_hands_nothing_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
