/* SPDX-License-Identifier: MIT */
/* Makes series in the order of time from the lines of history.csv, and finds their changes. One
 * pass over the file looks up the run and the series of each line in a balanced tree (tsearch). */
#include "harness/history/history.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "harness/summary/summary.h"

struct loader {
	struct trend *trend;
	void *runs, *series; /* trees */
	size_t run_capacity, series_capacity;
	struct trend_run *last_run; /* the lines of a run are adjacent */
};

/* The columns that define a series, in sort order. Ratios have an anchor here, and medians a CPU. */
static const int key_columns[] = {
	HISTORY_CASE,   HISTORY_PARAM, HISTORY_PLACEMENT, HISTORY_WORKERS,
	HISTORY_METRIC, HISTORY_UNIT,  HISTORY_BETTER,    HISTORY_HOST,
	HISTORY_ANCHOR, HISTORY_CPU,   HISTORY_MODE,
};

static void insert(void *item, void **tree, int (*order)(const void *, const void *))
{
	if (!tsearch(item, tree, order))
		die(EXIT_INTERNAL, "out of memory");
}

/* Room for one more pointer after COUNT of them. */
static void *grow(void *pointers, size_t count, size_t *capacity)
{
	if (count < *capacity)
		return pointers;
	*capacity = *capacity ? *capacity * 2 : 64;
	return xrealloc(pointers, *capacity, sizeof(void *));
}

/* ---- runs ---- */

static int by_run_id(const void *a, const void *b)
{
	const struct trend_run *x = a, *y = b;

	return strcmp(x->run_id, y->run_id);
}

static struct trend_run *find_run(struct loader *loader, char *const *cells)
{
	const struct trend_run wanted = {.run_id = cells[HISTORY_RUN]};
	struct trend *trend = loader->trend;

	if (loader->last_run && by_run_id(loader->last_run, &wanted) == 0)
		return loader->last_run;
	struct trend_run **found = tfind(&wanted, &loader->runs, by_run_id);

	if (found)
		return *found;
	struct trend_run *run = xcalloc(1, sizeof(*run));

	*run = (struct trend_run){
		.ts_utc = xstrdup(cells[HISTORY_TS]),
		.git_sha = xstrdup(cells[HISTORY_SHA]),
		.run_id = xstrdup(cells[HISTORY_RUN]),
		.place = trend->run_count,
	};
	insert(run, &loader->runs, by_run_id);
	trend->runs = grow(trend->runs, trend->run_count, &loader->run_capacity);
	trend->runs[trend->run_count++] = run;
	return run;
}

/* ---- series ---- */

static int by_cells(const void *a, const void *b)
{
	const struct trend_series *x = a, *y = b;
	int order = 0;

	for (size_t i = 0; !order && i < ARRAY_SIZE(key_columns); i++)
		order = strcmp(x->cells[key_columns[i]], y->cells[key_columns[i]]);
	return order;
}

static struct trend_series *add_series(struct loader *loader, const struct trend_series *wanted)
{
	struct trend *trend = loader->trend;
	struct trend_series *series = xcalloc(1, sizeof(*series));

	series->is_ratio = wanted->is_ratio;
	for (size_t i = 0; i < HISTORY_COLUMNS; i++)
		series->cells[i] = xstrdup(wanted->cells[i]);
	insert(series, &loader->series, by_cells);
	trend->series = grow(trend->series, trend->series_count, &loader->series_capacity);
	trend->series[trend->series_count++] = series;
	return series;
}

/* Ratios to one anchor may be compared with one another, medians only on one kind of processor. */
static struct trend_series *find_series(struct loader *loader, const struct history_reader *reader)
{
	static char none[] = "";
	struct trend_series wanted = {.is_ratio = !isnan(reader->number[HISTORY_RATIO])};

	for (size_t i = 0; i < HISTORY_COLUMNS; i++)
		wanted.cells[i] = none;
	for (size_t i = 0; i < ARRAY_SIZE(key_columns); i++)
		wanted.cells[key_columns[i]] = reader->csv.cells[key_columns[i]];
	wanted.cells[wanted.is_ratio ? HISTORY_CPU : HISTORY_ANCHOR] = none;
	struct trend_series **found = tfind(&wanted, &loader->series, by_cells);

	return found ? *found : add_series(loader, &wanted);
}

static void take_line(struct loader *loader, const struct history_reader *reader)
{
	struct trend_series *series = find_series(loader, reader);

	loader->last_run = find_run(loader, reader->csv.cells);
	loader->trend->lines++;
	if (series->count == series->capacity) {
		series->capacity = series->capacity ? series->capacity * 2 : 64;
		series->points = xrealloc(series->points, series->capacity,
					  sizeof(*series->points));
	}
	series->points[series->count++] = (struct trend_point){
		.run = loader->last_run,
		.value = reader->number[series->is_ratio ? HISTORY_RATIO : HISTORY_MEDIAN],
		.line = reader->csv.line,
	};
}

/* ---- the order of time ---- */

