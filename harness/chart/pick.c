/* SPDX-License-Identifier: MIT */
/* Picks the rows of summary.csv for a page, and the claims that their intervals allow. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PARAM_WORDS_MOST 32 /* characters of parameters in a subtitle; the rest goes to the foot */

bool pick_usable(const struct summary_row *row)
{
	return !isnan(row->median) && strncmp(row->status, "wrong", 5) != 0;
}

bool pick_case(struct pick *pick, const struct chart_run *run, const char *case_name)
{
	const struct summary_row *row = run->summary.rows, *end = row + run->summary.count;

	while (row < end && strcmp(row->case_name, case_name) != 0)
		row++;
	*pick = (struct pick){.begin = row, .case_name = case_name, .param = "", .placement = ""};
	while (row < end && strcmp(row->case_name, case_name) == 0)
		row++;
	pick->end = row;
	return pick->begin < pick->end;
}

static bool is_metric(const struct summary_row *row, const char *metric)
{
	return strcmp(row->metric, metric) == 0 && pick_usable(row);
}

static bool is_in_set(const struct pick *pick, const struct summary_row *row)
{
	return strcmp(row->param, pick->param) == 0 && strcmp(row->placement, pick->placement) == 0;
}

void pick_add_width(struct pick *pick, unsigned workers)
{
	size_t place = pick->width_count;

	while (place > 0 && pick->widths[place - 1] > workers)
		place--;
	if ((place > 0 && pick->widths[place - 1] == workers) ||
	    pick->width_count == PAGE_WIDTHS_MAX)
		return;
	memmove(pick->widths + place + 1, pick->widths + place,
		(pick->width_count - place) * sizeof(*pick->widths));
	pick->widths[place] = workers;
	pick->width_count++;
}

/* Does an earlier row have METRIC in the same set? */
static bool is_known_set(const struct pick *pick, const struct summary_row *row, const char *metric)
{
	for (const struct summary_row *other = pick->begin; other < row; other++)
		if (is_metric(other, metric) && strcmp(other->param, row->param) == 0 &&
		    strcmp(other->placement, row->placement) == 0)
			return true;
	return false;
}

void pick_set(struct pick *pick, const char *metric, const char *param, const char *placement)
{
	pick->param = param;
	pick->placement = placement;
	pick->width_count = 0;
	pick->sets = 0;
	for (const struct summary_row *row = pick->begin; row < pick->end; row++) {
		if (!is_metric(row, metric))
			continue;
		pick->sets += !is_known_set(pick, row, metric);
		if (is_in_set(pick, row))
			pick_add_width(pick, (unsigned)row->workers);
	}
}

bool pick_first(struct pick *pick, const struct chart_run *run, const char *case_name,
		const char *metric)
{
	pick_case(pick, run, case_name);
	for (const struct summary_row *row = pick->begin; row < pick->end; row++)
		if (is_metric(row, metric)) {
			pick_set(pick, metric, row->param, row->placement);
			return true;
		}
	return false;
}

static const struct summary_row *row_of(const struct pick *pick, const char *mode, unsigned workers,
					const char *metric)
{
	for (const struct summary_row *row = pick->begin; row < pick->end; row++)
		if (row->workers == workers && strcmp(row->mode, mode) == 0 &&
		    strcmp(row->metric, metric) == 0 && is_in_set(pick, row))
			return row;
	return NULL;
}

const struct summary_row *pick_look(const struct pick *pick, const char *mode, unsigned workers,
				    const char *metric)
{
	const struct summary_row *row = row_of(pick, mode, workers, metric);

	return row && pick_usable(row) ? row : NULL;
}

const struct summary_row *pick_find(struct page *page, const struct pick *pick, const char *mode,
				    unsigned workers, const char *metric)
{
	const struct summary_row *row = row_of(pick, mode, workers, metric);

	if (row && *row->status && strcmp(row->status, "ok") != 0)
		page_remark(page, "%s: %s", look_words(page, mode), row->status);
	if (!row || !pick_usable(row))
		return NULL;
	page_note(page, row);
	return row;
}

static bool has_metric(struct page *page, const struct pick *pick, const char *mode,
		       const char *metric, unsigned workers)
{
	for (size_t i = 0; i < pick->width_count; i++)
		if ((!workers || pick->widths[i] == workers) &&
		    pick_find(page, pick, mode, pick->widths[i], metric))
			return true;
	return false;
}

