/* SPDX-License-Identifier: MIT */
/* The judge: a condition finds its figure in the summary, its interval decides. */
#include "harness/claims/claims.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/registry.h"

#define PARAM_BYTES 256u

const char *claim_verdict_name(enum claim_verdict verdict)
{
	static const char *const names[CLAIM_VERDICTS] = {
		[CLAIM_HOLDS] = "holds",
		[CLAIM_INCONCLUSIVE] = "inconclusive",
		[CLAIM_NOT_MEASURED] = "not measured",
		[CLAIM_DOES_NOT_HOLD] = "does not hold",
	};

	return names[verdict];
}

unsigned claim_condition_count(const struct claim *claim)
{
	unsigned count = 0;

	while (count < CLAIM_CONDITIONS_MAX &&
	       (claim->conditions[count].metric || claim->conditions[count].missing))
		count++;
	return count;
}

const struct claim *claim_find(const char *id)
{
	for (size_t i = 0; i < claim_count; i++)
		if (strcmp(claim_table[i].id, id) == 0)
			return &claim_table[i];
	return NULL;
}

/* ---- the row of a figure ---- */

/* Values that the rule wants for all parameters of the case. */
static const struct bench_case *wanted_params(const struct claim_figure *figure, int64_t *values)
{
	const struct bench_case *bench = registry_find(figure->case_name);
	struct reason why;

	if (!bench || !bench_params_apply(bench, figure->param, values, &why))
		die(EXIT_INTERNAL, "the rules of the claims name %s %s, which does not exist",
		    figure->case_name, figure->param);
	return bench;
}

/* Check one "name=value" of a row against WANTED. False if the rule wants another value. */
static bool param_agrees(const struct bench_case *bench, const int64_t *wanted, char *word,
			 bool *seen)
{
	char *value = strchr(word, '=');
	int64_t number;

	if (!value)
		return false;
	*value++ = '\0';
	int index = bench_param_index(bench, word);

	/* Any other parameter belongs to the mode. A row names it only if it is not the default. */
	if (index < 0 || !parse_i64(value, INT64_MIN, INT64_MAX, &number))
		return false;
	seen[index] = true;
	return number == wanted[index];
}

/* A parameter that a row does not name, such as a row of an older build, counts as the default. */
static bool params_agree(const struct claim_figure *figure, const char *param)
{
	int64_t wanted[BENCH_PARAMS_MAX] = {0};
	const struct bench_case *bench = wanted_params(figure, wanted);
	bool seen[BENCH_PARAMS_MAX] = {false};
	char text[PARAM_BYTES], *rest = NULL;

	if (strlen(param) >= sizeof(text))
		return false;
	strcpy(text, param);
	for (char *word = strtok_r(text, ";", &rest); word; word = strtok_r(NULL, ";", &rest))
		if (!param_agrees(bench, wanted, word, seen))
			return false;
	for (unsigned i = 0; i < bench_param_count(bench); i++)
		if (!seen[i] && wanted[i] != bench->params[i].value)
			return false;
	return true;
}

static const struct summary_row *find_row(const struct summary *summary,
					  const struct claim_figure *figure, const char *metric)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (strcmp(row->metric, metric) == 0 &&
		    strcmp(row->case_name, figure->case_name) == 0 &&
		    strcmp(row->mode, figure->mode) == 0 && row->workers == figure->workers &&
		    strcmp(row->placement, figure->placement) == 0 &&
		    params_agree(figure, row->param))
			return row;
	}
	return NULL;
}

/* ---- the verdict on a row ---- */

/* The reason why a measured row cannot decide anything; NULL if it can. */
static const char *objection(const struct summary_row *row, const struct claim_condition *condition)
{
	if (summary_has_flag(row, 'i'))
		return "it was slowed down on purpose";
	if (summary_has_flag(row, 'v'))
		return "the context switches were not those that the case must make";
	if (summary_has_flag(row, 'b'))
		return "the machine was too busy";
	if (condition->apart && summary_has_flag(row, 'o'))
		return "more workers than processors";
	if (strcmp(row->status, "ok") != 0)
		return row->status;
	if (condition->statistic == CLAIM_WORST && row->n_launch < 6)
		return "fewer than 6 launches, so there is no interval";
	return NULL;
}

