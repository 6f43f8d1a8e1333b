/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unit/plan_machine.h"

static int fresh(void **state)
{
	(void)state;
	return plan_fresh("standard");
}

static void filter(const char *text)
{
	if (!choice_add_filter(&choice, text, &why))
		fail_msg("%s", why.text);
}

static void modes(const char *text)
{
	if (!mode_list_parse(&choice.modes, text, &why))
		fail_msg("%s", why.text);
}

static void make(void)
{
	if (!plan_make(&plan, &choice, &machine, &why))
		fail_msg("%s", why.text);
}

static void expect_no_plan(const char *word)
{
	assert_false(plan_make(&plan, &choice, &machine, &why));
	if (!strstr(why.text, word))
		fail_msg("'%s' is not in '%s'", word, why.text);
	assert_int_equal(plan.case_count, 0);
}

static void expect_text(const char *word)
{
	if (!strstr(why.text, word))
		fail_msg("'%s' is not in '%s'", word, why.text);
}

static const struct plan_case *find(const char *name)
{
	for (unsigned i = 0; i < plan.case_count; i++)
		if (strcmp(plan.cases[i].bench->name, name) == 0)
			return &plan.cases[i];
	return NULL;
}

static void names(char *text, size_t size)
{
	text[0] = '\0';
	for (unsigned i = 0; i < plan.case_count; i++) {
		strncat(text, plan.cases[i].bench->name, size - strlen(text) - 1);
		strncat(text, " ", size - strlen(text) - 1);
	}
}

static void order_of_seed(uint64_t seed, char *text, size_t size)
{
	choice.seed = seed;
	make();
	names(text, size);
	plan_free(&plan);
}

static void a_seed_fixes_the_order(void **state)
{
	char first[2000], again[2000], other[2000];
	unsigned different = 0;

	(void)state;
	order_of_seed(1, first, sizeof(first));
	order_of_seed(1, again, sizeof(again));
	assert_string_equal(first, again);
	for (uint64_t seed = 2; seed < 12; seed++) {
		order_of_seed(seed, other, sizeof(other));
		assert_int_equal(strlen(other), strlen(first));
		different += strcmp(first, other) != 0;
	}
	assert_true(different >= 9);
}

static void every_case_is_there_once(void **state)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	(void)state;
	choice.profile = profile_find(
		"full"); /* a shorter profile leaves out the cases for specialists */
	make();
	assert_int_equal(plan.case_count, count);
	for (size_t i = 0; i < count; i++)
		assert_non_null(find(cases[i]->name));
}

static void check_workers(const char *name, const unsigned *workers, unsigned count)
{
	const struct plan_case *plan_case = find(name);

	assert_non_null(plan_case);
	assert_int_equal(plan_case->group_count, count);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(plan_case->groups[i].workers, workers[i]);
		assert_int_equal(plan_case->groups[i].seating->count, workers[i]);
		assert_int_equal(plan_case->groups[i].seating->oversubscribed, workers[i] > PUS);
	}
}

static void worker_counts_follow_the_machine(void **state)
{
	static const unsigned standard[] = {1, 2, 4, 8}, quick[] = {1, 4};

	(void)state;
	filter("^cpu_int$");
	make();
	check_workers("cpu_int", standard, 4);
	plan_free(&plan);
	choice.profile = profile_find("quick");
	make();
	check_workers("cpu_int", quick, 2);
}

static void worker_counts_are_the_users(void **state)
{
	static const unsigned mine[] = {3, 4, 8, 1};

	(void)state;
	filter("^cpu_int$");
	assert_true(choice_set_workers(&choice, "3,N,2N,3,1,4", PUS, &why));
	make();
	check_workers("cpu_int", mine, 4);
}

static void a_case_may_fix_its_workers(void **state)
{
	static const unsigned ten[] = {10};

	(void)state;
	filter("^pos_terminal$");
	choice.profile = profile_find("quick");
	assert_true(choice_set_workers(&choice, "1,2,4", PUS, &why));
	make();
	check_workers("pos_terminal", ten, 1);
}

