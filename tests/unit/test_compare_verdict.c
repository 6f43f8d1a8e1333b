/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "harness/stats/verdict.h"

#define CLOSE(a, b) assert_true(fabs((a) - (b)) < 1e-9)

/* Ten pairs whose median and total log ratios are these. */
static struct estimate estimate_of(const double *medians, const double *totals)
{
	struct pair_logs logs = {.count = 10};

	for (unsigned i = 0; i < 10; i++) {
		logs.median[i] = medians[i];
		logs.total[i] = totals ? totals[i] : medians[i];
	}
	return verdict_estimate(&logs);
}

static void fill(double *logs, double value, unsigned others, double other)
{
	for (unsigned i = 0; i < 10; i++)
		logs[i] = i < others ? other : value;
}

static enum verdict judge(double value, unsigned others, double other, double delta)
{
	double logs[10];

	fill(logs, value, others, other);
	const struct estimate estimate = estimate_of(logs, NULL);

	return verdict_of_estimate(&estimate, delta);
}

static void pair_is_the_median_of_its_rounds(void **state)
{
	const double base[5] = {100, 100, 100, 100, 100};
	const double head[5] = {110, 110, 400, 110, 90};
	struct pair_logs logs = {.count = 0};

	(void)state;
	verdict_add_pair(&logs, base, head, 5);
	assert_int_equal(logs.count, 1);
	CLOSE(logs.median[0], log(1.1));
	CLOSE(logs.total[0], log(820.0 / 500));
}

static void interval_has_the_ranks_of_the_sign_test(void **state)
{
	const double logs[10] = {0.05, 0.01, 0.10, 0.02, 0.09, 0.03, 0.08, 0.04, 0.07, 0.06};
	const struct estimate estimate = estimate_of(logs, NULL);

	(void)state;
	CLOSE(estimate.ratio, exp(0.055));
	CLOSE(estimate.lo, exp(0.02)); /* the 2nd and the 9th of ten */
	CLOSE(estimate.hi, exp(0.09));
	assert_true(fabs(estimate.level - 97.85) < 0.01);
	assert_int_equal(estimate.slower, 10);
	assert_int_equal(estimate.pairs, 10);
	/* the interval must be above 0 and the estimate above the smallest effect */
	assert_int_equal(verdict_of_estimate(&estimate, 0.03), VERDICT_SLOWER);
}

static void one_pair_may_disagree_two_may_not(void **state)
{
	(void)state;
	assert_int_equal(judge(0.08, 0, 0, 0.03), VERDICT_SLOWER);
	assert_int_equal(judge(0.08, 1, -0.01, 0.03), VERDICT_SLOWER);
	assert_int_equal(judge(0.08, 2, -0.01, 0.03), VERDICT_INCONCLUSIVE);
	assert_int_equal(judge(-0.08, 1, 0.01, 0.03), VERDICT_FASTER);
	assert_int_equal(judge(-0.08, 2, 0.01, 0.03), VERDICT_INCONCLUSIVE);
}

static void small_effects_are_no_finding(void **state)
{
	(void)state;
	assert_int_equal(judge(log(1.029), 0, 0, 0.03), VERDICT_SAME);
	assert_int_equal(judge(log(1.031), 0, 0, 0.03), VERDICT_SLOWER);
	assert_int_equal(judge(log(1 / 1.031), 0, 0, 0.03), VERDICT_FASTER);
	assert_int_equal(judge(log(1.031), 0, 0, 0.05), VERDICT_SAME);
	assert_int_equal(judge(0, 0, 0, 0.03), VERDICT_SAME);
}

static void wide_interval_is_inconclusive(void **state)
{
	(void)state;
	assert_int_equal(judge(0, 2, -0.2, 0.03), VERDICT_INCONCLUSIVE);
	assert_int_equal(judge(0.01, 2, 0.2, 0.03), VERDICT_INCONCLUSIVE);
}

static void too_few_pairs_decide_nothing(void **state)
{
	struct pair_logs logs = {.count = 5};

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		logs.median[i] = logs.total[i] = 0.5;
	const struct estimate five = verdict_estimate(&logs);

	assert_true(isnan(five.lo));
	assert_int_equal(verdict_of_estimate(&five, 0.03), VERDICT_INCONCLUSIVE);
	logs.median[5] = logs.total[5] = 0.5;
	logs.count = 6;
	const struct estimate six = verdict_estimate(&logs);

	assert_int_equal(verdict_of_estimate(&six, 0.03), VERDICT_SLOWER);
	logs.count = 0;
	const struct estimate none = verdict_estimate(&logs);

	assert_int_equal(verdict_of_estimate(&none, 0.03), VERDICT_INCONCLUSIVE);
}

