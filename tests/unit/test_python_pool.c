/* SPDX-License-Identifier: MIT */
#include "harness/python/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/kit/offspring.h"

#define PROCESSES 3u
#define MANY      20000u /* tasks: more than the pipe takes */

/* The memory that the processes of a test share. */
struct stage {
	struct twin_pool_shared pool;
	_Atomic unsigned begun, go;
};

static struct stage *stage;
static struct twin_pool *pool;
static uint64_t arguments[MANY], values[MANY];

static uint64_t square(uint64_t argument)
{
	return argument * argument;
}

/* Says that it has begun, and works until it may go on. */
static uint64_t wait_for_go(uint64_t argument)
{
	atomic_fetch_add(&stage->begun, 1);
	while (!atomic_load(&stage->go))
		sched_yield();
	return argument;
}

static int set(void **state)
{
	(void)state;
	*stage = (struct stage){0};
	for (unsigned i = 0; i < MANY; i++)
		arguments[i] = i + 1;
	memset(values, 0, sizeof(values));
	pool = twin_pool_start(&stage->pool, PROCESSES);
	return 0;
}

/* After every test no process is left. */
static int unset(void **state)
{
	(void)state;
	twin_pool_free(pool);
	return offspring_none_left() ? 0 : -1;
}

/* A task for every process, and each is at it. */
static void begin_everywhere(struct twin_job *jobs)
{
	for (unsigned i = 0; i < PROCESSES; i++)
		assert_int_equal(twin_pool_apply_async(pool, &jobs[i], wait_for_go, i), TWIN_OK);
	while (atomic_load(&stage->begun) < PROCESSES)
		sched_yield();
}

static void expect_squares(size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(values[i], arguments[i] * arguments[i]);
}

static void test_apply_waits_for_its_value(void **state)
{
	uint64_t value = 0;

	(void)state;
	for (uint64_t i = 0; i < 50; i++) {
		assert_int_equal(twin_pool_apply(pool, square, i, &value), TWIN_OK);
		assert_int_equal(value, i * i);
	}
}

static void test_async_calls_run_side_by_side(void **state)
{
	struct twin_job jobs[PROCESSES];
	uint64_t value;

	(void)state;
	begin_everywhere(jobs);
	assert_int_equal(twin_job_get(&jobs[0], 1000000, &value), TWIN_TIMED_OUT);
	assert_int_equal(twin_job_get(&jobs[0], TWIN_AT_ONCE, &value), TWIN_TIMED_OUT);
	atomic_store(&stage->go, 1);
	for (unsigned i = 0; i < PROCESSES; i++) {
		assert_int_equal(twin_job_get(&jobs[i], TWIN_FOREVER, &value), TWIN_OK);
		assert_int_equal(value, i);
	}
}

/* ---- rule 11 ---- */

static void test_chunks_are_a_quarter_of_a_share(void **state)
{
	(void)state;
	assert_int_equal(twin_pool_chunk(0, 3), 0);
	assert_int_equal(twin_pool_chunk(1, 3), 1);
	assert_int_equal(twin_pool_chunk(12, 3), 1);
	assert_int_equal(twin_pool_chunk(13, 3), 2);
	assert_int_equal(twin_pool_chunk(100, 3), 9);
}

static void test_map_keeps_the_order(void **state)
{
	static const size_t counts[] = {0, 1, 10, 12, 13, 1000, MANY};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		memset(values, 0, sizeof(values));
		assert_int_equal(twin_pool_map(pool, square, arguments, values, counts[i]),
				 TWIN_OK);
		expect_squares(counts[i]);
		if (counts[i] < MANY)
			assert_int_equal(values[counts[i]], 0);
	}
}

static void test_close_finishes_what_was_given(void **state)
{
	struct twin_job map, one;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(twin_pool_join(pool), TWIN_VALUE_ERROR);
	assert_int_equal(twin_pool_map_async(pool, &map, square, arguments, values, MANY), TWIN_OK);
	assert_int_equal(twin_pool_apply_async(pool, &one, square, 9), TWIN_OK);
	twin_pool_close(pool);
	assert_int_equal(twin_pool_apply(pool, square, 1, &value), TWIN_VALUE_ERROR);
	assert_int_equal(twin_pool_join(pool), TWIN_OK);
	assert_true(offspring_none_left());
	assert_int_equal(twin_job_get(&map, TWIN_AT_ONCE, NULL), TWIN_OK);
	assert_int_equal(twin_job_get(&one, TWIN_AT_ONCE, &value), TWIN_OK);
	assert_int_equal(value, 81);
	expect_squares(MANY);
	assert_int_equal(twin_pool_join(pool), TWIN_OK); /* again does no harm */
}