/* A profile visits the first so many parameter sets of a case. */
static void profiles_visit_variants(void **state)
{
	static const char *const params[] = {"swipes=500;think=100;split=0;block=0",
					     "swipes=20000;think=100;split=0;block=0",
					     "swipes=200000;think=100;split=0;block=0",
					     "swipes=200000;think=100;split=1;block=0"};
	size_t count;
	const struct profile *profiles = profile_table(&count);

	(void)state;
	filter("^pos_terminal$");
	for (size_t p = 0; p < count; p++) {
		unsigned most = profiles[p].variants < 4 ? profiles[p].variants : 4;

		choice.profile = &profiles[p];
		make();
		assert_int_equal(plan.cases[0].group_count, most);
		for (unsigned i = 0; i < most; i++)
			assert_string_equal(plan.cases[0].groups[i].param, params[i]);
		plan_free(&plan);
	}
}

static void the_users_parameters_override_variants(void **state)
{
	(void)state;
	filter("^pos_terminal$");
	choice.profile = profile_find("full");
	assert_true(choice_add_param(&choice, "swipes=7", &why));
	assert_true(choice_add_param(&choice, "think=0", &why));
	assert_true(choice_add_param(&choice, "swipes=9", &why));
	make();
	/* the first three variants are equal now, and are visited once */
	assert_int_equal(plan.cases[0].group_count, 2);
	assert_string_equal(plan.cases[0].groups[0].param, "swipes=9;think=0;split=0;block=0");
	assert_string_equal(plan.cases[0].groups[1].param, "swipes=9;think=0;split=1;block=0");
	assert_int_equal(plan.cases[0].groups[0].params[0], 9);
}

static void a_parameter_goes_to_the_cases_that_have_it(void **state)
{
	(void)state;
	filter("^(cpu_int|empty)$");
	assert_true(choice_add_param(&choice, "steps=8", &why));
	make();
	assert_string_equal(find("cpu_int")->groups[0].param, "steps=8");
	assert_string_equal(find("empty")->groups[0].param, "");
}

static void bad_parameters_are_refused(void **state)
{
	(void)state;
	assert_false(choice_add_param(&choice, "swipes", &why));
	expect_text("name=value");
	assert_false(choice_add_param(&choice, "a=1;b=2", &why));
	filter("^(pos_terminal|empty)$");
	assert_true(choice_add_param(&choice, "swipe=1", &why));
	expect_no_plan("did you mean 'swipes'");
	choice.params[0] = "swipes=0";
	expect_no_plan("from 1 to 100000000");
	choice.params[0] = "swipes=1%n";
	expect_no_plan("swipes=1%n");
	choice.params[0] = "=5";
	expect_no_plan("parameter ''");
	choice.param_count = 0;
	for (int i = 0; i < CHOICE_PARAMS_MAX; i++)
		assert_true(choice_add_param(&choice, "swipes=1", &why));
	assert_false(choice_add_param(&choice, "swipes=1", &why));
	expect_text("at most");
}

static void filters_select_and_exclude(void **state)
{
	(void)state;
	filter("^io_");
	filter("!file");
	filter("^cpu_int$");
	make();
	assert_non_null(find("io_pipe"));
	assert_non_null(find("cpu_int"));
	assert_null(find("io_file"));
	assert_null(find("cpu_float"));
	assert_null(find("empty"));
}

static void an_exclusion_alone_leaves_the_rest(void **state)
{
	size_t count;

	(void)state;
	registry_cases(&count);
	filter("!^empty$");
	choice.profile = profile_find("full");
	make();
	assert_int_equal(plan.case_count, count - 1);
}

static void exclusion_wins_whatever_the_order(void **state)
{
	(void)state;
	filter("!cpu");
	filter("^cpu_int$|^empty$");
	make();
	assert_int_equal(plan.case_count, 1);
	assert_non_null(find("empty"));
}

static void filters_that_match_nothing_are_refused(void **state)
{
	(void)state;
	filter("cpu_imt");
	expect_no_plan("did you mean 'cpu_int'");
	filter("empty"); /* a good filter beside it does not hide it */
	expect_no_plan("'cpu_imt'");
}

static void filters_that_leave_nothing_are_refused(void **state)
{
	(void)state;
	filter("!.");
	expect_no_plan("leave no case");
}

static void modes_are_rows_of_each_group(void **state)
{
	(void)state;
	filter("^empty$");
	modes("gil,none");
	modes("gil"); /* again: once is enough */
	make();
	for (unsigned g = 0; g < plan.cases[0].group_count; g++) {
		const struct plan_group *group = &plan.cases[0].groups[g];

		assert_int_equal(group->row_count, 2);
		assert_string_equal(group->rows[0].mode->name, "gil");
		assert_string_equal(group->rows[1].mode->name, "none");
	}
	assert_int_equal(plan.row_count, 2 * plan.cases[0].group_count);
}

