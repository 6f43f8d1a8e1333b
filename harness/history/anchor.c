/* SPDX-License-Identifier: MIT */
/* The anchor of a history: a run folder of the anchor, or the folder of a comparison with it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/language.h"
#include "harness/data/record.h"
#include "harness/history/run.h"
#include "harness/summary/summary.h"

static int by_key(const void *a, const void *b)
{
	const struct history_anchor_row *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static int find_key(const void *key, const void *row)
{
	return strcmp(key, ((const struct history_anchor_row *)row)->key);
}

/* A ratio to a run is the quotient of the medians, with the widest interval that both allow. */
struct history_figure history_anchor_ratio(const struct history_anchor *anchor,
					   const struct summary_row *row, const char *key)
{
	struct history_figure ratio = {NAN, NAN, NAN};
	const struct history_anchor_row *found = NULL;

	if (anchor->count)
		found = bsearch(key, anchor->rows, anchor->count, sizeof(*found), find_key);
	if (found && anchor->is_ratio)
		return found->figure;
	if (!found || !(found->figure.value > 0 && row->median > 0))
		return ratio;
	ratio.value = row->median / found->figure.value;
	if (found->figure.lo > 0 && found->figure.hi > 0 && row->ci_lo > 0 && row->ci_hi > 0) {
		ratio.lo = row->ci_lo / found->figure.hi;
		ratio.hi = row->ci_hi / found->figure.lo;
	}
	return ratio;
}

static void add_row(struct history_anchor *anchor, const struct summary_row *row,
		    struct history_figure figure)
{
	anchor->rows[anchor->count++] = (struct history_anchor_row){history_key(row), figure};
}

/* ---- a run of the anchor ---- */

/* A ratio between two kinds of processor would mean nothing. */
static bool check_machine(const char *dir, const char *cpu_model, struct reason *why)
{
	struct history_machine machine;

	if (!history_machine_read(&machine, dir, why))
		return false;
	if (strcmp(machine.cpu_model, cpu_model) == 0)
		return true;
	return refuse(why,
		      _("anchor: its run was on '%.60s', this one on '%.60s'; both have to be "
			"measured on one machine, in one job"),
		      machine.cpu_model, cpu_model);
}

static bool take_summary(struct history_anchor *anchor, const struct summary *summary,
			 struct reason *why)
{
	if (!summary->count || !*summary->rows[0].git_sha)
		return refuse(why,
			      _("anchor: its run names no commit, so nothing can refer to it"));
	anchor->git_sha = xstrdup(summary->rows[0].git_sha);
	anchor->rows = xcalloc(summary->count, sizeof(*anchor->rows));
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (!isnan(row->median) && strcmp(row->status, "ok") == 0)
			add_row(anchor, row,
				(struct history_figure){row->median, row->ci_lo, row->ci_hi});
	}
	return true;
}

static bool read_run(struct history_anchor *anchor, const char *dir, const char *cpu_model,
		     struct reason *why)
{
	struct summary summary;

	if (!check_machine(dir, cpu_model, why) || !summary_read(&summary, dir, why))
		return false;
	bool good = take_summary(anchor, &summary, why);

	summary_free(&summary);
	return good;
}

/* ---- a comparison with it as base ---- */

static const char *cell_of(const struct csv_table *table, size_t row, const char *column)
{
	return csv_cell(table, row, (unsigned)csv_column(table, column));
}

/* False and WHY = "anchor: compare.csv:2: column flags: 'i': WHAT". */
static bool refuse_cell(const struct csv_table *table, size_t row, const char *column,
			const char *what, struct reason *why)
{
	return refuse(why, _("anchor: %s:%zu: column %s: '%.40s' %s"), table->name,
		      table->line[row], column, cell_of(table, row, column), what);
}

/* The comparison must be of this very build with one anchor. */
static bool check_builds(struct history_anchor *anchor, const struct csv_table *table, size_t row,
			 const char *head_sha, struct reason *why)
{
	const char *base = cell_of(table, row, "base_sha");

	if (!*base || strpbrk(base, ",\""))
		return refuse_cell(table, row, "base_sha", "is no commit", why);
	if (strcmp(cell_of(table, row, "head_sha"), head_sha) != 0)
		return refuse_cell(table, row, "head_sha", "is not the commit of the run", why);
	if (!anchor->git_sha)
		anchor->git_sha = xstrdup(base);
	return strcmp(anchor->git_sha, base) == 0 ||
	       refuse_cell(table, row, "base_sha", "is another one than that of the first row",
			   why);
}

