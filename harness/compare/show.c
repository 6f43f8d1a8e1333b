/* SPDX-License-Identifier: MIT */
/* compare_show - the report for people: a table for the terminal, Markdown for a comment. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/text.h"
#include "harness/compare/compare.h"

enum column {
	COLUMN_VERDICT,
	COLUMN_CASE,
	COLUMN_MODE,
	COLUMN_WORKERS,
	COLUMN_PARAM,
	COLUMN_BASE,
	COLUMN_HEAD,
	COLUMN_CHANGE,
	COLUMN_INTERVAL,
	COLUMN_PAIRS,
	COLUMN_FLOOR,
	COLUMN_REMARK,
	COLUMNS,
};

static const char *const titles[COLUMNS] = {
	"verdict", "case",   "mode",     "workers",      "where", "base",
	"head",    "change", "interval", "slower pairs", "floor", "remark",
};

struct line {
	char cell[COLUMNS][300];
};

struct table {
	struct line *lines;
	size_t count;
	bool used[COLUMNS];
	int width[COLUMNS];
};

/* Texts of runners and commands: nothing that a terminal or a page would obey. */
static void put_plain(char *out, size_t size, const char *text)
{
	size_t used = 0;

	for (; *text && used + 1 < size; text++)
		out[used++] = (char)(iscntrl((unsigned char)*text) ? '?' : *text);
	out[used] = '\0';
}

static double percent_of(double ratio)
{
	return 100 * (ratio - 1);
}

static void put_percent(char *out, size_t size, double percent)
{
	if (fabs(percent) < 0.05) /* neither "+0.0" nor "-0.0" */
		percent = 0;
	snprintf(out, size, percent == 0 ? "%.1f %%" : "%+.1f %%", percent);
}

static const struct estimate *estimate_of(const struct compare_row *row)
{
	return row->confirmation.logs.count ? &row->confirmation.estimate : &row->screen.estimate;
}

static void fill_figures(struct line *line, const struct compare_row *row, bool utf8)
{
	const struct estimate *estimate = estimate_of(row);
	const bool stored = strcmp(row->stage, "stored") == 0;
	char lo[24], hi[24];

	if (!estimate->pairs)
		return;
	snprintf(line->cell[COLUMN_BASE], 40, "%s",
		 format_si(row->base_median, row->unit, utf8).text);
	snprintf(line->cell[COLUMN_HEAD], 40, "%s",
		 format_si(row->head_median, row->unit, utf8).text);
	put_percent(line->cell[COLUMN_CHANGE], 40, percent_of(estimate->ratio));
	if (!isnan(estimate->lo)) {
		put_percent(lo, sizeof(lo), percent_of(estimate->lo));
		put_percent(hi, sizeof(hi), percent_of(estimate->hi));
		snprintf(line->cell[COLUMN_INTERVAL], 60, "%.*s .. %s", (int)strcspn(lo, " "), lo,
			 hi);
	}
	if (!stored)
		snprintf(line->cell[COLUMN_PAIRS], 40, "%u/%u", estimate->slower, estimate->pairs);
}

static void fill_line(struct line *line, const struct compare_row *row, bool utf8)
{
	char reason[200];

	snprintf(line->cell[COLUMN_VERDICT], 40, "%s", verdict_name(row->verdict));
	put_plain(line->cell[COLUMN_CASE], 80, row->case_name);
	put_plain(line->cell[COLUMN_MODE], 80, row->mode);
	if (row->workers)
		snprintf(line->cell[COLUMN_WORKERS], 20, "%u", row->workers);
	if (strcmp(row->placement, "cores") != 0)
		put_plain(line->cell[COLUMN_PARAM], 140, row->placement);
	if (*row->param)
		snprintf(line->cell[COLUMN_PARAM] + strlen(line->cell[COLUMN_PARAM]), 150,
			 "%s%.140s", *line->cell[COLUMN_PARAM] ? " " : "", row->param);
	fill_figures(line, row, utf8);
	if (!isnan(row->floor))
		snprintf(line->cell[COLUMN_FLOOR], 20, "%.1f %%", 100 * row->floor);
	put_plain(reason, sizeof(reason), row->reason);
	snprintf(line->cell[COLUMN_REMARK], 300, "%s%s%s",
		 row->injected ? "INJECTED, not a measurement" : "",
		 row->injected && *reason ? "; " : "", reason);
}