static void without_a_choice_every_base_mode_runs(void **state)
{
	static const char *const base[] = {"none", "mutex", "gil", "process"};

	(void)state;
	filter("^empty$");
	make();
	assert_int_equal(plan.cases[0].groups[0].row_count, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(plan.cases[0].groups[0].rows[i].mode->name, base[i]);
}

/* A machine without SMT has no such pair: the row is in the plan, says why, and is never seated. */
static void what_cannot_be_seated_is_skipped(void **state)
{
	(void)state;
	filter("^empty$");
	assert_true(choice_add_placement(&choice, "pair:smt", &why));
	assert_true(choice_add_placement(&choice, "list:0,1", &why));
	assert_true(choice_add_placement(&choice, "list:0,9", &why));
	assert_true(choice_set_workers(&choice, "2", PUS, &why));
	make();
	assert_int_equal(plan.cases[0].group_count, 3);
	assert_null(plan.cases[0].groups[0].seating);
	assert_string_equal(plan.cases[0].groups[0].skipped, "no-pair:smt");
	assert_int_equal(plan.cases[0].groups[0].row_count, 4);
	assert_non_null(plan.cases[0].groups[1].seating);
	assert_string_equal(plan.cases[0].groups[1].skipped, "");
	assert_int_equal(plan.cases[0].groups[1].seating->os[1], 1);
	assert_null(plan.cases[0].groups[2].seating);
}

static void an_estimate_is_positive_and_grows(void **state)
{
	double quick, standard, full;

	(void)state;
	choice.profile = profile_find("quick");
	make();
	quick = plan_estimate_s(&plan, choice.profile);
	plan_free(&plan);
	choice.profile = profile_find("standard");
	make();
	standard = plan_estimate_s(&plan, choice.profile);
	plan_free(&plan);
	choice.profile = profile_find("full");
	make();
	full = plan_estimate_s(&plan, choice.profile);
	assert_true(quick > 0 && quick < standard && standard < full);
}

static void epochs_are_as_long_as_the_case_needs(void **state)
{
	const struct profile *profile = profile_find("quick");
	struct bench_case slow = {.name = "slow", .family = BENCH_IO, .epoch_ns_min = 1000000000};

	(void)state;
	filter("^(empty|cpu_int)$");
	modes("none,gil");
	make();
	assert_int_equal(plan_epoch_ns(profile, &slow, &find("empty")->groups[0]), 1000000000);
	assert_int_equal(plan_epoch_ns(profile, find("empty")->bench, &find("empty")->groups[0]),
			 profile->epoch_ns);
	/* where workers share a GIL there must be time for some turns each */
	const struct plan_group *several = &find("cpu_int")->groups[1];

	assert_int_equal(several->workers, 2);
	assert_int_equal(plan_epoch_ns(profile, find("cpu_int")->bench, several),
			 profile->gil_epoch_ns);
}

#define PLAN_TEST(name) cmocka_unit_test_setup_teardown(name, fresh, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAN_TEST(a_seed_fixes_the_order),
		PLAN_TEST(every_case_is_there_once),
		PLAN_TEST(worker_counts_follow_the_machine),
		PLAN_TEST(worker_counts_are_the_users),
		PLAN_TEST(a_case_may_fix_its_workers),
		PLAN_TEST(profiles_visit_variants),
		PLAN_TEST(the_users_parameters_override_variants),
		PLAN_TEST(a_parameter_goes_to_the_cases_that_have_it),
		PLAN_TEST(bad_parameters_are_refused),
		PLAN_TEST(filters_select_and_exclude),
		PLAN_TEST(an_exclusion_alone_leaves_the_rest),
		PLAN_TEST(exclusion_wins_whatever_the_order),
		PLAN_TEST(filters_that_match_nothing_are_refused),
		PLAN_TEST(filters_that_leave_nothing_are_refused),
		PLAN_TEST(modes_are_rows_of_each_group),
		PLAN_TEST(without_a_choice_every_base_mode_runs),
		PLAN_TEST(what_cannot_be_seated_is_skipped),
		PLAN_TEST(an_estimate_is_positive_and_grows),
		PLAN_TEST(epochs_are_as_long_as_the_case_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
