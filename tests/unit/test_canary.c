/* SPDX-License-Identifier: MIT */
/* The canary: which two processing units it watches, of which cases, and that it always comes back. */
#include "harness/runner/canary.h"

#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/registry.h"

static void two_units_are_watched(void **state)
{
	int seats[2] = {-7, -7};

	(void)state;
	assert_true(canary_seats((const int32_t[]){4, 4, 9, 2}, 4, seats));
	assert_int_equal(seats[0], 4);
	assert_int_equal(seats[1], 9);
	assert_true(canary_seats((const int32_t[]){0, 1}, 2, seats));
	assert_int_equal(seats[0], 0);
	assert_int_equal(seats[1], 1);
}

static void without_two_units_there_is_none(void **state)
{
	int seats[2];

	(void)state;
	assert_false(canary_seats((const int32_t[]){4}, 1, seats));
	assert_false(canary_seats((const int32_t[]){4, 4, 4}, 3, seats));
	assert_false(canary_seats((const int32_t[]){-1, -1}, 2, seats));
	assert_false(canary_seats((const int32_t[]){-1, 3}, 2, seats));
}

static void contended_cases_are_watched(void **state)
{
	(void)state;
	assert_true(bench_is_contended(registry_find("pos_terminal")));
	assert_true(bench_is_contended(registry_find("sync_pair")));   /* a copy per lock */
	assert_true(bench_is_contended(registry_find("lock_convoy"))); /* family shared */
	assert_false(bench_is_contended(registry_find("cpu_int")));
	assert_false(bench_is_contended(registry_find("line_transfer"))); /* is a child itself */
}

/* Two units that this process may use. False if there is only one. */
static bool find_two(int seats[2])
{
	cpu_set_t allowed;
	int found = 0;

	must_sys(sched_getaffinity(0, sizeof(allowed), &allowed));
	for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			seats[found++] = cpu;
	return found == 2;
}

static void it_sings(void **state)
{
	int seats[2];

	(void)state;
	if (!find_two(seats))
		skip();
	assert_true(canary_ns(seats) > 0);
}

/* A unit that is not there: no figure, and no waiting for ever. */
static void it_gives_up(void **state)
{
	int seats[2] = {0, 100000};

	(void)state;
	assert_true(isnan(canary_ns(seats)));
	seats[0] = 100001;
	assert_true(isnan(canary_ns(seats)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_units_are_watched),
		cmocka_unit_test(without_two_units_there_is_none),
		cmocka_unit_test(contended_cases_are_watched),
		cmocka_unit_test(it_sings),
		cmocka_unit_test(it_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
