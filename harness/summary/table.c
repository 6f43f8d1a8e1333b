/* SPDX-License-Identifier: MIT */
/* The table for people: a block per case, a row per number of workers, a column per mode. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/registry.h"
#include "harness/summary/grid.h"

#define NAMES_MAX  8  /* cases named in a remark */
#define STATUS_MAX 24 /* characters of a status */

/* The remark for a letter among the flags of a row. */
static const struct remark_kind {
	char flag; /* in summary.csv, or 0 for a status that is not ok */
	char mark; /* beside the figure, or 0 */
	const char *text;
} remark_kinds[] = {
	{0, '!', "failed or skipped, at least in part"},
	{'n', 0, "no interval, fewer than 6 launches"},
	{'i', '#', "INJECTED: slowed down on purpose (TOLLGATE_INJECT), not a measurement"},
	{'v', '#', "over 5 % more or fewer context switches than the case must make"},
	{'b', '?', "machine too busy to tell: workers were often preempted"},
	{'c', '~', "cache lines between the workers got over 20 % faster or slower meanwhile"},
};

#define REMARKS ARRAY_SIZE(remark_kinds)

/* The cases that a remark is about. */
struct remark {
	size_t figures, cases;
	const char *names[NAMES_MAX];
};

struct printer {
	FILE *out;
	const struct summary_view *view;
	size_t figures, oversubscribed;
	struct remark remarks[REMARKS];
};

/* ---- one cell ---- */

/* A narrow table has the unit only in its title. A time keeps the letter of its prefix. */
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

static bool is_ok(const struct summary_row *row)
{
	return strcmp(row->status, "ok") == 0;
}

/* True if the status replaces the figure, as beside a wrong answer it must. */
static bool shows_status(const struct grid *grid, const struct summary_row *row)
{
	return !is_ok(row) && (!has_value(grid, row) || strncmp(row->status, "wrong", 5) == 0);
}

static bool is_of_kind(const struct summary_row *row, const struct remark_kind *kind)
{
	return kind->flag ? summary_has_flag(row, kind->flag) : !is_ok(row);
}

static char mark_of(const struct summary_row *row)
{
	for (size_t i = 0; i < REMARKS; i++)
		if (remark_kinds[i].mark && is_of_kind(row, &remark_kinds[i]))
			return remark_kinds[i].mark;
	return 0;
}

