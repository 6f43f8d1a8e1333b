/* SPDX-License-Identifier: MIT */
/* Every rule on both sides of its threshold and across it, and figures that may not decide. */
#include "tests/unit/claims_rows.h"

static bool wants_more(const struct claim_condition *condition)
{
	return condition->comparison == CLAIM_ABOVE;
}

/* A whole interval just on the right side (or, with WRONG, on the other side) of the threshold. */
static void measure_side(const struct claim_condition *condition, bool wrong)
{
	const double t = condition->threshold, step = t > 0 ? t / 1000 : 1;

	if (wants_more(condition) != wrong)
		measure(condition, t + 2 * step, t + step, t + 3 * step);
	else if (t > 0)
		measure(condition, t - 2 * step, t - 3 * step, t - step);
	else
		measure(condition, 0, 0, 0);
}

static enum claim_verdict judge(const struct claim_condition *condition)
{
	return claim_judge_condition(&summary, condition).verdict;
}

/* Calls CHECK for every condition that has a figure. */
static void each_condition(void (*check)(const struct claim_condition *))
{
	for (size_t i = 0; i < claim_count; i++)
		for (unsigned c = 0; c < claim_condition_count(&claim_table[i]); c++)
			if (!claim_table[i].conditions[c].missing) {
				summary.count = 0;
				check(&claim_table[i].conditions[c]);
			}
}

/* ---- the table ---- */

static bool is_metric(const struct bench_case *bench, const char *metric)
{
	static const char *const general[] = {"speedup",      "ops_per_s",     "op_ns",
					      "cpus_used",    "cpu_ns_per_op", "nivcsw_per_s",
					      "retake_share", "tenure_p50_ns"};

	for (size_t i = 0; i < ARRAY_SIZE(general); i++)
		if (strcmp(general[i], metric) == 0)
			return true;
	for (unsigned i = 0; i < bench_metric_count(bench); i++)
		if (strcmp(bench->metrics[i].name, metric) == 0)
			return true;
	return false;
}

static void check_figure(const struct claim_figure *figure, const char *metric)
{
	int64_t values[BENCH_PARAMS_MAX];
	const struct bench_case *bench = registry_find(figure->case_name);
	struct reason why = {""};

	if (!bench) {
		fail_msg("no case %s", figure->case_name);
		return; /* cmocka does not say that it never comes back */
	}
	if (!bench_params_apply(bench, figure->param, values, &why))
		fail_msg("%s: %s", figure->case_name, why.text);
	if (!mode_find(figure->mode))
		fail_msg("no mode %s", figure->mode);
	if (!is_metric(bench, metric))
		fail_msg("%s has no metric %s", figure->case_name, metric);
	if (bench->workers && bench->workers != figure->workers)
		fail_msg("%s has %u workers", figure->case_name, bench->workers);
}

static void check_condition(const struct claim_condition *condition)
{
	assert_true(strlen(condition->why) > 0);
	check_figure(&condition->figure, condition->metric);
	if (condition->divisor.case_name)
		check_figure(&condition->divisor, condition->metric);
	if (condition->statistic == CLAIM_TO_NONE)
		assert_string_not_equal(condition->figure.mode, "none");
}

static void table_is_sound(void **state)
{
	(void)state;
	assert_true(claim_count >= 24);
	for (size_t i = 0; i < claim_count; i++) {
		const struct claim *claim = &claim_table[i];
		char id[8];

		snprintf(id, sizeof(id), "C%02u", (unsigned char)(i + 1));
		assert_string_equal(claim->id, id);
		assert_ptr_equal(claim_find(id), claim);
		assert_true(strlen(claim->title) > 0 && strlen(claim->means) > 0);
		assert_true(claim_condition_count(claim) > 0);
	}
	assert_null(claim_find("C99"));
	each_condition(check_condition);
}

/* docs/claims.md has one line per condition, word for word, and no other. */
static void document_is_the_table(void **state)
{
	static char page[65536];
	char line[1200], rule[160], experiment[900];
	size_t lines = 0, wanted = 0;

	(void)state;
	assert_true(read_text("docs/claims.md", page, sizeof(page)));
	for (size_t i = 0; i < claim_count; i++)
		for (unsigned c = 0; c < claim_condition_count(&claim_table[i]); c++) {
			const struct claim_condition *condition = &claim_table[i].conditions[c];

			claim_rule_text(condition, rule, sizeof(rule));
			claim_experiment_text(condition, experiment, sizeof(experiment));
			if (condition->missing)
				snprintf(line, sizeof(line), "\n| %s | none | %s | |\n",
					 claim_table[i].id, rule);
			else
				snprintf(line, sizeof(line), "\n| %s | `%s` | %s | %s |\n",
					 claim_table[i].id, experiment, rule, condition->why);
			if (!strstr(page, line))
				fail_msg("docs/claims.md lacks:%s", line);
			wanted++;
		}
	for (const char *at = page; (at = strstr(at, "\n| C")); at++)
		lines++;
	assert_int_equal(lines, wanted + claim_count); /* the sentences stand in a table, too */
	for (size_t i = 0; i < claim_count; i++) {
		snprintf(line, sizeof(line), "\n| %s | %s | %s |\n", claim_table[i].id,
			 claim_table[i].title, claim_table[i].means);
		if (!strstr(page, line))
			fail_msg("docs/claims.md lacks:%s", line);
	}
}

