/* SPDX-License-Identifier: MIT */
#include "harness/sync/mode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "harness/run/plan.h"

static int64_t values[MODE_PARAMS];
static struct reason why;

static int fresh(void **state)
{
	(void)state;
	mode_params_default(values);
	return 0;
}

static void defaults_are_valid_and_not_told(void **state)
{
	char text[64] = "";

	(void)state;
	assert_true(mode_params_valid(values, &why));
	mode_params_text(values, text, sizeof(text));
	assert_string_equal(text, "");
	/* as docs/gil.md has them */
	assert_int_equal(values[MODE_INTERVAL_US], 5000);
	assert_int_equal(values[MODE_TICKS], 100);
	assert_int_equal(values[MODE_SPINS], 40);
	assert_int_equal(values[MODE_FAIR_US], 1000);
	assert_int_equal(GIL_INTERVAL_NS_DEFAULT, 5000000);
}

static void what_differs_is_told_behind_what_is_there(void **state)
{
	char text[64] = "steps=256", small[12] = "x=1";

	(void)state;
	assert_true(mode_params_apply("interval_us=200;steps=9;check=2", values, &why));
	assert_int_equal(values[MODE_INTERVAL_US], 200);
	assert_int_equal(values[MODE_CHECK], GIL_NEVER);
	mode_params_text(values, text, sizeof(text));
	assert_string_equal(text, "steps=256;interval_us=200;check=2");
	mode_params_text(values, small, sizeof(small)); /* cut, not overrun */
	assert_string_equal(small, "x=1;interva");
}

static void wrong_values_are_refused(void **state)
{
	static const char *const sets[] = {"interval_us=0", "interval_us=x", "interval_us",
					   "check=3",       "ticks=0",       "n_gils=-1"};
	char longer[600];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		assert_false(mode_params_apply(sets[i], values, &why));
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_false(mode_params_apply(longer, values, &why));
	values[MODE_TICKS] = 0;
	assert_false(mode_params_valid(values, &why));
	assert_non_null(strstr(why.text, "ticks=0"));
}

static void parameters_reach_the_lock(void **state)
{
	struct sync_setup setup;

	(void)state;
	assert_true(mode_params_apply("interval_us=300;ticks=7;quantum_ms=20;n_gils=3;check=1;"
				      "stamps=0;spin=9;fair_us=11",
				      values, &why));
	mode_sync_setup(mode_find("gil-per-interpreter"), values, &setup);
	assert_int_equal(setup.kind, SYNC_GIL_OWN);
	assert_int_equal(setup.gil.interval_ns, 300000);
	assert_int_equal(setup.gil.quantum_ns, 20000000);
	assert_int_equal(setup.gil.ticks, 7);
	assert_int_equal(setup.gil.check, GIL_BACK_EDGES);
	assert_int_equal(setup.gil_count, 3);
	assert_false(setup.stamps);
	assert_int_equal(setup.spins, 9);
	assert_int_equal(setup.fair_ns, 11000);
	mode_sync_setup(mode_find("gil"), values, &setup);
	assert_int_equal(setup.gil_count, 1);
	assert_ptr_equal(setup.policy, &gil_policy_32);
}

static void a_turn_lasts_as_long_as_the_policy_says(void **state)
{
	(void)state;
	assert_int_equal(mode_turn_ns(mode_find("gil"), values), 5000000);
	assert_int_equal(mode_turn_ns(mode_find("ruby"), values), 100000000);
	assert_int_equal(mode_turn_ns(mode_find("ocaml4"), values), 50000000);
	assert_int_equal(mode_turn_ns(mode_find("gil27"), values), 0);
	assert_int_equal(mode_turn_ns(mode_find("mutex"), values), 0);
	values[MODE_QUANTUM_MS] = 7;
	assert_int_equal(mode_turn_ns(mode_find("ruby"), values), 7000000);
	assert_int_equal(mode_turn_ns(mode_find("gil"), values), 5000000);
}

/* Every mode with an emulated lock has a policy that fits its kind. No other mode has a policy. */
static void rows_are_consistent(void **state)
{
	size_t count;
	const struct mode *modes = mode_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct mode *mode = &modes[i];

		assert_int_equal(mode->gil != NULL, sync_is_emulated(mode->sync));
		assert_int_equal(mode_takes_param(mode, MODE_TICKS), mode->sync == SYNC_GIL_TICKS);
		if (mode->gil)
			assert_int_equal(mode->gil->counts_ticks, mode->sync == SYNC_GIL_TICKS);
		if (mode->gil)
			assert_int_equal(mode_takes_param(mode, MODE_QUANTUM_MS),
					 mode->gil->quantum_ns != 0);
		assert_int_equal(mode->params >> MODE_PARAMS, 0);
	}
	assert_ptr_equal(mode_find("gil")->gil, mode_find("gil32")->gil);
}