/* A slow mode in a fifth of the epochs: the medians see nothing, the totals do. */
static void totals_forbid_to_say_same(void **state)
{
	double medians[10], totals[10];

	(void)state;
	fill(medians, 0.001, 0, 0);
	fill(totals, 0.25, 0, 0);
	const struct estimate slow_mode = estimate_of(medians, totals);

	assert_int_equal(verdict_of_estimate(&slow_mode, 0.03), VERDICT_INCONCLUSIVE);
	fill(totals, 0.25, 3, -0.1); /* noise */
	const struct estimate noise = estimate_of(medians, totals);

	assert_int_equal(verdict_of_estimate(&noise, 0.03), VERDICT_SAME);
}

static void confirmation_must_agree(void **state)
{
	(void)state;
	for (int screen = 0; screen < VERDICTS; screen++)
		for (int again = 0; again < VERDICTS; again++) {
			const bool flagged = screen == VERDICT_SLOWER || screen == VERDICT_FASTER;
			enum verdict verdict = verdict_confirm(screen, again);

			assert_int_equal(verdict_wants_confirmation(screen), flagged);
			assert_int_equal(verdict, !flagged          ? screen
						  : screen == again ? screen
								    : VERDICT_UNCONFIRMED);
		}
}

static void floor_replaces_a_smaller_effect(void **state)
{
	(void)state;
	CLOSE(verdict_delta(0.03, NAN), 0.03);
	CLOSE(verdict_delta(0.03, 0.01), 0.03);
	CLOSE(verdict_delta(0.03, 0.08), 0.08);
}

static void floor_is_the_95th_percentile_of_the_distance(void **state)
{
	double ratios[21];

	(void)state;
	for (int i = 0; i < 21; i++) /* 1, 1.01 .. 1.20, and every second one is inverted */
		ratios[i] = i % 2 ? 1 / (1 + i / 100.0) : 1 + i / 100.0;
	assert_true(fabs(verdict_floor(ratios, 21) - 0.19) < 1e-9);
	assert_true(verdict_floor(ratios, 1) < 1e-9);
}

static enum exit_code code_of(enum verdict verdict, bool strict)
{
	struct verdict_counts counts = {.of = {0}};

	counts.of[verdict] = 1;
	counts.of[VERDICT_SAME] += 3;
	return verdict_exit_code(&counts, strict);
}

static void exit_codes(void **state)
{
	struct verdict_counts counts = {.of = {0}};

	(void)state;
	assert_int_equal(code_of(VERDICT_SAME, true), EXIT_OK);
	assert_int_equal(code_of(VERDICT_FASTER, true), EXIT_OK);
	assert_int_equal(code_of(VERDICT_NEW, true), EXIT_OK);
	assert_int_equal(code_of(VERDICT_SKIPPED, true), EXIT_OK);
	assert_int_equal(code_of(VERDICT_SLOWER, false), EXIT_REGRESSION);
	assert_int_equal(code_of(VERDICT_FAILED, false), EXIT_WRONG);
	assert_int_equal(code_of(VERDICT_INCONCLUSIVE, false), EXIT_OK);
	assert_int_equal(code_of(VERDICT_INCONCLUSIVE, true), EXIT_INCONCLUSIVE);
	assert_int_equal(code_of(VERDICT_UNCONFIRMED, false), EXIT_OK);
	assert_int_equal(code_of(VERDICT_UNCONFIRMED, true), EXIT_INCONCLUSIVE);
	assert_int_equal(code_of(VERDICT_GONE, false), EXIT_OK);
	assert_int_equal(code_of(VERDICT_GONE, true), EXIT_INCONCLUSIVE);
	counts.of[VERDICT_SKIPPED] = 2;
	assert_int_equal(verdict_exit_code(&counts, false), EXIT_NOTHING);
	counts.of[VERDICT_INCONCLUSIVE] = counts.report_only = 1; /* known to be noisy: no alarm */
	assert_int_equal(verdict_exit_code(&counts, true), EXIT_OK);
	counts.of[VERDICT_SLOWER] = counts.of[VERDICT_FAILED] = 1;
	assert_int_equal(verdict_exit_code(&counts, true), EXIT_WRONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pair_is_the_median_of_its_rounds),
		cmocka_unit_test(interval_has_the_ranks_of_the_sign_test),
		cmocka_unit_test(one_pair_may_disagree_two_may_not),
		cmocka_unit_test(small_effects_are_no_finding),
		cmocka_unit_test(wide_interval_is_inconclusive),
		cmocka_unit_test(too_few_pairs_decide_nothing),
		cmocka_unit_test(totals_forbid_to_say_same),
		cmocka_unit_test(confirmation_must_agree),
		cmocka_unit_test(floor_replaces_a_smaller_effect),
		cmocka_unit_test(floor_is_the_95th_percentile_of_the_distance),
		cmocka_unit_test(exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
