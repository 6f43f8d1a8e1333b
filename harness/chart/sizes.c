/* SPDX-License-Identifier: MIT */
/* Throughput over message size, a line per mechanism: the chart bandwidth. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define METRIC    "bytes_per_s"
#define LINES_MAX 8
#define WAYS_MAX  64 /* cases */
#define LABEL_GAP 0.066

/* Looks that the lines borrow, in the order of drawing. */
static const char *const palette[LINES_MAX] = {"none",  "mutex",  "gil",      "process",
					       "gil27", "gil313", "gil_prio", "gil_io_hold"};

/* One mechanism: its rows at growing sizes. */
struct way {
	const char *case_name, *rest; /* its other parameters: those with the most sizes */
	const struct summary_row **points;
	size_t count;
};

struct sizes {
	const char *vehicle, *placement;
	struct way ways[WAYS_MAX];
	size_t count, shown;
	double bottom, top, smallest, largest;
};

/* ---- choosing ---- */

/* The size in "size=64;...", and the beginning of the rest; 0 if there is none. */
static double size_of(const struct summary_row *row, const char **rest)
{
	char *end;
	double size;

	*rest = row->param;
	if (strncmp(row->param, "size=", 5) != 0 || row->param[5] < '0' || row->param[5] > '9')
		return 0;
	size = (double)strtoull(row->param + 5, &end, 10);
	*rest = end;
	return size;
}

static double size(const struct summary_row *row)
{
	const char *rest;

	return size_of(row, &rest);
}

static bool is_figure(const struct summary_row *row)
{
	return strncmp(row->case_name, "bw_", 3) == 0 && strcmp(row->metric, METRIC) == 0 &&
	       pick_usable(row) && row->median > 0 && size(row) > 0;
}

static bool is_drawn(const struct sizes *s, const struct summary_row *row)
{
	return is_figure(row) && strcmp(row->mode, s->vehicle) == 0 &&
	       strcmp(row->placement, s->placement) == 0;
}

/* Processes if any case has them; on one processing unit if that was measured. */
static void choose_place(const struct summary *summary, struct sizes *s)
{
	s->vehicle = "none";
	for (size_t i = 0; i < summary->count; i++)
		if (is_figure(&summary->rows[i]) && strcmp(summary->rows[i].mode, "process") == 0)
			s->vehicle = "process";
	s->placement = "";
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (is_figure(row) && strcmp(row->mode, s->vehicle) == 0 &&
		    (!*s->placement || strcmp(row->placement, "same-core") == 0))
			s->placement = row->placement;
	}
}

/* The number of sizes that the case of ROW has with the other parameters of ROW. */
static size_t sizes_with(const struct sizes *s, const struct summary *summary,
			 const struct summary_row *like)
{
	const char *rest, *wanted;
	size_t count = 0;

	size_of(like, &wanted);
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (!is_drawn(s, row) || strcmp(row->case_name, like->case_name) != 0)
			continue;
		size_of(row, &rest);
		count += strcmp(rest, wanted) == 0;
	}
	return count;
}

static struct way *way_of(struct sizes *s, const char *case_name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->ways[i].case_name, case_name) == 0)
			return &s->ways[i];
	if (s->count == WAYS_MAX)
		return NULL;
	s->ways[s->count].case_name = case_name;
	return &s->ways[s->count++];
}

static void choose_rests(const struct summary *summary, struct sizes *s)
{
	size_t most[WAYS_MAX] = {0};

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		struct way *way = is_drawn(s, row) ? way_of(s, row->case_name) : NULL;
		const size_t count = way ? sizes_with(s, summary, row) : 0;

		if (!way || count <= most[way - s->ways])
			continue;
		most[way - s->ways] = count;
		size_of(row, &way->rest);
	}
}

static void add_point(struct way *way, const struct summary_row *row)
{
	size_t place = way->count;

	way->points = xrealloc(way->points, way->count + 1, sizeof(*way->points));
	for (; place > 0 && size(way->points[place - 1]) > size(row); place--)
		way->points[place] = way->points[place - 1];
	way->points[place] = row;
	way->count++;
}

static const struct summary_row *last_point(const struct way *way)
{
	return way->points[way->count - 1];
}

static int best_first(const void *a, const void *b)
{
	const double x = last_point(a)->median, y = last_point(b)->median;

	return (x < y) - (x > y);
}

static void collect(struct page *page, struct sizes *s)
{
	const struct summary *summary = &page->run->summary;
	const char *rest;

	choose_place(summary, s);
	choose_rests(summary, s);
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		struct way *way = is_drawn(s, row) ? way_of(s, row->case_name) : NULL;

		if (!way)
			continue;
		size_of(row, &rest);
		if (way->rest && strcmp(rest, way->rest) == 0)
			add_point(way, row);
	}
	qsort(s->ways, s->count, sizeof(*s->ways), best_first);
	s->shown = s->count < LINES_MAX ? s->count : LINES_MAX;
	if (s->shown < s->count)
		page_remark(page, _("%zu of %zu left out"), s->count - s->shown, s->count);
}

/* ---- drawing ---- */

