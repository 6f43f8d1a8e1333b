/* SPDX-License-Identifier: MIT */
/*
 * The table of all figures. The page holds the rows as JSON, a tenth of the bytes. The browser makes the
 * table, filters and sorts it. Without the script a sentence names summary.csv.
 *
 * A column is {"title", "kind", "texts"}. Its kind says what a cell of a row is. "name": an index into
 * texts. "count": a number. "value": [number or null, text]. "text": a text.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/report/internal.h"
#include "harness/summary/grid.h"

#define NAMES_MAX 4096u

/* The different texts of a column, in the order in which they turn up. */
struct names {
	const char *texts[NAMES_MAX];
	size_t count, last;
};

enum name_column { CASE, PARAM, MODE, PLACEMENT, METRIC, NAME_COLUMNS };

struct figures {
	FILE *out;
	struct names names[NAME_COLUMNS];
	size_t written, left, limit;
};

static const char *name_of(const struct summary_row *row, enum name_column column)
{
	const char *const texts[NAME_COLUMNS] = {row->case_name, row->param, row->mode,
						 row->placement, row->metric};

	return texts[column];
}

/* NAMES_MAX if there is no room. */
static size_t index_of(struct names *names, const char *text)
{
	/* rows are sorted, so it is mostly the text of the row before */
	if (names->count && strcmp(names->texts[names->last], text) == 0)
		return names->last;
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->texts[i], text) == 0)
			return names->last = i;
	if (names->count == NAMES_MAX)
		return NAMES_MAX;
	names->texts[names->count] = text;
	return names->last = names->count++;
}

static void put_number(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, "%.5g", value);
	else
		fputs("null", out);
}

/* ,[value,"text"] */
static void put_value(FILE *out, double value, const char *text)
{
	fputs(",[", out);
	put_number(out, value);
	putc(',', out);
	html_json_text(out, text);
	putc(']', out);
}

static void put_figure(FILE *out, const struct summary_row *row)
{
	char interval[120] = "";
	struct format_text value = {""};

	if (row) {
		value = report_value(row);
		report_interval(row, interval, sizeof(interval));
	}
	put_value(out, row ? row->median : NAN, value.text);
	put_value(out, row ? row->ci_reached : NAN, interval);
}

static void put_one(FILE *out, const struct summary_row *row)
{
	char text[200] = "";

	put_figure(out, row);
	if (!isnan(row->ci_lo))
		snprintf(text, sizeof(text), "%.1f %%", row->ci_level);
	put_value(out, isnan(row->ci_lo) ? NAN : row->ci_level, text);
	fprintf(out, ",%llu", (unsigned long long)row->n_launch);
	text[0] = '\0';
	if (!isnan(row->ratio) && !isnan(row->ratio_lo) && !isnan(row->ratio_hi))
		snprintf(text, sizeof(text), "%s (%s to %s)", format_factor(row->ratio).text,
			 format_factor(row->ratio_lo).text, format_factor(row->ratio_hi).text);
	else if (!isnan(row->ratio))
		snprintf(text, sizeof(text), "%s", format_factor(row->ratio).text);
	put_value(out, row->ratio, text);
	putc(',', out);
	html_json_text(out, row->ratio_to);
	report_remarks(row, text, sizeof(text));
	putc(',', out);
	html_json_text(out, text);
}

/* The relation of the two intervals, which is all that two stored runs can show. */
static const char *overlap(const struct summary_row *a, const struct summary_row *b)
{
	if (!a || !b)
		return a ? _("only in A") : _("only in B");
	if (isnan(a->ci_lo) || isnan(b->ci_lo))
		return "";
	return a->ci_hi < b->ci_lo || b->ci_hi < a->ci_lo ? "apart" : "overlap";
}