/* ---- thresholds ---- */

static void check_right_side(const struct claim_condition *condition)
{
	measure_side(condition, false);
	struct claim_result result = claim_judge_condition(&summary, condition);

	assert_int_equal(result.verdict, CLAIM_HOLDS);
	assert_ptr_equal(result.decided_by, condition);
	assert_false(isnan(result.figure) || isnan(result.lo) || isnan(result.hi));
}

static void check_wrong_side(const struct claim_condition *condition)
{
	measure_side(condition, true);
	assert_int_equal(judge(condition), CLAIM_DOES_NOT_HOLD);
}

static void check_astride(const struct claim_condition *condition)
{
	const double t = condition->threshold;

	if (condition->statistic == CLAIM_WORST)
		return; /* one number, no interval */
	measure(condition, t + (wants_more(condition) ? 1 : -1) * t / 100, t - t / 10 - 1,
		t + t / 10 + 1);
	/* A quotient has no interval if an end of its parts is negative, and is open then as well. */
	assert_int_equal(judge(condition), CLAIM_INCONCLUSIVE);
}

/* An interval that touches the threshold is on the side that "above" and "below" say. */
static void check_touching(const struct claim_condition *condition)
{
	const double t = condition->threshold;

	if (condition->statistic == CLAIM_WORST)
		return;
	measure(condition, t, t, t);
	assert_int_equal(judge(condition), condition->comparison == CLAIM_AT_MOST
						   ? CLAIM_HOLDS
						   : CLAIM_DOES_NOT_HOLD);
	summary.count = 0;
	measure(condition, t, t, t + 1);
	assert_int_equal(judge(condition), condition->comparison == CLAIM_BELOW
						   ? CLAIM_DOES_NOT_HOLD
						   : CLAIM_INCONCLUSIVE);
}

static void thresholds(void **state)
{
	(void)state;
	each_condition(check_right_side);
	each_condition(check_wrong_side);
	each_condition(check_astride);
	each_condition(check_touching);
}

