/* SPDX-License-Identifier: MIT */
/*
 * Which figure does a mark show? A picture does not say, so it is tried: the marks of a plot are the
 * rows of a mode of one metric, in the order of the file or sorted by value. Believed is that only
 * if one straight scale, linear or logarithmic, along one axis, then explains the place of every
 * single mark to within a pixel. Otherwise nothing is said; the table below the chart has it all.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/report/internal.h"

#define MARKS_MAX   256u
#define PIXEL_SLACK 0.8

struct mark {
	struct svg_point *point;
	size_t row;
	double value, along;
};

struct attempt {
	struct report_chart *chart;
	const char *metric;
	struct mark marks[MARKS_MAX];
	size_t count;
};

static const char *cell(const struct report_chart *chart, size_t row, const char *column)
{
	int at = csv_column(&chart->figures, column);

	return at < 0 ? "" : csv_cell(&chart->figures, row, (unsigned)at);
}

/* Of the percentiles a line joins all, but only the well-known ones are marked. */
static bool is_marked(const char *percentile)
{
	static const char *const known[] = {"0", "50", "90", "99"};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(percentile, known[i]) == 0)
			return true;
	return strncmp(percentile, "99.9", 4) == 0 &&
	       strspn(percentile + 3, "9") == strlen(percentile + 3);
}

/* The value that a mark for this row would show, if there may be one. METRIC is "" for percentiles. */
static bool has_value(const struct report_chart *chart, const char *metric, size_t row,
		      double *value)
{
	if (!*metric)
		return is_marked(cell(chart, row, "percentile")) &&
		       parse_double(cell(chart, row, "value_ns"), value) && *value > 0;
	return strcmp(cell(chart, row, "metric"), metric) == 0 &&
	       parse_double(cell(chart, row, "median"), value) && *value > 0;
}

/* ---- one scale for all marks ---- */

/* Least squares of `along` over the values; the largest distance from it. */
static double misfit(const struct attempt *try, bool logarithmic)
{
	double n = (double)try->count, sx = 0, sy = 0, sxx = 0, sxy = 0, worst = 0;

	for (size_t i = 0; i < try->count; i++) {
		double x = logarithmic ? log(try->marks[i].value) : try->marks[i].value;

		sx += x;
		sy += try->marks[i].along;
		sxx += x * x;
		sxy += x * try->marks[i].along;
	}
	double spread = n * sxx - sx * sx;
	double slope = spread > 1e-12 * n * sxx ? (n * sxy - sx * sy) / spread : 0;

	if (!(slope > 0)) /* `along` grows with the value */
		return INFINITY;
	for (size_t i = 0; i < try->count; i++) {
		double x = logarithmic ? log(try->marks[i].value) : try->marks[i].value;

		worst = fmax(worst, fabs(try->marks[i].along - (sy + slope * (n * x - sx)) / n));
	}
	return worst;
}

static bool is_explained(const struct attempt *try)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < try->count; i++) {
		low = fmin(low, try->marks[i].along);
		high = fmax(high, try->marks[i].along);
	}
	return high - low > 20 * PIXEL_SLACK &&
	       (misfit(try, false) < PIXEL_SLACK || misfit(try, true) < PIXEL_SLACK);
}

/* ---- marks and rows ---- */

static int by_along(const void *a, const void *b)
{
	double x = ((const struct mark *)a)->along, y = ((const struct mark *)b)->along;

	return (x > y) - (x < y);
}

struct row_value {
	size_t row;
	double value;
};

static int by_value(const void *a, const void *b)
{
	double x = ((const struct row_value *)a)->value, y = ((const struct row_value *)b)->value;

	return (x > y) - (x < y);
}

/* The rows of MODE and the metric; at most MARKS_MAX. */
static size_t rows_of(const struct attempt *try, const char *mode, struct row_value *rows)
{
	size_t count = 0;

	for (size_t row = 0; row < try->chart->figures.rows && count < MARKS_MAX; row++)
		if (strcmp(cell(try->chart, row, "mode"), mode) == 0 &&
		    has_value(try->chart, try->metric, row, &rows[count].value))
			rows[count++].row = row;
	return count;
}

