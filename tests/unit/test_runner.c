/* SPDX-License-Identifier: MIT */
/*
 * Real runners, of the tests' own build of the program: environment TOLLGATE_TEST; without it these
 * tests are skipped.
 */
#include "harness/run/launch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/fake_coordinator.h"

static const char *program(void)
{
	const char *path = getenv("TOLLGATE_TEST");

	if (!path)
		skip();
	return path;
}

static enum run_status start_real(void)
{
	return launch_start(&launch, program(), &setup, PATIENT_NS, 100, &why);
}

static void a_runner_runs_epochs(void **state)
{
	static const char *const modes[] = {"none", "mutex", "gil", "process"};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
		snprintf(setup.mode, sizeof(setup.mode), "%s", modes[m]);
		assert_int_equal(start_real(), RUN_OK);
		for (unsigned n = 1; n <= 3; n++) {
			memset(workers, 0xff, sizeof(workers));
			assert_int_equal(launch_epoch(&launch, UINT64_C(100) * n, &record, workers),
					 RUN_OK);
			assert_int_equal(record.batch, 100 * n);
			assert_true(record.metrics[0] == n);
			for (int i = 0; i < WORKERS; i++)
				assert_int_equal(workers[i].ops, 100 * n);
		}
		assert_int_equal(launch_finish(&launch, &finish, &why), RUN_OK);
		assert_int_equal(finish.has_latency, 0);
		assert_int_equal(launch.pid, 0);
	}
}

static void wall_time_is_first_start_to_last_end(void **state)
{
	uint64_t first = UINT64_MAX, last = 0;

	(void)state;
	assert_int_equal(start_real(), RUN_OK);
	assert_int_equal(launch_epoch(&launch, 1, &record, workers), RUN_OK);
	for (int i = 0; i < WORKERS; i++) {
		assert_true(workers[i].start_ns <= workers[i].end_ns);
		first = workers[i].start_ns < first ? workers[i].start_ns : first;
		last = workers[i].end_ns > last ? workers[i].end_ns : last;
	}
	assert_int_equal(record.wall_ns, last - first);
}

static void a_wrong_answer_does_not_end_it(void **state)
{
	static const enum run_status statuses[] = {RUN_OK, RUN_WRONG, RUN_OK};

	(void)state;
	strcpy(setup.bench, "test_wrong");
	setup.params[1] = 2; /* in the second epoch */
	assert_int_equal(start_real(), RUN_OK);
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		assert_int_equal(launch_epoch(&launch, 100, &record, workers), statuses[i]);
	assert_int_equal(launch_finish(&launch, &finish, &why), RUN_OK);
}

static void expect_end(const char *bench, const char *mode, enum run_status expected)
{
	strcpy(setup.bench, bench);
	strcpy(setup.mode, mode);
	setup.params[1] = 1;
	assert_int_equal(start_real(), RUN_OK);
	launch.deadline_ns = expected == RUN_TIMEOUT ? IMPATIENT_NS : PATIENT_NS;
	assert_int_equal(launch_epoch(&launch, 100, &record, workers), expected);
	assert_true(*record.why.text);
	assert_int_equal(launch.pid, 0);
}

static void however_a_worker_ends_a_status_says_it(void **state)
{
	static const char *const modes[] = {"none", "process"};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
		expect_end("test_crash", modes[m], RUN_CRASHED);
		expect_end("test_abort", modes[m], RUN_CRASHED);
		expect_end("test_killed", modes[m], RUN_KILLED);
		expect_end("test_exit", modes[m], RUN_ERROR);
		expect_end("test_hang", modes[m], RUN_TIMEOUT);
		expect_end("test_partner_dies", modes[m], RUN_ERROR);
	}
}

/* The worker sits where it is told to, its partner where the kernel likes. */
static void a_partner_may_roam(void **state)
{
	cpu_set_t set;

	(void)state;
	must_sys(sched_getaffinity(0, sizeof(set), &set));
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			setup.cpus[0] = cpu;
	strcpy(setup.bench, "test_roams");
	setup.workers = 1;
	assert_int_equal(start_real(), RUN_OK);
	assert_int_equal(launch_epoch(&launch, 1, &record, workers), RUN_OK);
	assert_int_equal(launch_finish(&launch, &finish, &why), RUN_OK);
}

