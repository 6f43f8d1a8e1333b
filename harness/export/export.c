/* SPDX-License-Identifier: MIT */
#include "harness/export/export.h"
#include "harness/base/language.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/suggest.h"
#include "harness/export/internal.h"
#include "harness/summary/open.h"

#define ROW(name, help) {#name, &export_##name},
static const struct {
	const char *name;
	const struct export_format *format;
} formats[] = {EXPORT_FORMATS(ROW)};

const char *export_format_name(size_t index)
{
	return index < ARRAY_SIZE(formats) ? formats[index].name : NULL;
}

const struct export_format *export_format(size_t index)
{
	return formats[index].format;
}

/* ---- reading ---- */

static int by_key(const void *a, const void *b)
{
	const struct summary_row *x = *(const struct summary_row *const *)a;
	const struct summary_row *y = *(const struct summary_row *const *)b;
	int order = export_compare_plan_rows(x, y);

	return order ? order : strcmp(x->metric, y->metric);
}

/* Consumers expect unique names. A file that has a row twice was not written by this program. */
static bool refuse_repeated(const struct summary *summary, struct reason *why)
{
	const struct summary_row **sorted = xcalloc(summary->count, sizeof(*sorted));
	bool good = true;

	for (size_t i = 0; i < summary->count; i++)
		sorted[i] = &summary->rows[i];
	if (summary->count)
		qsort(sorted, summary->count, sizeof(*sorted), by_key);
	for (size_t i = 1; good && i < summary->count; i++)
		if (by_key(&sorted[i - 1], &sorted[i]) == 0)
			good = refuse(
				why,
				_("summary.csv:%zu: column metric: '%.40s' of this case, mode, "
				  "workers, placement and param is also in line %zu"),
				summary->table.line[sorted[i] - summary->rows], sorted[i]->metric,
				summary->table.line[sorted[i - 1] - summary->rows]);
	free(sorted);
	return good;
}

static bool read_facts(struct export_run *run, const char *run_dir, struct reason *why)
{
	char *path = xasprintf("%s/run.json", run_dir);
	bool there = access(path, F_OK) == 0 || errno != ENOENT;
	bool good = !there || json_read(&run->facts, path, why);

	run->has_facts = there && good;
	free(path);
	return good;
}

bool export_read(struct export_run *run, const char *run_dir, struct reason *why)
{
	*run = (struct export_run){0};
	if (!summary_open(&run->summary, run_dir, why))
		return false;
	if (refuse_repeated(&run->summary, why) && read_facts(run, run_dir, why))
		return true;
	summary_free(&run->summary);
	return false;
}

void export_free(struct export_run *run)
{
	summary_free(&run->summary);
	if (run->has_facts)
		json_tree_free(&run->facts);
	*run = (struct export_run){0};
}

/* ---- choosing ---- */

static bool has_direction(const struct summary_row *row, bool bigger)
{
	if (bigger)
		return strcmp(row->better, "higher") == 0;
	return strcmp(row->better, "lower") == 0 || strcmp(row->better, "zero") == 0;
}

/* Can this format carry the figure of the row? */
static bool fits(const struct export_choice *choice, const struct summary_row *row)
{
	if (choice->format->one_direction)
		return has_direction(row, choice->bigger);
	return !choice->format->directed_only || has_direction(row, false) ||
	       has_direction(row, true);
}

/* By default dashboards get one figure per row of the plan and every metric that must be zero. */
static bool suits(const struct export_choice *choice, const struct summary_row *row)
{
	return !choice->format->headline_only || strcmp(row->better, "zero") == 0 ||
	       strcmp(row->metric, choice->bigger ? "ops_per_s" : "op_ns") == 0;
}

static bool is_wanted(const struct export_choice *choice, const struct summary_row *row)
{
	if (!fits(choice, row))
		return false;
	if (!choice->metric)
		return suits(choice, row);
	return strcmp(choice->metric, "all") == 0 || strcmp(choice->metric, row->metric) == 0;
}

static struct export_rows choose(const struct summary *summary, const struct export_choice *choice,
				 struct export_counts *counts)
{
	struct export_rows rows = {.rows = xcalloc(summary->count, sizeof(*rows.rows))};

	*counts = (struct export_counts){0};
	for (size_t i = 0; i < summary->count; i++) {
		if (!is_wanted(choice, &summary->rows[i]))
			continue;
		if (export_is_measured(&summary->rows[i]))
			rows.rows[rows.count++] = &summary->rows[i];
		else
			counts->unmeasured++;
	}
	counts->written = rows.count;
	if (rows.count && choice->format->whole_rows)
		qsort(rows.rows, rows.count, sizeof(*rows.rows), by_key);
	return rows;
}

/* Explain an empty choice: the metric does not exist, or has the wrong direction. */
static enum exit_code explain_nothing(const struct summary *summary,
				      const struct export_choice *choice, struct reason *why)
{
	struct suggestion nearest = {.word = choice->metric ? choice->metric : ""};
	bool known = false;

	for (size_t i = 0; choice->metric && i < summary->count; i++) {
		const char *metric = summary->rows[i].metric;

		known = known || strcmp(metric, choice->metric) == 0;
		suggest_name(&nearest, metric);
	}
	if (known)
		refuse(why, _("option --metric: '%.60s' is not better when %s; see --direction"),
		       choice->metric, choice->bigger ? "bigger" : "smaller");
	else if (!choice->metric || strcmp(choice->metric, "all") == 0)
		refuse(why, _("the run has no figure for this format"));
	else
		refuse(why,
		       _("option --metric: the run has no '%.60s'%s; 'tollgate summary "
			 "--format=csv' "
			 "shows all"),
		       choice->metric, suggest_text(&nearest));
	return EXIT_USAGE;
}

enum exit_code export_write(FILE *out, const struct export_run *run,
			    const struct export_choice *choice, struct export_counts *counts,
			    struct reason *why)
{
	struct export_rows rows = choose(&run->summary, choice, counts);
	enum exit_code code = EXIT_OK;

	if (!rows.count && !counts->unmeasured) {
		code = explain_nothing(&run->summary, choice, why);
	} else if (!rows.count) {
		refuse(why, _("none of the %zu figures was measured"), counts->unmeasured);
		code = EXIT_NOTHING;
	} else if (!choice->format->write(out, run, &rows, why)) {
		code = ferror(out) ? EXIT_INTERNAL : EXIT_USAGE;
	}
	free(rows.rows);
	return code;
}
