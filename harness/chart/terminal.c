/* SPDX-License-Identifier: MIT */
/* The POS terminal: the number of lost updates and the cost of a swipe, by mode. */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

struct terminal {
	struct pick pick;
	struct page_modes modes;
	unsigned width;
};

/*
 * Few and fast swipes lose nothing on many machines. Take the first parameter set with a certain
 * loss, and say so.
 */
static void prefer_losses(struct page *page, struct pick *pick)
{
	const struct summary_row *row = pick_find(page, pick, "none", pick_last_width(pick),
						  "lost_updates");

	if (pick_verdict(row, 0) == PICK_ABOVE)
		return;
	for (row = pick->begin; row < pick->end; row++) {
		if (strcmp(row->metric, "lost_updates") != 0 || strcmp(row->mode, "none") != 0 ||
		    !pick_usable(row) || pick_verdict(row, 0) != PICK_ABOVE)
			continue;
		page_remark(page, _("with %s no loss was certain"),
			    page_clean(page, pick->param, 40));
		pick_set(pick, "lost_updates", row->param, row->placement);
		return;
	}
}

/* ---- bars ---- */

static const char *lost_words(struct page *page, const struct summary_row *row)
{
	return page_keep(page, "%s", words_count(row->median).text);
}

static const char *cost_words(struct page *page, const struct summary_row *row)
{
	const struct format_text cost = words_ns(row->median);

	switch (pick_ratio_verdict(row)) {
	case PICK_MISSING:
	case PICK_UNKNOWN:
		return page_keep(page, "%s", cost.text);
	case PICK_SPANS:
		return page_keep(page, _("%s  (no difference)"), cost.text);
	default:
		return page_keep(page, "%s  (%s)", cost.text, words_times(row->ratio).text);
	}
}

struct bars {
	const char *name, *metric;
	double headroom; /* room for the words after the longest bar */
	const char *(*words)(struct page *page, const struct summary_row *row);
};

static const struct bars lost_bars = {"lost", "lost_updates", 1.35, lost_words};
static const struct bars cost_bars = {"cost", "op_ns", 1.8, cost_words};

static void write_bars(struct page *page, const struct terminal *t, const struct bars *bars)
{
	double top = 0;

	page_block(page, "%s", bars->name);
	for (size_t m = 0; m < t->modes.count; m++) {
		const struct summary_row *row = pick_find(page, &t->pick, t->modes.names[m],
							  t->width, bars->metric);

		page_text_at(page, page_keep(page, "%s_words", bars->name), m + 1,
			     row ? bars->words(page, row) : _("not measured"));
		page_number_at(page, page_keep(page, "%s_at", bars->name), m + 1,
			       row ? pick_high(row) : 0);
		if (!row)
			continue;
		PAGE_ROW(page, (double)m + 1, row->median, pick_low(row), pick_high(row));
		top = fmax(top, pick_high(row));
	}
	page_number(page, page_keep(page, "%s_top", bars->name),
		    top > 0 ? top * bars->headroom : 1);
}

/* ---- the title ---- */

/* "Lost" is claimed only if the interval is above 0. */
static const char *free_words(struct page *page, const struct summary_row *row)
{
	switch (pick_verdict(row, 0)) {
	case PICK_UNKNOWN:
		return page_keep(page, _("Too few launches to judge: %s lost without a lock"),
				 words_count(row->median).text);
	case PICK_ABOVE:
		return page_keep(page, _("Without a lock %s swipes vanish"),
				 words_count(row->median).text);
	default:
		return _("No loss seen for certain without a lock");
	}
}

/* "Takes longer" is claimed only if the interval of the ratio does not span 1. */
static void title(struct page *page, const struct terminal *t)
{
	const struct summary_row *none = pick_find(page, &t->pick, "none", t->width,
						   "lost_updates");
	const struct summary_row *mutex = pick_find(page, &t->pick, "mutex", t->width,
						    "lost_updates");
	const struct summary_row *cost = pick_find(page, &t->pick, "mutex", t->width, "op_ns");
	const char *lost, *kept;

	if (!none) {
		page_title(page, _("POS terminal: updates lost and cost of a swipe"));
		return;
	}
	lost = free_words(page, none);
	kept = mutex && pick_high(mutex) > 0
		       ? page_keep(page, "%s", words_count(mutex->median).text)
		       : _("none");
	switch (mutex ? pick_ratio_verdict(cost) : PICK_MISSING) {
	case PICK_ABOVE:
	case PICK_BELOW:
		page_title(page, _("%s; a mutex loses %s and takes %s as long"), lost, kept,
			   words_times(cost->ratio).text);
		break;
	case PICK_SPANS:
		page_title(page, _("%s; a mutex loses %s, no cost difference seen"), lost, kept);
		break;
	default:
		if (mutex)
			page_title(page, _("%s; a mutex loses %s"), lost, kept);
		else
			page_title(page, "%s", lost);
	}
}

bool chart_terminal(struct page *page, struct reason *why)
{
	struct terminal t;

	(void)why;
	if (!pick_first(&t.pick, page->run, "pos_terminal", "lost_updates")) {
		page_missing(page, _("lost updates at the POS terminal"), "pos_terminal", NULL);
		return true;
	}
	prefer_losses(page, &t.pick);
	t.width = pick_last_width(&t.pick);
	t.modes = pick_modes(page, &t.pick, "lost_updates", t.width);
	write_bars(page, &t, &lost_bars);
	write_bars(page, &t, &cost_bars);
	look_put(page, "modes", &t.modes);
	title(page, &t);
	page_subtitle(page,
		      ngettext("%u person swipes one card (%s%s); lower is better; %s",
			       "%u people swipe one card (%s%s); lower is better; %s", t.width),
		      t.width, "pos_terminal", pick_words(page, &t.pick),
		      page_interval_words(page, _("whisker")));
	return true;
}
