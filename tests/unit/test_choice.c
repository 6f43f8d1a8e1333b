/* SPDX-License-Identifier: MIT */
/* Each option of the user by itself. test_plan.c tests them together. */
#include "harness/run/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define PUS 4

static struct choice choice;
static struct reason why;

static int fresh(void **state)
{
	(void)state;
	choice = (struct choice){0};
	why.text[0] = '\0';
	return 0;
}

static int release(void **state)
{
	(void)state;
	for (unsigned i = 0; i < choice.filter_count; i++)
		regfree(&choice.filters[i].pattern);
	return 0;
}

static void expect_text(const char *word)
{
	if (!strstr(why.text, word))
		fail_msg("'%s' is not in '%s'", word, why.text);
}

static void bad_filters_are_refused(void **state)
{
	char text[300];

	(void)state;
	assert_false(choice_add_filter(&choice, "", &why));
	assert_false(choice_add_filter(&choice, "!", &why));
	assert_false(choice_add_filter(&choice, "a(", &why));
	expect_text("regular expression");
	memset(text, '(', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_false(choice_add_filter(&choice, text, &why));
	expect_text("more than 200 characters");
	assert_int_equal(choice.filter_count, 0);
	for (int i = 0; i < CHOICE_FILTERS_MAX; i++)
		assert_true(choice_add_filter(&choice, "empty", &why));
	assert_false(choice_add_filter(&choice, "empty", &why));
	expect_text("at most");
}

static void unknown_modes_are_refused(void **state)
{
	static const char *const bad[] = {"", ",", "none,", "None", "none;gil", "%s%n"};

	(void)state;
	assert_false(mode_list_parse(&choice.modes, "none,mutx", &why));
	expect_text("'mutx'");
	expect_text("did you mean 'mutex'");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		why.text[0] = '\0';
		assert_false(mode_list_parse(&choice.modes, bad[i], &why));
		expect_text("unknown mode");
	}
}

static void bad_worker_counts_are_refused(void **state)
{
	static const char *const bad[] = {"",   "0",    "-1",         "1,",
					  ",1", "1.5",  "x",          "3N",
					  "n",  "2049", "1000000000", "99999999999999999999"};
	char many[400] = "1";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		why.text[0] = '\0';
		assert_false(choice_set_workers(&choice, bad[i], PUS, &why));
		assert_true(*why.text);
	}
	assert_false(choice_set_workers(&choice, "2N", 1500, &why));
	assert_true(choice_set_workers(&choice, "2048", PUS, &why));
	choice.worker_count = 0;
	for (int i = 2; i < 50; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), ",%d", i);
	assert_false(choice_set_workers(&choice, many, PUS, &why));
	expect_text("at most");
}

static void bad_placements_are_refused(void **state)
{
	(void)state;
	assert_false(choice_add_placement(&choice, "compct", &why));
	expect_text("compact");
	for (int i = 0; i < CHOICE_PLACEMENTS_MAX; i++)
		assert_true(choice_add_placement(&choice, "none", &why));
	assert_false(choice_add_placement(&choice, "none", &why));
	expect_text("at most");
}

static void profiles_are_found_by_name(void **state)
{
	size_t count;
	const struct profile *profiles = profile_table(&count);

	(void)state;
	assert_null(profile_find("Quick"));
	assert_null(profile_find(""));
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(profile_find(profiles[i].name), &profiles[i]);
		assert_true(profiles[i].launches_min >= 6); /* fewer give no interval */
		assert_true(profiles[i].launches_min <= profiles[i].launches_max);
		assert_true(profiles[i].rounds > 0 && profiles[i].variants > 0);
	}
}

static void groups_of_modes_are_modes(void **state)
{
	size_t count;
	const struct mode *table = mode_table(&count);

	(void)state;
	assert_true(mode_list_parse(&choice.modes, "base", &why));
	assert_int_equal(choice.modes.count, 4);
	assert_true(mode_list_parse(&choice.modes, "gil,all,base", &why));
	assert_int_equal(choice.modes.count, count - mode_real_count);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(mode_find(table[i].name), &table[i]);
		assert_true(strlen(table[i].name) < 64); /* it must fit into the protocol */
	}
}

#define CHOICE_TEST(name) cmocka_unit_test_setup_teardown(name, fresh, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHOICE_TEST(bad_filters_are_refused),       CHOICE_TEST(unknown_modes_are_refused),
		CHOICE_TEST(bad_worker_counts_are_refused), CHOICE_TEST(bad_placements_are_refused),
		CHOICE_TEST(profiles_are_found_by_name),    CHOICE_TEST(groups_of_modes_are_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
