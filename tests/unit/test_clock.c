/* SPDX-License-Identifier: MIT */
#include "harness/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void time_never_runs_backwards(void **state)
{
	uint64_t previous = clock_now_ns(), cpu = clock_thread_cpu_ns();

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t now = clock_now_ns();

		assert_true(now >= previous);
		previous = now;
	}
	assert_true(clock_thread_cpu_ns() > cpu);
}

static void a_clock_counts_nanoseconds(void **state)
{
	struct timespec t;
	uint64_t before = clock_of(CLOCK_MONOTONIC);

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &t);
	uint64_t between = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;

	assert_true(before <= between && between <= clock_now_ns());
	t = clock_timespec(UINT64_C(7000000008));
	assert_int_equal(t.tv_sec, 7);
	assert_int_equal(t.tv_nsec, 8);
}

static void the_probe_reports_what_it_measured(void **state)
{
	struct clock_facts facts;

	(void)state;
	memset(&facts, 0xff, sizeof(facts));
	clock_probe(&facts);
	assert_true(facts.cost_ns > 0 && facts.cost_ns < 1e7);
	assert_true(facts.step_ns > 0 && facts.step_ns < 1000000000);
	assert_true(facts.tick_ns >= 1 && facts.tick_ns <= 100000000);
	assert_string_equal(facts.name, "CLOCK_MONOTONIC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_never_runs_backwards),
		cmocka_unit_test(a_clock_counts_nanoseconds),
		cmocka_unit_test(the_probe_reports_what_it_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