/* Give the marks of SERIES the rows of MODE; false if there are not as many. */
static bool match_series(struct attempt *try, unsigned series, const char *mode, bool upward,
			 bool sorted)
{
	struct svg *svg = &try->chart->svg;
	struct row_value rows[MARKS_MAX];
	size_t count = rows_of(try, mode, rows), first = try->count;

	for (unsigned i = 0; i < svg->point_count; i++) {
		struct svg_point *point = &svg->points[i];

		if (point->series != series)
			continue;
		if (try->count == MARKS_MAX)
			return false;
		try->marks[try->count++] = (struct mark){
			.point = point, .along = upward ? svg->height - point->y : point->x};
	}
	if (count == 0 || try->count - first != count)
		return false;
	if (sorted) {
		qsort(rows, count, sizeof(rows[0]), by_value);
		qsort(&try->marks[first], count, sizeof(try->marks[0]), by_along);
	}
	for (size_t i = 0; i < count; i++) {
		try->marks[first + i].row = rows[i].row;
		try->marks[first + i].value = rows[i].value;
	}
	return true;
}

/* The mode that comes after MODE in the figures, in the order in which they name modes first. */
static const char *next_mode(const struct attempt *try, const char *mode)
{
	bool passed = mode == NULL;
	double value;

	for (size_t row = 0; row < try->chart->figures.rows; row++) {
		const char *here = cell(try->chart, row, "mode");
		size_t before = 0;

		if (!has_value(try->chart, try->metric, row, &value))
			continue;
		while (before < row && (strcmp(cell(try->chart, before, "mode"), here) != 0 ||
					!has_value(try->chart, try->metric, before, &value)))
			before++;
		if (before < row)
			continue;
		if (passed)
			return here;
		passed = strcmp(here, mode) == 0;
	}
	return NULL;
}

static bool match(struct attempt *try, bool upward, bool sorted)
{
	const struct svg *svg = &try->chart->svg;
	unsigned series = 0, last = svg->points[svg->point_count - 1].series;
	const char *mode = NULL;

	try->count = 0;
	for (; (mode = next_mode(try, mode)); series++)
		if (series > last || !match_series(try, series, mode, upward, sorted))
			return false;
	return try->count >= 4 && is_explained(try);
}

/* ---- what to say ---- */

/* ", 38.6 M/s to 39.4 M/s (97.9 %)", or "" */
static void interval_words(const struct report_chart *chart, size_t row, char *text, size_t size)
{
	const char *unit = cell(chart, row, "unit");
	double lo, hi, level;

	*text = '\0';
	if (parse_double(cell(chart, row, "ci_lo"), &lo) &&
	    parse_double(cell(chart, row, "ci_hi"), &hi) &&
	    parse_double(cell(chart, row, "ci_level"), &level))
		snprintf(text, size, ", %s to %s (%.1f %%)", format_si(lo, unit, true).text,
			 format_si(hi, unit, true).text, level);
}

static char *make_tip(const struct attempt *try, const struct mark *mark)
{
	const struct report_chart *chart = try->chart;
	const char *workers = cell(chart, mark->row, "workers");
	const char *unit = *try->metric ? cell(chart, mark->row, "unit") : "ns";
	const char *percentile = cell(chart, mark->row, "percentile");
	char what[80] = "", interval[120];

	if (strcmp(percentile, "0") == 0)
		snprintf(what, sizeof(what), "the shortest took ");
	else if (*percentile)
		snprintf(what, sizeof(what), "%.40s %% took at most ", percentile);
	interval_words(chart, mark->row, interval, sizeof(interval));
	return xasprintf("%s, %s, %s %s: %s%s%s", cell(chart, mark->row, "case"),
			 cell(chart, mark->row, "mode"), workers,
			 strcmp(workers, "1") == 0 ? "worker" : "workers", what,
			 format_si(mark->value, unit, true).text, interval);
}

static bool try_metric(struct attempt *try)
{
	for (unsigned way = 0; way < 4; way++)
		if (match(try, way < 2, way & 1)) {
			for (size_t i = 0; i < try->count; i++)
				try->marks[i].point->tip = make_tip(try, &try->marks[i]);
			return true;
		}
	return false;
}

void report_add_tips(struct report_chart *chart)
{
	struct attempt *try = xcalloc(1, sizeof(*try));
	const char *last = NULL;

	try->chart = chart;
	for (size_t row = 0; chart->svg.point_count && row < chart->figures.rows; row++) {
		try->metric = cell(chart, row, "metric");
		if ((!last || strcmp(try->metric, last) != 0) && try_metric(try))
			break;
		last = try->metric;
	}
	free(try);
}
