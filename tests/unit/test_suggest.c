/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "harness/base/suggest.h"
#include "harness/base/util.h"

static void expect_suggestion(const char *word, const char *text)
{
	static const char *const names[] = {"none", "mutex", "gil", "process"};
	struct suggestion nearest = {.word = word};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		suggest_name(&nearest, names[i]);
	assert_string_equal(suggest_text(&nearest), text);
}

static void a_near_name_is_suggested(void **state)
{
	(void)state;
	expect_suggestion("mutx", " (did you mean 'mutex'?)");
	expect_suggestion("proce55", " (did you mean 'process'?)");
	expect_suggestion("gli", " (did you mean 'gil'?)");
	expect_suggestion("proc", " (did you mean 'process'?)");
}

static void a_name_that_is_far_is_not(void **state)
{
	struct suggestion alone = {.word = "xyz"};
	char word[4096];

	(void)state;
	assert_string_equal(suggest_text(&alone), "");
	expect_suggestion("elephant", "");
	expect_suggestion("", "");
	memset(word, 'm', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	expect_suggestion(word, "");
}

static void names_too_long_to_compare_are_never_near(void **state)
{
	struct suggestion other = {.word = "b"}, beginning = {.word = "aaa"};
	char name[200];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	suggest_name(&other, name);
	assert_null(other.name);
	suggest_name(&beginning, name);
	assert_ptr_equal(beginning.name, name);
	assert_int_equal(strlen(suggest_text(&beginning)), strlen(" (did you mean ''?)") + 64);
}

static void the_first_of_equally_near_names_is_kept(void **state)
{
	struct suggestion nearest = {.word = "cart", .prefix = "--"};

	(void)state;
	suggest_name(&nearest, "cat");
	suggest_name(&nearest, "car");
	assert_string_equal(suggest_text(&nearest), " (did you mean '--cat'?)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_near_name_is_suggested),
		cmocka_unit_test(a_name_that_is_far_is_not),
		cmocka_unit_test(names_too_long_to_compare_are_never_near),
		cmocka_unit_test(the_first_of_equally_near_names_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
