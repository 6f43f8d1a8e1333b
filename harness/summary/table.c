/* SPDX-License-Identifier: MIT */
/* The table for people: a block per case, a row per number of workers, a column per mode. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/text.h"
#include "harness/registry.h"
#include "harness/summary/grid.h"

#define NAMES_MAX    8 /* cases named in a remark */
#define COLUMN_GAP   2
#define STATUS_WIDTH 24
#define PAIR_WIDTH   18 /* "cross_pkg:100+128" */

/* A cell in three parts that line up below each other; a status stands in `value` alone. */
struct cell {
	char value[48], mark[2], spread[16], ratio[16];
	bool is_figure;
};

struct widths {
	int value, mark, spread, ratio, all;
};

/* Which cases a remark at the end is about. */
struct remark {
	size_t figures, cases;
	const char *names[NAMES_MAX];
};

struct printer {
	FILE *out;
	const struct summary_view *view;
	size_t figures;
	struct remark canary, invalid, busy, no_interval, oversubscribed, failed, injected;
	bool compact; /* the block at hand is too wide for units and blanks */
};

/* ---- one cell ---- */

/* In a narrow table the unit stands in the title alone; a time keeps the letter that scales it. */
static const char *short_unit(const char *unit)
{
	static const char *const times[] = {"ns", "us", "ms", "s"};

	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		if (strcmp(unit, times[i]) == 0)
			return unit;
	return strchr(unit, '/') ? "ratio" : "1"; /* three digits, or a whole number as it is */
}

static void remove_blanks(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
}

static bool has_value(const struct grid *grid, const struct summary_row *row)
{
	return strcmp(row->metric, grid->metric) == 0 && !isnan(row->median);
}

/* Nothing measured, or not to be believed. */
static bool cell_failed(const struct grid *grid, const struct summary_row *row)
{
	if (strcmp(row->status, "ok") == 0)
		return false;
	return !has_value(grid, row) || strncmp(row->status, "wrong", 5) == 0;
}

static struct cell make_cell(const struct printer *printer, const struct grid *grid,
			     const struct summary_row *row)
{
	const struct summary_view *view = printer->view;
	struct cell cell = {.value = "-"};

	if (!row)
		return cell;
	if (has_value(grid, row)) {
		const char *unit = printer->compact ? short_unit(row->unit) : row->unit;
		struct format_text value = format_si(row->median, unit, view->utf8);

		if (printer->compact)
			remove_blanks(value.text);
		cell.is_figure = true;
		snprintf(cell.value, sizeof(cell.value), "%s", value.text);
		if (strcmp(row->status, "ok") != 0)
			cell.mark[0] = '!';
		else if (summary_has_flag(row, 'i') || summary_has_flag(row, 'v'))
			cell.mark[0] = '#';
		else if (summary_has_flag(row, 'b'))
			cell.mark[0] = '?';
		else if (summary_has_flag(row, 'c'))
			cell.mark[0] = '~';
		snprintf(cell.spread, sizeof(cell.spread), "%.15s",
			 format_plus_minus(row->ci_reached, view->utf8).text);
		snprintf(cell.ratio, sizeof(cell.ratio), "%.15s", format_factor(row->ratio).text);
	}
	/* next to a wrong answer a figure must not stand as if it were good */
	if (cell_failed(grid, row)) {
		cell = (struct cell){.value = ""};
		snprintf(cell.value, sizeof(cell.value), "%.*s", STATUS_WIDTH, row->status);
	}
	return cell;
}

static void widen(int *width, const char *text)
{
	int needed = text_width(text);

	if (needed > *width)
		*width = needed;
}