/* Runs of the same second stay in the order of the file. */
static int by_time(const void *a, const void *b)
{
	const struct trend_run *x = *(const struct trend_run *const *)a;
	const struct trend_run *y = *(const struct trend_run *const *)b;
	int order = strcmp(x->ts_utc, y->ts_utc);

	return order ? order : (x->place > y->place) - (x->place < y->place);
}

static int by_run(const void *a, const void *b)
{
	const struct trend_point *x = a, *y = b;
	int order = (x->run->place > y->run->place) - (x->run->place < y->run->place);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* A merge of two branches can leave a run twice. Its first line counts. Returns the number of lines
 * left out. */
static size_t put_in_order(struct trend_series *series)
{
	struct trend_point *points = series->points;
	size_t count = series->count, kept = 1;

	qsort(points, count, sizeof(*points), by_run);
	for (size_t i = 1; i < count; i++)
		if (points[kept - 1].run != points[i].run)
			points[kept++] = points[i];
	series->count = kept;
	return count - kept;
}

static void find_changes(struct trend_series *series)
{
	double *values = xcalloc(series->count, sizeof(*values));

	for (size_t i = 0; i < series->count; i++)
		values[i] = series->points[i].value;
	series->changes = xcalloc(series->count / CHANGE_RECENT + 1, sizeof(*series->changes));
	series->change_count = change_points(values, series->count, series->changes);
	free(values);
}

static int by_workers(const char *a, const char *b)
{
	uint64_t x = 0, y = 0;

	(void)parse_u64(a, 0, UINT32_MAX, &x); /* checked when it was read */
	(void)parse_u64(b, 0, UINT32_MAX, &y);
	return (x > y) - (x < y);
}

static int by_mode(const char *a, const char *b)
{
	size_t x = summary_mode_rank(a), y = summary_mode_rank(b);

	return x == y ? strcmp(a, b) : (x > y) - (x < y);
}

static int by_key(const void *a, const void *b)
{
	const struct trend_series *x = *(const struct trend_series *const *)a;
	const struct trend_series *y = *(const struct trend_series *const *)b;
	int order = 0;

	for (size_t i = 0; !order && i < ARRAY_SIZE(key_columns); i++) {
		int column = key_columns[i];

		order = (column == HISTORY_WORKERS ? by_workers
			 : column == HISTORY_MODE  ? by_mode
						   : strcmp)(x->cells[column], y->cells[column]);
	}
	return order;
}

static void finish(struct trend *trend)
{
	if (!trend->series_count)
		return;
	qsort(trend->runs, trend->run_count, sizeof(struct trend_run *), by_time);
	for (size_t i = 0; i < trend->run_count; i++)
		trend->runs[i]->place = i;
	for (size_t i = 0; i < trend->series_count; i++) {
		trend->repeated += put_in_order(trend->series[i]);
		find_changes(trend->series[i]);
	}
	qsort(trend->series, trend->series_count, sizeof(struct trend_series *), by_key);
}

/* ---- reading ---- */

static bool read_lines(struct loader *loader, struct history_reader *reader,
		       bool (*wants_case)(const void *, const char *), const void *context,
		       struct reason *why)
{
	for (;;) {
		switch (history_next(reader, why)) {
		case HISTORY_END:
			return true;
		case HISTORY_FAILED:
			return false;
		case HISTORY_BAD:
			if (reader->bad_lines <= HISTORY_NOTES_MAX)
				note("left out: %s", why->text);
			break;
		case HISTORY_GOOD:
			if (!wants_case || wants_case(context, reader->csv.cells[HISTORY_CASE]))
				take_line(loader, reader);
			break;
		}
	}
}

static void keep(void *item)
{
	(void)item; /* the trend owns it */
}

bool trend_read(struct trend *trend, const char *path,
		bool (*wants_case)(const void *context, const char *case_name), const void *context,
		struct reason *why)
{
	struct loader loader = {.trend = trend};
	struct history_reader reader;

	*trend = (struct trend){0};
	if (!history_open(&reader, path, why))
		return false;
	bool good = read_lines(&loader, &reader, wants_case, context, why);

	trend->bad_lines = reader.bad_lines;
	history_close(&reader);
	tdestroy(loader.runs, keep);
	tdestroy(loader.series, keep);
	if (good)
		finish(trend);
	else
		trend_free(trend);
	return good;
}

void trend_free(struct trend *trend)
{
	for (size_t i = 0; i < trend->series_count; i++) {
		struct trend_series *series = trend->series[i];

		for (size_t c = 0; c < HISTORY_COLUMNS; c++)
			free(series->cells[c]);
		free(series->points);
		free(series->changes);
		free(series);
	}
	for (size_t i = 0; i < trend->run_count; i++) {
		free(trend->runs[i]->ts_utc);
		free(trend->runs[i]->git_sha);
		free(trend->runs[i]->run_id);
		free(trend->runs[i]);
	}
	free(trend->series);
	free(trend->runs);
	*trend = (struct trend){0};
}
