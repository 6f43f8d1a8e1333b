/* SPDX-License-Identifier: MIT */
/* The cost of one operation of each case for one worker, by mode. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PLACES 14   /* rows on the page */
#define LANE   0.17 /* between the modes of a row */
/* A dearer mode is named from this ratio on. A smaller one is shown as 1.00. */
#define DEARER_MIN 1.005

struct cost {
	struct pick pick;
	double first; /* without a lock, else in the first measured mode */
};

struct overhead {
	struct cost *costs; /* cheapest first */
	size_t count;
	const struct summary_row *dots[PLACES][PAGE_MODES_MAX]; /* by mode of the page */
	size_t rows;
	double cheapest, dearest, least, most;
};

static double first_cost(struct page *page, const struct pick *pick)
{
	for (size_t m = 0; m < page->modes.count; m++) {
		const struct summary_row *row = pick_find(page, pick, page->modes.names[m], 1,
							  "op_ns");

		if (row && row->median > 0)
			return row->median;
	}
	return 0;
}

static int by_cost(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

static bool has_cost(const struct summary_row *row)
{
	return strcmp(row->metric, "op_ns") == 0 && row->workers == 1 && pick_usable(row) &&
	       row->median > 0;
}

/* The cases with a cost for one worker, cheapest first. */
static void rank(struct page *page, struct overhead *o)
{
	const struct summary *summary = &page->run->summary;
	const char *previous = "";

	o->costs = xcalloc(summary->count, sizeof(*o->costs));
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		struct cost *cost = &o->costs[o->count];

		if (!has_cost(row) || strcmp(previous, row->case_name) == 0)
			continue;
		previous = row->case_name;
		pick_first(&cost->pick, page->run, row->case_name, "op_ns");
		cost->first = first_cost(page, &cost->pick);
		o->count += cost->first > 0;
	}
	qsort(o->costs, o->count, sizeof(*o->costs), by_cost);
}

static void extend(struct overhead *o, const struct summary_row *row)
{
	o->cheapest = fmin(o->cheapest, row->median);
	o->dearest = fmax(o->dearest, row->median);
	o->least = fmin(o->least, pick_low(row) > 0 ? pick_low(row) : row->median);
	o->most = fmax(o->most, pick_high(row));
}

/* Fill the dots of one row, and the words at its right end. */
static void write_row(struct page *page, struct overhead *o, size_t place, const struct cost *cost)
{
	const struct summary_row *worst = NULL, *free_row = NULL;

	page_text_at(page, "row_name", place + 1, page_clean(page, cost->pick.case_name, 20));
	for (size_t m = 0; m < page->modes.count; m++) {
		const struct summary_row *row = pick_find(page, &cost->pick, page->modes.names[m],
							  1, "op_ns");

		if (!row || row->median <= 0)
			continue;
		o->dots[place][m] = row;
		extend(o, row);
		if (strcmp(row->mode, "none") == 0)
			free_row = row;
		else if (pick_ratio_verdict(row) == PICK_ABOVE &&
			 (!worst || row->ratio > worst->ratio))
			worst = row;
	}
	page_text_at(page, "row_value", place + 1, free_row ? words_ns(free_row->median).text : "");
	page_text_at(page, "row_worst", place + 1,
		     worst && worst->ratio >= DEARER_MIN
			     ? page_keep(page, "%s %s", look_words(page, worst->mode),
					 words_times(worst->ratio).text)
			     : "");
}

/* The block of mode M; false if it has no dot. */
static bool write_block(struct page *page, const struct overhead *o, size_t m)
{
	bool any = false;

	for (size_t place = 0; place < o->rows; place++) {
		const struct summary_row *row = o->dots[place][m];

		if (!row)
			continue;
		if (!any)
			page_block(page, "%s", page->modes.names[m]);
		any = true;
		PAGE_ROW(page, row->median, (double)place + 1 + LANE * ((double)m - 1.5),
			 pick_low(row) > 0 ? pick_low(row) : o->least, pick_high(row));
	}
	return any;
}

static void write_blocks(struct page *page, const struct overhead *o)
{
	struct page_modes shown = {.count = 0};
	const char *lacking = "";

	for (size_t m = 0; m < page->modes.count; m++) {
		const char *mode = page->modes.names[m];

		if (write_block(page, o, m))
			look_add(&shown, mode);
		else
			lacking = page_keep(page, "%s%s%s", lacking, *lacking ? ", " : "",
					    look_words(page, mode));
	}
	if (*lacking)
		page_remark(page, _("not measured: %s"), lacking);
	look_put(page, "modes", &shown);
}

/* The case at PLACE: the cheapest, the dearest, and others evenly in between. */
static const struct cost *at_place(const struct overhead *o, size_t place)
{
	if (o->rows == o->count)
		return &o->costs[place];
	return &o->costs[(size_t)((double)place * (double)(o->count - 1) / (double)(o->rows - 1) +
				  0.5)];
}

static void write_words(struct page *page, const struct overhead *o)
{
	const char *cheapest = page_keep(page, "%s", words_ns(o->cheapest).text);

	if (o->rows == 1)
		page_title(page, _("One operation costs %s"), cheapest);
	else
		page_title(page, _("One operation costs from %s to %s"), cheapest,
			   words_ns(o->dearest).text);
	page_subtitle(page,
		      _("Cost of an operation, one worker, logarithmic, lower is better; number = "
			"no lock, then the dearest mode; %s"),
		      page_interval_words(page, _("whisker")));
}

bool chart_overhead(struct page *page, struct reason *why)
{
	static struct overhead o;

	(void)why;
	o = (struct overhead){.cheapest = NAN, .dearest = NAN, .least = NAN, .most = NAN};
	rank(page, &o);
	o.rows = o.count < PLACES ? o.count : PLACES;
	if (!o.count) {
		page_missing(page, _("cost of one operation with one worker"),
			     "empty clock_read cpu_int", NULL);
		free(o.costs);
		return true;
	}
	if (o.rows < o.count)
		page_remark(page, _("%zu of %zu cases left out"), o.count - o.rows, o.count);
	for (size_t place = 0; place < o.rows; place++)
		write_row(page, &o, place, at_place(&o, place));
	free(o.costs);
	write_blocks(page, &o);
	page_number(page, "rows", (double)o.rows);
	write_words(page, &o);
	axis_log_ns(page, o.least, o.most);
	return true;
}
