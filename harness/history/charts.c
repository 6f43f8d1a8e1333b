/* SPDX-License-Identifier: MIT */
/* The points behind the trend charts: per case the set of series that has most to tell, its last
 * runs, in per cent of where they began. scripts/trend.sh draws them and computes nothing. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/data/csv.h"
#include "harness/history/history.h"
#include "harness/stats/stats.h"
#include "harness/summary/summary.h"

#define RUNS_SHOWN 300u
#define BASE_RUNS  30u /* the first of those shown: their median is 0 % */

/* Series that differ in the mode alone; they share a chart. */
struct chart_set {
	const struct trend_series *const *series;
	size_t count, changes, points;
};

/* What the series of a chart share. */
static const int set_columns[] = {
	HISTORY_CASE,      HISTORY_METRIC,  HISTORY_UNIT, HISTORY_BETTER, HISTORY_PARAM,
	HISTORY_PLACEMENT, HISTORY_WORKERS, HISTORY_HOST, HISTORY_ANCHOR, HISTORY_CPU,
};

static const char *cell(const struct trend_series *series, int column)
{
	return series->cells[column];
}

static int compare_sets(const struct trend_series *a, const struct trend_series *b)
{
	int order = 0;

	for (size_t i = 0; !order && i < ARRAY_SIZE(set_columns); i++)
		order = strcmp(cell(a, set_columns[i]), cell(b, set_columns[i]));
	return order ? order : a->is_ratio - b->is_ratio;
}

static int by_set(const void *a, const void *b)
{
	const struct trend_series *x = *(const struct trend_series *const *)a;
	const struct trend_series *y = *(const struct trend_series *const *)b;
	int order = compare_sets(x, y);
	size_t mode = summary_mode_rank(cell(x, HISTORY_MODE));
	size_t other = summary_mode_rank(cell(y, HISTORY_MODE));

	return order ? order : (mode > other) - (mode < other);
}

static uint64_t workers_of(const struct chart_set *set)
{
	uint64_t workers = 0;

	(void)parse_u64(cell(set->series[0], HISTORY_WORKERS), 0, UINT32_MAX, &workers);
	return workers;
}

/* Changes first, then a long history, then many workers. */
static bool tells_more(const struct chart_set *a, const struct chart_set *b)
{
	if (a->changes != b->changes)
		return a->changes > b->changes;
	if (a->points != b->points)
		return a->points > b->points;
	return workers_of(a) > workers_of(b);
}

static struct chart_set take_set(const struct trend_series *const *series, size_t count)
{
	struct chart_set set = {.series = series};

	while (set.count < count && compare_sets(series[0], series[set.count]) == 0) {
		set.changes += series[set.count]->change_count;
		set.points += series[set.count]->count;
		set.count++;
	}
	return set;
}

/* ---- the runs of a chart ---- */

struct axis {
	uint32_t *runs; /* ascending */
	size_t count, left_out;
};

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static struct axis make_axis(const struct chart_set *set)
{
	struct axis axis = {.runs = xcalloc(set->points, sizeof(*axis.runs))};
	size_t total = 0;

	for (size_t s = 0; s < set->count; s++)
		for (size_t p = 0; p < set->series[s]->count; p++)
			axis.runs[total++] = (uint32_t)set->series[s]->points[p].run->place;
	if (total)
		qsort(axis.runs, total, sizeof(*axis.runs), by_number);
	for (size_t i = 0; i < total; i++)
		if (!axis.count || axis.runs[axis.count - 1] != axis.runs[i])
			axis.runs[axis.count++] = axis.runs[i];
	if (axis.count > RUNS_SHOWN) {
		axis.left_out = axis.count - RUNS_SHOWN;
		memmove(axis.runs, axis.runs + axis.left_out, RUNS_SHOWN * sizeof(*axis.runs));
		axis.count = RUNS_SHOWN;
	}
	return axis;
}

/* Place of a run on the axis, from 1; 0: not shown. */
static size_t place_on(const struct axis *axis, uint32_t run)
{
	const uint32_t *found = bsearch(&run, axis->runs, axis->count, sizeof(*axis->runs),
					by_number);

	return found ? (size_t)(found - axis->runs) + 1 : 0;
}

static double start_level(const struct trend_series *series, const struct axis *axis)
{
	double first[BASE_RUNS];
	size_t count = 0;

	for (size_t p = 0; p < series->count && count < BASE_RUNS; p++)
		if (place_on(axis, (uint32_t)series->points[p].run->place))
			first[count++] = series->points[p].value;
	return stats_median(first, count);
}

/* ---- writing ---- */

