/* SPDX-License-Identifier: MIT */
/*
 * The transfer time of a cache line between each two processing units: a map of the machine. The
 * placements name the pairs and their classes: pair:same_llc:0+3.
 */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNITS_MAX 32
#define PAIRS_MAX ((size_t)UNITS_MAX * UNITS_MAX)
/* Below this ratio of the farthest to the nearest pair, all pairs have one colour. */
#define SCALE_MIN  1.05
#define ONE_COLOUR 0.4

static const struct {
	const char *name, *words;
} classes[] = {
	{"smt", N_("hardware threads of a core")},
	{"same_l2", N_("cores with one L2 cache")},
	{"same_llc", N_("cores with one last-level cache")},
	{"same_numa", N_("cores of one NUMA node")},
	{"same_pkg", N_("cores of one package")},
	{"cross_pkg", N_("cores of two packages")},
};
#define CLASSES ARRAY_SIZE(classes)

struct pair {
	const struct summary_row *row;
	unsigned a, b; /* processing units */
	size_t class;
};

struct range {
	const struct summary_row *low, *high;
	unsigned count;
};

struct map {
	struct pair pairs[PAIRS_MAX];
	size_t pair_count;
	unsigned units[UNITS_MAX]; /* ascending */
	size_t unit_count;
	struct range all, class[CLASSES];
	size_t first, last; /* the nearest and the farthest of the measured classes */
};

/* ---- reading ---- */

/* "pair:same_llc:0+3"; false for another placement. */
static bool read_pair(const char *placement, struct pair *pair)
{
	char name[16];
	int end = 0;

	if (sscanf(placement, "pair:%15[a-z_0-9]:%5u+%5u%n", name, &pair->a, &pair->b, &end) != 3 ||
	    placement[end])
		return false;
	for (pair->class = 0; pair->class < CLASSES; pair->class ++)
		if (strcmp(classes[pair->class].name, name) == 0)
			return true;
	return false;
}

static bool take_unit(struct map *map, unsigned unit)
{
	size_t place = map->unit_count;

	for (size_t i = 0; i < map->unit_count; i++)
		if (map->units[i] == unit)
			return true;
	if (map->unit_count == UNITS_MAX)
		return false;
	for (; place > 0 && map->units[place - 1] > unit; place--)
		map->units[place] = map->units[place - 1];
	map->units[place] = unit;
	map->unit_count++;
	return true;
}

static void extend(struct range *range, const struct summary_row *row)
{
	if (!range->low || row->median < range->low->median)
		range->low = row;
	if (!range->high || row->median > range->high->median)
		range->high = row;
	range->count++;
}

static void take_row(struct page *page, struct map *map, const struct summary_row *row)
{
	struct pair pair = {.row = row};

	if (strcmp(row->metric, "transfer_ns") != 0 || strcmp(row->mode, "none") != 0 ||
	    !pick_usable(row) || row->median <= 0 || !read_pair(row->placement, &pair))
		return;
	if (map->pair_count == PAIRS_MAX || !take_unit(map, pair.a) || !take_unit(map, pair.b)) {
		page_remark(page, _("of %u processing units only"), UNITS_MAX);
		return;
	}
	map->pairs[map->pair_count++] = pair;
	page_note(page, row);
	extend(&map->all, row);
	extend(&map->class[pair.class], row);
}

/* ---- the map ---- */

/* The position of NS between the fastest and the slowest pair, on a logarithmic scale. */
static double share(const struct map *map, double ns)
{
	const double low = map->all.low->median, high = map->all.high->median;

	return high < SCALE_MIN * low ? ONE_COLOUR : log(ns / low) / log(high / low);
}

static size_t place_of(const struct map *map, unsigned unit)
{
	size_t place = 0;

	while (map->units[place] != unit)
		place++;
	return place + 1;
}

/* Many cells have room for two digits only. */
static const char *cell_words(struct page *page, const struct map *map, double ns)
{
	if (map->unit_count > 16)
		return "";
	if (map->unit_count <= 4)
		return page_keep(page, "%s", words_ns(ns).text);
	return page_keep(page, "%.*f", ns < 9.95, ns);
}

/* "column row share text" of each pair, in both halves of the square. */
static void write_cells(struct page *page, const struct map *map)
{
	page_block(page, "cells");
	for (size_t i = 0; i < map->pair_count; i++) {
		const struct pair *pair = &map->pairs[i];
		const size_t a = place_of(map, pair->a), b = place_of(map, pair->b);
		const double ns = pair->row->median;
		const char *words = cell_words(page, map, ns);

		fprintf(page->rows, "%zu %zu %.6f \"%s\"\n", a, b, share(map, ns), words);
		fprintf(page->rows, "%zu %zu %.6f \"%s\"\n", b, a, share(map, ns), words);
	}
}

