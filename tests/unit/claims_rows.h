/* SPDX-License-Identifier: MIT */
/* claims_rows - a summary made up row by row, for the tests of claims. */
#ifndef TOLLGATE_TESTS_CLAIMS_ROWS_H
#define TOLLGATE_TESTS_CLAIMS_ROWS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/claims/claims.h"
#include "harness/registry.h"
#include "harness/sync/mode.h"

#define ROWS_MAX 16

static struct summary_row rows[ROWS_MAX];
static char params[ROWS_MAX][256];
static struct summary summary;

static inline int start_empty(void **state)
{
	(void)state;
	summary = (struct summary){.rows = rows};
	return 0;
}

static inline const char *param_text(const struct claim_figure *figure)
{
	int64_t values[BENCH_PARAMS_MAX] = {0};
	const struct bench_case *bench = registry_find(figure->case_name);

	assert_non_null(bench);
	assert_true(bench_params_apply(bench, figure->param, values, NULL));
	bench_params_text(bench, values, params[summary.count], sizeof(params[0]));
	return params[summary.count];
}

/* A row in which the figure stands wherever a rule may look for it. */
static inline struct summary_row *add(const struct claim_figure *figure, const char *metric,
				      double value, double lo, double hi)
{
	assert_true(summary.count < ROWS_MAX);
	const char *param = param_text(figure);

	rows[summary.count] = (struct summary_row){.case_name = figure->case_name,
						   .mode = figure->mode,
						   .placement = figure->placement,
						   .param = param,
						   .workers = figure->workers,
						   .metric = metric,
						   .unit = "ns",
						   .better = "info",
						   .n_launch = 10,
						   .n_round = 30,
						   .median = NAN,
						   .ci_lo = NAN,
						   .ci_hi = NAN,
						   .max = NAN,
						   .ratio_to = "mode=none",
						   .ratio = NAN,
						   .ratio_lo = NAN,
						   .ratio_hi = NAN,
						   .flags = "",
						   .status = "ok"};
	rows[summary.count].median = value;
	rows[summary.count].ci_lo = lo;
	rows[summary.count].ci_hi = hi;
	return &rows[summary.count++];
}

/* The same for a condition: in the columns that its statistic reads, and no others. */
static inline struct summary_row *measure(const struct claim_condition *condition, double value,
					  double lo, double hi)
{
	struct summary_row *row = add(&condition->figure, condition->metric, value, lo, hi);

	if (condition->divisor.case_name)
		add(&condition->divisor, condition->metric, 1, 1, 1);
	if (condition->statistic == CLAIM_MEDIAN)
		return row;
	row->median = row->ci_lo = row->ci_hi = NAN;
	if (condition->statistic == CLAIM_WORST) {
		row->median = row->ci_lo = row->ci_hi = 0; /* the median must not decide */
		row->max = value;
	} else {
		row->ratio = value;
		row->ratio_lo = lo;
		row->ratio_hi = hi;
	}
	return row;
}

static inline const struct claim_condition *first_condition(const char *id)
{
	const struct claim *claim = claim_find(id);

	assert_non_null(claim);
	return &claim->conditions[0];
}

#endif