static struct widths column_widths(const struct printer *printer, const struct grid *grid,
				   size_t mode)
{
	struct widths widths = {0};
	int alone = text_width(grid->modes[mode]);

	for (size_t i = 0; i < grid->worker_count; i++) {
		struct cell cell = make_cell(printer, grid, grid->cells[i][mode]);

		if (cell.is_figure)
			widen(&widths.value, cell.value);
		else
			widen(&alone, cell.value);
		widen(&widths.mark, cell.mark);
		widen(&widths.spread, cell.spread);
		widen(&widths.ratio, cell.ratio);
	}
	widths.all = widths.value + widths.mark + (widths.spread ? widths.spread + 1 : 0) +
		     (widths.ratio ? widths.ratio + 1 : 0);
	if (alone > widths.all) {
		widths.value += alone - widths.all;
		widths.all = alone;
	}
	return widths;
}

static void print_padded(FILE *out, const char *text, int width, bool right)
{
	int pad = width - text_width(text);

	if (pad < 0)
		pad = 0;
	fprintf(out, "%*s%s%*s", right ? pad : 0, "", text, right ? 0 : pad, "");
}

static void print_cell(FILE *out, const struct cell *cell, const struct widths *widths)
{
	if (!cell->is_figure) {
		print_padded(out, cell->value, widths->all, false);
		return;
	}
	print_padded(out, cell->value, widths->value, true);
	print_padded(out, cell->mark, widths->mark, false);
	if (widths->spread) {
		fputc(' ', out);
		print_padded(out, cell->spread, widths->spread, false);
	}
	if (widths->ratio) {
		fputc(' ', out);
		print_padded(out, cell->ratio, widths->ratio, true);
	}
}

/* ---- one block ---- */

static const char *direction(const char *better)
{
	if (strcmp(better, "higher") == 0)
		return ", higher is better";
	if (strcmp(better, "lower") == 0)
		return ", lower is better";
	return strcmp(better, "zero") == 0 ? ", zero is right" : "";
}

/* A row per pair instead of one per number of workers. */
static bool has_pairs(const struct grid *grid)
{
	return grid->worker_count > 1 &&
	       strcmp(grid->placements[0], grid->placements[grid->worker_count - 1]) != 0;
}

static void print_title(const struct printer *printer, const struct summary_row *row,
			const struct grid *grid)
{
	const struct summary_row *any = grid->any ? grid->any : row;
	const struct summary_view *view = printer->view;
	char *what = xasprintf("%s%s%s, placement %s", row->case_name, *row->param ? " " : "",
			       row->param, has_pairs(grid) ? "pair:each" : row->placement);
	char *measure = xasprintf("%s (%s)%s", grid->metric, any->unit, direction(any->better));
	bool one_line = !view->width || strlen(what) + strlen(measure) + 2 <= view->width;

	fprintf(printer->out, "%s%s%s%s\n", view->markdown ? "\n### " : "\n", what,
		one_line || view->markdown ? ": " : ":\n  ", measure);
	if (view->markdown)
		fputc('\n', printer->out);
	free(what);
	free(measure);
}

static int worker_label(const struct grid *grid, size_t i, char *label, size_t size)
{
	if (has_pairs(grid))
		return snprintf(label, size, "%s%s", pair_name(grid->placements[i]),
				grid->oversubscribed[i] ? "*" : "");
	return snprintf(label, size, "%llu%s", (unsigned long long)grid->workers[i],
			grid->oversubscribed[i] ? "*" : "");
}

/* The first column: numbers below each other, their marks behind them; pairs from the left. */
static void print_label(const struct printer *printer, const struct grid *grid, size_t i)
{
	char label[PAIR_WIDTH + 16];

	worker_label(grid, i, label, sizeof(label));
	if (has_pairs(grid))
		fprintf(printer->out, "%-*s", PAIR_WIDTH, label);
	else
		fprintf(printer->out, grid->oversubscribed[i] ? "%7s" : "%6s ", label);
}

