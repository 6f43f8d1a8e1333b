/* SPDX-License-Identifier: MIT */
/* What a case itself asks of the plan: profile, placements, workers by a parameter, its own modes. */
#include "harness/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "harness/binding.h"

#define PUS 4

/* Four cores with a shared last cache and no SMT: nothing here may depend on the machine. */
static struct pu pus[PUS];
static const struct topology machine = {
	.pus = pus,
	.pu_count = PUS,
	.core_count = PUS,
	.llc_count = 1,
	.numa_count = 1,
	.pkg_count = 1,
	.kind_count = 1,
	.this_system = true,
	.caches_known = true,
};

static struct choice choice;
static struct plan plan;
static struct reason why;

static int fresh(void **state)
{
	(void)state;
	quiet_talk = true;
	for (int i = 0; i < PUS; i++)
		pus[i] = (struct pu){.os = i, .log = i, .core = i, .l2 = i, .core_rank = i};
	choice = (struct choice){.seed = 1};
	return 0;
}

static int release(void **state)
{
	(void)state;
	plan_free(&plan);
	for (unsigned i = 0; i < choice.filter_count; i++)
		regfree(&choice.filters[i].pattern);
	return 0;
}

static const struct plan_case *make(const char *profile, const char *filter)
{
	choice.profile = profile_find(profile);
	if (!choice.filter_count)
		assert_true(choice_add_filter(&choice, filter, &why));
	plan_free(&plan);
	if (!plan_make(&plan, &choice, &machine, &why))
		fail_msg("%s", why.text);
	return &plan.cases[0];
}

/* Does some group sit like this, and is it seated? */
static bool find_group(const struct plan_case *plan_case, const char *placement, bool *seated)
{
	for (unsigned g = 0; g < plan_case->group_count; g++) {
		if (strcmp(plan_case->groups[g].placement->text, placement) != 0)
			continue;
		*seated = plan_case->groups[g].seating != NULL;
		return true;
	}
	return false;
}

static void test_placements_of_a_case_by_profile(void **state)
{
	bool seated;

	(void)state;
	const struct plan_case *quick = make("quick", "^rt_pipe$");

	assert_int_equal(quick->placement_count, 1);
	assert_true(find_group(quick, "same-core", &seated) && seated);
	assert_false(find_group(quick, "cores", &seated));

	const struct plan_case *standard = make("standard", NULL);

	assert_int_equal(standard->placement_count, 2);
	assert_true(find_group(standard, "pair:same_llc", &seated) && seated);

	const struct plan_case *full = make("full", NULL);

	assert_true(find_group(full, "same-core", &seated) && seated);
	assert_true(find_group(full, "none", &seated) && seated);
	/* what this machine lacks is a row that says so, in the full profile alone */
	assert_true(find_group(full, "pair:smt", &seated));
	assert_false(seated);
	assert_true(find_group(full, "pair:cross_pkg", &seated));
	assert_false(seated);
}

static void test_what_the_machine_lacks_gives_way_to_the_next(void **state)
{
	bool seated;

	(void)state;
	for (int i = 0; i < PUS; i++)
		pus[i].llc = i; /* no two share a cache */
	const struct plan_case *standard = make("standard", "^rt_pipe$");

	assert_int_equal(standard->placement_count, 2);
	assert_false(find_group(standard, "pair:same_llc", &seated));
	assert_true(find_group(standard, "pair:same_numa", &seated) && seated);
}

static void test_the_users_placement_comes_first(void **state)
{
	bool seated;

	(void)state;
	assert_true(choice_add_placement(&choice, "none", &why));
	const struct plan_case *full = make("full", "^rt_pipe$");

	assert_true(find_group(full, "none", &seated) && seated);
	assert_false(find_group(full, "same-core", &seated));
}

static void test_a_parameter_says_how_many_workers(void **state)
{
	bool found[65] = {false};

	(void)state;
	assert_true(choice_set_workers(&choice, "1,3", PUS, &why));
	const struct plan_case *full = make("full", "^switch_futex$");

	for (unsigned g = 0; g < full->group_count; g++) {
		assert_int_equal(full->groups[g].workers, full->groups[g].params[0]);
		found[full->groups[g].workers] = true;
	}
	assert_true(found[2] && found[4] && found[8] && found[16]);
	assert_false(found[1] || found[3]);
}

static void test_a_case_has_its_own_modes_only(void **state)
{
	(void)state;
	assert_true(mode_list_parse(&choice.modes, "all", &why));
	const struct plan_group *group = &make("quick", "^rt_pipe$")->groups[0];

	assert_int_equal(group->row_count, 2);
	assert_string_equal(group->rows[0].mode->name, "none");
	assert_string_equal(group->rows[1].mode->name, "process");
}

static bool planned(const char *name)
{
	for (unsigned c = 0; c < plan.case_count; c++)
		if (strcmp(plan.cases[c].bench->name, name) == 0)
			return true;
	return false;
}

static void test_a_profile_leaves_out_what_is_for_a_longer_one(void **state)
{
	(void)state;
	make("quick", "!^$"); /* no positive filter: the profile decides */
	assert_true(planned("empty"));
	assert_false(planned("rt_pipe") || planned("rt_fifo"));
	make("standard", NULL);
	assert_true(planned("empty") && planned("rt_pipe") && planned("create_fork"));
	assert_false(planned("rt_fifo"));
	make("full", NULL);
	assert_true(planned("empty") && planned("rt_pipe") && planned("rt_fifo"));
}

static void test_what_is_named_runs_in_any_profile(void **state)
{
	(void)state;
	make("quick", "^rt_fifo$");
	assert_true(planned("rt_fifo"));
	assert_int_equal(plan.case_count, 1);
}

static void test_who_shares_a_pu(void **state)
{
	(void)state;
	assert_true(binding_same_pu((const int32_t[]){3, 3, 3}, 3));
	/* unless there is only one, those who are not bound may sit anywhere */
	const bool alone = binding_same_pu((const int32_t[]){-1}, 1);

	assert_int_equal(binding_same_pu((const int32_t[]){0, 1}, 2), alone);
	assert_int_equal(binding_same_pu((const int32_t[]){-1, -1}, 2), alone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_placements_of_a_case_by_profile, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_what_the_machine_lacks_gives_way_to_the_next,
						fresh, release),
		cmocka_unit_test_setup_teardown(test_the_users_placement_comes_first, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_a_parameter_says_how_many_workers, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_a_case_has_its_own_modes_only, fresh, release),
		cmocka_unit_test_setup_teardown(test_a_profile_leaves_out_what_is_for_a_longer_one,
						fresh, release),
		cmocka_unit_test_setup_teardown(test_what_is_named_runs_in_any_profile, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_who_shares_a_pu, fresh, release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
