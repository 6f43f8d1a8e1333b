/* SPDX-License-Identifier: MIT */
/* The usage of the workers of a launch, from made-up records. */
#include "harness/runner/crew_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define WORKERS 3

static struct crew crew;
static uint64_t cpu_ns[WORKERS];
static struct worker_record records[WORKERS];
static double figures[USAGE_FIGURES];

static int fresh(void **state)
{
	(void)state;
	crew = (struct crew){.used_cpu_ns = cpu_ns,
			     .setup = {.workers = WORKERS, .cpus = {4, 7, 4}}};
	for (unsigned i = 0; i < WORKERS; i++) {
		cpu_ns[i] = 0;
		records[i] = (struct worker_record){.cpu_ns = UINT64_C(100000) * (i + 1),
						    .wakeups = 5};
	}
	return 0;
}

/* The first epoch is warm-up. */
static void run_epochs(unsigned count)
{
	for (crew.epochs = 1; crew.epochs <= count; crew.epochs++)
		crew_usage_add(&crew, records, 1000000);
	crew_usage(&crew, figures);
}

static void workers_on_one_pu_make_it_busy_together(void **state)
{
	(void)state;
	run_epochs(3);
	assert_float_equal(figures[PU_BUSY_MAX], 0.4, 1e-9); /* workers 0 and 2 */
	assert_float_equal(figures[PU_BUSY_MIN], 0.2, 1e-9);
	assert_float_equal(figures[WAKEUPS_PER_S], 15000, 1e-6);
}

static void a_warm_up_alone_says_nothing(void **state)
{
	(void)state;
	run_epochs(1);
	for (int i = 0; i < USAGE_FIGURES; i++)
		assert_true(isnan(figures[i]));
}

static void one_worker_that_cannot_tell_spoils_the_sum(void **state)
{
	(void)state;
	records[1].wakeups = WAKEUPS_UNKNOWN;
	run_epochs(3);
	assert_true(isnan(figures[WAKEUPS_PER_S]));
	assert_false(isnan(figures[PU_BUSY_MAX]));
}

static void workers_that_roam_have_no_pu(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WORKERS; i++)
		crew.setup.cpus[i] = -1;
	run_epochs(3);
	assert_true(isnan(figures[PU_BUSY_MAX]) && isnan(figures[PU_BUSY_MIN]));
}

static void a_worker_that_was_pushed_off_did_not_wake_up(void **state)
{
	const struct meter meter = {.schedstat = -1};
	const struct usage before = {.arrivals = 10};
	struct usage after = {.arrivals = 30, .rusage.ru_nivcsw = 5};
	struct worker_record record = {0};

	(void)state;
	crew_usage_since(&record, &before, &after, &meter);
	assert_int_equal(record.wakeups, 15);
	after.rusage.ru_nivcsw = 50; /* the two counters are not read at the same moment */
	crew_usage_since(&record, &before, &after, &meter);
	assert_int_equal(record.wakeups, 0);
}

static void only_three_numbers_are_a_schedstat(void **state)
{
	uint64_t arrivals = 0;

	(void)state;
	assert_true(crew_schedstat_parse("69213 512 17\n", &arrivals));
	assert_int_equal(arrivals, 17);
	assert_false(crew_schedstat_parse("", &arrivals));
	assert_false(crew_schedstat_parse("69213 512", &arrivals));
	assert_false(crew_schedstat_parse("a b c", &arrivals));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(workers_on_one_pu_make_it_busy_together, fresh),
		cmocka_unit_test_setup(a_warm_up_alone_says_nothing, fresh),
		cmocka_unit_test_setup(one_worker_that_cannot_tell_spoils_the_sum, fresh),
		cmocka_unit_test_setup(workers_that_roam_have_no_pu, fresh),
		cmocka_unit_test(a_worker_that_was_pushed_off_did_not_wake_up),
		cmocka_unit_test(only_three_numbers_are_a_schedstat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
