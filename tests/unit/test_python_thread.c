/* SPDX-License-Identifier: MIT */
#include "harness/python/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <string.h>

#include "harness/base/clock.h"
#include "harness/kit/offspring.h"
#include "harness/python/thread_queue.h"

#define SHORT_NS INT64_C(2000000)

/* ---- deque ---- */

static void push(struct twin_deque *deque, uint64_t value)
{
	memcpy(twin_deque_push(deque), &value, sizeof(value));
}

static void expect_pop(struct twin_deque *deque, uint64_t expected)
{
	uint64_t value;
	const void *item = twin_deque_pop(deque);

	assert_non_null(item);
	memcpy(&value, item, sizeof(value));
	assert_int_equal(value, expected);
}

/* Grows at every possible place of its beginning, so whatever has wrapped round is moved. */
static void test_a_deque_keeps_the_order_when_it_grows(void **state)
{
	(void)state;
	for (uint64_t shift = 0; shift < 20; shift++) {
		struct twin_deque deque;

		twin_deque_init(&deque, sizeof(uint64_t));
		for (uint64_t i = 0; i < shift; i++)
			push(&deque, i);
		for (uint64_t i = 0; i < shift; i++)
			expect_pop(&deque, i);
		for (uint64_t i = 0; i < 100; i++)
			push(&deque, i);
		for (uint64_t i = 0; i < 100; i++)
			expect_pop(&deque, i);
		assert_null(twin_deque_pop(&deque));
		twin_deque_free(&deque);
	}
}

/* ---- condition ---- */

struct stage {
	struct twin_mutex mutex;
	struct twin_thread_condition condition;
	unsigned arrived, order[4], left;
};

static struct stage stage;

static void set(void)
{
	stage = (struct stage){0};
	twin_mutex_init(&stage.mutex);
	twin_thread_condition_init(&stage.condition, &stage.mutex);
}

static void sleep_in_turn(void *number)
{
	twin_mutex_lock(&stage.mutex);
	stage.arrived++;
	assert_int_equal(twin_thread_wait(&stage.condition, TWIN_FOREVER), TWIN_OK);
	stage.order[stage.left++] = *(unsigned *)number;
	twin_mutex_unlock(&stage.mutex);
}

/* With the mutex held. */
static void lock_when(const unsigned *what, unsigned count)
{
	for (;;) {
		twin_mutex_lock(&stage.mutex);
		if (*what == count)
			return;
		twin_mutex_unlock(&stage.mutex);
		sched_yield();
	}
}

static void test_waiters_are_woken_in_order(void **state)
{
	struct offspring threads[4];
	unsigned numbers[4] = {0, 1, 2, 3};

	(void)state;
	set();
	for (unsigned i = 0; i < 4; i++) {
		assert_true(offspring_start(&threads[i], false, sleep_in_turn, &numbers[i]));
		lock_when(&stage.arrived, i + 1);
		twin_mutex_unlock(&stage.mutex);
	}
	for (unsigned i = 0; i < 4; i++) {
		lock_when(&stage.left, i);
		twin_thread_notify(&stage.condition, 1);
		twin_mutex_unlock(&stage.mutex);
	}
	for (unsigned i = 0; i < 4; i++)
		assert_true(offspring_join(&threads[i], NULL));
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(stage.order[i], i);
	twin_mutex_destroy(&stage.mutex);
}

static void test_whose_time_was_over_is_forgotten(void **state)
{
	struct offspring thread;
	unsigned number = 7;

	(void)state;
	set();
	assert_true(offspring_start(&thread, false, sleep_in_turn, &number));
	lock_when(&stage.arrived, 1);
	const uint64_t begin_ns = clock_now_ns();

	assert_int_equal(twin_thread_wait(&stage.condition, SHORT_NS), TWIN_TIMED_OUT);
	assert_true(clock_now_ns() - begin_ns >= (uint64_t)SHORT_NS);
	assert_int_equal(stage.left, 0);
	twin_thread_notify(&stage.condition, 5); /* one is there, not two */
	assert_null(stage.condition.first);
	twin_mutex_unlock(&stage.mutex);
	assert_true(offspring_join(&thread, NULL));
	assert_int_equal(stage.order[0], 7);
	twin_mutex_destroy(&stage.mutex);
}