/* What the thresholds are is a decision: to change one takes a change here, too. */
static void decisions(void **state)
{
	static const struct {
		const char *id;
		unsigned condition;
		double holds, fails;
	} some[] = {
		{"C01", 0, 11, 9},        {"C02", 0, 51, 49},     {"C02", 1, 1.05, 1.15},
		{"C03", 0, 1.6, 1.4},     {"C04", 0, 2.1, 1.9},   {"C05", 1, 2.1, 1.9},
		{"C07", 0, 1.05, 1.15},   {"C08", 0, 0.6, 0.4},   {"C08", 1, 0.6, 0.4},
		{"C09", 0, 0.7, 0.8},     {"C09", 1, 1.06, 1.04}, {"C10", 0, 1.05, 1.15},
		{"C10", 1, 1.25, 1.15},   {"C10", 2, 1.05, 1.15}, {"C10", 3, 1.25, 1.15},
		{"C11", 1, 0, 1},         {"C12", 1, 1.6, 1.4},   {"C13", 0, 1.6, 1.4},
		{"C13", 1, 0.9, 0.7},     {"C13", 2, 1.6, 1.4},   {"C14", 0, 1, 0},
		{"C15", 0, 0, 1},         {"C15", 1, 1.06, 1.04}, {"C23", 0, 99e6, 101e6},
		{"C06", 0, 1, 2},         {"C06", 1, 3, 1},       {"C19", 1, 0, 1},
		{"C19", 2, 0.9e6, 1.1e6}, {"C19", 3, 9e6, 11e6},  {"C19", 4, 9e6, 11e6},
		{"C20", 0, 0.01, 0},      {"C20", 2, 0.01, 0},    {"C21", 0, 0, 1},
		{"C21", 2, 1.1, 0.9},     {"C22", 1, 0.09, 0.11}, {"C22", 2, 0.09, 0.11},
		{"C23", 2, 99e6, 101e6},  {"C18", 0, 1.6, 1.4},   {"C18", 1, 1.6, 1.4},
		{"C24", 3, 1.06, 1.04},   {"C24", 4, 1, 0},       {"C23", 1, 9e6, 11e6},
		{"C24", 0, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
		const struct claim *claim = claim_find(some[i].id);
		const struct claim_condition *condition = &claim->conditions[some[i].condition];

		summary.count = 0;
		measure(condition, some[i].holds, some[i].holds, some[i].holds);
		if (judge(condition) != CLAIM_HOLDS)
			fail_msg("%s, condition %u", some[i].id, some[i].condition);
		summary.count = 0;
		measure(condition, some[i].fails, some[i].fails, some[i].fails);
		if (judge(condition) != CLAIM_DOES_NOT_HOLD)
			fail_msg("%s, condition %u", some[i].id, some[i].condition);
	}
}

/* ---- claims of several conditions ---- */

/* All conditions hold, but number WRONG fails and number ABSENT was not measured. */
static struct claim_result judge_claim(const struct claim *claim, unsigned wrong, unsigned absent)
{
	summary.count = 0;
	for (unsigned c = 0; c < claim_condition_count(claim); c++)
		if (c != absent && !claim->conditions[c].missing)
			measure_side(&claim->conditions[c], c == wrong);
	return claim_judge(&summary, claim);
}

static void all_must_hold(void **state)
{
	const unsigned none = CLAIM_CONDITIONS_MAX;

	(void)state;
	for (size_t i = 0; i < claim_count; i++) {
		const struct claim *claim = &claim_table[i];
		const unsigned count = claim_condition_count(claim);
		const bool lacks_case = claim->conditions[count - 1].missing != NULL;

		assert_int_equal(judge_claim(claim, none, none).verdict,
				 lacks_case ? CLAIM_NOT_MEASURED : CLAIM_HOLDS);
		for (unsigned c = 0; c < count; c++) {
			if (claim->conditions[c].missing)
				continue;
			struct claim_result result = judge_claim(claim, c, none);

			assert_int_equal(result.verdict, CLAIM_DOES_NOT_HOLD);
			assert_ptr_equal(result.decided_by, &claim->conditions[c]);
			assert_int_equal(judge_claim(claim, none, c).verdict, CLAIM_NOT_MEASURED);
			/* one that fails is enough, whatever else is missing */
			if (count > 1)
				assert_int_equal(judge_claim(claim, c, (c + 1) % count).verdict,
						 CLAIM_DOES_NOT_HOLD);
		}
	}
}

static void open_beside_holding(void **state)
{
	const struct claim *claim = claim_find("C03");

	(void)state;
	measure(&claim->conditions[0], 2, 1.9, 2.1);
	measure(&claim->conditions[1], 1.5, 1.4, 1.6);
	struct claim_result result = claim_judge(&summary, claim);

	assert_int_equal(result.verdict, CLAIM_INCONCLUSIVE);
	assert_ptr_equal(result.decided_by, &claim->conditions[1]);
}

/* ---- what keeps a figure from deciding ---- */

static void check_absent(const struct claim_condition *condition)
{
	struct claim_result result = claim_judge_condition(&summary, condition);

	assert_int_equal(result.verdict, CLAIM_NOT_MEASURED);
	assert_true(isnan(result.figure));
	assert_non_null(strstr(result.reason, "not in this run: "));
	/* the row is there, but not this metric */
	measure_side(condition, false);
	for (size_t i = 0; i < summary.count; i++)
		rows[i].metric = "another";
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
	/* a row without a figure */
	summary.count = 0;
	struct summary_row *row = measure(condition, NAN, NAN, NAN);

	row->max = NAN;
	row->status = "skipped:no-smt";
	result = claim_judge_condition(&summary, condition);
	assert_int_equal(result.verdict, CLAIM_NOT_MEASURED);
	assert_non_null(strstr(result.reason, "(skipped:no-smt)"));
}

static void check_divisor(const struct claim_condition *condition)
{
	if (!condition->divisor.case_name)
		return;
	measure_side(condition, false);
	summary.count--;
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
	summary.count++;
	rows[summary.count - 1].flags = "b";
	assert_int_equal(judge(condition), CLAIM_INCONCLUSIVE);
	rows[summary.count - 1].flags = "";
	rows[summary.count - 1].ci_lo = NAN;
	assert_int_equal(judge(condition), CLAIM_INCONCLUSIVE);
	rows[summary.count - 1].median = 0;
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
}

static void check_flags(const struct claim_condition *condition)
{
	static const char *const flags[] = {"b", "v", "i", "ob"};

	measure_side(condition, false);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		rows[0].flags = flags[i];
		struct claim_result result = claim_judge_condition(&summary, condition);

		assert_int_equal(result.verdict, CLAIM_INCONCLUSIVE);
		assert_false(isnan(result.figure)); /* shown all the same */
		if (strchr(flags[i], 'b'))
			assert_non_null(strstr(result.reason, "too busy"));
	}
	rows[0].flags = "o";
	assert_int_equal(judge(condition), condition->apart ? CLAIM_INCONCLUSIVE : CLAIM_HOLDS);
	rows[0].flags = "";
	rows[0].status = "wrong";
	assert_int_equal(judge(condition), CLAIM_INCONCLUSIVE);
}

