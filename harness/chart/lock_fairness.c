/* SPDX-License-Identifier: MIT */
/*
 * Shares of a lock: Jain's index of the turns in the worst and in the median 10 ms, by lock, and
 * the share of turns after which the lock changes hands.
 */
#include "harness/chart/internal.h"

#include <math.h>

#define CASE "lock_contended"

/* Block METRIC: value, row, and the interval. No index exceeds 1. */
static void write_dots(struct page *page, const struct pick *pick, const struct page_modes *modes,
		       unsigned width, const char *metric)
{
	page_block(page, "%s", metric);
	for (size_t m = 0; m < modes->count; m++) {
		const struct summary_row *row = pick_find(page, pick, modes->names[m], width,
							  metric);

		if (row)
			PAGE_ROW(page, row->median, (double)m + 1, pick_low(row),
				 fmin(pick_high(row), 1));
	}
	look_use_all(page, pick, metric);
}

static const char *percent(struct page *page, const struct summary_row *row)
{
	return row ? page_keep(page, "%s %%", words_digits(100 * row->median).text) : "";
}

static void write_cells(struct page *page, const struct pick *pick, const struct page_modes *modes,
			unsigned width)
{
	for (size_t m = 0; m < modes->count; m++) {
		const struct summary_row *run = pick_find(page, pick, modes->names[m], width,
							  "longest_run");

		page_text_at(page, "hands", m + 1,
			     percent(page, pick_find(page, pick, modes->names[m], width,
						     "handoff_share")));
		page_text_at(page, "run", m + 1, run ? words_si(run->median).text : "");
	}
	look_put(page, "modes", modes);
	page_number(page, "fewest", 1.0 / width);
}

/* Compare the hand-overs of a mutex and another lock if their intervals do not overlap. */
static void title(struct page *page, const struct pick *pick, unsigned width)
{
	const struct summary_row *mutex = pick_find(page, pick, "mutex", width, "handoff_share"),
				 *best;
	bool judged;

	if (!mutex) {
		page_title(page, _("How workers share a lock"));
		return;
	}
	best = look_apart(page, pick, "handoff_share", width, true, &judged);
	if (!judged)
		page_title(page, _("Too few launches to judge how workers share a lock"));
	else if (!best)
		page_title(page, _("No lock seen to change hands more often than a mutex"));
	else
		page_title(page,
			   _("A mutex goes to another worker after %s of the turns, %s after %s"),
			   percent(page, mutex), look_words(page, best->mode), percent(page, best));
}

static void draw(struct page *page, const struct pick *pick)
{
	const unsigned width = pick_full_width(pick, page->run);
	const struct page_modes modes = pick_modes(page, pick, "jain_10ms_min", width);

	write_dots(page, pick, &modes, width, "jain_10ms_min");
	write_dots(page, pick, &modes, width, "jain_10ms_p50");
	write_cells(page, pick, &modes, width);
	title(page, pick, width);
	page_subtitle(page,
		      ngettext("%u worker and one lock: Jain's index of the turns, 1 = equal "
			       "shares, %s = one has all; higher is better; %s",
			       "%u workers and one lock: Jain's index of the turns, 1 = equal "
			       "shares, %s = one has all; higher is better; %s",
			       width),
		      width, words_digits(1.0 / width).text,
		      page_interval_words(page, _("whisker")));
	page_remark(page, "%s%s", CASE, pick_words(page, pick));
	look_use_all(page, pick, "handoff_share");
	look_use_all(page, pick, "share_min_max");
}

bool chart_lock_fairness(struct page *page, struct reason *why)
{
	struct pick pick;

	(void)why;
	pick_case(&pick, page->run, CASE);
	const struct page_modes measured = look_measured(&pick, "jain_10ms_min");

	if (look_locks(page, &measured) && pick_first(&pick, page->run, CASE, "jain_10ms_min"))
		draw(page, &pick);
	else
		page_missing(page, _("how workers share a lock"), CASE, "--param sample=1");
	return true;
}