/* ---- queue.Queue ---- */

static struct twin_thread_queue queue;

static void test_thread_queue_refuses_at_once_and_in_time(void **state)
{
	uint64_t item = 0;

	(void)state;
	twin_thread_queue_init(&queue, 2);
	assert_int_equal(twin_thread_queue_get(&queue, &item, TWIN_AT_ONCE), TWIN_EMPTY);
	assert_int_equal(twin_thread_queue_get(&queue, &item, -1), TWIN_VALUE_ERROR);
	assert_int_equal(twin_thread_queue_put(&queue, 1, TWIN_AT_ONCE), TWIN_OK);
	assert_int_equal(twin_thread_queue_put(&queue, 2, 0), TWIN_OK);
	assert_int_equal(twin_thread_queue_put(&queue, 3, TWIN_AT_ONCE), TWIN_FULL);
	assert_int_equal(twin_thread_queue_put(&queue, 3, -1), TWIN_VALUE_ERROR);
	const uint64_t begin_ns = clock_now_ns();

	assert_int_equal(twin_thread_queue_put(&queue, 3, SHORT_NS), TWIN_FULL);
	assert_true(clock_now_ns() - begin_ns >= (uint64_t)SHORT_NS);
	assert_int_equal(twin_thread_queue_size(&queue), 2);
	for (uint64_t i = 1; i <= 2; i++) {
		assert_int_equal(twin_thread_queue_get(&queue, &item, TWIN_FOREVER), TWIN_OK);
		assert_int_equal(item, i);
	}
	assert_int_equal(twin_thread_queue_get(&queue, &item, SHORT_NS), TWIN_EMPTY);
	twin_thread_queue_destroy(&queue);
}

#define ITEMS 5000

static void take_and_finish(void *sum)
{
	uint64_t item, last = 0;

	for (int i = 0; i < ITEMS; i++) {
		assert_int_equal(twin_thread_queue_get(&queue, &item, TWIN_FOREVER), TWIN_OK);
		assert_true(item > last);
		last = item;
		*(uint64_t *)sum += item;
		assert_int_equal(twin_thread_queue_task_done(&queue), TWIN_OK);
	}
}

static void test_thread_queue_blocks_and_is_joined(void **state)
{
	static const unsigned maxsizes[] = {1, 16, 0};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(maxsizes); m++) {
		struct offspring consumer;
		uint64_t sum = 0;

		twin_thread_queue_init(&queue, maxsizes[m]);
		assert_int_equal(twin_thread_queue_task_done(&queue), TWIN_VALUE_ERROR);
		twin_thread_queue_join(&queue);
		assert_true(offspring_start(&consumer, false, take_and_finish, &sum));
		for (uint64_t i = 1; i <= ITEMS; i++)
			assert_int_equal(twin_thread_queue_put(&queue, i, TWIN_FOREVER), TWIN_OK);
		twin_thread_queue_join(&queue);
		assert_int_equal(twin_thread_queue_size(&queue), 0);
		assert_true(offspring_join(&consumer, NULL));
		assert_int_equal(sum, UINT64_C(1) * ITEMS * (ITEMS + 1) / 2);
		twin_thread_queue_destroy(&queue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_deque_keeps_the_order_when_it_grows),
		cmocka_unit_test(test_waiters_are_woken_in_order),
		cmocka_unit_test(test_whose_time_was_over_is_forgotten),
		cmocka_unit_test(test_thread_queue_refuses_at_once_and_in_time),
		cmocka_unit_test(test_thread_queue_blocks_and_is_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
