/* SPDX-License-Identifier: MIT */
/* The list of changes: a table for people, Markdown, or CSV. */
#include "harness/history/history.h"

#include <math.h>
#include <string.h>

#include "harness/base/table.h"
#include "harness/data/csv.h"

double trend_percent(const struct change_point *change)
{
	return change->before != 0 ? (change->after / change->before - 1) * 100 : NAN;
}

const char *trend_verdict(const struct trend_series *series, const struct change_point *change)
{
	const char *better = series->cells[HISTORY_BETTER];
	bool grew = change->after > change->before;

	if (strcmp(better, "zero") == 0)
		return fabs(change->after) > fabs(change->before) ? "worse" : "better";
	return grew == (strcmp(better, "higher") == 0) ? "better" : "worse";
}

static const struct trend_run *run_at(const struct trend_series *series, size_t point)
{
	return series->points[point].run;
}

static void put_row(struct table *table, const struct trend_series *series,
		    const struct change_point *change)
{
	const struct trend_run *run = run_at(series, change->onset);
	const char *verdict = trend_verdict(series, change);
	char *const *cells = series->cells;
	double percent = trend_percent(change);

	table_cell(table, "%s%s%s @%s", cells[HISTORY_CASE], *cells[HISTORY_PARAM] ? " " : "",
		   cells[HISTORY_PARAM], cells[HISTORY_PLACEMENT]);
	table_texts(table, cells[HISTORY_MODE], cells[HISTORY_WORKERS], cells[HISTORY_METRIC],
		    NULL);
	if (isnan(percent))
		table_cell(table, "%s: %.3g -> %.3g %s", verdict, change->before, change->after,
			   cells[HISTORY_UNIT]);
	else
		table_cell(table, "%s: %+.1f%%", verdict, percent);
	/* a run without a commit is named by its id */
	table_texts(table, *run->git_sha ? run->git_sha : run->run_id, NULL);
	table_cell(table, "%.10s", run->ts_utc);
	if (series->is_ratio)
		table_cell(table, "ratio to %s", cells[HISTORY_ANCHOR]);
	else
		table_cell(table, "median (weaker)");
}

/* Print the table; returns its number of rows. */
static size_t print_table(FILE *out, const struct trend *trend, bool markdown)
{
	static const struct table_column columns[] = {
		{.title = "case"},   {.title = "mode"},   {.title = "workers"},
		{.title = "metric"}, {.title = "change"}, {.title = "since commit"},
		{.title = "date"},   {.title = "basis"},
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < trend->series_count; i++)
		for (size_t c = 0; c < trend->series[i]->change_count; c++)
			put_row(table, trend->series[i], &trend->series[i]->changes[c]);
	size_t count = table_rows(table);

	if (count || markdown)
		table_print(table, out, markdown ? TEXT_MARKDOWN : TEXT_PLAIN, 0);
	table_free(table);
	return count;
}

/* The number of series and runs behind the list. Without it an empty list would mean nothing. */
static void print_remarks(FILE *out, const struct trend *trend, size_t count, bool markdown)
{
	size_t series_short = 0, weak = 0;

	for (size_t i = 0; i < trend->series_count; i++) {
		series_short += trend->series[i]->count < CHANGE_BASE_MIN + CHANGE_RECENT;
		weak += !trend->series[i]->is_ratio;
	}
	fprintf(out, "%s%zu %s in %zu series of %zu runs.\n", count || markdown ? "\n" : "", count,
		count == 1 ? "change" : "changes", trend->series_count, trend->run_count);
	if (series_short)
		fprintf(out, "%zu series are shorter than %u runs, too short to judge.\n",
			series_short, CHANGE_BASE_MIN + CHANGE_RECENT);
	if (weak)
		fprintf(out,
			"%zu series have no ratio to an anchor: their medians also show what the\n"
			"machine did that day.\n",
			weak);
}

static bool print_csv_row(struct csv_writer *csv, const struct trend_series *series,
			  const struct change_point *change, struct reason *why)
{
	static const int key[] = {HISTORY_CASE,      HISTORY_MODE,   HISTORY_WORKERS,
				  HISTORY_PLACEMENT, HISTORY_PARAM,  HISTORY_METRIC,
				  HISTORY_UNIT,      HISTORY_BETTER, HISTORY_HOST};
	const struct trend_run *run = run_at(series, change->onset);

	for (size_t k = 0; k < ARRAY_SIZE(key); k++)
		csv_text(csv, series->cells[key[k]]);
	csv_text(csv, series->is_ratio ? "ratio" : "median");
	csv_text(csv, series->cells[HISTORY_ANCHOR]);
	csv_text(csv, run->ts_utc);
	csv_text(csv, run->git_sha);
	csv_text(csv, run->run_id);
	csv_text(csv, run_at(series, change->onset - 1)->git_sha);
	csv_double(csv, change->before);
	csv_double(csv, change->after);
	csv_double(csv, trend_percent(change));
	csv_text(csv, trend_verdict(series, change));
	csv_u64(csv, series->count - change->onset);
	return csv_end_row(csv, why);
}

static bool print_csv(FILE *out, const struct trend *trend, struct reason *why)
{
	struct csv_writer csv;
	struct reason ignored;
	bool good = true;

	csv_attach(&csv, out, TREND_HEADER);
	for (size_t i = 0; i < trend->series_count; i++)
		for (size_t c = 0; good && c < trend->series[i]->change_count; c++)
			good = print_csv_row(&csv, trend->series[i], &trend->series[i]->changes[c],
					     why);
	return csv_close(&csv, good ? why : &ignored) && good;
}

bool trend_print(FILE *out, const struct trend *trend, enum trend_format format, struct reason *why)
{
	if (format == TREND_CSV)
		return print_csv(out, trend, why);
	size_t count = print_table(out, trend, format == TREND_MARKDOWN);

	print_remarks(out, trend, count, format == TREND_MARKDOWN);
	return true;
}
