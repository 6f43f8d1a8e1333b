/* SPDX-License-Identifier: MIT */
#include "harness/python/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/kit/offspring.h"

#define SHORT_NS INT64_C(2000000)

/* The memory that the processes of a test share. */
struct stage {
	struct twin_lock_shared lock;
	struct twin_condition_shared condition;
	uint64_t counter; /* plain: the lock alone keeps it whole */
	_Atomic unsigned awake;
};

static struct stage *stage;
static struct twin_lock mine;
static struct twin_condition cond;

static void set(enum twin_lock_kind kind, unsigned value)
{
	twin_lock_init(&stage->lock, kind, value);
	twin_condition_init(&stage->condition);
	twin_lock_open(&mine, &stage->lock);
	twin_condition_open(&cond, &stage->condition, &mine);
	stage->counter = 0;
	atomic_store(&stage->awake, 0);
}

static void unset(void)
{
	twin_lock_destroy(&stage->lock);
	twin_condition_destroy(&stage->condition);
}

/* Another process runs RUN. If a check fails there, it exits with another code. */
static void elsewhere(struct offspring *child, offspring_run_fn *run)
{
	assert_true(offspring_start(child, true, run, NULL));
}

static void expect_well(struct offspring *child)
{
	int status;

	assert_true(offspring_join(child, &status));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void need(bool good)
{
	if (!good)
		_exit(EXIT_WRONG);
}

/* In a child: nothing is held here, whatever its maker holds. */
static void open_again(void)
{
	twin_lock_open(&mine, &stage->lock);
	twin_condition_open(&cond, &stage->condition, &mine);
}

/* ---- rule 3 ---- */

static void release_what_another_took(void *unused)
{
	(void)unused;
	open_again();
	need(!twin_lock_is_mine(&mine));
	need(twin_acquire(&mine, TWIN_AT_ONCE) == TWIN_TIMED_OUT);
	need(twin_release(&mine) == TWIN_OK);
}

static void test_a_lock_has_no_owner(void **state)
{
	struct offspring child;

	(void)state;
	set(TWIN_LOCK, 0);
	assert_int_equal(twin_acquire(&mine, TWIN_FOREVER), TWIN_OK);
	assert_true(twin_lock_is_mine(&mine));
	elsewhere(&child, release_what_another_took);
	expect_well(&child);
	assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
	unset();
}

static void test_taking_a_lock_twice_waits_in_vain(void **state)
{
	(void)state;
	set(TWIN_LOCK, 0);
	assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
	assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_TIMED_OUT);
	assert_int_equal(twin_acquire(&mine, -1), TWIN_TIMED_OUT);
	const uint64_t begin_ns = clock_now_ns();

	assert_int_equal(twin_acquire(&mine, SHORT_NS), TWIN_TIMED_OUT);
	assert_true(clock_now_ns() - begin_ns >= (uint64_t)SHORT_NS);
	unset();
}

static void test_what_may_be_released_too_often(void **state)
{
	(void)state;
	set(TWIN_LOCK, 0);
	assert_int_equal(twin_release(&mine), TWIN_VALUE_ERROR);
	assert_int_equal(twin_lock_value(&mine), 1);
	unset();
	set(TWIN_BOUNDED_SEMAPHORE, 2);
	assert_int_equal(twin_release(&mine), TWIN_VALUE_ERROR);
	assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
	assert_int_equal(twin_release(&mine), TWIN_OK);
	assert_int_equal(twin_release(&mine), TWIN_VALUE_ERROR);
	unset();
	set(TWIN_SEMAPHORE, 2);
	assert_int_equal(twin_release(&mine), TWIN_OK);
	assert_int_equal(twin_lock_value(&mine), 3);
	unset();
}

static void cannot_release(void *unused)
{
	(void)unused;
	open_again();
	need(twin_release(&mine) == TWIN_ASSERTION_ERROR);
	need(twin_acquire(&mine, TWIN_AT_ONCE) == TWIN_TIMED_OUT);
}

