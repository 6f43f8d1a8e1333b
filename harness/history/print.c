/* SPDX-License-Identifier: MIT */
/* The list of changes: a table for people, Markdown, or CSV. */
#include "harness/history/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/data/csv.h"

#define LIST_COLUMNS 8

struct list_row {
	char *cells[LIST_COLUMNS];
};

static const char *const titles[LIST_COLUMNS] = {"case",   "mode",         "workers", "metric",
						 "change", "since commit", "date",    "basis"};

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

/* The commit, or the run if it names none. */
static const char *commit_of(const struct trend_run *run)
{
	return *run->git_sha ? run->git_sha : run->run_id;
}

/* "worse by 12.3 %"; from 0 there is no per cent. */
static char *change_words(const struct trend_series *series, const struct change_point *change)
{
	double percent = trend_percent(change);
	const char *verdict = trend_verdict(series, change);

	if (isnan(percent))
		return xasprintf("%s: %.3g -> %.3g %s", verdict, change->before, change->after,
				 series->cells[HISTORY_UNIT]);
	return xasprintf("%s: %+.1f%%", verdict, percent);
}

/* What tells this series from others of its case. */
static char *case_words(const struct trend_series *series)
{
	const char *param = series->cells[HISTORY_PARAM];

	return xasprintf("%s%s%s @%s", series->cells[HISTORY_CASE], *param ? " " : "", param,
			 series->cells[HISTORY_PLACEMENT]);
}

static struct list_row make_row(const struct trend_series *series,
				const struct change_point *change)
{
	const struct trend_run *run = run_at(series, change->onset);

	return (struct list_row){{
		case_words(series),
		xstrdup(series->cells[HISTORY_MODE]),
		xstrdup(series->cells[HISTORY_WORKERS]),
		xstrdup(series->cells[HISTORY_METRIC]),
		change_words(series, change),
		xstrdup(commit_of(run)),
		xasprintf("%.10s", run->ts_utc),
		series->is_ratio ? xasprintf("ratio to %s", series->cells[HISTORY_ANCHOR])
				 : xstrdup("median (weaker)"),
	}};
}

static size_t count_changes(const struct trend *trend)
{
	size_t count = 0;

	for (size_t i = 0; i < trend->series_count; i++)
		count += trend->series[i]->change_count;
	return count;
}

static struct list_row *make_rows(const struct trend *trend, size_t count)
{
	struct list_row *rows = xcalloc(count, sizeof(*rows));
	size_t made = 0;

	for (size_t i = 0; i < trend->series_count; i++)
		for (size_t c = 0; c < trend->series[i]->change_count; c++)
			rows[made++] = make_row(trend->series[i], &trend->series[i]->changes[c]);
	return rows;
}

static void free_rows(struct list_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t c = 0; c < LIST_COLUMNS; c++)
			free(rows[i].cells[c]);
	free(rows);
}

static void print_plain(FILE *out, const struct list_row *rows, size_t count)
{
	int width[LIST_COLUMNS];

	for (size_t c = 0; c < LIST_COLUMNS; c++) {
		size_t widest = strlen(titles[c]);

		for (size_t i = 0; i < count; i++)
			if (strlen(rows[i].cells[c]) > widest)
				widest = strlen(rows[i].cells[c]);
		width[c] = c + 1 < LIST_COLUMNS ? (int)widest : 0;
		fprintf(out, "%-*s%s", width[c], titles[c], c + 1 < LIST_COLUMNS ? "  " : "\n");
	}
	for (size_t i = 0; i < count; i++)
		for (size_t c = 0; c < LIST_COLUMNS; c++)
			fprintf(out, "%-*s%s", width[c], rows[i].cells[c],
				c + 1 < LIST_COLUMNS ? "  " : "\n");
}

static void print_markdown_cell(FILE *out, const char *text)
{
	fputs(" ", out);
	for (; *text; text++) {
		if (strchr("|\\`*_<>[]&", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
	fputs(" |", out);
}

static void print_markdown(FILE *out, const struct list_row *rows, size_t count)
{
	fputs("|", out);
	for (size_t c = 0; c < LIST_COLUMNS; c++)
		print_markdown_cell(out, titles[c]);
	fputs("\n|", out);
	for (size_t c = 0; c < LIST_COLUMNS; c++)
		fputs(" --- |", out);
	for (size_t i = 0; i < count; i++) {
		fputs("\n|", out);
		for (size_t c = 0; c < LIST_COLUMNS; c++)
			print_markdown_cell(out, rows[i].cells[c]);
	}
	fputs("\n", out);
}

/* What the list is of: without it, an empty one would say nothing. */
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
	size_t count = count_changes(trend);

	if (format == TREND_CSV)
		return print_csv(out, trend, why);
	struct list_row *rows = make_rows(trend, count);

	if (format == TREND_MARKDOWN)
		print_markdown(out, rows, count);
	else if (count)
		print_plain(out, rows, count);
	print_remarks(out, trend, count, format == TREND_MARKDOWN);
	free_rows(rows, count);
	return true;
}
