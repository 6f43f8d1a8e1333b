/* SPDX-License-Identifier: MIT */
/* The charts: the finding as a heading, the picture, and the figures behind it as a table. */
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/report/internal.h"

#define FIGURE_ROWS_MAX 400u

/* ---- the figures behind a chart ---- */

static const char *cell(const struct csv_table *table, size_t row, const char *column)
{
	int at = csv_column(table, column);

	return at < 0 ? "" : csv_cell(table, row, (unsigned)at);
}

static void write_number(FILE *out, const char *text, const char *unit)
{
	double value;

	if (*text && parse_double(text, &value))
		html_text(out, format_si(value, unit, true).text);
	else
		html_text(out, text);
}

/* Columns of both kinds of figures. A text that is the same in every row is written once, above. */
static const struct {
	const char *column, *title;
	bool number;
} keys[] = {
	{"case", "Case", false},
	{"param", "Parameters", false},
	{"mode", "Mode", false},
	{"workers", "Workers", true},
};

static bool says_the_same(const struct csv_table *table, const char *column)
{
	for (size_t row = 1; row < table->rows; row++)
		if (strcmp(cell(table, row, column), cell(table, 0, column)) != 0)
			return false;
	return table->rows > 1;
}

static void write_keys(FILE *out, const struct csv_table *table, const bool *once, size_t row)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!once[i])
			html(out, "<td%s>%s</td>", keys[i].number ? " class=\"number\"" : "",
			     cell(table, row, keys[i].column));
}

static void write_cell(FILE *out, const char *text, const char *unit)
{
	fputs("<td class=\"number\">", out);
	write_number(out, text, unit);
	fputs("</td>", out);
}

/* The rest of a row of summary.csv. */
static void write_summary_cells(FILE *out, const struct csv_table *table, size_t row)
{
	const char *unit = cell(table, row, "unit"), *lo = cell(table, row, "ci_lo");
	double level;

	html(out, "<td>%s</td>", cell(table, row, "metric"));
	write_cell(out, cell(table, row, "median"), unit);
	fputs("<td class=\"number\">", out);
	if (*lo) {
		write_number(out, lo, unit);
		fputs(" to ", out);
		write_number(out, cell(table, row, "ci_hi"), unit);
	}
	fputs("</td><td class=\"number\">", out);
	if (*lo && parse_double(cell(table, row, "ci_level"), &level))
		fprintf(out, "%.1f %%", level);
	fputs("</td>", out);
}

/* The rest of a row of percentiles.csv. */
static void write_percentile_cells(FILE *out, const struct csv_table *table, size_t row)
{
	html(out, "<td class=\"number\">%s %%</td>", cell(table, row, "percentile"));
	write_cell(out, cell(table, row, "value_ns"), "ns");
}

static const char summary_heads[] = "<th scope=\"col\">Metric</th>"
				    "<th scope=\"col\" class=\"number\">Median</th>"
				    "<th scope=\"col\" class=\"number\">Interval</th>"
				    "<th scope=\"col\" class=\"number\">Level</th>";
static const char percentile_heads[] = "<th scope=\"col\" class=\"number\">Percentile</th>"
				       "<th scope=\"col\" class=\"number\">Latency</th>";

/* Words for the keys that are written once (ONCE), and the heads of the others. */
static void write_heads(FILE *out, const struct csv_table *table, bool *once)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		once[i] = says_the_same(table, keys[i].column);
		if (once[i] && *cell(table, 0, keys[i].column))
			html(out, ", %s %s", keys[i].title, cell(table, 0, keys[i].column));
	}
	fputs("</caption><thead><tr>", out);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!once[i])
			html(out, "<th scope=\"col\"%s>%s</th>",
			     keys[i].number ? " class=\"number\"" : "", keys[i].title);
}