struct reading {
	double value, lo, hi;
};

static struct reading read_row(const struct summary_row *row, enum claim_statistic statistic)
{
	switch (statistic) {
	case CLAIM_WORST:
		return (struct reading){row->max, row->max, row->max};
	case CLAIM_TO_NONE:
		if (strcmp(row->ratio_to, "mode=none") != 0)
			return (struct reading){NAN, NAN, NAN};
		return (struct reading){row->ratio, row->ratio_lo, row->ratio_hi};
	case CLAIM_MEDIAN:
		break;
	}
	return (struct reading){row->median, row->ci_lo, row->ci_hi};
}

/* The rows were not measured in turn, so the worst case of both intervals is taken. */
static struct reading quotient(struct reading a, struct reading b)
{
	if (!(b.value > 0))
		return (struct reading){NAN, NAN, NAN};
	if (!(b.lo > 0) || !(a.lo >= 0))
		return (struct reading){a.value / b.value, NAN, NAN};
	return (struct reading){a.value / b.value, a.lo / b.hi, a.hi / b.lo};
}

static void conclude(struct claim_result *result, enum claim_verdict verdict, const char *text,
		     const char *detail)
{
	result->verdict = verdict;
	snprintf(result->reason, sizeof(result->reason), "%s%s", text, detail);
}

static void decide(struct claim_result *result)
{
	const struct claim_condition *condition = result->decided_by;
	const double threshold = condition->threshold;
	bool holds = false, fails = false;
	char rule[160];

	claim_rule_text(condition, rule, sizeof(rule));
	switch (condition->comparison) {
	case CLAIM_ABOVE:
		holds = result->lo > threshold;
		fails = result->hi <= threshold;
		break;
	case CLAIM_BELOW:
		holds = result->hi < threshold;
		fails = result->lo >= threshold;
		break;
	case CLAIM_AT_MOST:
		holds = result->hi <= threshold;
		fails = result->lo > threshold;
		break;
	}
	if (holds)
		conclude(result, CLAIM_HOLDS, "the figure meets the rule: ", rule);
	else if (fails)
		conclude(result, CLAIM_DOES_NOT_HOLD, "the figure breaks the rule: ", rule);
	else
		conclude(result, CLAIM_INCONCLUSIVE,
			 "the interval lies on both sides of the rule: ", rule);
}

/* The unit of the figure read from ROW. */
static const char *unit_of(const struct claim_condition *condition, const struct summary_row *row)
{
	bool ratio = condition->divisor.case_name || condition->statistic == CLAIM_TO_NONE;

	return ratio ? "ratio" : row->unit;
}

/* Judge a figure that exists. AGAINST is an objection to it, or NULL. */
static void weigh(struct claim_result *result, struct reading reading, const char *against)
{
	result->figure = reading.value;
	result->lo = reading.lo;
	result->hi = reading.hi;
	if (against)
		conclude(result, CLAIM_INCONCLUSIVE, "cannot be judged: ", against);
	else if (isnan(reading.lo) || isnan(reading.hi))
		conclude(result, CLAIM_INCONCLUSIVE,
			 "cannot be judged: no interval, which takes 6 launches", "");
	else
		decide(result);
}

static void refuse_row(struct claim_result *result, const struct claim_figure *figure,
		       const struct summary_row *row)
{
	char name[400];

	claim_figure_text(figure, name, sizeof(name));
	conclude(result, CLAIM_NOT_MEASURED,
		 row ? "without a figure: " : "not in this run: ", name);
	if (row && strcmp(row->status, "ok") != 0) {
		size_t used = strlen(result->reason);

		snprintf(result->reason + used, sizeof(result->reason) - used, " (%s)",
			 row->status);
	}
}

