/* SPDX-License-Identifier: MIT */
/* A rule with an upper bound that may be reached: both ends of the interval count. */
#include "tests/unit/claims_rows.h"

/* An interval that begins at or below the threshold and ends above it decides nothing. */
static void at_most_is_judged_by_both_ends(void **state)
{
	struct claim_condition condition = claim_find("C06")->conditions[0];

	(void)state;
	assert_int_equal(condition.comparison, CLAIM_AT_MOST);
	condition.statistic = CLAIM_MEDIAN;
	summary.count = 0;
	measure(&condition, 1, 0.5, 1);
	assert_int_equal(claim_judge_condition(&summary, &condition).verdict, CLAIM_HOLDS);
	summary.count = 0;
	measure(&condition, 1, 0.5, 1.5);
	assert_int_equal(claim_judge_condition(&summary, &condition).verdict, CLAIM_INCONCLUSIVE);
	summary.count = 0;
	measure(&condition, 1, 1, 1.5);
	assert_int_equal(claim_judge_condition(&summary, &condition).verdict, CLAIM_INCONCLUSIVE);
	summary.count = 0;
	measure(&condition, 1.4, 1.25, 1.5);
	assert_int_equal(claim_judge_condition(&summary, &condition).verdict, CLAIM_DOES_NOT_HOLD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(at_most_is_judged_by_both_ends, start_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