/* Modes that have METRIC but are never on this page. */
static void remark_further(struct page *page, const struct pick *pick, const char *metric)
{
	struct page_modes further = {.count = 0};

	for (const struct summary_row *row = pick->begin; row < pick->end; row++)
		if (strcmp(row->metric, metric) == 0 && !look_has(&page->modes, row->mode) &&
		    !look_has(&further, row->mode) && further.count < PAGE_MODES_MAX)
			further.names[further.count++] = row->mode;
	if (further.count)
		page_remark(page,
			    ngettext("%u further mode in summary.csv",
				     "%u further modes in summary.csv", further.count),
			    (unsigned)further.count);
}

struct page_modes pick_modes(struct page *page, const struct pick *pick, const char *metric,
			     unsigned workers)
{
	struct page_modes found = {.count = 0};
	const char *lacking = "";

	for (size_t i = 0; i < page->modes.count; i++) {
		const char *mode = page->modes.names[i];

		if (has_metric(page, pick, mode, metric, workers))
			found.names[found.count++] = mode;
		else
			lacking = page_keep(page, "%s%s%s", lacking, *lacking ? ", " : "",
					    look_words(page, mode));
	}
	if (*lacking)
		page_remark(page, _("not measured: %s"), lacking);
	remark_further(page, pick, metric);
	return found;
}

unsigned pick_full_width(const struct pick *pick, const struct chart_run *run)
{
	unsigned best = pick->width_count ? pick->widths[0] : 0;

	for (size_t i = 0; i < pick->width_count; i++)
		if (!run->pus || pick->widths[i] <= run->pus)
			best = pick->widths[i];
	/* on one processing unit the question is the cost of sharing it */
	return best == 1 && pick->width_count > 1 && pick->widths[1] == 2 ? 2 : best;
}

unsigned pick_last_width(const struct pick *pick)
{
	return pick->width_count ? pick->widths[pick->width_count - 1] : 0;
}

/* "a=1;b=2" as "a=1, b=2" */
static const char *param_words(struct page *page, const char *param)
{
	const char *words = "";

	for (const char *part = param; *part;) {
		const size_t length = strcspn(part, ";");

		words = page_keep(page, "%s%s%.*s", words, *words ? ", " : "", (int)length, part);
		part += length + (part[length] == ';');
	}
	return words;
}

const char *pick_words(struct page *page, const struct pick *pick)
{
	const char *words = param_words(page, pick->param);

	if (strlen(words) > PARAM_WORDS_MOST - 2) {
		page_remark(page, "%s", words);
		words = "";
	}
	if (*words)
		words = page_keep(page, ", %s", words);
	if (pick->sets > 1)
		page_remark(page, _("one of %u parameter sets or placements"),
			    (unsigned)pick->sets);
	if (*pick->placement)
		words = page_keep(page, _("%s, placement %s"), words, pick->placement);
	return page_clean(page, words, 60);
}

double pick_param(const char *param, const char *name)
{
	const size_t length = strlen(name);

	for (const char *part = param; part; part = strchr(part, ';')) {
		part += *part == ';';
		if (strncmp(part, name, length) == 0 && part[length] == '=')
			return fmax(0, strtod(part + length + 1, NULL));
	}
	return 0;
}

double pick_low(const struct summary_row *row)
{
	return isnan(row->ci_lo) ? row->median : row->ci_lo;
}

double pick_high(const struct summary_row *row)
{
	return isnan(row->ci_hi) ? row->median : row->ci_hi;
}

static enum pick_verdict verdict(double low, double high, double base)
{
	if (isnan(low) || isnan(high))
		return PICK_UNKNOWN;
	return low > base ? PICK_ABOVE : high < base ? PICK_BELOW : PICK_SPANS;
}

enum pick_verdict pick_verdict(const struct summary_row *row, double base)
{
	return row ? verdict(row->ci_lo, row->ci_hi, base) : PICK_MISSING;
}

enum pick_verdict pick_ratio_verdict(const struct summary_row *row)
{
	return row && !isnan(row->ratio) ? verdict(row->ratio_lo, row->ratio_hi, 1) : PICK_MISSING;
}

bool pick_surely_less(const struct summary_row *a, const struct summary_row *b)
{
	return a && b && !isnan(a->ci_lo) && !isnan(b->ci_lo) && pick_high(a) < pick_low(b);
}