/* The first runner sets the pace. Later runners keep it, whatever their core does. */
static void a_pace_is_set_once_and_felt_in_each_epoch(void **state)
{
	(void)state;
	strcpy(setup.bench, "gil_handoff");
	setup.params[0] = 1000; /* tick_ns */
	assert_int_equal(start_real(), RUN_OK);
	assert_true(launch.pace_ns > 0);
	launch_kill(&launch);
	setup.pace_ns = 1e6;
	assert_int_equal(start_real(), RUN_OK);
	assert_true(launch.pace_ns == 1e6);
	assert_int_equal(launch_epoch(&launch, 100, &record, workers), RUN_OK);
	assert_int_equal(record.tick_steps, 1);
	assert_true(record.step_ns > 0 && record.step_ns < 1e5);
	assert_int_equal(record.pace_moved, 1);
	assert_int_equal(launch_finish(&launch, &finish, &why), RUN_OK);
	setup.pace_ns = 100;
	assert_int_equal(start_real(), RUN_OK);
	assert_int_equal(launch_epoch(&launch, 100, &record, workers), RUN_OK);
	assert_int_equal(record.tick_steps, 10);
}

static void work_without_steps_has_no_pace(void **state)
{
	(void)state;
	setup.pace_ns = 1;
	assert_int_equal(start_real(), RUN_OK);
	assert_true(launch.pace_ns == 0);
	assert_int_equal(launch_epoch(&launch, 100, &record, workers), RUN_OK);
	assert_true(record.step_ns == 0 && record.tick_steps == 0 && record.pace_moved == 0);
}

static void expect_no_start(enum run_status status, const char *word)
{
	assert_int_equal(start_real(), status);
	expect_text(why.text, word);
	assert_int_equal(launch.pid, 0);
	fresh(NULL);
}

static void a_bad_set_up_is_refused(void **state)
{
	(void)state;
	strcpy(setup.bench, "nonsense");
	expect_no_start(RUN_ERROR, "no case 'nonsense'");
	strcpy(setup.mode, "nonsense");
	expect_no_start(RUN_ERROR, "no mode 'nonsense'");
	memset(setup.bench, 'x', sizeof(setup.bench));
	expect_no_start(RUN_ERROR, "unterminated");
	memset(setup.mode, 'x', sizeof(setup.mode));
	expect_no_start(RUN_ERROR, "unterminated");
	memset(setup.directory, 'x', sizeof(setup.directory));
	expect_no_start(RUN_ERROR, "unterminated");
	setup.pace_ns = -1;
	expect_no_start(RUN_ERROR, "a step of -1 ns");
	setup.pace_ns = NAN;
	expect_no_start(RUN_ERROR, "a step of");
	setup.version++;
	expect_no_start(RUN_ERROR, "protocol version");
	setup.magic++;
	expect_no_start(RUN_ERROR, "protocol version");
	setup.counters.count = COUNTERS_MAX + 1;
	expect_no_start(RUN_ERROR, "");
	strcpy(setup.bench, "test_skip");
	expect_no_start(RUN_SKIPPED, "unicorn");
}

static void absurd_worker_counts_are_refused(void **state)
{
	static const uint32_t counts[] = {0, WORKERS_MAX + 1, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		setup.workers = counts[i];
		expect_no_start(RUN_ERROR, "workers");
	}
}

/* Bound to a PU that is not there: the set-up succeeds, the first epoch says why it cannot count. */
static void a_seat_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	setup.cpus[1] = 100000;
	assert_int_equal(start_real(), RUN_OK);
	assert_int_equal(launch_epoch(&launch, 100, &record, workers), RUN_ERROR);
	expect_text(record.why.text, "100000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAUNCH_TEST(a_runner_runs_epochs),
		LAUNCH_TEST(wall_time_is_first_start_to_last_end),
		LAUNCH_TEST(a_wrong_answer_does_not_end_it),
		LAUNCH_TEST(however_a_worker_ends_a_status_says_it),
		LAUNCH_TEST(a_partner_may_roam),
		LAUNCH_TEST(a_pace_is_set_once_and_felt_in_each_epoch),
		LAUNCH_TEST(work_without_steps_has_no_pace),
		LAUNCH_TEST(a_bad_set_up_is_refused),
		LAUNCH_TEST(absurd_worker_counts_are_refused),
		LAUNCH_TEST(a_seat_that_is_not_there_is_an_error),
	};

	launch_catch_signals();
	alarm(150);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