/* Tasks in the pipe, in the queue and under way do not keep it. */
static void test_terminate_waits_for_nobody(void **state)
{
	static struct twin_job jobs[MANY];
	uint64_t value;

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(twin_pool_apply_async(pool, &jobs[i], wait_for_go, i), TWIN_OK);
	while (atomic_load(&stage->begun) < PROCESSES)
		sched_yield();
	twin_pool_terminate(pool);
	assert_true(offspring_none_left());
	assert_int_equal(twin_job_get(&jobs[0], TWIN_FOREVER, &value), TWIN_BROKEN);
	assert_int_equal(twin_job_get(&jobs[MANY - 1], TWIN_FOREVER, &value), TWIN_BROKEN);
	assert_int_equal(twin_pool_apply(pool, square, 1, &value), TWIN_VALUE_ERROR);
	assert_int_equal(twin_pool_join(pool), TWIN_OK);
}

static void test_an_idle_pool_ends(void **state)
{
	(void)state;
	twin_pool_close(pool);
	assert_int_equal(twin_pool_join(pool), TWIN_OK);
	assert_true(offspring_none_left());
}

/* ---- rule 12: a worker is killed ---- */

static void test_a_worker_killed_at_work_is_told(void **state)
{
	struct twin_job jobs[PROCESSES];
	uint64_t value;

	(void)state;
	begin_everywhere(jobs);
	must_sys(kill(twin_pool_worker(pool, 1), SIGKILL));
	for (unsigned i = 0; i < PROCESSES; i++)
		assert_int_equal(twin_job_get(&jobs[i], TWIN_FOREVER, &value), TWIN_BROKEN);
	assert_int_equal(twin_pool_apply(pool, square, 1, &value), TWIN_BROKEN);
	assert_int_equal(twin_pool_join(pool), TWIN_OK);
	assert_true(offspring_none_left());
}

/* When idle, one worker waits inside the queue's lock and shuts out the others. */
static void test_a_worker_killed_in_the_lock_is_told(void **state)
{
	uint64_t value;

	(void)state;
	for (unsigned i = 0; i < PROCESSES; i++)
		must_sys(kill(twin_pool_worker(pool, i), SIGSTOP)); /* none takes what comes */
	for (unsigned i = 0; i < PROCESSES; i++)
		must_sys(kill(twin_pool_worker(pool, i), SIGKILL));
	assert_int_equal(twin_pool_apply(pool, square, 1, &value), TWIN_BROKEN);
}

static void test_a_worker_killed_under_load_is_told(void **state)
{
	struct twin_job job;

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		arguments[i] = i;
	assert_int_equal(twin_pool_apply_async(pool, &job, wait_for_go, 0), TWIN_OK);
	while (!atomic_load(&stage->begun))
		sched_yield();
	struct twin_job map;

	assert_int_equal(twin_pool_map_async(pool, &map, wait_for_go, arguments, values, MANY),
			 TWIN_OK);
	must_sys(kill(twin_pool_worker(pool, 0), SIGKILL));
	assert_int_equal(twin_job_get(&job, TWIN_FOREVER, NULL), TWIN_BROKEN);
	assert_int_equal(twin_job_get(&map, TWIN_FOREVER, NULL), TWIN_BROKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_apply_waits_for_its_value, set, unset),
		cmocka_unit_test_setup_teardown(test_async_calls_run_side_by_side, set, unset),
		cmocka_unit_test(test_chunks_are_a_quarter_of_a_share),
		cmocka_unit_test_setup_teardown(test_map_keeps_the_order, set, unset),
		cmocka_unit_test_setup_teardown(test_close_finishes_what_was_given, set, unset),
		cmocka_unit_test_setup_teardown(test_terminate_waits_for_nobody, set, unset),
		cmocka_unit_test_setup_teardown(test_an_idle_pool_ends, set, unset),
		cmocka_unit_test_setup_teardown(test_a_worker_killed_at_work_is_told, set, unset),
		cmocka_unit_test_setup_teardown(test_a_worker_killed_in_the_lock_is_told, set,
						unset),
		cmocka_unit_test_setup_teardown(test_a_worker_killed_under_load_is_told, set,
						unset),
	};

	signal(SIGPIPE, SIG_IGN); /* as in a runner */
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (stage == MAP_FAILED)
		die(EXIT_INTERNAL, "no memory");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