static bool take_ratio(struct history_figure *ratio, const struct csv_table *table, size_t row,
		       struct reason *why)
{
	static const char *const columns[] = {"ratio", "ratio_lo", "ratio_hi"};
	double *const parts[] = {&ratio->value, &ratio->lo, &ratio->hi};

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		unsigned column = (unsigned)csv_column(table, columns[i]);

		if (!csv_number(table, row, column, parts[i], why))
			return false;
		if (*parts[i] <= 0)
			return refuse_cell(table, row, columns[i], "is no ratio above 0", why);
	}
	return true;
}

static bool take_compared(struct history_anchor *anchor, const struct csv_table *table, size_t row,
			  struct reason *why)
{
	struct summary_row key = {
		.case_name = cell_of(table, row, "case"),
		.mode = cell_of(table, row, "mode"),
		.placement = cell_of(table, row, "placement"),
		.param = cell_of(table, row, "param"),
		.metric = cell_of(table, row, "metric"),
	};
	struct history_figure ratio;

	if (!parse_u64(cell_of(table, row, "workers"), 1, UINT32_MAX, &key.workers))
		return refuse_cell(table, row, "workers", "is no number of workers", why);
	if (!take_ratio(&ratio, table, row, why))
		return false;
	if (strchr(cell_of(table, row, "flags"), 'i'))
		return refuse_cell(table, row, "flags",
				   "says that a slowdown was injected; this is a test of the gate, "
				   "not a measurement",
				   why);
	if (strcmp(cell_of(table, row, "stage"), "stored") == 0)
		anchor->is_paired = false;
	if (!isnan(ratio.value))
		add_row(anchor, &key, ratio);
	return true;
}

static bool take_table(struct history_anchor *anchor, const struct csv_table *table,
		       const char *head_sha, struct reason *why)
{
	if (!table->rows)
		return refuse(why, _("anchor: %s: no rows: nothing was compared"), table->name);
	anchor->is_ratio = anchor->is_paired = true;
	anchor->rows = xcalloc(table->rows, sizeof(*anchor->rows));
	for (size_t row = 0; row < table->rows; row++)
		if (!check_builds(anchor, table, row, head_sha, why) ||
		    !take_compared(anchor, table, row, why))
			return false;
	return true;
}

static bool read_comparison(struct history_anchor *anchor, const char *path, const char *head_sha,
			    struct reason *why)
{
	struct csv_table table;

	if (!csv_read(&table, path, COMPARE_HEADER, why))
		return false;
	bool good = take_table(anchor, &table, head_sha, why);

	csv_table_free(&table);
	return good;
}

bool history_anchor_read(struct history_anchor *anchor, const char *dir, const char *head_sha,
			 const char *cpu_model, struct reason *why)
{
	*anchor = (struct history_anchor){0};
	bool good = true;

	if (dir) {
		char *compared = xasprintf("%s/compare.csv", dir);

		good = access(compared, F_OK) == 0
			       ? read_comparison(anchor, compared, head_sha, why)
			       : read_run(anchor, dir, cpu_model, why);
		free(compared);
	}
	if (!anchor->git_sha)
		anchor->git_sha = xstrdup("");
	if (good && strpbrk(anchor->git_sha, ",\""))
		good = refuse(why, _("anchor: its commit '%.40s' has a comma or quote"),
			      anchor->git_sha);
	if (good && anchor->count)
		qsort(anchor->rows, anchor->count, sizeof(*anchor->rows), by_key);
	if (!good)
		history_anchor_free(anchor);
	return good;
}

void history_anchor_free(struct history_anchor *anchor)
{
	for (size_t i = 0; i < anchor->count; i++)
		free(anchor->rows[i].key);
	free(anchor->rows);
	free(anchor->git_sha);
	*anchor = (struct history_anchor){0};
}
