/* SPDX-License-Identifier: MIT */
#include "harness/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const struct bench_case sample = {
	.name = "sample",
	.params = {{"low", 1, -5, 5, ""},
		   {"wide", 7, INT64_MIN, INT64_MAX, ""},
		   {"one", 1, 1, 1, ""}},
};

static void expect_refusal(const char *set, const char *word)
{
	int64_t values[BENCH_PARAMS_MAX];
	struct reason why = {""};

	assert_false(bench_params_apply(&sample, set, values, &why));
	if (!strstr(why.text, word))
		fail_msg("'%s': '%s' is not in '%s'", set, word, why.text);
	assert_false(bench_params_apply(&sample, set, values, NULL));
}

static void defaults_stand_where_nothing_is_set(void **state)
{
	static const char *const nothing[] = {NULL, ""};
	int64_t values[BENCH_PARAMS_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nothing); i++) {
		memset(values, 0xff, sizeof(values));
		assert_true(bench_params_apply(&sample, nothing[i], values, NULL));
		assert_int_equal(values[0], 1);
		assert_int_equal(values[1], 7);
		assert_int_equal(values[2], 1);
		assert_int_equal(values[3], 0);
	}
}

static void the_last_assignment_wins(void **state)
{
	int64_t values[BENCH_PARAMS_MAX];

	(void)state;
	assert_true(
		bench_params_apply(&sample, "low=-5;wide=9223372036854775807;low=5", values, NULL));
	assert_int_equal(values[0], 5);
	assert_true(values[1] == INT64_MAX);
	assert_int_equal(values[2], 1);
	assert_true(bench_params_apply(&sample, "wide=-9223372036854775808", values, NULL));
	assert_true(values[1] == INT64_MIN);
}

static void bad_assignments_are_refused(void **state)
{
	char text[2000];

	(void)state;
	expect_refusal("low=6", "from -5 to 5");
	expect_refusal("low=-6", "from -5 to 5");
	expect_refusal("low=", "parameter low=");
	expect_refusal("low= 1", "whole number");
	expect_refusal("low=1.5", "whole number");
	expect_refusal("low=1e0", "whole number");
	expect_refusal("low=%n%s", "low=%n%s");
	expect_refusal("low=1=2", "whole number");
	expect_refusal("wide=9223372036854775808", "whole number");
	expect_refusal("wide=99999999999999999999999999", "whole number");
	expect_refusal("one=2", "from 1 to 1");
	expect_refusal("low", "name=value");
	expect_refusal(";", "name=value");
	expect_refusal("low=1;", "name=value");
	expect_refusal("=1", "no parameter ''");
	expect_refusal("lowe=1", "no parameter 'lowe'");
	expect_refusal("LOW=1", "no parameter 'LOW'");
	memset(text, '1', sizeof(text));
	memcpy(text, "low=", 4);
	text[sizeof(text) - 1] = '\0';
	expect_refusal(text, "longer than");
}

static void parameters_are_found_by_name(void **state)
{
	(void)state;
	assert_int_equal(bench_param_count(&sample), 3);
	assert_int_equal(bench_param_index(&sample, "wide"), 1);
	assert_int_equal(bench_param_index(&sample, "wid"), -1);
	assert_int_equal(bench_metric_count(&sample), 0);
}

static void parameters_read_back_what_is_written(void **state)
{
	int64_t values[BENCH_PARAMS_MAX], again[BENCH_PARAMS_MAX];
	char text[256], small[9];

	(void)state;
	assert_true(bench_params_apply(&sample, "low=-3;wide=-9223372036854775808", values, NULL));
	bench_params_text(&sample, values, text, sizeof(text));
	assert_string_equal(text, "low=-3;wide=-9223372036854775808;one=1");
	assert_true(bench_params_apply(&sample, text, again, NULL));
	assert_memory_equal(values, again, sizeof(values));
	bench_params_text(&sample, values, small, sizeof(small)); /* cut, never overrun */
	assert_string_equal(small, "low=-3;w");
}

static void check_metrics(const struct bench_case *bench)
{
	for (unsigned i = 0; i < bench_metric_count(bench); i++) {
		const char *better = bench->metrics[i].better;

		assert_non_null(bench->metrics[i].unit);
		assert_true(!strcmp(better, "lower") || !strcmp(better, "higher") ||
			    !strcmp(better, "zero") || !strcmp(better, "info"));
	}
}

static void every_case_is_well_formed(void **state)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	(void)state;
	assert_true(count >= 10);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(registry_find(cases[i]->name), cases[i]);
		assert_true(!i || strcmp(cases[i - 1]->name, cases[i]->name) < 0);
		assert_true(strlen(cases[i]->name) < 64); /* it must fit into the protocol */
		assert_true(strlen(cases[i]->summary) > 5);
		assert_in_range(cases[i]->family, 0, BENCH_FAMILIES - 1);
		assert_non_null(cases[i]->check);
		check_metrics(cases[i]);
	}
}

static void names_are_matched_whole(void **state)
{
	(void)state;
	assert_non_null(registry_find("empty"));
	assert_null(registry_find("empt"));
	assert_null(registry_find("Empty"));
	assert_null(registry_find(""));
}

static void families_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < BENCH_FAMILIES; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(bench_family_name(i), bench_family_name(j));
}

static void a_quiet_parameter_stands_where_it_is_changed(void **state)
{
	const struct bench_case bench = {
		.name = "quiet",
		.params = {{"hush", 15, 1, 99, ""}, {"loud", 1, 0, 9, ""}},
		.tick_param = "hush",
	};
	const int64_t as_usual[] = {15, 1}, changed[] = {16, 1};
	char text[64];

	(void)state;
	bench_params_text(&bench, as_usual, text, sizeof(text));
	assert_string_equal(text, "loud=1");
	bench_params_text(&bench, changed, text, sizeof(text));
	assert_string_equal(text, "hush=16;loud=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_stand_where_nothing_is_set),
		cmocka_unit_test(the_last_assignment_wins),
		cmocka_unit_test(bad_assignments_are_refused),
		cmocka_unit_test(parameters_are_found_by_name),
		cmocka_unit_test(parameters_read_back_what_is_written),
		cmocka_unit_test(every_case_is_well_formed),
		cmocka_unit_test(names_are_matched_whole),
		cmocka_unit_test(families_have_names),
		cmocka_unit_test(a_quiet_parameter_stands_where_it_is_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