/* Columns from..to of the grid, below each other. */
static void print_columns(const struct printer *printer, const struct grid *grid, size_t from,
			  size_t to)
{
	struct widths widths[GRID_MAX];

	fprintf(printer->out, "%-*s", has_pairs(grid) ? PAIR_WIDTH : 0,
		has_pairs(grid) ? "pair" : "workers");
	for (size_t mode = from; mode < to; mode++) {
		widths[mode] = column_widths(printer, grid, mode);
		fprintf(printer->out, "%*s", COLUMN_GAP, "");
		print_padded(printer->out, grid->modes[mode], mode + 1 < to ? widths[mode].all : 0,
			     false);
	}
	fputc('\n', printer->out);
	for (size_t i = 0; i < grid->worker_count; i++) {
		print_label(printer, grid, i);
		for (size_t mode = from; mode < to; mode++) {
			struct cell cell = make_cell(printer, grid, grid->cells[i][mode]);

			fprintf(printer->out, "%*s", COLUMN_GAP, "");
			print_cell(printer->out, &cell, &widths[mode]);
		}
		fputc('\n', printer->out);
	}
}

/* How many columns from FROM on fit beside each other; at least one. */
static size_t columns_that_fit(const struct printer *printer, const struct grid *grid, size_t from)
{
	unsigned used = has_pairs(grid) ? PAIR_WIDTH : 7;
	size_t to = from;

	for (; to < grid->mode_count; to++) {
		used += COLUMN_GAP + (unsigned)column_widths(printer, grid, to).all;
		if (printer->view->width && used > printer->view->width && to > from)
			break;
	}
	return to;
}

static void print_text(struct printer *printer, const struct grid *grid)
{
	printer->compact = false;
	if (columns_that_fit(printer, grid, 0) < grid->mode_count)
		printer->compact = true;
	for (size_t from = 0, to; from < grid->mode_count; from = to) {
		to = columns_that_fit(printer, grid, from);
		print_columns(printer, grid, from, to);
	}
}

/* A '|' would end the cell. */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void print_markdown(struct printer *printer, const struct grid *grid)
{
	FILE *out = printer->out;
	char label[PAIR_WIDTH + 16];

	printer->compact = false;
	fprintf(out, "| %s |", has_pairs(grid) ? "pair" : "workers");
	for (size_t mode = 0; mode < grid->mode_count; mode++) {
		fputc(' ', out);
		print_escaped(out, grid->modes[mode]);
		fputs(" |", out);
	}
	fputs("\n| ---: |", out);
	for (size_t mode = 0; mode < grid->mode_count; mode++)
		fputs(" ---: |", out);
	fputc('\n', out);
	for (size_t i = 0; i < grid->worker_count; i++) {
		worker_label(grid, i, label, sizeof(label));
		fprintf(out, "| %s |", label);
		for (size_t mode = 0; mode < grid->mode_count; mode++) {
			struct cell cell = make_cell(printer, grid, grid->cells[i][mode]);

			fputc(' ', out);
			print_escaped(out, cell.value);
			fprintf(out, "%s%s%s%s%s |", cell.mark, cell.spread[0] ? " " : "",
				cell.spread, cell.ratio[0] ? " " : "", cell.ratio);
		}
		fputc('\n', out);
	}
}

/* ---- remarks ---- */

static void remember(struct remark *remark, const char *name)
{
	remark->figures++;
	for (size_t i = 0; i < remark->cases && i < NAMES_MAX; i++)
		if (strcmp(remark->names[i], name) == 0)
			return;
	if (remark->cases < NAMES_MAX)
		remark->names[remark->cases] = name;
	remark->cases++;
}

static void tally(struct printer *printer, const struct grid *grid)
{
	for (size_t i = 0; i < grid->worker_count; i++)
		for (size_t mode = 0; mode < grid->mode_count; mode++) {
			const struct summary_row *row = grid->cells[i][mode];

			if (!row)
				continue;
			printer->figures++;
			if (strcmp(row->status, "ok") != 0)
				remember(&printer->failed, row->case_name);
			if (strcmp(row->metric, grid->metric) != 0)
				continue;
			if (summary_has_flag(row, 'i'))
				remember(&printer->injected, row->case_name);
			if (summary_has_flag(row, 'v'))
				remember(&printer->invalid, row->case_name);
			if (summary_has_flag(row, 'b'))
				remember(&printer->busy, row->case_name);
			if (summary_has_flag(row, 'c'))
				remember(&printer->canary, row->case_name);
			if (summary_has_flag(row, 'n'))
				remember(&printer->no_interval, row->case_name);
			if (summary_has_flag(row, 'o'))
				remember(&printer->oversubscribed, row->case_name);
		}
}

