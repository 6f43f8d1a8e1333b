/* SPDX-License-Identifier: MIT */
/* `run --claims`: what the rules need, and a plan of that and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/claims/claims.h"

#include "tests/unit/plan_machine.h"

static int fresh(void **state)
{
	(void)state;
	return plan_fresh("quick");
}

static bool wished(const struct plan_wish *wishes, unsigned count,
		   const struct claim_figure *figure, const char *mode, unsigned workers)
{
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++)
		found += strcmp(wishes[i].case_name, figure->case_name) == 0 &&
			 strcmp(wishes[i].mode, mode) == 0 &&
			 strcmp(wishes[i].placement, figure->placement) == 0 &&
			 strcmp(wishes[i].param, figure->param) == 0 &&
			 wishes[i].workers == workers;
	assert_true(found <= 1);
	return found == 1;
}

/* The rows of one figure that the wishes lack. */
static void check_figure(const struct plan_wish *wishes, unsigned count,
			 const struct claim_condition *condition, const struct claim_figure *figure)
{
	assert_true(wished(wishes, count, figure, figure->mode, figure->workers));
	if (condition->statistic == CLAIM_TO_NONE)
		assert_true(wished(wishes, count, figure, "none", figure->workers));
	if (strcmp(condition->metric, "speedup") == 0)
		assert_true(wished(wishes, count, figure, figure->mode, 1));
}

static unsigned rows_of_plan(void)
{
	unsigned rows = 0;

	for (unsigned c = 0; c < plan.case_count; c++)
		for (unsigned g = 0; g < plan.cases[c].group_count; g++)
			rows += plan.cases[c].groups[g].row_count;
	return rows;
}

static void a_plan_holds_what_the_rules_need(void **state)
{
	(void)state;
	choice.wishes = claims_wishes(NULL, &choice.wish_count, &why);
	assert_non_null(choice.wishes);
	for (size_t i = 0; i < claim_count; i++)
		for (unsigned c = 0; c < claim_condition_count(&claim_table[i]); c++) {
			const struct claim_condition *condition = &claim_table[i].conditions[c];

			if (condition->missing)
				continue;
			check_figure(choice.wishes, choice.wish_count, condition,
				     &condition->figure);
			if (condition->divisor.case_name)
				check_figure(choice.wishes, choice.wish_count, condition,
					     &condition->divisor);
		}
	if (!plan_make(&plan, &choice, &machine, &why))
		fail_msg("%s", why.text);
	assert_int_equal(plan.row_count, rows_of_plan());
	/* a wish is a row, and only two spellings of the same parameters share one */
	assert_true(plan.row_count <= choice.wish_count);
	assert_true(plan.row_count > 20);
	free((void *)choice.wishes);
}

static const struct plan_group *only_group(const char *param)
{
	const struct plan_group *found = NULL;

	assert_int_equal(plan.case_count, 1);
	for (unsigned g = 0; g < plan.cases[0].group_count; g++)
		if (strcmp(plan.cases[0].groups[g].param, param) == 0) {
			assert_null(found);
			found = &plan.cases[0].groups[g];
		}
	if (!found)
		fail_msg("no group with %s", param);
	return found;
}

/* C04 compares two modes with two sizes of memory. Nothing else may be in its plan. */
static void a_claim_is_a_plan_of_its_own(void **state)
{
	(void)state;
	choice.wishes = claims_wishes("C04,C04", &choice.wish_count, &why);
	assert_non_null(choice.wishes);
	assert_int_equal(choice.wish_count, 4);
	assert_true(plan_make(&plan, &choice, &machine, &why));
	assert_int_equal(plan.row_count, 4);
	assert_int_equal(plan.cases[0].group_count, 2);
	const struct plan_group *group = only_group("ring=2;work_kib=64");

	assert_int_equal(group->workers, 2);
	assert_string_equal(group->placement->text, "same-core");
	assert_non_null(group->seating);
	assert_int_equal(group->row_count, 2);
	assert_string_equal(group->rows[0].mode->name, "none");
	assert_string_equal(group->rows[1].mode->name, "process");
	free((void *)choice.wishes);
}

static void expect_no_wishes(const char *list, const char *word)
{
	unsigned count;

	assert_null(claims_wishes(list, &count, &why));
	if (!strstr(why.text, word))
		fail_msg("'%s' is not in '%s'", word, why.text);
}

static void unknown_claims_are_refused(void **state)
{
	(void)state;
	expect_no_wishes("C4", "'C4' is no claim (did you mean 'C04'?); use C01 to C");
	expect_no_wishes("C04,C99", "'C99' is no claim");
	expect_no_wishes("", "'' is no claim");
	expect_no_wishes("C04,", "'' is no claim");
	expect_no_wishes("c04", "did you mean 'C04'?");
}

static const struct plan_wish wish = {"cpu_int", "mutex", "cores", "", 2};

static void expect_no_plan(struct plan_wish asked, const char *word)
{
	static struct plan_wish bad;

	bad = asked;
	choice.wishes = &bad;
	choice.wish_count = 1;
	assert_false(plan_make(&plan, &choice, &machine, &why));
	if (!strstr(why.text, word))
		fail_msg("'%s' is not in '%s'", word, why.text);
	assert_int_equal(plan.case_count, 0);
}

static void bad_wishes_are_refused(void **state)
{
	struct plan_wish bad = wish;

	(void)state;
	bad.case_name = "cpu_imt";
	expect_no_plan(bad, "no case 'cpu_imt'");
	bad = wish;
	bad.mode = "mutecks";
	expect_no_plan(bad, "unknown mode");
	bad = wish;
	bad.param = "steps=x";
	expect_no_plan(bad, "steps");
	bad = wish;
	bad.placement = "nowhere";
	expect_no_plan(bad, "nowhere");
	bad = wish;
	bad.case_name = "create_thread"; /* it has no copy for this lock */
	bad.mode = "ticket";
	expect_no_plan(bad, "no requested mode");
}

/* A row that this machine cannot run stays in the plan with its reason. Equal wishes are one row. */
static void wishes_are_seated_and_merged(void **state)
{
	static struct plan_wish two[4];

	(void)state;
	two[0] = two[1] = two[2] = two[3] = wish;
	two[1].param = "steps=256"; /* the default */
	two[2].mode = "none";
	two[3].placement = "pair:smt";
	choice.wishes = two;
	choice.wish_count = 4;
	if (!plan_make(&plan, &choice, &machine, &why))
		fail_msg("%s", why.text);
	assert_int_equal(plan.cases[0].group_count, 2);
	assert_int_equal(plan.cases[0].groups[0].row_count, 2);
	assert_string_equal(plan.cases[0].groups[0].skipped, "");
	assert_string_equal(plan.cases[0].groups[1].skipped, "no-pair:smt");
	assert_int_equal(plan.row_count, 3);
}

#define PLAN_TEST(name) cmocka_unit_test_setup_teardown(name, fresh, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAN_TEST(a_plan_holds_what_the_rules_need),
		PLAN_TEST(a_claim_is_a_plan_of_its_own),
		PLAN_TEST(unknown_claims_are_refused),
		PLAN_TEST(bad_wishes_are_refused),
		PLAN_TEST(wishes_are_seated_and_merged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
