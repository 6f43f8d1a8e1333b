/* SPDX-License-Identifier: MIT */
/* The report for people: a table for the terminal, Markdown for a comment. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/compare/compare.h"

static const struct table_column columns[] = {
	{.title = "verdict", .optional = true},
	{.title = "case", .optional = true},
	{.title = "mode", .optional = true},
	{.title = "workers", .optional = true, .align = TABLE_RIGHT},
	{.title = "where", .optional = true},
	{.title = "base", .optional = true, .align = TABLE_RIGHT},
	{.title = "head", .optional = true, .align = TABLE_RIGHT},
	{.title = "change", .optional = true, .align = TABLE_RIGHT},
	{.title = "interval", .optional = true, .align = TABLE_RIGHT},
	{.title = "slower pairs", .optional = true, .align = TABLE_RIGHT},
	{.title = "floor", .optional = true, .align = TABLE_RIGHT},
	{.title = "remark", .optional = true},
};

struct percent {
	char text[24];
};

/* 1.05 is "+5.0". A change that rounds to 0 has no sign. */
static struct percent percent_of(double ratio)
{
	const double value = fabs(ratio - 1) < 0.0005 ? 0 : 100 * (ratio - 1);
	struct percent percent;

	snprintf(percent.text, sizeof(percent.text), value == 0 ? "%.1f" : "%+.1f", value);
	return percent;
}

static const struct estimate *estimate_of(const struct compare_row *row)
{
	return row->confirmation.logs.count ? &row->confirmation.estimate : &row->screen.estimate;
}

/* The cells from base to slower pairs, empty if nothing was measured. */
static void add_figures(struct table *table, const struct compare_row *row, bool utf8)
{
	const struct estimate *estimate = estimate_of(row);
	const bool stored = strcmp(row->stage, "stored") == 0;
	struct percent change = percent_of(estimate->ratio), lo = percent_of(estimate->lo);

	if (!estimate->pairs) {
		table_skip(table, 5);
		return;
	}
	table_texts(table, format_si(row->base_median, row->unit, utf8).text,
		    format_si(row->head_median, row->unit, utf8).text, NULL);
	table_cell(table, "%s %%", change.text);
	if (isnan(estimate->lo))
		table_skip(table, 1);
	else
		table_cell(table, "%s .. %s %%", lo.text, percent_of(estimate->hi).text);
	if (stored)
		table_skip(table, 1);
	else
		table_cell(table, "%u/%u", estimate->slower, estimate->pairs);
}

static void add_row(struct table *table, const struct compare_row *row, bool utf8)
{
	const char *placement = strcmp(row->placement, "cores") == 0 ? "" : row->placement;

	table_texts(table, verdict_name(row->verdict), row->case_name, row->mode, NULL);
	if (row->workers)
		table_cell(table, "%u", row->workers);
	else
		table_skip(table, 1);
	table_cell(table, "%s%s%s", placement, *placement && *row->param ? " " : "", row->param);
	add_figures(table, row, utf8);
	if (isnan(row->floor))
		table_skip(table, 1);
	else
		table_cell(table, "%.1f %%", 100 * row->floor);
	table_cell(table, "%s%s%s", row->injected ? "INJECTED, not a measurement" : "",
		   row->injected && *row->reason ? "; " : "", row->reason);
}

typedef bool wants_fn(const struct compare_row *row);

static bool wants_all(const struct compare_row *row)
{
	(void)row;
	return true;
}

/* True for a row that a reader should look at. */
static bool is_changed(const struct compare_row *row)
{
	return row->verdict != VERDICT_SAME && row->verdict != VERDICT_SKIPPED &&
	       row->verdict != VERDICT_INCONCLUSIVE;
}

static bool is_rest(const struct compare_row *row)
{
	return !is_changed(row);
}

static struct table *make_table(const struct compare_report *report, wants_fn *wants, bool utf8)
{
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < report->count; i++)
		if (wants(&report->rows[i]))
			add_row(table, &report->rows[i], utf8);
	return table;
}

/* "1 slower, 9 same, 2 inconclusive" */
static void print_counts(FILE *file, const struct compare_report *report)
{
	const struct verdict_counts counts = compare_count(report);
	bool any = false;

	for (int verdict = 0; verdict < VERDICTS; verdict++) {
		if (!counts.of[verdict])
			continue;
		fprintf(file, "%s%u %s", any ? ", " : "", counts.of[verdict],
			verdict_name(verdict));
		any = true;
	}
}

