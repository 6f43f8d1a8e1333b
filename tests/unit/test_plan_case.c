/* SPDX-License-Identifier: MIT */
/* A case's demands on the plan: profile, placements, workers by a parameter, its own modes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "harness/machine/binding.h"

#include "tests/unit/plan_machine.h"

static int fresh(void **state)
{
	(void)state;
	return plan_fresh("quick");
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

static unsigned pairs_planned(const char *profile, int pu_count)
{
	machine.pu_count = pu_count;
	const struct plan_case *plan_case = make(profile, "^line_transfer$");

	for (unsigned g = 0; g < plan_case->group_count; g++) {
		const struct plan_group *group = &plan_case->groups[g];

		assert_int_equal(group->workers, 2);
		assert_non_null(group->seating);
		assert_false(group->seating->oversubscribed);
		for (unsigned h = 0; h < g; h++)
			assert_string_not_equal(group->placement->text,
						plan_case->groups[h].placement->text);
	}
	return plan_case->group_count;
}

static void test_each_pair_is_a_group(void **state)
{
	bool seated;

	(void)state;
	assert_int_equal(pairs_planned("standard", PUS), 6);
	assert_true(find_group(&plan.cases[0], "pair:same_llc:2+3", &seated) && seated);
	assert_int_equal(pairs_planned("standard", 5), 6); /* of four PUs */
	assert_int_equal(pairs_planned("full", 5), 10);
	assert_int_equal(pairs_planned("full", PUS_MAX), 120);
	assert_true(choice_add_placement(&choice, "pair:each", &why));
	assert_int_equal(pairs_planned("quick", 2), 1); /* the user asks for what comes by itself */
}

static void test_each_pair_of_one_pu_is_a_skipped_row(void **state)
{
	static const char *const profiles[] = {"quick", "standard", "full"};

	(void)state;
	machine.pu_count = 1;
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		const struct plan_case *plan_case = make(profiles[i], "^line_transfer$");

		assert_int_equal(plan_case->group_count, 1);
		assert_null(plan_case->groups[0].seating);
		assert_string_equal(plan_case->groups[0].skipped, "no-pair:each");
	}
}

static void test_pairs_stand_beside_other_placements(void **state)
{
	bool seated;

	(void)state;
	assert_true(choice_add_placement(&choice, "same-core", &why));
	assert_true(choice_add_placement(&choice, "pair:each", &why));
	assert_true(choice_add_placement(&choice, "none", &why));
	assert_true(choice_set_workers(&choice, "2", PUS, &why));
	const struct plan_case *plan_case = make("full", "^cpu_int$");

	assert_true(find_group(plan_case, "same-core", &seated) && seated);
	assert_true(find_group(plan_case, "none", &seated) && seated);
	assert_true(find_group(plan_case, "pair:same_llc:0+3", &seated) && seated);
	assert_false(find_group(plan_case, "pair:each", &seated));
	assert_int_equal(plan_case->group_count % 8, 0); /* six pairs and two others per variant */
}

static void test_an_epoch_is_as_long_as_the_parameters_ask(void **state)
{
	const struct plan_case *full = NULL;
	uint64_t watched_ns = 0, other_ns = 0;

	(void)state;
	full = make("full", "^lock_contended$");
	for (unsigned g = 0; g < full->group_count; g++) {
		const struct plan_group *group = &full->groups[g];
		const uint64_t ns = plan_epoch_ns(choice.profile, full->bench, group);

		if (strstr(group->param, "sample=1"))
			watched_ns = ns;
		else
			other_ns = ns;
	}
	assert_int_equal(other_ns, choice.profile->epoch_ns);
	assert_true(watched_ns >= 30000000); /* three windows of 10 ms */
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

static void test_a_parameter_says_how_many_workers_per_pu(void **state)
{
	(void)state;
	assert_true(choice_set_workers(&choice, "3", PUS, &why)); /* has no say */
	const struct plan_case *full = make("full", "^lock_preempted$");

	assert_int_equal(full->group_count, 3);
	for (unsigned g = 0; g < full->group_count; g++) {
		const struct plan_group *group = &full->groups[g];

		assert_int_equal(group->workers % (unsigned)machine.pu_count, 0);
		assert_true(group->workers >= 2 * (unsigned)machine.pu_count);
		assert_true(group->seating && group->seating->oversubscribed);
	}
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
		cmocka_unit_test_setup_teardown(test_each_pair_is_a_group, fresh, release),
		cmocka_unit_test_setup_teardown(test_each_pair_of_one_pu_is_a_skipped_row, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_pairs_stand_beside_other_placements, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_an_epoch_is_as_long_as_the_parameters_ask,
						fresh, release),
		cmocka_unit_test_setup_teardown(test_a_parameter_says_how_many_workers, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_a_parameter_says_how_many_workers_per_pu,
						fresh, release),
		cmocka_unit_test_setup_teardown(test_a_case_has_its_own_modes_only, fresh, release),
		cmocka_unit_test_setup_teardown(test_a_profile_leaves_out_what_is_for_a_longer_one,
						fresh, release),
		cmocka_unit_test_setup_teardown(test_what_is_named_runs_in_any_profile, fresh,
						release),
		cmocka_unit_test_setup_teardown(test_who_shares_a_pu, fresh, release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
