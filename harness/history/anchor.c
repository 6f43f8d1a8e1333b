/* SPDX-License-Identifier: MIT */
/* The anchor of a history: a run folder of its own, or the folder of a comparison with it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* A ratio to a run is the quotient of the medians, with the widest interval that the two allow. */
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

/* A ratio of figures of two kinds of processor would mean nothing. */
static bool check_machine(const char *dir, const char *cpu_model, struct reason *why)
{
	struct history_machine machine;

	if (!history_machine_read(&machine, dir, why))
		return false;
	if (strcmp(machine.cpu_model, cpu_model) == 0)
		return true;
	return refuse(why,
		      "anchor: its run was on '%.60s', this one on '%.60s'; both have to be "
		      "measured on one machine, in one job",
		      machine.cpu_model, cpu_model);
}

static bool take_summary(struct history_anchor *anchor, const struct summary *summary,
			 struct reason *why)
{
	if (!summary->count || !*summary->rows[0].git_sha)
		return refuse(why, "anchor: its run names no commit, so nothing can refer to it");
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

enum compare_column {
	COMPARE_BASE,
	COMPARE_HEAD,
	COMPARE_CASE,
	COMPARE_MODE,
	COMPARE_WORKERS,
	COMPARE_PLACEMENT,
	COMPARE_PARAM,
	COMPARE_METRIC,
	COMPARE_RATIO,
	COMPARE_LO,
	COMPARE_HI,
	COMPARE_STAGE,
	COMPARE_FLAGS,
	COMPARE_COLUMNS,
};

static const char *const compare_names[COMPARE_COLUMNS] = {
	"base_sha", "head_sha", "case",     "mode",     "workers", "placement", "param",
	"metric",   "ratio",    "ratio_lo", "ratio_hi", "stage",   "flags",
};

/* The comparison must be of this very build with one anchor. */
static bool check_builds(struct history_anchor *anchor, const struct csv_table *table, size_t row,
			 const unsigned *columns, const char *head_sha, struct reason *why)
{
	const char *base = csv_cell(table, row, columns[COMPARE_BASE]);
	const char *head = csv_cell(table, row, columns[COMPARE_HEAD]);

	if (!*base || strpbrk(base, ",\""))
		return refuse(why, "anchor: %s:%zu: column base_sha names no commit", table->name,
			      table->line[row]);
	if (strcmp(head, head_sha) != 0)
		return refuse(why,
			      "anchor: %s:%zu: column head_sha: '%.40s' is not the commit of the "
			      "run, '%.40s'",
			      table->name, table->line[row], head, head_sha);
	if (!anchor->git_sha)
		anchor->git_sha = xstrdup(base);
	if (strcmp(anchor->git_sha, base) == 0)
		return true;
	return refuse(why, "anchor: %s:%zu: column base_sha: '%.40s' after '%.40s'", table->name,
		      table->line[row], base, anchor->git_sha);
}

static bool take_ratio(struct history_figure *ratio, const struct csv_table *table, size_t row,
		       const unsigned *columns, struct reason *why)
{
	double *const parts[] = {&ratio->value, &ratio->lo, &ratio->hi};

	for (int i = 0; i < 3; i++) {
		if (!csv_number(table, row, columns[COMPARE_RATIO + i], parts[i], why))
			return false;
		if (*parts[i] <= 0)
			return refuse(why, "anchor: %s:%zu: column %s: a ratio must be above 0",
				      table->name, table->line[row],
				      compare_names[COMPARE_RATIO + i]);
	}
	return true;
}

static bool take_compared(struct history_anchor *anchor, const struct csv_table *table, size_t row,
			  const unsigned *columns, struct reason *why)
{
	struct summary_row key = {
		.case_name = csv_cell(table, row, columns[COMPARE_CASE]),
		.mode = csv_cell(table, row, columns[COMPARE_MODE]),
		.placement = csv_cell(table, row, columns[COMPARE_PLACEMENT]),
		.param = csv_cell(table, row, columns[COMPARE_PARAM]),
		.metric = csv_cell(table, row, columns[COMPARE_METRIC]),
	};
	const char *workers = csv_cell(table, row, columns[COMPARE_WORKERS]);
	struct history_figure ratio;

	if (!parse_u64(workers, 1, UINT32_MAX, &key.workers))
		return refuse(why,
			      "anchor: %s:%zu: column workers: '%.40s' is no number of workers",
			      table->name, table->line[row], workers);
	if (!take_ratio(&ratio, table, row, columns, why))
		return false;
	if (strchr(csv_cell(table, row, columns[COMPARE_FLAGS]), 'i'))
		return refuse(why,
			      "anchor: %s:%zu: column flags: a slowdown was injected; this is a "
			      "test of the gate, not a measurement",
			      table->name, table->line[row]);
	if (strcmp(csv_cell(table, row, columns[COMPARE_STAGE]), "stored") == 0)
		anchor->is_paired = false;
	if (!isnan(ratio.value))
		add_row(anchor, &key, ratio);
	return true;
}

static bool take_table(struct history_anchor *anchor, const struct csv_table *table,
		       const char *head_sha, struct reason *why)
{
	unsigned columns[COMPARE_COLUMNS];

	if (!table->rows)
		return refuse(why, "anchor: %s: no rows: nothing was compared", table->name);
	for (int i = 0; i < COMPARE_COLUMNS; i++)
		columns[i] = (unsigned)csv_column(table, compare_names[i]);
	anchor->is_ratio = anchor->is_paired = true;
	anchor->rows = xcalloc(table->rows, sizeof(*anchor->rows));
	for (size_t row = 0; row < table->rows; row++)
		if (!check_builds(anchor, table, row, columns, head_sha, why) ||
		    !take_compared(anchor, table, row, columns, why))
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
		good = refuse(why, "anchor: its commit '%.40s' has a comma or quote",
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
