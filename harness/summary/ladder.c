/* SPDX-License-Identifier: MIT */
#include "harness/summary/ladder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/registry.h"
#include "harness/sync/mode.h"

#define NAMES_WIDTH 96 /* of a line of names if the page has no width */

/* ---- choosing ---- */

/* The metric that sets the place of a case on the ladder, or NULL. */
static const char *time_of(const struct bench_case *bench)
{
	const char *figure = bench_figure(bench);

	if (figure)
		return strcmp(bench->metrics[0].unit, "ns") == 0 ? figure : NULL;
	return bench->ladder ? "op_ns" : NULL;
}

/* True if this mode measures the mechanism itself. Under a GIL the GIL costs time too. */
static bool mode_counts(const struct bench_case *bench, const char *name)
{
	const struct mode *mode = mode_find(name);

	if (!mode || mode->group == MODE_GIL || mode->group == MODE_REAL || mode->sync == SYNC_GIL)
		return false;
	if (bench->ladder == BENCH_LADDER_LOCKS)
		return mode->sync != SYNC_NONE;
	return bench_figure(bench) || mode->sync == SYNC_NONE || mode->vehicle == VEHICLE_PROCESSES;
}

static bool is_candidate(const struct summary_row *row)
{
	const struct bench_case *bench = registry_find(row->case_name);
	const char *metric = bench ? time_of(bench) : NULL;

	return metric && strcmp(metric, row->metric) == 0 && mode_counts(bench, row->mode);
}

/* True if the figure is right and valid. Every operation takes time, so 0 is not valid. */
static bool is_good(const struct summary_row *row)
{
	return row->median > 0 && strcmp(row->status, "ok") == 0 && !summary_has_flag(row, 'i') &&
	       !summary_has_flag(row, 'v');
}

static bool same_mechanism(const struct summary_row *a, const struct summary_row *b)
{
	return strcmp(a->case_name, b->case_name) == 0 && strcmp(a->mode, b->mode) == 0;
}

/* True if these are the default parameters of the case. */
static bool has_defaults(const struct summary_row *row)
{
	const struct bench_case *bench = registry_find(row->case_name);
	int64_t values[BENCH_PARAMS_MAX];
	char text[1024];
	struct reason why;

	if (!bench || !bench_params_apply(bench, bench->variants[0], values, &why))
		return false;
	bench_params_text(bench, values, text, sizeof(text));
	return strcmp(text, row->param) == 0;
}

/* The default parameters come before all others, then the lowest cost. */
static bool is_better(const struct summary_row *a, const struct summary_row *b)
{
	const bool default_a = has_defaults(a), default_b = has_defaults(b);

	return default_a != default_b ? default_a : a->median < b->median;
}

static void add_row(struct ladder *ladder, const struct summary_row *row)
{
	for (size_t i = 0; i < ladder->count; i++)
		if (same_mechanism(&ladder->rungs[i], row)) {
			if (is_better(row, &ladder->rungs[i]))
				ladder->rungs[i] = *row;
			return;
		}
	ladder->rungs[ladder->count++] = *row;
}

static bool has_rung(const struct ladder *ladder, const char *case_name)
{
	for (size_t i = 0; i < ladder->count; i++)
		if (strcmp(ladder->rungs[i].case_name, case_name) == 0)
			return true;
	return false;
}

/* A row without a figure, from the same run as LIKE. */
static struct summary_row missing(const struct bench_case *bench, const struct summary_row *like)
{
	struct summary_row row = {SUMMARY_COLUMNS(RECORD_BLANK)};

	row.run_id = like->run_id;
	row.build = like->build;
	row.git_sha = like->git_sha;
	row.case_name = bench->name;
	row.workers = bench->workers ? bench->workers : 1;
	row.metric = time_of(bench);
	row.unit = "ns";
	row.better = "lower";
	row.status = LADDER_NOT_MEASURED;
	return row;
}

static int by_cost(const void *a, const void *b)
{
	const struct summary_row *x = a, *y = b;

	if (x->median != y->median)
		return x->median < y->median ? -1 : 1;
	return strcmp(x->case_name, y->case_name);
}

void ladder_make(struct ladder *ladder, const struct summary_row *rows, size_t count)
{
	size_t case_count;
	const struct bench_case *const *cases = registry_cases(&case_count);

	*ladder = (struct ladder){.rungs = xcalloc(count + case_count, sizeof(*rows))};
	for (size_t i = 0; i < count; i++)
		if (is_candidate(&rows[i]) && is_good(&rows[i]))
			add_row(ladder, &rows[i]);
	qsort(ladder->rungs, ladder->count, sizeof(*rows), by_cost);
	ladder->all = ladder->count;
	for (size_t i = 0; count && i < case_count; i++)
		if (time_of(cases[i]) && !has_rung(ladder, cases[i]->name))
			ladder->rungs[ladder->all++] = missing(cases[i], rows);
}

void ladder_free(struct ladder *ladder)
{
	free(ladder->rungs);
	*ladder = (struct ladder){0};
}

/* ---- printing ---- */

/* The operation in a few words, from the metric's help or the case. The caller frees them. */
static char *what_of(const struct summary_row *row)
{
	const struct bench_case *bench = registry_find(row->case_name);
	const char *text = bench_figure(bench) ? bench->metrics[0].help : bench->op;

	return xasprintf("%.*s", (int)strcspn(text, ",:;"), text);
}

static void add_rung(struct table *table, const struct summary_row *row,
		     const struct summary_view *view)
{
	char *what = what_of(row);

	table_texts(table, format_si(row->median, row->unit, view->utf8).text,
		    format_plus_minus(row->ci_reached, view->utf8).text, row->case_name, row->mode,
		    what, NULL);
	table_cell(table, "%ju worker%s, %s%s%s", (uintmax_t)row->workers,
		   row->workers == 1 ? "" : "s", row->placement, *row->param ? ", " : "",
		   row->param);
	free(what);
}

/* The names of all cases without a figure, broken at the width of the page. */
static void print_missing(FILE *out, const struct ladder *ladder, const struct summary_view *view)
{
	const int width = view->width ? (int)view->width : NAMES_WIDTH;
	size_t count = 0;
	char *text;

	for (size_t i = ladder->count; i < ladder->all; i++)
		count += summary_wants(view, &ladder->rungs[i]);
	if (!count)
		return;
	text = xasprintf("Not measured in this run, %zu:", count);
	for (size_t i = ladder->count; i < ladder->all; i++)
		if (summary_wants(view, &ladder->rungs[i])) {
			char *longer = xasprintf("%s %s", text, ladder->rungs[i].case_name);

			free(text);
			text = longer;
		}
	fputc('\n', out);
	table_wrap(out, text, 0, 2, view->markdown ? 0 : width);
	fputc('\n', out);
	free(text);
}

size_t ladder_print(FILE *out, const struct ladder *ladder, const struct summary_view *view)
{
	static const struct table_column columns[] = {
		{.title = "cost", .align = TABLE_RIGHT},
		{.title = "interval", .align = TABLE_RIGHT},
		{.title = "case"},
		{.title = "mode"},
		{.title = "what"},
		{.title = "where"},
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < ladder->count; i++)
		if (summary_wants(view, &ladder->rungs[i]))
			add_rung(table, &ladder->rungs[i], view);
	size_t printed = table_rows(table);

	table_print(table, out, view->markdown ? TEXT_MARKDOWN : TEXT_PLAIN, (int)view->width);
	table_free(table);
	print_missing(out, ladder, view);
	return printed;
}