static void test_an_rlock_belongs_to_its_owner(void **state)
{
	struct offspring child;

	(void)state;
	set(TWIN_RLOCK, 0);
	assert_int_equal(twin_release(&mine), TWIN_ASSERTION_ERROR);
	for (int level = 0; level < 3; level++)
		assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
	elsewhere(&child, cannot_release);
	expect_well(&child);
	for (int level = 0; level < 3; level++) {
		assert_int_equal(twin_lock_value(&mine), 0);
		assert_int_equal(twin_release(&mine), TWIN_OK);
	}
	assert_int_equal(twin_lock_value(&mine), 1);
	assert_int_equal(twin_release(&mine), TWIN_ASSERTION_ERROR);
	unset();
}

/* A thread of the same process uses the same handle, and is not the owner either. */
static void try_as_a_thread(void *result)
{
	*(enum twin_result *)result = twin_release(&mine);
}

static void test_an_rlock_knows_its_thread(void **state)
{
	struct offspring thread;
	enum twin_result result = TWIN_OK;

	(void)state;
	set(TWIN_RLOCK, 0);
	assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
	assert_true(offspring_start(&thread, false, try_as_a_thread, &result));
	assert_true(offspring_join(&thread, NULL));
	assert_int_equal(result, TWIN_ASSERTION_ERROR);
	assert_int_equal(twin_release(&mine), TWIN_OK);
	unset();
}

#define INCREMENTS 20000

static void increment(void *unused)
{
	(void)unused;
	open_again();
	for (int n = 0; n < INCREMENTS; n++) {
		need(twin_acquire(&mine, TWIN_FOREVER) == TWIN_OK);
		stage->counter++;
		need(twin_release(&mine) == TWIN_OK);
	}
}

static void test_two_processes_are_kept_apart(void **state)
{
	static const enum twin_lock_kind kinds[] = {TWIN_LOCK, TWIN_RLOCK};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct offspring children[2];

		set(kinds[i], 0);
		elsewhere(&children[0], increment);
		elsewhere(&children[1], increment);
		expect_well(&children[0]);
		expect_well(&children[1]);
		assert_int_equal(stage->counter, 2 * INCREMENTS);
		unset();
	}
}

/* ---- rule 4 ---- */

static void test_a_condition_needs_its_lock(void **state)
{
	static const enum twin_lock_kind kinds[] = {TWIN_LOCK, TWIN_RLOCK};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		set(kinds[i], 0);
		assert_int_equal(twin_condition_wait(&cond, SHORT_NS), TWIN_ASSERTION_ERROR);
		assert_int_equal(twin_condition_notify(&cond, 1), TWIN_ASSERTION_ERROR);
		assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
		assert_int_equal(twin_condition_notify(&cond, 1), TWIN_OK); /* no process waits */
		assert_int_equal(twin_condition_wait(&cond, SHORT_NS), TWIN_TIMED_OUT);
		assert_true(twin_lock_is_mine(&mine));
		unset();
	}
}

static void sleep_on_it(void *unused)
{
	(void)unused;
	open_again();
	need(twin_acquire(&mine, TWIN_FOREVER) == TWIN_OK);
	need(twin_condition_wait(&cond, TWIN_FOREVER) == TWIN_OK);
	atomic_fetch_add(&stage->awake, 1);
	need(twin_release(&mine) == TWIN_OK);
}

/* Wait until so many have counted themselves asleep since the last notify. Returns with the lock held. */
static void lock_when_asleep(unsigned count)
{
	for (;;) {
		assert_int_equal(twin_acquire(&mine, TWIN_FOREVER), TWIN_OK);
		if (twin_lock_value(&cond.sleeping) == count)
			return;
		assert_int_equal(twin_release(&mine), TWIN_OK);
		sched_yield();
	}
}