static const char *headline(const struct compare_report *report)
{
	const struct verdict_counts counts = compare_count(report);

	if (report->interrupted)
		return "INTERRUPTED";
	if (counts.of[VERDICT_FAILED])
		return "FAILED";
	if (counts.of[VERDICT_SLOWER])
		return strcmp(report->kind, "runs") == 0 ? "SLOWER, NOT CONFIRMED" : "SLOWER";
	return "NO CONFIRMED SLOWDOWN";
}

/* A sentence on a line of its own, in Markdown a paragraph in bold. */
static void print_caution(FILE *file, enum text_format format, char *sentence)
{
	fputs(format == TEXT_MARKDOWN ? "**" : "", file);
	text_put(file, sentence, format);
	fputs(format == TEXT_MARKDOWN ? "**\n\n" : "\n", file);
	free(sentence);
}

static void print_cautions(FILE *file, enum text_format format, const struct compare_report *report)
{
	if (*report->injected)
		print_caution(file, format,
			      xasprintf("INJECTED: head is slowed down on purpose (%s=%s). This is "
					"a control, not a measurement.",
					INJECT_VARIABLE, report->injected));
	if (strcmp(report->kind, "runs") == 0)
		print_caution(
			file, format,
			xstrdup("Two stored runs are the weaker comparison: they were measured "
				"at different times, and nothing can be confirmed."));
	if (*report->caveat)
		print_caution(file, format,
			      xasprintf("No row is called slower here: %s.", report->caveat));
}

static const char *unit_of_analysis(const struct compare_report *report)
{
	if (strcmp(report->kind, "commands") == 0)
		return "pairs of alternating runs";
	return "pairs of fresh runners";
}

static void print_method(FILE *file, const struct compare_report *report)
{
	if (strcmp(report->kind, "runs") != 0)
		fprintf(file,
			"%u %s. A change of less than %.3g %%, or than a case's noise floor, is no "
			"finding.\n",
			report->pairs, unit_of_analysis(report), 100 * report->min_effect);
}

void compare_show_text(const struct compare_report *report, FILE *file, bool utf8, int width)
{
	struct table *table = make_table(report, wants_all, utf8);

	fprintf(file, "%s: ", headline(report));
	print_counts(file, report);
	fputc('\n', file);
	print_cautions(file, TEXT_PLAIN, report);
	fputc('\n', file);
	table_print(table, file, TEXT_PLAIN, width);
	fputs("\nbase ", file);
	text_put(file, report->base, TEXT_PLAIN);
	fputs("\nhead ", file);
	text_put(file, report->head, TEXT_PLAIN);
	fputc('\n', file);
	print_method(file, report);
	table_free(table);
}

/* ---- Markdown ---- */

/* Inside backquotes only a backquote is special. */
static void print_code(FILE *file, const char *text)
{
	char *code = xstrdup(text);

	for (char *at = code; (at = strchr(at, '`'));)
		*at = '\'';
	fputc('`', file);
	text_put(file, code, TEXT_PLAIN);
	fputc('`', file);
	free(code);
}

static void print_machine(const struct compare_report *report, FILE *file)
{
	fputs("Machine: ", file);
	text_put(file, *report->cpu_model ? report->cpu_model : "unknown CPU", TEXT_MARKDOWN);
	fprintf(file, ", %d processors, kernel ", report->pu_count);
	text_put(file, report->kernel, TEXT_MARKDOWN);
	fputs(".\n", file);
}

/* A table and an empty line, or nothing if there is no row in it. */
static void print_rows(struct table *table, FILE *file)
{
	if (!table_rows(table))
		return;
	table_print(table, file, TEXT_MARKDOWN, 0);
	fputc('\n', file);
}

void compare_show_markdown(const struct compare_report *report, FILE *file)
{
	struct table *changed = make_table(report, is_changed, true);
	struct table *rest = make_table(report, is_rest, true);

	fprintf(file, "### tollgate: %s\n\n", headline(report));
	print_counts(file, report);
	fputs(": base ", file);
	print_code(file, report->base);
	fputs(", head ", file);
	print_code(file, report->head);
	fputs(".\n\n", file);
	print_cautions(file, TEXT_MARKDOWN, report);
	print_rows(changed, file);
	if (table_rows(rest)) {
		fprintf(file,
			"<details><summary>%zu %sunchanged, inconclusive or skipped</summary>\n\n",
			table_rows(rest), table_rows(changed) ? "more rows: " : "rows: ");
		print_rows(rest, file);
		fputs("</details>\n\n", file);
	}
	print_machine(report, file);
	print_method(file, report);
	fputs("\nRepeat: ", file);
	print_code(file, report->repeat);
	fputc('\n', file);
	table_free(changed);
	table_free(rest);
}