static void remarks_of_two(const struct summary_row *a, const struct summary_row *b, char *text,
			   size_t size)
{
	char of_a[200] = "", of_b[200] = "";

	if (a)
		report_remarks(a, of_a, sizeof(of_a));
	if (b)
		report_remarks(b, of_b, sizeof(of_b));
	if (strcmp(of_a, of_b) == 0)
		snprintf(text, size, "%s", of_a);
	else
		snprintf(text, size, "%s%s%s%s%s", *of_a ? "A: " : "", of_a,
			 *of_a && *of_b ? "; " : "", *of_b ? "B: " : "", of_b);
}

/* One of them may be NULL. */
static void put_two(FILE *out, const struct summary_row *a, const struct summary_row *b)
{
	double ratio = a && b && a->median > 0 ? b->median / a->median : NAN;
	char text[420];

	put_figure(out, a);
	put_figure(out, b);
	put_value(out, ratio, format_factor(ratio).text);
	putc(',', out);
	html_json_text(out, overlap(a, b));
	remarks_of_two(a, b, text, sizeof(text));
	putc(',', out);
	html_json_text(out, text);
}

/* Write the key. False if the page has no room for all names. */
static bool put_key(struct figures *figures, const struct summary_row *row)
{
	FILE *out = figures->out;
	size_t indices[NAME_COLUMNS];

	for (unsigned i = 0; i < NAME_COLUMNS; i++) {
		indices[i] = index_of(&figures->names[i], name_of(row, (enum name_column)i));
		if (indices[i] == NAMES_MAX)
			return false;
	}
	html(out, "%s[%zu,%zu,%zu,", figures->written++ ? ",\n" : "", indices[CASE], indices[PARAM],
	     indices[MODE]);
	html(out, "%zu,%zu,%zu", (size_t)row->workers, indices[PLACEMENT], indices[METRIC]);
	return true;
}

/* ---- joining two runs ---- */

static int compare_keys(const struct summary_row *a, const struct summary_row *b)
{
	int order = strcmp(a->case_name, b->case_name);

	if (!order)
		order = strcmp(a->param, b->param);
	if (!order)
		order = strcmp(a->placement, b->placement);
	if (!order)
		order = (a->workers > b->workers) - (a->workers < b->workers);
	if (!order)
		order = strcmp(a->mode, b->mode);
	return order ? order : strcmp(a->metric, b->metric);
}

static int by_key(const void *a, const void *b)
{
	return compare_keys(*(const struct summary_row *const *)a,
			    *(const struct summary_row *const *)b);
}

static const struct summary_row **sorted_rows(const struct summary *summary)
{
	const struct summary_row **rows = xcalloc(summary->count + 1, sizeof(*rows));

	for (size_t i = 0; i < summary->count; i++)
		rows[i] = &summary->rows[i];
	qsort(rows, summary->count, sizeof(*rows), by_key);
	return rows;
}

static const struct summary_row *find_row(const struct summary_row **rows, size_t count,
					  const struct summary_row *like)
{
	const struct summary_row **found = rows ? bsearch(&like, rows, count, sizeof(*rows), by_key)
						: NULL;

	return found ? *found : NULL;
}

/* ---- the whole table ---- */

/* If the page has no room for all rows, those for information only are left out first. */
static bool is_wanted(const struct summary_row *row, bool crowded)
{
	return !crowded || strcmp(row->better, "info") != 0;
}

static bool has_room(struct figures *figures, const struct summary_row *row, bool crowded)
{
	if (is_wanted(row, crowded) && report_written(figures->out) < figures->limit &&
	    put_key(figures, row))
		return true;
	figures->left++;
	return false;
}

static void put_one_run(struct figures *figures, const struct summary *summary)
{
	bool crowded = summary->count > REPORT_FIGURE_BYTES / 130;

	for (size_t i = 0; i < summary->count; i++) {
		if (!has_room(figures, &summary->rows[i], crowded))
			continue;
		put_one(figures->out, &summary->rows[i]);
		putc(']', figures->out);
	}
}