static void test_notify_wakes_as_many_and_waits_for_them(void **state)
{
	struct offspring children[3];

	(void)state;
	set(TWIN_RLOCK, 0);
	for (unsigned i = 0; i < 3; i++)
		elsewhere(&children[i], sleep_on_it);
	lock_when_asleep(3);
	assert_int_equal(twin_condition_notify(&cond, 2), TWIN_OK);
	assert_int_equal(twin_lock_value(&cond.sleeping), 1);
	/* both left the wait and were counted, and later nothing tells */
	assert_int_equal(twin_lock_value(&cond.woken), 0);
	assert_int_equal(twin_lock_value(&cond.wait), 0);
	assert_int_equal(atomic_load(&stage->awake), 0); /* they wait for the lock, which is here */
	assert_int_equal(twin_release(&mine), TWIN_OK);
	while (atomic_load(&stage->awake) != 2)
		sched_yield();
	lock_when_asleep(1);
	assert_int_equal(twin_condition_notify(&cond, TWIN_NOTIFY_ALL), TWIN_OK);
	assert_int_equal(twin_release(&mine), TWIN_OK);
	for (unsigned i = 0; i < 3; i++)
		expect_well(&children[i]);
	assert_int_equal(twin_lock_value(&cond.woken), 0);
	unset();
}

static void test_whose_time_was_over_eats_no_later_wake_up(void **state)
{
	struct offspring child;

	(void)state;
	set(TWIN_RLOCK, 0);
	assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
	assert_int_equal(twin_condition_wait(&cond, SHORT_NS), TWIN_TIMED_OUT);
	assert_int_equal(twin_release(&mine), TWIN_OK);
	elsewhere(&child, sleep_on_it);
	lock_when_asleep(2); /* the waiter that gave up is still counted */
	assert_int_equal(twin_condition_notify(&cond, 1), TWIN_OK);
	assert_int_equal(twin_release(&mine), TWIN_OK);
	expect_well(&child);
	unset();
}

static void notify_once(void *unused)
{
	(void)unused;
	open_again();
	lock_when_asleep(1);
	need(twin_condition_notify(&cond, 1) == TWIN_OK);
	need(twin_release(&mine) == TWIN_OK);
}

static void test_a_wait_lets_go_of_every_level(void **state)
{
	struct offspring child;

	(void)state;
	set(TWIN_RLOCK, 0);
	for (int level = 0; level < 3; level++)
		assert_int_equal(twin_acquire(&mine, TWIN_AT_ONCE), TWIN_OK);
	elsewhere(&child, notify_once);
	assert_int_equal(twin_condition_wait(&cond, TWIN_FOREVER), TWIN_OK);
	for (int level = 0; level < 3; level++)
		assert_int_equal(twin_release(&mine), TWIN_OK);
	assert_int_equal(twin_release(&mine), TWIN_ASSERTION_ERROR);
	expect_well(&child);
	unset();
}

/* ---- rule 13, and what a timeout is ---- */

static void test_deadlines_are_monotonic(void **state)
{
	const uint64_t now_ns = clock_now_ns();

	(void)state;
	assert_true(twin_deadline_ns(TWIN_FOREVER) == UINT64_MAX);
	assert_true(twin_deadline_ns(TWIN_AT_ONCE) == 0);
	assert_true(twin_deadline_ns(-1) >= now_ns);
	assert_true(twin_deadline_ns(1000) >= now_ns + 1000);
	assert_true(twin_timeout_ns(UINT64_MAX) == TWIN_FOREVER);
	assert_true(twin_timeout_ns(0) == TWIN_AT_ONCE);
	assert_true(twin_timeout_ns(1) == 0);
	assert_true(twin_timeout_ns(clock_now_ns() + UINT64_C(60000000000)) > INT64_C(30000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_lock_has_no_owner),
		cmocka_unit_test(test_taking_a_lock_twice_waits_in_vain),
		cmocka_unit_test(test_what_may_be_released_too_often),
		cmocka_unit_test(test_an_rlock_belongs_to_its_owner),
		cmocka_unit_test(test_an_rlock_knows_its_thread),
		cmocka_unit_test(test_two_processes_are_kept_apart),
		cmocka_unit_test(test_a_condition_needs_its_lock),
		cmocka_unit_test(test_notify_wakes_as_many_and_waits_for_them),
		cmocka_unit_test(test_whose_time_was_over_eats_no_later_wake_up),
		cmocka_unit_test(test_a_wait_lets_go_of_every_level),
		cmocka_unit_test(test_deadlines_are_monotonic),
	};

	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (stage == MAP_FAILED)
		die(EXIT_INTERNAL, "no memory");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
