/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "harness/runner/inject.h"

static void good_ones(void **state)
{
	struct inject inject;
	struct reason why;

	(void)state;
	assert_true(inject_parse("cpu_int:1.10", &inject, &why));
	assert_string_equal(inject.case_name, "cpu_int");
	assert_true(inject.factor == 1.10);
	assert_true(inject_parse("io_2:10", &inject, &why));
	assert_true(inject_parse("a:1.0001", &inject, &why));
}

static void bad_ones(void **state)
{
	static const char *const bad[] = {
		"",
		"cpu_int",
		"cpu_int:",
		":1.1",
		"cpu_int:1",
		"cpu_int:1.0",
		"cpu_int:0.5",
		"cpu_int:-2",
		"cpu_int:10.01",
		"cpu_int:nan",
		"cpu_int:inf",
		"cpu_int:1,1",
		"cpu_int:1.1 ",
		" cpu_int:1.1",
		"CPU:1.1",
		"a b:1.1",
		"a:1.1:1.1",
		"cpu_int:1.1x",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl:1.1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct inject inject;
		struct reason why = {""};

		if (inject_parse(bad[i], &inject, &why))
			fail_msg("taken: '%s'", bad[i]);
		assert_non_null(strstr(why.text, "expected case:factor"));
	}
}

static void environment_variable(void **state)
{
	struct inject inject;
	struct reason why = {""};

	(void)state;
	assert_int_equal(unsetenv(INJECT_VARIABLE), 0);
	assert_true(inject_from_environment(&inject, &why));
	assert_string_equal(inject.case_name, "");
	assert_int_equal(setenv(INJECT_VARIABLE, "", 1), 0);
	assert_true(inject_from_environment(&inject, &why));
	assert_string_equal(inject.case_name, "");
	assert_int_equal(setenv(INJECT_VARIABLE, "cpu_int:1.3", 1), 0);
	assert_true(inject_from_environment(&inject, &why));
	assert_string_equal(inject.case_name, "cpu_int");
	assert_int_equal(setenv(INJECT_VARIABLE, "cpu_int", 1), 0);
	assert_false(inject_from_environment(&inject, &why));
	assert_non_null(strstr(why.text, "environment variable TOLLGATE_INJECT"));
}

static void only_cases_that_can_do_more(void **state)
{
	struct inject inject;
	struct reason why = {""};

	(void)state;
	assert_true(inject_parse("cpu_int:1.3", &inject, &why));
	assert_true(inject_is_possible(&inject, &why));
	assert_true(inject_parse("no_such_case:1.3", &inject, &why));
	assert_false(inject_is_possible(&inject, &why));
	assert_non_null(strstr(why.text, "no case 'no_such_case'"));
	assert_true(inject_parse("pos_terminal:1.3", &inject, &why));
	assert_false(inject_is_possible(&inject, &why));
	assert_non_null(strstr(why.text, "parameter swipes"));
}

static void operations_are_rounded_up(void **state)
{
	struct inject inject = {.case_name = "x", .factor = 1.1};

	(void)state;
	assert_int_equal(inject_batch(&inject, 100), 110);
	assert_int_equal(inject_batch(&inject, 1000), 1100);
	assert_int_equal(inject_batch(&inject, 101), 112);
	assert_int_equal(inject_batch(&inject, 1), 2);
	inject.factor = 1.000001;
	assert_int_equal(inject_batch(&inject, 10), 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
		cmocka_unit_test(environment_variable),
		cmocka_unit_test(only_cases_that_can_do_more),
		cmocka_unit_test(operations_are_rounded_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
