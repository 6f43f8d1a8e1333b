/* SPDX-License-Identifier: MIT */
/*
 * The time from the release of a lock until the other worker has it, by lock: for a waiter that has
 * just come, and for one that had time to fall asleep.
 */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

#define CASE    "lock_handoff"
#define METRIC  "unlock_to_lock_ns"
#define WORKERS 2

struct handoff {
	struct pick pick;
	const char *params[2], *placement; /* shortest and longest holding time */
	size_t panels;
	double least, most;
};

static double hold(const char *param)
{
	return pick_param(param, "hold");
}

/* At most two holding times, the shortest and the longest, at the first placement. */
static void choose(struct handoff *h)
{
	for (const struct summary_row *row = h->pick.begin; row < h->pick.end; row++) {
		if (strcmp(row->metric, METRIC) != 0 || !pick_usable(row))
			continue;
		if (!h->placement) {
			h->placement = row->placement;
			h->params[0] = h->params[1] = row->param;
		}
		if (strcmp(row->placement, h->placement) != 0)
			continue;
		if (hold(row->param) < hold(h->params[0]))
			h->params[0] = row->param;
		if (hold(row->param) > hold(h->params[1]))
			h->params[1] = row->param;
	}
	if (h->placement)
		h->panels = strcmp(h->params[0], h->params[1]) == 0 ? 1 : 2;
}

static void write_dot(struct page *page, struct handoff *h, size_t p, size_t m)
{
	const struct summary_row *row = pick_find(page, &h->pick, page->modes.names[m], WORKERS,
						  METRIC);

	page_text_at(page, page_keep(page, "words_%zu", p), m + 1,
		     row ? words_ns(row->median).text : "");
	page_number_at(page, page_keep(page, "at_%zu", p), m + 1, row ? pick_high(row) : 0);
	if (!row || row->median <= 0)
		return;
	const double low = pick_low(row) > 0 ? pick_low(row) : row->median;

	PAGE_ROW(page, row->median, (double)m + 1, low, pick_high(row));
	h->least = fmin(h->least, low);
	h->most = fmax(h->most, pick_high(row));
}

static void write_panel(struct page *page, struct handoff *h, size_t p)
{
	pick_set(&h->pick, METRIC, h->params[p - 1], h->placement);
	page_block(page, "p%zu", p);
	for (size_t m = 0; m < page->modes.count; m++)
		write_dot(page, h, p, m);
	look_use_all(page, &h->pick, METRIC);
	page_text(page, page_keep(page, "name_%zu", p), _("%.9g steps after the other came"),
		  hold(h->params[p - 1]));
}

/* Compare the mutex with the quickest lock of the last panel if their intervals do not overlap. */
static void title(struct page *page, const struct handoff *h)
{
	const struct summary_row *mutex = pick_find(page, &h->pick, "mutex", WORKERS, METRIC),
				 *best;
	bool judged;

	if (!mutex) {
		page_title(page, _("From hand to hand: how long a lock takes"));
		return;
	}
	best = look_apart(page, &h->pick, METRIC, WORKERS, false, &judged);
	if (!judged)
		page_title(page,
			   _("Too few launches to judge how long a lock takes from hand to hand"));
	else if (!best)
		page_title(page, _("From hand to hand: no lock seen to be quicker than a mutex"));
	else
		page_title(page, _("From hand to hand a mutex takes %s, %s %s, after %.9g steps"),
			   words_ns(mutex->median).text, look_words(page, best->mode),
			   words_ns(best->median).text, hold(h->pick.param));
}

/* Leave room for the words right of the longest whisker, and between tics. */
static void write_axis(struct page *page, const struct handoff *h)
{
	const double bottom = words_decade(h->least);
	const unsigned every = h->most / bottom > 1e4 ? 2 : 1;
	double decade = bottom;

	for (unsigned n = 0; decade <= h->most * 3; n++) {
		axis_tic(page, decade, "%s", n % every ? "" : words_round_ns(decade).text);
		decade *= 10;
	}
	axis_tics(page, "x");
	page_number(page, "bottom", bottom);
	page_number(page, "top", h->most * exp(0.35 * log(h->most / bottom)));
}

bool chart_lock_handoff(struct page *page, struct reason *why)
{
	struct handoff h = {.least = NAN, .most = NAN};

	(void)why;
	pick_case(&h.pick, page->run, CASE);
	const struct page_modes measured = look_measured(&h.pick, METRIC);

	if (look_locks(page, &measured))
		choose(&h);
	if (!h.panels) {
		page_missing(page, _("how long a lock takes from hand to hand"), CASE, NULL);
		return true;
	}
	for (size_t p = 1; p <= h.panels; p++)
		write_panel(page, &h, p);
	look_put(page, "modes", &page->modes);
	page_number(page, "panels", (double)h.panels);
	title(page, &h);
	page_subtitle(page,
		      _("From letting go until the other worker has the lock (%s, placement %s), "
			"logarithmic; lower is better; %s"),
		      CASE, page_clean(page, h.placement, 30),
		      page_interval_words(page, _("whisker")));
	write_axis(page, &h);
	return true;
}