/* A plan for two cases' worth of words. */
static bool make(struct plan *plan, const char *modes, const char *param, const char *more)
{
	static struct pu pu;
	static const struct topology topology = {
		.pus = &pu, .pu_count = 1, .core_count = 1, .this_system = true};
	struct choice choice = {.profile = profile_find("quick")};

	assert_true(choice_add_filter(&choice, "^cpu_int$", &why));
	assert_true(mode_list_parse(&choice.modes, modes, &why));
	if (param)
		assert_true(choice_add_param(&choice, param, &why));
	if (more)
		assert_true(choice_add_param(&choice, more, &why));
	bool good = plan_make(plan, &choice, &topology, &why);

	regfree(&choice.filters[0].pattern);
	return good;
}

static void a_plan_names_what_was_set(void **state)
{
	struct plan plan;

	(void)state;
	assert_true(make(&plan, "none,gil", "interval_us=200", NULL));
	assert_string_equal(plan.cases[0].groups[0].param, "steps=256;interval_us=200");
	assert_int_equal(plan.cases[0].groups[0].mode_params[MODE_INTERVAL_US], 200);
	plan_free(&plan);
	assert_true(make(&plan, "none,gil", "interval_us=5000", NULL)); /* the default */
	assert_string_equal(plan.cases[0].groups[0].param, "steps=256");
	plan_free(&plan);
}

static void what_means_nothing_here_is_refused(void **state)
{
	struct plan plan;

	(void)state;
	assert_false(make(&plan, "none,mutex", "interval_us=200", NULL));
	assert_non_null(strstr(why.text, "only to gil, gil32"));
	assert_false(make(&plan, "gil", "ticks=7", NULL));
	assert_non_null(strstr(why.text, "only to gil27, gil27-cond"));
	assert_false(make(&plan, "gil", "intervall_us=7", NULL));
	assert_non_null(strstr(why.text, "did you mean 'interval_us'?"));
	assert_false(make(&plan, "gil", "interval_us=-7", NULL));
	assert_non_null(strstr(why.text, "from 1 to"));
	assert_true(make(&plan, "gil,gil27", "ticks=7", "interval_us=20"));
	assert_string_equal(plan.cases[0].groups[0].param, "steps=256;interval_us=20;ticks=7");
	plan_free(&plan);
}

/* Longer turns need longer epochs: as many turns as the profile's hold of 5 ms. */
static void epochs_hold_some_turns(void **state)
{
	const struct profile *quick = profile_find("quick");
	struct plan_row rows[] = {{.mode = mode_find("gil")}, {.mode = mode_find("ruby")}};
	struct plan_group group = {.workers = 2, .rows = rows, .row_count = 1};
	const struct bench_case *bench = registry_find("cpu_int");

	(void)state;
	mode_params_default(group.mode_params);
	assert_int_equal(plan_epoch_ns(quick, bench, &group), quick->gil_epoch_ns);
	group.mode_params[MODE_INTERVAL_US] = 50000;
	assert_int_equal(plan_epoch_ns(quick, bench, &group), 10 * quick->gil_epoch_ns);
	group.mode_params[MODE_INTERVAL_US] = 200;
	assert_int_equal(plan_epoch_ns(quick, bench, &group), quick->gil_epoch_ns);
	group.row_count = 2;
	assert_int_equal(plan_epoch_ns(quick, bench, &group), 20 * quick->gil_epoch_ns);
	group.workers = 1;
	assert_int_equal(plan_epoch_ns(quick, bench, &group), quick->epoch_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(defaults_are_valid_and_not_told, fresh),
		cmocka_unit_test_setup(what_differs_is_told_behind_what_is_there, fresh),
		cmocka_unit_test_setup(wrong_values_are_refused, fresh),
		cmocka_unit_test_setup(parameters_reach_the_lock, fresh),
		cmocka_unit_test_setup(a_turn_lasts_as_long_as_the_policy_says, fresh),
		cmocka_unit_test_setup(rows_are_consistent, fresh),
		cmocka_unit_test_setup(a_plan_names_what_was_set, fresh),
		cmocka_unit_test_setup(what_means_nothing_here_is_refused, fresh),
		cmocka_unit_test_setup(epochs_hold_some_turns, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