static void write_chart_figures(FILE *out, const struct report_chart *chart)
{
	const struct csv_table *table = &chart->figures;
	bool percentiles = csv_column(table, "percentile") >= 0, once[ARRAY_SIZE(keys)];

	if (!table->rows)
		return;
	html(out,
	     _("<details><summary>%zu figures behind this chart</summary>"
	       "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figures of %s\">"
	       "<table class=\"small\"><caption>%zu figures"),
	     table->rows, chart->name, table->rows);
	write_heads(out, table, once);
	fputs(percentiles ? percentile_heads : summary_heads, out);
	fputs("</tr></thead><tbody>\n", out);
	for (size_t row = 0; row < table->rows && row < FIGURE_ROWS_MAX; row++) {
		fputs("<tr>", out);
		write_keys(out, table, once, row);
		if (percentiles)
			write_percentile_cells(out, table, row);
		else
			write_summary_cells(out, table, row);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div></details>\n", out);
}

/* ---- a chart ---- */

/* The finding, or the subject of the picture, as text. */
static const char *finding(const struct report_chart *chart)
{
	return *chart->svg.title ? chart->svg.title : chart->name;
}

static void write_chart(FILE *out, const struct report *report, size_t run,
			const struct report_chart *chart)
{
	const char *tag = report_tag(report, run);
	char *prefix = xasprintf("c%zu-%s", run, chart->name);

	html(out, "<figure class=\"chart\" id=\"chart-%s%s%s\">\n", chart->name, *tag ? "-" : "",
	     tag);
	html(out, "<figcaption><h3>%s%s%s</h3><p class=\"subtitle\">%s</p></figcaption>\n", tag,
	     *tag ? ": " : "", finding(chart), chart->svg.subtitle);
	html(out, "<div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"Chart %s\">",
	     chart->name);
	svg_write(out, &chart->svg, prefix, finding(chart));
	fputs("</div>\n", out);
	/* the first line of the foot repeats the machine, which the page already names */
	for (unsigned i = 1; i < SVG_CAPTION_MAX && chart->svg.captions[i]; i++)
		html(out, "<p class=\"caption\">%s</p>\n", chart->svg.captions[i]);
	if (chart->has_figures)
		write_chart_figures(out, chart);
	fputs("</figure>\n", out);
	free(prefix);
}

static void write_refused(FILE *out, const struct report *report, size_t run,
			  const struct report_chart *chart, const char *why)
{
	html(out, _("<p class=\"alarm\">%s Chart %s was left out: %s</p>\n"),
	     report_tag(report, run), chart->name, why);
}

static const struct report_chart *find_chart(const struct report_run *run, const char *name)
{
	for (size_t i = 0; i < run->chart_count; i++)
		if (strcmp(run->charts[i].name, name) == 0)
			return &run->charts[i];
	return NULL;
}

/* The same chart of all runs, side by side. */
static void write_pair(FILE *out, const struct report *report, const char *name, size_t limit)
{
	fputs("<div class=\"pair\">\n", out);
	for (size_t run = 0; run < report->count; run++) {
		const struct report_chart *chart = find_chart(&report->runs[run], name);

		if (!chart)
			html(out, _("<p class=\"quiet\">%s has no chart %s.</p>\n"),
			     report_tag(report, run), name);
		else if (!chart->drawn)
			write_refused(out, report, run, chart, chart->refused);
		else if (report_written(out) > limit)
			write_refused(out, report, run, chart, "the page would become too large");
		else
			write_chart(out, report, run, chart);
	}
	fputs("</div>\n", out);
}

void report_charts(FILE *out, const struct report *report)
{
	size_t limit = report_written(out) + REPORT_CHART_BYTES;

	if (!report->charts)
		return;
	fputs("<section id=\"charts\" aria-labelledby=\"charts-title\">\n"
	      "<h2 id=\"charts-title\">Charts</h2>\n",
	      out);
	for (size_t run = 0; run < report->count; run++)
		if (report->runs[run].remark)
			html(out, "<p class=\"alarm\">%s %s</p>\n", report_tag(report, run),
			     report->runs[run].remark);
	for (size_t run = 0; run < report->count; run++)
		for (size_t i = 0; i < report->runs[run].chart_count; i++) {
			const char *name = report->runs[run].charts[i].name;

			if (run == 0 || !find_chart(&report->runs[0], name))
				write_pair(out, report, name, limit);
		}
	fputs("</section>\n", out);
}