/* The four parts value, mark, spread and ratio, or the reason why there is no figure. */
static void add_figure(struct table *table, const struct grid *grid, const struct summary_row *row,
		       bool utf8, bool compact)
{
	if (!row || (!has_value(grid, row) && !shows_status(grid, row))) {
		table_span(table, "-");
		return;
	}
	if (shows_status(grid, row)) {
		char status[STATUS_MAX + 1];

		snprintf(status, sizeof(status), "%s", row->status);
		table_span(table, status);
		return;
	}
	const char mark[] = {mark_of(row), '\0'};
	struct format_text value = format_si(row->median,
					     compact ? short_unit(row->unit) : row->unit, utf8);

	if (compact)
		remove_blanks(value.text);
	table_texts(table, value.text, mark, format_plus_minus(row->ci_reached, utf8).text,
		    format_factor(row->ratio).text, NULL);
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

/* True if there is a row per pair instead of one per number of workers. */
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

/* The number of workers and its mark, or the pair. */
static void add_label(struct table *table, const struct grid *grid, size_t i)
{
	const char *mark = grid->oversubscribed[i] ? "*" : "";

	if (has_pairs(grid)) {
		table_cell(table, "%s%s", grid_pair_name(grid->placements[i]), mark);
		table_skip(table, 1);
	} else {
		table_cell(table, "%ju", (uintmax_t)grid->workers[i]);
		table_cell(table, "%s", mark);
	}
}

static struct table *new_table(const struct grid *grid)
{
	struct table_column columns[2 + 4 * GRID_MAX] = {
		{.title = has_pairs(grid) ? "pair" : "workers",
		 .align = has_pairs(grid) ? TABLE_LEFT : TABLE_RIGHT},
		{.part = true},
	};
	struct table_column *next = &columns[2];

	for (size_t mode = 0; mode < grid->mode_count; mode++) {
		*next++ = (struct table_column){.title = grid->modes[mode], .align = TABLE_RIGHT};
		*next++ = (struct table_column){.part = true};
		*next++ = (struct table_column){.part = true, .gap = 1};
		*next++ = (struct table_column){.part = true, .gap = 1, .align = TABLE_RIGHT};
	}
	return table_new(columns, (size_t)(next - columns));
}

/* COMPACT leaves units and blanks out, for a narrow page. */
static struct table *make_table(const struct grid *grid, bool utf8, bool compact)
{
	struct table *table = new_table(grid);

	for (size_t i = 0; i < grid->worker_count; i++) {
		add_label(table, grid, i);
		for (size_t mode = 0; mode < grid->mode_count; mode++)
			add_figure(table, grid, grid->cells[i][mode], utf8, compact);
	}
	return table;
}

static void print_grid(const struct printer *printer, const struct grid *grid)
{
	const struct summary_view *view = printer->view;
	const int width = (int)view->width;
	struct table *table = make_table(grid, view->utf8, false);

	if (!view->markdown && width && table_width(table) > width) {
		table_free(table);
		table = make_table(grid, view->utf8, true);
	}
	if (view->markdown)
		table_print(table, printer->out, TEXT_MARKDOWN, 0);
	else
		table_print_split(table, printer->out, width);
	table_free(table);
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

static void tally_row(struct printer *printer, const struct grid *grid,
		      const struct summary_row *row)
{
	const bool wanted = strcmp(row->metric, grid->metric) == 0;

	printer->figures++;
	printer->oversubscribed += wanted && summary_has_flag(row, 'o');
	for (size_t i = 0; i < REMARKS; i++)
		if ((wanted || !remark_kinds[i].flag) && is_of_kind(row, &remark_kinds[i]))
			remember(&printer->remarks[i], row->case_name);
}

static void tally(struct printer *printer, const struct grid *grid)
{
	for (size_t i = 0; i < grid->worker_count; i++)
		for (size_t mode = 0; mode < grid->mode_count; mode++)
			if (grid->cells[i][mode])
				tally_row(printer, grid, grid->cells[i][mode]);
}

/* "? machine too busy to tell, often preempted: 1 of 19 figures: cpu_int" */
static void print_remark(const struct printer *printer, const struct remark *remark,
			 const struct remark_kind *kind)
{
	const char mark[] = {kind->mark, kind->mark ? ' ' : '\0', '\0'};
	const size_t named = remark->cases < NAMES_MAX ? remark->cases : NAMES_MAX;
	char *text = xasprintf("%s%s: %zu of %zu figures: ", mark, kind->text, remark->figures,
			       printer->figures);

	for (size_t i = 0; i < named; i++) {
		char *longer = xasprintf("%s%s%s", text, i ? ", " : "", remark->names[i]);

		free(text);
		text = longer;
	}
	fputs(printer->view->markdown ? "\n" : "", printer->out);
	table_wrap(printer->out, text, 0, 2,
		   printer->view->markdown ? 0 : (int)printer->view->width);
	fputs(remark->cases > named ? ", ...\n" : "\n", printer->out);
	free(text);
}

static void print_remarks(const struct printer *printer)
{
	if (printer->oversubscribed)
		fputs(printer->view->markdown ? "\n\\* more workers than processors\n"
					      : "* more workers than processors\n",
		      printer->out);
	for (size_t i = 0; i < REMARKS; i++)
		if (printer->remarks[i].figures)
			print_remark(printer, &printer->remarks[i], &remark_kinds[i]);
}

/* ---- all of it ---- */

static void print_metric(struct printer *printer, const struct block *block, const char *metric)
{
	struct grid *grid = grid_new(block, metric);

	print_title(printer, block->rows, grid);
	print_grid(printer, grid);
	tally(printer, grid);
	free(grid);
}

/* In cases that can lose updates, the number of lost ones comes before the main figure. */
static void print_block(struct printer *printer, const struct block *block)
{
	const struct bench_case *bench = registry_find(block->rows->case_name);
	const char *figure = bench ? bench_figure(bench) : NULL;
	const char *metric = printer->view->metric;

	if (metric) {
		if (grid_has_metric(block, metric))
			print_metric(printer, block, metric);
		return;
	}
	if (grid_has_metric(block, "lost_updates"))
		print_metric(printer, block, "lost_updates");
	print_metric(printer, block,
		     figure && grid_has_metric(block, figure) ? figure : "ops_per_s");
}

size_t summary_print(FILE *out, const struct summary *summary, const struct summary_view *view)
{
	struct printer printer = {.out = out, .view = view};

	for (size_t i = 0; i < summary->count;) {
		struct block block = {.rows = &summary->rows[i]};

		while (i < summary->count && (grid_same_block(block.rows, &summary->rows[i]) ||
					      grid_same_pairs(block.rows, &summary->rows[i]))) {
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
