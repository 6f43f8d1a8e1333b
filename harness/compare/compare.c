/* SPDX-License-Identifier: MIT */
#include "harness/compare/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/stats/stats.h"

struct compare_row *compare_add(struct compare_report *report, const char *case_name)
{
	report->rows = xrealloc(report->rows, report->count + 1, sizeof(*report->rows));
	struct compare_row *row = &report->rows[report->count++];

	memset(row, 0, sizeof(*row));
	snprintf(row->case_name, sizeof(row->case_name), "%s", case_name);
	row->metric = "op_ns";
	row->unit = "ns";
	row->stage = "";
	row->floor = row->delta = row->base_median = row->head_median = NAN;
	row->screen.estimate.ratio = row->screen.estimate.lo = row->screen.estimate.hi = NAN;
	row->verdict = VERDICT_INCONCLUSIVE;
	return row;
}

void compare_refuse(struct compare_row *row, enum verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(row->reason, sizeof(row->reason), format, arguments);
	va_end(arguments);
	row->verdict = verdict;
}

void compare_add_pair(struct compare_stage *stage, const double *base, const double *head,
		      unsigned rounds)
{
	double *copy = xcalloc(rounds, sizeof(*copy));
	const unsigned pair = stage->logs.count;

	verdict_add_pair(&stage->logs, base, head, rounds);
	memcpy(copy, base, rounds * sizeof(*copy));
	stage->base[pair] = stats_median(copy, rounds);
	memcpy(copy, head, rounds * sizeof(*copy));
	stage->head[pair] = stats_median(copy, rounds);
	free(copy);
}

static double median_of(const double *values, unsigned count)
{
	double copy[VERDICT_PAIRS_MAX];

	memcpy(copy, values, count * sizeof(*copy));
	return stats_median(copy, count);
}

static double known_floor(const struct compare_report *report, const struct compare_row *row,
			  const struct floor_table *floors)
{
	struct floor_row key = {.workers = row->workers};

	if (!floors)
		return NAN;
	memcpy(key.machine, report->machine, sizeof(key.machine));
	memcpy(key.case_name, row->case_name, sizeof(key.case_name));
	memcpy(key.mode, row->mode, sizeof(key.mode));
	memcpy(key.placement, row->placement, sizeof(key.placement));
	memcpy(key.param, row->param, sizeof(key.param));
	snprintf(key.metric, sizeof(key.metric), "%s", row->metric);
	return floor_find(floors, &key);
}

/* A case with this much noise is reported only and never fails a build. */
static void report_only(struct compare_row *row)
{
	row->report_only = row->floor > VERDICT_FLOOR_REPORT_ONLY;
	if (!row->report_only)
		return;
	snprintf(row->reason, sizeof(row->reason), "report-only, noise floor %.0f %%: would be %s",
		 100 * row->floor, verdict_name(row->verdict));
	if (row->verdict != VERDICT_SAME)
		row->verdict = VERDICT_INCONCLUSIVE;
}

static const struct estimate *judge_stage(struct compare_row *row, struct compare_stage *stage,
					  const char *name, enum verdict *verdict)
{
	stage->estimate = verdict_estimate(&stage->logs);
	*verdict = verdict_of_estimate(&stage->estimate, row->delta);
	row->stage = name;
	row->base_median = median_of(stage->base, stage->logs.count);
	row->head_median = median_of(stage->head, stage->logs.count);
	return &stage->estimate;
}

void compare_settle(struct compare_report *report, struct compare_row *row,
		    const struct floor_table *floors)
{
	enum verdict again;

	row->floor = known_floor(report, row, floors);
	row->delta = verdict_delta(report->min_effect, row->floor);
	if (!row->screen.logs.count)
		return;
	const struct estimate *screen = judge_stage(row, &row->screen, "screen", &row->verdict);
	const double total = screen->total_ratio;

	if (row->verdict == VERDICT_INCONCLUSIVE && screen->lo >= 1 / (1 + row->delta) &&
	    screen->hi <= 1 + row->delta)
		snprintf(row->reason, sizeof(row->reason),
			 "the median is the same, but all epochs together took %+.1f %%: a slow "
			 "mode?",
			 100 * (total - 1));
	if (row->confirmation.logs.count) {
		judge_stage(row, &row->confirmation, "confirm", &again);
		if (!isnan(row->confirmation.estimate.lo))
			row->verdict = verdict_confirm(row->verdict, again);
		else
			row->verdict = VERDICT_UNCONFIRMED;
	}
	report_only(row);
}

bool compare_is_flagged(const struct compare_row *row)
{
	return !row->report_only && verdict_wants_confirmation(row->verdict);
}

static int compare_rows(const void *left, const void *right)
{
	const struct compare_row *a = left, *b = right;
	int order = (int)a->verdict - (int)b->verdict;

	if (!order)
		order = strcmp(a->case_name, b->case_name);
	if (!order)
		order = strcmp(a->param, b->param);
	if (!order)
		order = strcmp(a->placement, b->placement);
	if (!order)
		order = (a->workers > b->workers) - (a->workers < b->workers);
	return order ? order : strcmp(a->mode, b->mode);
}

void compare_sort(struct compare_report *report)
{
	if (report->count > 1)
		qsort(report->rows, report->count, sizeof(*report->rows), compare_rows);
}

struct verdict_counts compare_count(const struct compare_report *report)
{
	struct verdict_counts counts = {0};

	for (size_t i = 0; i < report->count; i++) {
		const struct compare_row *row = &report->rows[i];

		counts.of[row->verdict]++;
		counts.report_only += row->report_only && row->verdict == VERDICT_INCONCLUSIVE;
	}
	return counts;
}

enum exit_code compare_exit_code(const struct compare_report *report, bool strict)
{
	const struct verdict_counts counts = compare_count(report);
	const bool stored = strcmp(report->kind, "runs") == 0;

	if (report->interrupted)
		return EXIT_INTERRUPTED;
	return stored && !strict ? EXIT_OK : verdict_exit_code(&counts, strict);
}

const char *compare_headline_word(const struct verdict_counts *counts)
{
	static const enum verdict order[] = {
		VERDICT_FAILED,       VERDICT_SLOWER, VERDICT_UNCONFIRMED,
		VERDICT_INCONCLUSIVE, VERDICT_FASTER, VERDICT_SAME,
		VERDICT_GONE,         VERDICT_NEW,    VERDICT_SKIPPED};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (counts->of[order[i]])
			return verdict_name(order[i]);
	return verdict_name(VERDICT_SKIPPED);
}

void compare_free(struct compare_report *report)
{
	free(report->rows);
	report->rows = NULL;
	report->count = 0;
}

void compare_note_machine(struct compare_report *report, const struct environment *environment,
			  int pu_count)
{
	floor_machine(environment, pu_count, report->machine, sizeof(report->machine));
	snprintf(report->cpu_model, sizeof(report->cpu_model), "%.127s",
		 environment_fact(environment, "cpu_model"));
	snprintf(report->kernel, sizeof(report->kernel), "%.127s",
		 environment_fact(environment, "kernel_release"));
	report->pu_count = pu_count;
}
