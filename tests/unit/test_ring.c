/* SPDX-License-Identifier: MIT */
#include "harness/kit/ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "harness/bench.h"

#define BATCH   40
#define WORKERS 5

static struct {
	int64_t params[BENCH_PARAMS_MAX];
	struct ring ring;
	struct seat seats[WORKERS];
	struct worker workers[WORKERS];
	struct trial trial;
	struct reason why;
} stage;

static void set_stage(unsigned workers, int64_t work_kib)
{
	memset(&stage, 0, sizeof(stage));
	stage.params[RING_WORKERS] = workers;
	stage.params[RING_WORK] = work_kib;
	for (unsigned i = 0; i < workers; i++)
		stage.workers[i] = (struct worker){.batch = BATCH,
						   .done = BATCH,
						   .index = i,
						   .count = workers,
						   .shared = &stage.ring,
						   .local = &stage.seats[i]};
	stage.trial = (struct trial){.workers = workers,
				     .params = stage.params,
				     .shared = &stage.ring,
				     .slots = stage.workers};
}

static bool pass(struct seat *seat, uint64_t token)
{
	return write_all(seat->out, &token, sizeof(token));
}

static bool take(struct seat *seat)
{
	return read_all(seat->in, &seat->token, sizeof(seat->token)) == 1;
}
RING(by_pipe, pass, take)

static void *work(void *argument)
{
	ring_prepare(argument);
	by_pipe(argument);
	return NULL;
}

static void run(unsigned workers)
{
	pthread_t threads[WORKERS];

	ring_reset(&stage.trial);
	for (unsigned i = 0; i < workers; i++)
		must(pthread_create(&threads[i], NULL, work, &stage.workers[i]));
	for (unsigned i = 0; i < workers; i++)
		must(pthread_join(threads[i], NULL));
}

static bool judge(double *metrics)
{
	struct epoch epoch = {.batch = BATCH, .wall_ns = 1000000};

	metrics[0] = metrics[1] = metrics[2] = NAN;
	for (unsigned i = 0; i < stage.trial.workers; i++)
		epoch.ops += stage.workers[i].done;
	return ring_check(&stage.trial, &epoch, metrics, &stage.why);
}

static void test_the_token_goes_round(void **state)
{
	double metrics[3];

	(void)state;
	for (unsigned workers = 2; workers <= WORKERS; workers++) {
		set_stage(workers, 16);
		assert_true(ring_open(&stage.trial, true, &stage.why));
		run(workers);
		run(workers);
		if (!judge(metrics))
			fail_msg("%s", stage.why.text);
		assert_true(metrics[0] == 1000000.0 / (BATCH * workers));
		assert_true(metrics[2] == 16384);
		assert_int_equal(stage.seats[workers - 1].turns, 2 * BATCH);
		ring_teardown(&stage.trial);
	}
}

static void test_a_token_that_is_not_due_is_noticed(void **state)
{
	const uint64_t stranger = 12345;
	double metrics[3];

	(void)state;
	set_stage(2, 0);
	assert_true(ring_open(&stage.trial, true, &stage.why));
	assert_true(write_all(stage.seats[0].out, &stranger, sizeof(stranger)));
	run(2);
	assert_false(judge(metrics));
	assert_non_null(strstr(stage.why.text, "not due"));
	ring_teardown(&stage.trial);
}

static void test_a_line_that_was_left_out_is_noticed(void **state)
{
	double metrics[3];

	(void)state;
	set_stage(2, 16);
	assert_true(ring_open(&stage.trial, true, &stage.why));
	run(2);
	assert_true(judge(metrics));
	stage.seats[1].set[16384 / sizeof(uint64_t) - CACHE_LINE / sizeof(uint64_t)]--;
	assert_false(judge(metrics));
	assert_non_null(strstr(stage.why.text, "worker 1 did not walk"));
	ring_teardown(&stage.trial);
}

static void test_one_that_stopped_is_told(void **state)
{
	double metrics[3];

	(void)state;
	set_stage(2, 0);
	errno = EPIPE;
	ring_stop(&stage.workers[1], 7);
	assert_false(judge(metrics));
	assert_non_null(strstr(stage.why.text, "worker 1 stopped after 7 turns: Broken pipe"));
}

static void test_the_l2_sizes_come_from_the_machine(void **state)
{
	(void)state;
	set_stage(2, RING_WORK_L2);
	if (!ring_open(&stage.trial, false, &stage.why)) {
		assert_non_null(strstr(stage.why.text, "does not tell the size of its L2"));
		return;
	}
	const size_t once = stage.ring.set_bytes;

	ring_teardown(&stage.trial);
	set_stage(2, RING_WORK_TWICE_L2);
	assert_true(ring_open(&stage.trial, false, &stage.why));
	assert_true(once >= 1024);
	assert_int_equal(stage.ring.set_bytes, 2 * once);
	ring_teardown(&stage.trial);
}

static void test_every_worker_switches_once_per_turn(void **state)
{
	(void)state;
	assert_true(ring_switches(NULL, 16, true) == 16);
	assert_true(isnan(ring_switches(NULL, 16, false)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_token_goes_round),
		cmocka_unit_test(test_a_token_that_is_not_due_is_noticed),
		cmocka_unit_test(test_a_line_that_was_left_out_is_noticed),
		cmocka_unit_test(test_one_that_stopped_is_told),
		cmocka_unit_test(test_the_l2_sizes_come_from_the_machine),
		cmocka_unit_test(test_every_worker_switches_once_per_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