static void write_map(struct page *page, const struct map *map)
{
	static const char *const axes[] = {"x", "y"};

	write_cells(page, map);
	page_number(page, "units", (double)map->unit_count);
	for (size_t axis = 0; axis < ARRAY_SIZE(axes); axis++) {
		for (size_t i = 0; i < map->unit_count; i++)
			axis_tic(page, (double)i + 1, "%u", map->units[i]);
		axis_tics(page, axes[axis]);
	}
	page_text(page, "scale_low", "%s", words_ns(map->all.low->median).text);
	page_text(page, "scale_high", "%s", words_ns(map->all.high->median).text);
	page_number(page, "scale", map->all.high->median >= SCALE_MIN * map->all.low->median);
}

/* "38.0 to 42.0 ns", "7.40 ns" */
static const char *span_words(struct page *page, double low, double high)
{
	const struct format_text a = words_ns(low), b = words_ns(high);
	const char *unit_a = strchr(a.text, ' '), *unit_b = strchr(b.text, ' ');

	if (strcmp(a.text, b.text) == 0)
		return page_keep(page, "%s", a.text);
	if (strcmp(unit_a, unit_b) == 0)
		return page_keep(page, _("%.*s to %s"), (int)(unit_a - a.text), a.text, b.text);
	return page_keep(page, _("%s to %s"), a.text, b.text);
}

static const char *range_words(struct page *page, const struct range *range)
{
	return span_words(page, range->low->median, range->high->median);
}

/* Beside the map: each measured class, nearest first, with its range. */
static void write_classes(struct page *page, struct map *map)
{
	size_t shown = 0;

	for (size_t c = 0; c < CLASSES; c++) {
		const struct range *range = &map->class[c];
		const char *count = page_keep(page, ngettext("%u pair", "%u pairs", range->count),
					      range->count);

		if (!range->count)
			continue;
		if (!shown++)
			map->first = c;
		map->last = c;
		if (range->count == 1 && !isnan(range->low->ci_lo))
			count = page_keep(page, _("%s, interval %s"), count,
					  span_words(page, range->low->ci_lo, range->low->ci_hi));
		page_text_at(page, "class_name", shown,
			     page_keep(page, _("between %s"), _(classes[c].words)));
		page_text_at(page, "class_range", shown, range_words(page, range));
		page_text_at(page, "class_count", shown, count);
		page_number_at(page, "class_share", shown,
			       share(map, (range->low->median + range->high->median) / 2));
	}
	page_number(page, "classes", (double)shown);
}

/* ---- the title ---- */

/* Is every pair of the nearest class faster than every pair of the farthest one, intervals and all? */
static bool classes_differ(const struct map *map)
{
	double top = NAN, bottom = NAN;

	for (size_t i = 0; i < map->pair_count; i++) {
		const struct pair *pair = &map->pairs[i];

		if (isnan(pair->row->ci_lo))
			return false;
		if (pair->class == map->first)
			top = fmax(top, pick_high(pair->row));
		if (pair->class == map->last)
			bottom = fmin(bottom, pick_low(pair->row));
	}
	return map->first != map->last && top < bottom;
}

/* A difference is claimed between the nearest and the farthest class, else between two pairs. */
static void title(struct page *page, const struct map *map)
{
	const char *range = range_words(page, &map->all);

	if (map->pair_count == 1)
		page_title(page, _("A cache line takes %s from core to core"), range);
	else if (classes_differ(map))
		page_title(page, _("A cache line takes %s between %s, %s between %s"),
			   range_words(page, &map->class[map->first]), _(classes[map->first].words),
			   range_words(page, &map->class[map->last]), _(classes[map->last].words));
	else if (isnan(map->all.low->ci_lo))
		page_title(page,
			   _("Too few launches to judge: a cache line takes %s from core to core"),
			   range);
	else if (pick_surely_less(map->all.low, map->all.high))
		page_title(page, _("A cache line takes %s, depending on the two cores"), range);
	else
		page_title(page,
			   _("A cache line takes %s from core to core, no pair surely nearer"),
			   range);
}

bool chart_core_to_core(struct page *page, struct reason *why)
{
	struct map *map = xcalloc(1, sizeof(*map));
	struct pick pick;

	(void)why;
	pick_case(&pick, page->run, "line_transfer");
	for (const struct summary_row *row = pick.begin; row < pick.end; row++)
		take_row(page, map, row);
	if (map->pair_count) {
		write_map(page, map);
		write_classes(page, map);
		title(page, map);
		page_subtitle(page, _("One way of a cache line between two processing units "
				      "(line_transfer, threads): median; lower is better"));
		if (!isnan(page->level))
			page_remark(page, _("intervals of %s %% stand in core-to-core.csv"),
				    words_digits(page->level).text);
	} else {
		page_missing(page, _("how far apart the cores are"), "line_transfer",
			     "--profile full");
	}
	free(map);
	return true;
}
