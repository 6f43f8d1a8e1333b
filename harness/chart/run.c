/* SPDX-License-Identifier: MIT */
/* A run folder in memory: summary.csv, facts of run.json, and other files if a page needs them. */
#include "harness/base/language.h"
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *chart_path(const struct chart_run *run, const char *name)
{
	return xasprintf("%s/%s", run->directory, name);
}

const char *chart_fact(const struct chart_run *run, const char *path)
{
	return json_find_text(&run->facts, path);
}

static bool read_facts(struct chart_run *run, struct reason *why)
{
	char *path = chart_path(run, "run.json");
	const bool good = json_read(&run->facts, path, why);
	const double pus = good ? json_find_number(&run->facts, "machine.topology.pus") : NAN;

	free(path);
	run->pus = pus >= 1 && pus <= 1e6 ? (unsigned)pus : 0;
	return good;
}

static bool check_workers(const struct summary *summary, struct reason *why)
{
	for (size_t i = 0; i < summary->count; i++)
		if (summary->rows[i].workers < 1 || summary->rows[i].workers > CHART_WORKERS_MAX)
			return refuse(
				why,
				_("summary.csv:%zu: column workers: %ju is not a count of workers"),
				summary->table.line[i], (uintmax_t)summary->rows[i].workers);
	return true;
}

struct chart_run *chart_run_open(const char *directory, struct reason *why)
{
	struct chart_run *run = xcalloc(1, sizeof(*run));

	run->directory = xstrdup(directory);
	if (!read_facts(run, why)) {
		free(run->directory);
		free(run);
		return NULL;
	}
	if (!summary_read(&run->summary, directory, why)) {
		json_tree_free(&run->facts);
		free(run->directory);
		free(run);
		return NULL;
	}
	if (!run->summary.count)
		refuse(why, _("summary.csv: no rows: nothing was measured in this run"));
	else if (check_workers(&run->summary, why))
		return run;
	chart_run_close(run);
	return NULL;
}

void chart_run_close(struct chart_run *run)
{
	for (size_t i = 0; i < run->table_count; i++)
		csv_table_free(&run->tables[i]);
	summary_free(&run->summary);
	json_tree_free(&run->facts);
	free(run->directory);
	free(run);
}

static bool has_columns(const struct csv_table *table, const char *columns, struct reason *why)
{
	char *copy = xstrdup(columns), *rest = copy;
	bool good = true;

	for (char *name; good && (name = strsep(&rest, ","));)
		if (csv_column(table, name) < 0)
			good = refuse(why, _("%s:1: the header has no column %s"), table->name,
				      name);
	free(copy);
	return good;
}

bool chart_table(struct chart_run *run, const char *name, const char *columns,
		 const struct csv_table **table, struct reason *why)
{
	*table = NULL;
	for (size_t i = 0; i < run->table_count; i++)
		if (strcmp(run->table_names[i], name) == 0) {
			*table = &run->tables[i];
			return has_columns(*table, columns, why);
		}
	char *path = chart_path(run, name);
	struct csv_table *fresh = &run->tables[run->table_count];
	const bool there = access(path, F_OK) == 0;
	const bool good = !there || csv_read(fresh, path, NULL, why);

	free(path);
	if (!there || !good)
		return good;
	run->table_names[run->table_count++] = name;
	*table = fresh;
	return has_columns(fresh, columns, why);
}

const char *chart_cell(const struct csv_table *table, size_t row, const char *column)
{
	return csv_cell(table, row, (unsigned)csv_column(table, column));
}

bool chart_number(const struct csv_table *table, size_t row, const char *column, double *out,
		  struct reason *why)
{
	return csv_number(table, row, (unsigned)csv_column(table, column), out, why);
}

bool chart_workers(const struct csv_table *table, size_t row, double *out, struct reason *why)
{
	if (!chart_number(table, row, "workers", out, why))
		return false;
	return (*out >= 1 && *out <= CHART_WORKERS_MAX) ||
	       refuse(why, _("%s:%zu: column workers: it is not a count of workers"), table->name,
		      table->line[row]);
}