static const struct change_point *change_at(const struct trend_series *series, size_t point)
{
	for (size_t i = 0; i < series->change_count; i++)
		if (series->changes[i].onset == point)
			return &series->changes[i];
	return NULL;
}

struct chart_writer {
	struct csv_writer csv;
	const struct trend *trend;
	size_t sets; /* of the case at hand */
};

static bool write_point(struct chart_writer *writer, const struct trend_series *series,
			const struct axis *axis, size_t point, double level, struct reason *why)
{
	const struct trend_run *run = series->points[point].run;
	const struct change_point *change = change_at(series, point);
	struct csv_writer *csv = &writer->csv;

	csv_text(csv, cell(series, HISTORY_CASE));
	csv_text(csv, cell(series, HISTORY_METRIC));
	csv_text(csv, cell(series, HISTORY_BETTER));
	csv_text(csv, cell(series, HISTORY_WORKERS));
	csv_text(csv, cell(series, HISTORY_PLACEMENT));
	csv_text(csv, cell(series, HISTORY_PARAM));
	csv_text(csv, cell(series, HISTORY_HOST));
	csv_text(csv, cell(series, series->is_ratio ? HISTORY_ANCHOR : HISTORY_CPU));
	csv_text(csv, series->is_ratio ? "ratio" : "median");
	csv_u64(csv, writer->sets);
	csv_u64(csv, axis->left_out);
	csv_text(csv, cell(series, HISTORY_MODE));
	csv_u64(csv, place_on(axis, (uint32_t)run->place));
	csv_text(csv, run->ts_utc);
	csv_text(csv, *run->git_sha ? run->git_sha : run->run_id);
	csv_double(csv, (series->points[point].value / level - 1) * 100);
	csv_double(csv, change ? trend_percent(change) : NAN);
	return csv_end_row(csv, why);
}

static bool write_set(struct chart_writer *writer, const struct chart_set *set, struct reason *why)
{
	struct axis axis = make_axis(set);
	bool good = true;

	for (size_t s = 0; good && s < set->count; s++) {
		const struct trend_series *series = set->series[s];
		double level = start_level(series, &axis);

		for (size_t p = 0; good && level > 0 && p < series->count; p++)
			if (place_on(&axis, (uint32_t)series->points[p].run->place))
				good = write_point(writer, series, &axis, p, level, why);
	}
	free(axis.runs);
	return good;
}

/* The series that can be drawn, those of one chart side by side. */
static const struct trend_series **sort_series(const struct trend *trend, size_t *count)
{
	const struct trend_series **sorted = xcalloc(trend->series_count, sizeof(*sorted));

	*count = 0;
	for (size_t i = 0; i < trend->series_count; i++)
		if (strcmp(cell(trend->series[i], HISTORY_BETTER), "zero") != 0)
			sorted[(*count)++] = trend->series[i];
	if (*count)
		qsort(sorted, *count, sizeof(*sorted), by_set);
	return sorted;
}

static bool write_cases(struct chart_writer *writer, const struct trend_series *const *series,
			size_t count, struct reason *why)
{
	bool good = true;

	for (size_t i = 0; good && i < count;) {
		struct chart_set best = take_set(&series[i], count - i);
		const char *case_name = cell(series[i], HISTORY_CASE);

		writer->sets = 1;
		i += best.count;
		while (i < count && strcmp(case_name, cell(series[i], HISTORY_CASE)) == 0) {
			struct chart_set set = take_set(&series[i], count - i);

			writer->sets++;
			i += set.count;
			if (tells_more(&set, &best))
				best = set;
		}
		good = write_set(writer, &best, why);
	}
	return good;
}

static bool write_file(const struct trend *trend, const char *path, struct reason *why)
{
	struct chart_writer writer = {.trend = trend};
	struct reason ignored;
	size_t count;

	if (!csv_create(&writer.csv, path, TREND_CHART_HEADER, why))
		return false;
	const struct trend_series **series = sort_series(trend, &count);
	bool good = write_cases(&writer, series, count, why);

	free(series);
	return csv_close(&writer.csv, good ? why : &ignored) && good;
}

bool trend_write_charts(const struct trend *trend, const char *directory, struct reason *why)
{
	if (mkdir(directory, 0777) == -1 && errno != EEXIST)
		return refuse(why, "%s: cannot be made: %s", directory, strerror(errno));
	char *path = xasprintf("%s/trend.csv", directory);
	char *temporary = xasprintf("%s/.trend.csv.%ld", directory, (long)getpid());
	bool good = write_file(trend, temporary, why);

	if (good && rename(temporary, path) == -1)
		good = refuse(why, "%s: %s", path, strerror(errno));
	if (!good)
		unlink(temporary);
	free(temporary);
	free(path);
	return good;
}