typedef bool wants_fn(const struct compare_row *row);

static bool wants_all(const struct compare_row *row)
{
	(void)row;
	return true;
}

/* Worth a reader's time. */
static bool is_changed(const struct compare_row *row)
{
	return row->verdict != VERDICT_SAME && row->verdict != VERDICT_SKIPPED &&
	       row->verdict != VERDICT_INCONCLUSIVE;
}

static bool is_rest(const struct compare_row *row)
{
	return !is_changed(row);
}

static struct table make_table(const struct compare_report *report, wants_fn *wants, bool utf8)
{
	struct table table = {.lines = xcalloc(report->count + 1, sizeof(struct line))};

	for (size_t i = 0; i < report->count; i++)
		if (wants(&report->rows[i]))
			fill_line(&table.lines[table.count++], &report->rows[i], utf8);
	for (int column = 0; column < COLUMNS; column++) {
		table.width[column] = text_width(titles[column]);
		for (size_t i = 0; i < table.count; i++) {
			const int width = text_width(table.lines[i].cell[column]);

			table.used[column] |= width > 0;
			if (width > table.width[column])
				table.width[column] = width;
		}
	}
	return table;
}

static bool is_number(int column)
{
	return column == COLUMN_WORKERS || (column >= COLUMN_BASE && column <= COLUMN_FLOOR);
}

static void print_line(FILE *file, const struct table *table, const char *const *cells)
{
	char text[COLUMNS * 304] = "";
	size_t used = 0;

	for (int column = 0; column < COLUMNS; column++) {
		const int blanks = table->width[column] - text_width(cells[column]);

		if (!table->used[column])
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%*s%s%*s  ",
					 is_number(column) ? blanks : 0, "", cells[column],
					 is_number(column) ? 0 : blanks, "");
	}
	while (used && text[used - 1] == ' ')
		text[--used] = '\0';
	fprintf(file, "%s\n", text);
}

static void print_table(FILE *file, const struct table *table)
{
	print_line(file, table, titles);
	for (size_t i = 0; i < table->count; i++) {
		const char *cells[COLUMNS];

		for (int column = 0; column < COLUMNS; column++)
			cells[column] = table->lines[i].cell[column];
		print_line(file, table, cells);
	}
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

/* What must not be overlooked, one sentence a line. */
static void print_cautions(FILE *file, const struct compare_report *report, const char *before,
			   const char *after)
{
	char text[400];

	if (*report->injected) {
		put_plain(text, sizeof(text), report->injected);
		fprintf(file,
			"%sINJECTED: head is slowed down on purpose (%s=%s). This is a control, "
			"not "
			"a measurement.%s\n",
			before, INJECT_VARIABLE, text, after);
	}
	if (strcmp(report->kind, "runs") == 0)
		fprintf(file,
			"%sStored runs, the weaker comparison: each had its own day, and nothing "
			"can "
			"be confirmed.%s\n",
			before, after);
	if (*report->caveat) {
		put_plain(text, sizeof(text), report->caveat);
		fprintf(file, "%sNothing is called slower here: %s.%s\n", before, text, after);
	}
}

static void put_sides(const struct compare_report *report, char *base, char *head, size_t size)
{
	put_plain(base, size, report->base);
	put_plain(head, size, report->head);
}

static const char *unit_of_analysis(const struct compare_report *report)
{
	if (strcmp(report->kind, "commands") == 0)
		return "pairs of alternating runs";
	return "pairs of fresh runners";
}

void compare_show_text(const struct compare_report *report, FILE *file, bool utf8)
{
	struct table table = make_table(report, wants_all, utf8);
	char base[300], head[300];

	put_sides(report, base, head, sizeof(base));
	fprintf(file, "%s: ", headline(report));
	print_counts(file, report);
	fputc('\n', file);
	print_cautions(file, report, "", "");
	fputc('\n', file);
	print_table(file, &table);
	fprintf(file, "\nbase %s\nhead %s\n", base, head);
	if (strcmp(report->kind, "runs") != 0)
		fprintf(file, "%u %s; less than %.3g %%, or a case's floor, is no finding\n",
			report->pairs, unit_of_analysis(report), 100 * report->min_effect);
	free(table.lines);
}

/* ---- Markdown ---- */

static void print_escaped(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (strchr("|*_`\\[]", *text))
			fputc('\\', file);
		if (*text == '<')
			fputs("&lt;", file);
		else if (*text == '&')
			fputs("&amp;", file);
		else
			fputc(*text, file);
	}
}