struct claim_result claim_judge_condition(const struct summary *summary,
					  const struct claim_condition *condition)
{
	struct claim_result result = {
		.figure = NAN, .lo = NAN, .hi = NAN, .unit = "", .decided_by = condition};

	if (condition->missing) {
		conclude(&result, CLAIM_NOT_MEASURED, "no case yet: ", condition->missing);
		return result;
	}
	const struct summary_row *row = find_row(summary, &condition->figure, condition->metric);
	struct reading reading = row ? read_row(row, condition->statistic)
				     : (struct reading){NAN, NAN, NAN};
	const char *against = row ? objection(row, condition) : NULL;
	const struct claim_figure *lacking = &condition->figure;

	if (!isnan(reading.value) && condition->divisor.case_name) {
		row = find_row(summary, &condition->divisor, condition->metric);
		reading = row ? quotient(reading, read_row(row, condition->statistic))
			      : (struct reading){NAN, NAN, NAN};
		against = row && !against ? objection(row, condition) : against;
		lacking = &condition->divisor;
	}
	if (isnan(reading.value)) {
		refuse_row(&result, lacking, row);
		return result;
	}
	result.unit = unit_of(condition, row);
	weigh(&result, reading, against);
	return result;
}

/* If a claim has several conditions, the one with the largest weight decides. */
static unsigned weight(enum claim_verdict verdict)
{
	static const unsigned weights[CLAIM_VERDICTS] = {
		[CLAIM_HOLDS] = 0,
		[CLAIM_INCONCLUSIVE] = 1,
		[CLAIM_NOT_MEASURED] = 2,
		[CLAIM_DOES_NOT_HOLD] = 3,
	};

	return weights[verdict];
}

struct claim_result claim_judge(const struct summary *summary, const struct claim *claim)
{
	struct claim_result worst = claim_judge_condition(summary, &claim->conditions[0]);

	for (unsigned i = 1; i < claim_condition_count(claim); i++) {
		struct claim_result next = claim_judge_condition(summary, &claim->conditions[i]);

		if (weight(next.verdict) > weight(worst.verdict))
			worst = next;
	}
	return worst;
}

/* ---- in words ---- */

void claim_figure_text(const struct claim_figure *figure, char *text, size_t size)
{
	int64_t values[BENCH_PARAMS_MAX] = {0};
	const struct bench_case *bench = wanted_params(figure, values);
	char param[PARAM_BYTES];

	bench_params_text(bench, values, param, sizeof(param));
	snprintf(text, size, "%s %s workers=%u placement=%s%s%s", figure->case_name, figure->mode,
		 figure->workers, figure->placement, *param ? " " : "", param);
}

void claim_experiment_text(const struct claim_condition *condition, char *text, size_t size)
{
	char a[400], b[400];

	if (condition->missing) {
		snprintf(text, size, "none");
		return;
	}
	claim_figure_text(&condition->figure, a, sizeof(a));
	if (!condition->divisor.case_name) {
		snprintf(text, size, "%s", a);
		return;
	}
	claim_figure_text(&condition->divisor, b, sizeof(b));
	snprintf(text, size, "%s / %s", a, b);
}

/* A time with its unit, "10.0 ms", else the plain number. */
static struct format_text threshold_text(const struct claim_condition *condition)
{
	const char *end = strrchr(condition->metric, '_');
	struct format_text text;

	if (condition->statistic == CLAIM_MEDIAN && !condition->divisor.case_name && end &&
	    strcmp(end, "_ns") == 0)
		return format_si(condition->threshold, "ns", false);
	snprintf(text.text, sizeof(text.text), "%.10g", condition->threshold);
	return text;
}

void claim_rule_text(const struct claim_condition *condition, char *text, size_t size)
{
	static const char *const words[] = {
		[CLAIM_ABOVE] = "above",
		[CLAIM_BELOW] = "below",
		[CLAIM_AT_MOST] = "at most",
	};
	static const char *const ends[] = {
		[CLAIM_MEDIAN] = "",
		[CLAIM_WORST] = " of the worst epoch",
		[CLAIM_TO_NONE] = " over mode none",
	};

	if (condition->missing) {
		snprintf(text, size, "no case yet: %s", condition->missing);
		return;
	}
	snprintf(text, size, "%s%s%s %s %s", condition->divisor.case_name ? "quotient of " : "",
		 condition->metric, ends[condition->statistic], words[condition->comparison],
		 threshold_text(condition).text);
}