/* The names of the cases behind the remark, broken at the width of the page. */
static void print_remark(const struct printer *printer, const struct remark *remark,
			 const char *text)
{
	const unsigned width = printer->view->markdown ? 0 : printer->view->width;
	int used;

	if (!remark->figures)
		return;
	used = fprintf(printer->out,
		       "%s%s: %zu of %zu figures:", printer->view->markdown ? "\n" : "", text,
		       remark->figures, printer->figures);
	for (size_t i = 0; i < remark->cases && i <= NAMES_MAX; i++) {
		const char *name = i < NAMES_MAX ? remark->names[i] : "...";
		bool more = i + 1 < remark->cases && i < NAMES_MAX;

		if (width && (unsigned)used + strlen(name) + 2 > width)
			used = fprintf(printer->out, "\n ") - 1;
		used += fprintf(printer->out, " %s%s", name, more ? "," : "");
	}
	fputc('\n', printer->out);
}

static void print_remarks(const struct printer *printer)
{
	if (printer->oversubscribed.figures)
		fputs(printer->view->markdown ? "\n\\* more workers than processors\n"
					      : "* more workers than processors\n",
		      printer->out);
	print_remark(printer, &printer->failed, "! failed or skipped, at least in part");
	print_remark(printer, &printer->no_interval, "no interval, fewer than 6 launches");
	print_remark(printer, &printer->injected,
		     "# INJECTED: slowed down on purpose (TOLLGATE_INJECT), not a measurement");
	print_remark(printer, &printer->invalid,
		     "# not what it says, context switches off by over 5 %");
	print_remark(printer, &printer->busy, "? machine too busy to tell, often preempted");
	print_remark(
		printer, &printer->canary,
		"~ cache lines between the workers got faster or slower meanwhile, by over 20 %");
}

/* ---- all of it ---- */

static void print_metric(struct printer *printer, const struct block *block, const char *metric)
{
	struct grid *grid = make_grid(block, metric);

	print_title(printer, block->rows, grid);
	if (printer->view->markdown)
		print_markdown(printer, grid);
	else
		print_text(printer, grid);
	tally(printer, grid);
	free(grid);
}

/* Lost updates are the point of the cases that have them; what it cost stands below. */
static void print_block(struct printer *printer, const struct block *block)
{
	const struct bench_case *bench = registry_find(block->rows->case_name);
	const char *figure = bench ? bench_figure(bench) : NULL;
	const char *metric = printer->view->metric;

	if (metric) {
		if (has_metric(block, metric))
			print_metric(printer, block, metric);
		return;
	}
	if (has_metric(block, "lost_updates"))
		print_metric(printer, block, "lost_updates");
	print_metric(printer, block, figure && has_metric(block, figure) ? figure : "ops_per_s");
}

size_t summary_print(FILE *out, const struct summary *summary, const struct summary_view *view)
{
	struct printer printer = {.out = out, .view = view};

	for (size_t i = 0; i < summary->count;) {
		struct block block = {.rows = &summary->rows[i]};

		while (i < summary->count && (same_block(block.rows, &summary->rows[i]) ||
					      same_pairs(block.rows, &summary->rows[i]))) {
			block.count++;
			i++;
		}
		if (!view->wants_case || view->wants_case(view->context, block.rows->case_name))
			print_block(&printer, &block);
	}
	if (printer.figures && !view->markdown)
		fputc('\n', out);
	print_remarks(&printer);
	return printer.figures;
}