/* Inside backquotes nothing is obeyed but a backquote. */
static void print_code(FILE *file, const char *text)
{
	fputc('`', file);
	for (; *text; text++)
		fputc(*text == '`' ? '\'' : *text, file);
	fputc('`', file);
}

static void print_markdown_table(FILE *file, const struct table *table)
{
	fputc('|', file);
	for (int column = 0; column < COLUMNS; column++)
		if (table->used[column])
			fprintf(file, " %s |", titles[column]);
	fputs("\n|", file);
	for (int column = 0; column < COLUMNS; column++)
		if (table->used[column])
			fputs(is_number(column) ? " ---: |" : " --- |", file);
	fputc('\n', file);
	for (size_t i = 0; i < table->count; i++) {
		fputc('|', file);
		for (int column = 0; column < COLUMNS; column++) {
			if (!table->used[column])
				continue;
			fputc(' ', file);
			print_escaped(file, table->lines[i].cell[column]);
			fputs(" |", file);
		}
		fputc('\n', file);
	}
	fputc('\n', file);
}

static void print_machine(const struct compare_report *report, FILE *file)
{
	char cpu[128], kernel[128];

	put_plain(cpu, sizeof(cpu), report->cpu_model);
	put_plain(kernel, sizeof(kernel), report->kernel);
	fputs("Machine: ", file);
	print_escaped(file, *cpu ? cpu : "unknown CPU");
	fprintf(file, ", %d processors, kernel ", report->pu_count);
	print_escaped(file, kernel);
	fputs(".\n", file);
}

void compare_show_markdown(const struct compare_report *report, FILE *file)
{
	struct table changed = make_table(report, is_changed, true);
	struct table rest = make_table(report, is_rest, true);
	char base[300], head[300];

	put_sides(report, base, head, sizeof(base));
	fprintf(file, "### tollgate: %s\n\n", headline(report));
	print_counts(file, report);
	fputs(": base ", file);
	print_code(file, base);
	fputs(", head ", file);
	print_code(file, head);
	fputs(".\n\n", file);
	print_cautions(file, report, "**", "**\n");
	if (changed.count)
		print_markdown_table(file, &changed);
	if (rest.count) {
		fprintf(file,
			"<details><summary>%zu %sunchanged, inconclusive or skipped</summary>\n\n",
			rest.count, changed.count ? "more rows: " : "rows: ");
		print_markdown_table(file, &rest);
		fputs("</details>\n\n", file);
	}
	print_machine(report, file);
	if (strcmp(report->kind, "runs") != 0)
		fprintf(file, "%u %s; less than %.3g %%, or a case's noise floor, is no finding.\n",
			report->pairs, unit_of_analysis(report), 100 * report->min_effect);
	fputs("\nRepeat: ", file);
	print_code(file, report->repeat);
	fputc('\n', file);
	free(changed.lines);
	free(rest.lines);
}