/* All rows of A, then the rows that only B has. */
static void put_two_runs(struct figures *figures, const struct summary *a, const struct summary *b)
{
	const struct summary_row **rows_a = sorted_rows(a), **rows_b = sorted_rows(b);
	bool crowded = a->count + b->count > REPORT_FIGURE_BYTES / 90;

	for (size_t i = 0; i < a->count; i++) {
		if (!has_room(figures, &a->rows[i], crowded))
			continue;
		put_two(figures->out, &a->rows[i], find_row(rows_b, b->count, &a->rows[i]));
		putc(']', figures->out);
	}
	for (size_t i = 0; i < b->count; i++) {
		if (find_row(rows_a, a->count, &b->rows[i]) ||
		    !has_room(figures, &b->rows[i], crowded))
			continue;
		put_two(figures->out, NULL, &b->rows[i]);
		putc(']', figures->out);
	}
	free(rows_a);
	free(rows_b);
}

static void put_names(FILE *out, const char *title, const struct names *names)
{
	html(out, "{\"title\":\"%s\",\"kind\":\"name\",\"texts\":[", title);
	for (size_t i = 0; i < names->count; i++) {
		if (i)
			putc(',', out);
		html_json_text(out, names->texts[i]);
	}
	fputs("]},\n", out);
}

static void put_columns(const struct figures *figures, bool two)
{
	FILE *out = figures->out;

	fputs("],\n\"columns\":[", out);
	put_names(out, "Case", &figures->names[CASE]);
	put_names(out, "Parameters", &figures->names[PARAM]);
	put_names(out, "Mode", &figures->names[MODE]);
	fputs("{\"title\":\"Workers\",\"kind\":\"count\"},\n", out);
	put_names(out, "Placement", &figures->names[PLACEMENT]);
	put_names(out, "Metric", &figures->names[METRIC]);
	fputs(two ? "{\"title\":\"Median A\",\"kind\":\"value\"},"
		    "{\"title\":\"Interval A\",\"kind\":\"value\"},"
		    "{\"title\":\"Median B\",\"kind\":\"value\"},"
		    "{\"title\":\"Interval B\",\"kind\":\"value\"},"
		    "{\"title\":\"B over A\",\"kind\":\"value\"},"
		    "{\"title\":\"Intervals\",\"kind\":\"text\"},"
		    "{\"title\":\"Remarks\",\"kind\":\"text\"}]}"
		  : "{\"title\":\"Median\",\"kind\":\"value\"},"
		    "{\"title\":\"Interval\",\"kind\":\"value\"},"
		    "{\"title\":\"Level\",\"kind\":\"value\"},"
		    "{\"title\":\"Launches\",\"kind\":\"count\"},"
		    "{\"title\":\"Ratio\",\"kind\":\"value\"},"
		    "{\"title\":\"Ratio to\",\"kind\":\"text\"},"
		    "{\"title\":\"Remarks\",\"kind\":\"text\"}]}",
	      out);
}

void report_figures(FILE *out, const struct report *report)
{
	struct figures *figures = xcalloc(1, sizeof(*figures));

	figures->out = out;
	fputs(_("<section id=\"figures\" aria-labelledby=\"figures-title\">\n"
		"<h2 id=\"figures-title\">All figures</h2>\n"
		"<noscript><p>The table needs the script of this page; the same rows stand in "
		"<code>summary.csv</code>.</p></noscript>\n"
		"<div id=\"figures-table\"></div>\n"
		"<script type=\"application/json\" id=\"figures-data\">{\"rows\":["),
	      out);
	figures->limit = report_written(out) + REPORT_FIGURE_BYTES;
	if (report->count > 1)
		put_two_runs(figures, &report->runs[0].summary, &report->runs[1].summary);
	else
		put_one_run(figures, &report->runs[0].summary);
	put_columns(figures, report->count > 1);
	fputs("</script>\n", out);
	if (figures->left)
		html(out,
		     _("<p class=\"alarm\">%zu further figures would make the page too large; "
		       "summary.csv has them.</p>\n"),
		     figures->left);
	fputs("</section>\n", out);
	free(figures);
}