/* Six launches give an interval, so the worst of them may decide; five do not. */
static void six_launches_may_decide(void **state)
{
	const struct claim_condition *condition = first_condition("C11");

	(void)state;
	assert_int_equal(condition->statistic, CLAIM_WORST);
	struct summary_row *row = measure(condition, 0, 0, 0);

	row->n_launch = 6;
	assert_int_equal(judge(condition), CLAIM_HOLDS);
	row->n_launch = 5;
	assert_int_equal(judge(condition), CLAIM_INCONCLUSIVE);
}

static void check_no_interval(const struct claim_condition *condition)
{
	struct summary_row *row = measure(condition, condition->threshold + 1, NAN, NAN);

	row->n_launch = 5;
	struct claim_result result = claim_judge_condition(&summary, condition);

	assert_int_equal(result.verdict, CLAIM_INCONCLUSIVE);
	assert_non_null(strstr(result.reason, "6 launches"));
}

static void what_cannot_decide(void **state)
{
	(void)state;
	each_condition(check_absent);
	each_condition(check_divisor);
	each_condition(check_flags);
	each_condition(check_no_interval);
}

static void quotient_is_cautious(void **state)
{
	const struct claim_condition *condition = first_condition("C05");

	(void)state;
	add(&condition->figure, condition->metric, 30, 20, 40);
	add(&condition->divisor, condition->metric, 10, 5, 20);
	struct claim_result result = claim_judge_condition(&summary, condition);

	assert_float_equal(result.figure, 3, 1e-12);
	assert_float_equal(result.lo, 1, 1e-12);
	assert_float_equal(result.hi, 8, 1e-12);
	assert_string_equal(result.unit, "ratio");
	assert_int_equal(result.verdict, CLAIM_INCONCLUSIVE);
}

static void ratio_to_something_else(void **state)
{
	const struct claim_condition *condition = first_condition("C04");

	(void)state;
	measure_side(condition, false);
	rows[0].ratio_to = "workers=1";
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
}

/* ---- which row ---- */

static void other_rows_do_not_count(void **state)
{
	const struct claim_condition *condition = first_condition("C07");

	(void)state;
	measure_side(condition, false);
	rows[0].workers = 4;
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
	rows[0].workers = 2;
	rows[0].placement = "same-core";
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
	rows[0].placement = "cores";
	rows[0].mode = "gil27";
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
	rows[0].mode = "gil";
	assert_int_equal(judge(condition), CLAIM_HOLDS);
}

static void params_must_agree(void **state)
{
	static const struct {
		const char *param;
		bool same;
	} some[] = {
		{"swipes=200000;think=100;split=1;block=0", true},
		{"split=1;block=0;think=100;swipes=200000", true},
		{"swipes=200000;think=100;split=1", true}, /* before there was `block` */
		{"swipes=200000;think=100;split=0;block=0", false},
		{"swipes=200000;think=100", false}, /* without `split` it is 0 */
		{"swipes=500;think=100;split=1;block=0", false},
		{"swipes=200000;think=100;split=1;block=0;interval_us=200", false},
		{"swipes=200000;think=100;split=1;block=", false},
		{"swipes=200000;think=100;split=1;block", false},
		{"=", false},
		{"", false},
	};
	const struct claim_condition *condition = &claim_find("C11")->conditions[1];

	(void)state;
	measure_side(condition, false);
	for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
		rows[0].param = some[i].param;
		if ((judge(condition) == CLAIM_HOLDS) != some[i].same)
			fail_msg("'%s'", some[i].param);
	}
	char longer[1000];

	memset(longer, ';', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	rows[0].param = longer;
	assert_int_equal(judge(condition), CLAIM_NOT_MEASURED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(table_is_sound, start_empty),
		cmocka_unit_test_setup(document_is_the_table, start_empty),
		cmocka_unit_test_setup(thresholds, start_empty),
		cmocka_unit_test_setup(six_launches_may_decide, start_empty),
		cmocka_unit_test_setup(decisions, start_empty),
		cmocka_unit_test_setup(all_must_hold, start_empty),
		cmocka_unit_test_setup(open_beside_holding, start_empty),
		cmocka_unit_test_setup(what_cannot_decide, start_empty),
		cmocka_unit_test_setup(quotient_is_cautious, start_empty),
		cmocka_unit_test_setup(ratio_to_something_else, start_empty),
		cmocka_unit_test_setup(other_rows_do_not_count, start_empty),
		cmocka_unit_test_setup(params_must_agree, start_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
