/* SPDX-License-Identifier: MIT */
/* Finds modes through their rows in a run. look.c picks no rows, so that pick.c can use it. */
#include <string.h>

#include "harness/chart/internal.h"

struct page_modes look_measured(const struct pick *pick, const char *metric)
{
	struct page_modes modes = {.count = 0};

	for (const struct summary_row *row = pick->begin; row < pick->end; row++)
		if (strcmp(row->metric, metric) == 0 && pick_usable(row))
			look_add(&modes, row->mode);
	return modes;
}

double look_interval_ns(const struct page *page, const char *param)
{
	const double own_us = pick_param(param, "interval_us");
	const double run_ns = json_find_number(&page->run->facts, "options.gil_interval_ns");

	return own_us > 0 ? own_us * 1000 : run_ns > 0 ? run_ns : 5000000;
}

void look_use_all(struct page *page, const struct pick *pick, const char *metric)
{
	for (const struct summary_row *row = pick->begin; row < pick->end; row++)
		if (strcmp(row->metric, metric) == 0 && pick_usable(row) &&
		    strcmp(row->param, pick->param) == 0 &&
		    strcmp(row->placement, pick->placement) == 0)
			page_use(page, row);
}

const struct summary_row *look_apart(struct page *page, const struct pick *pick, const char *metric,
				     unsigned workers, bool higher, bool *judged)
{
	const struct summary_row *mutex = pick_find(page, pick, "mutex", workers, metric),
				 *best = NULL;

	*judged = false;
	for (size_t i = 0; mutex && i < page->modes.count; i++) {
		const char *mode = page->modes.names[i];
		const struct summary_row *row;

		if (strcmp(mode, "none") == 0 || strcmp(mode, "mutex") == 0 ||
		    strcmp(mode, "process") == 0)
			continue;
		row = pick_find(page, pick, mode, workers, metric);
		*judged |= row && pick_verdict(row, 0) != PICK_UNKNOWN &&
			   pick_verdict(mutex, 0) != PICK_UNKNOWN;
		if (!row || !(higher ? pick_surely_less(mutex, row) : pick_surely_less(row, mutex)))
			continue;
		if (!best || (higher ? row->median > best->median : row->median < best->median))
			best = row;
	}
	return best;
}