static const char *short_name(struct page *page, const char *case_name)
{
	static const char process[] = "process_";
	char *name = xstrdup(case_name + strlen("bw_"));
	const char *kept;

	for (char *c = name; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	kept = page_clean(page,
			  name + (strncmp(case_name + 3, process, strlen(process)) == 0
					  ? strlen(process)
					  : 0),
			  14);
	free(name);
	return kept;
}

static const char *speed_words(struct page *page, double bytes_per_s)
{
	const struct format_text words = words_si(bytes_per_s);

	return page_keep(page, "%s%sB/s", words.text, bytes_per_s < 999.5 ? " " : "");
}

static void write_line(struct page *page, struct sizes *s, const struct way *way, const char *id)
{
	page_text(page, page_keep(page, "T_%s", id), "%s", short_name(page, way->case_name));
	page_block(page, "%s", id);
	for (size_t i = 0; i < way->count; i++) {
		const struct summary_row *row = way->points[i];
		const double low = pick_low(row) > 0 ? pick_low(row) : row->median;

		page_note(page, row);
		PAGE_ROW(page, size(row), row->median, low, pick_high(row));
		s->bottom = fmin(s->bottom, low);
		s->top = fmax(s->top, pick_high(row));
		s->smallest = fmin(s->smallest, size(row));
		s->largest = fmax(s->largest, size(row));
	}
}

static void write_lines(struct page *page, struct sizes *s)
{
	const char *ids = "";

	for (size_t i = 0; i < s->shown; i++) {
		write_line(page, s, &s->ways[i], palette[i]);
		ids = page_keep(page, "%s%s%s", ids, i ? " " : "", palette[i]);
	}
	s->bottom = words_decade(s->bottom);
	s->top = fmax(s->top, s->bottom * 10);
	for (size_t i = 0; i < s->shown; i++) {
		const double end = last_point(&s->ways[i])->median;

		label_add(page, log(end / s->bottom) / log(s->top / s->bottom), palette[i],
			  speed_words(page, end));
	}
	label_put(page, LABEL_GAP);
	page_words(page, "modes", ids);
}

static const char *size_words(struct page *page, double bytes)
{
	if (bytes >= 1048576 && fmod(bytes, 1048576) == 0)
		return page_keep(page, "%.9g MiB", bytes / 1048576);
	if (bytes >= 1024 && fmod(bytes, 1024) == 0)
		return page_keep(page, "%.9g KiB", bytes / 1024);
	return page_keep(page, "%.9g B", bytes);
}

/* A tic at each power of four, with words at the well-known ones. */
static void size_tics(struct page *page, const struct sizes *s)
{
	static const double known[] = {1, 64, 1024, 16384, 262144, 1048576, 16777216};
	double at = 1;

	while (at <= s->largest) {
		const char *words = "";

		for (size_t i = 0; i < ARRAY_SIZE(known); i++)
			if (known[i] == at)
				words = size_words(page, at);
		if (at >= s->smallest)
			axis_tic(page, at, "%s", words);
		at *= 4;
	}
	axis_tics(page, "x");
}

static void write_axes(struct page *page, const struct sizes *s)
{
	double decade = s->bottom;

	size_tics(page, s);
	while (decade <= s->top * 1.3) {
		const char *unit = decade >= 1e12  ? "T"
				   : decade >= 1e9 ? "G"
				   : decade >= 1e6 ? "M"
				   : decade >= 1e3 ? "k"
						   : "";
		const double scale = decade >= 1e12  ? 1e12
				     : decade >= 1e9 ? 1e9
				     : decade >= 1e6 ? 1e6
				     : decade >= 1e3 ? 1e3
						     : 1;

		axis_tic(page, decade, "%.4g %sB/s", decade / scale, unit);
		decade *= 10;
	}
	axis_tics(page, "y");
	page_number(page, "smallest", s->smallest);
	page_number(page, "largest", s->largest > s->smallest ? s->largest : s->smallest * 4);
	page_number(page, "bottom", s->bottom);
	page_number(page, "top", s->top * 1.3);
}

/* ---- words ---- */

/* Compare the best with the last at the same size, if their intervals do not overlap. */
static void title(struct page *page, const struct sizes *s)
{
	const struct summary_row *best = last_point(&s->ways[0]), *last;
	const char *at = size_words(page, size(best)), *name = short_name(page, best->case_name);
	size_t n = s->shown;

	while (n > 1 && size(last_point(&s->ways[n - 1])) != size(best))
		n--;
	last = last_point(&s->ways[n - 1]);
	if (n == 1)
		page_title(page, _("In messages of %s %s carries %s"), at, name,
			   speed_words(page, best->median));
	else if (isnan(best->ci_lo) || isnan(last->ci_lo))
		page_title(page, _("Throughput by way of talking: too few launches to judge"));
	else if (!pick_surely_less(last, best))
		page_title(page, _("Throughput by way of talking: no difference seen"));
	else
		page_title(page, _("In messages of %s %s carries %s, %s %s"), at, name,
			   speed_words(page, best->median), short_name(page, last->case_name),
			   speed_words(page, last->median));
}

static void subtitle(struct page *page, const struct sizes *s)
{
	const char *interval = page_interval_words(page, _("band"));
	const char *between = strcmp(s->vehicle, "process") == 0 ? _("between processes")
								 : _("between threads");

	if (strcmp(s->placement, "same-core") == 0)
		page_subtitle(page,
			      _("Payload per second by size of the message, %s on one processing "
				"unit, logarithmic, higher is better; %s"),
			      between, interval);
	else
		page_subtitle(page,
			      _("Payload per second by size of the message, %s, placement %s, "
				"logarithmic, higher is better; %s"),
			      between, page_clean(page, s->placement, 24), interval);
}

bool chart_sizes(struct page *page, struct reason *why)
{
	static struct sizes s;

	(void)why;
	s = (struct sizes){.bottom = NAN, .top = NAN, .smallest = NAN, .largest = NAN};
	collect(page, &s);
	if (!s.shown) {
		page_missing(page, _("throughput by way of talking and size"),
			     "bw_pipe bw_unix_stream bw_shm_spsc", NULL);
		return true;
	}
	write_lines(page, &s);
	title(page, &s);
	subtitle(page, &s);
	write_axes(page, &s);
	for (size_t i = 0; i < s.count; i++)
		free(s.ways[i].points);
	return true;
}
