/* SPDX-License-Identifier: MIT */
/*
 * The time of one operation on memory for its worker, alone and together with others: atomic
 * operations, counters side by side and apart, private and shared counters.
 */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

/* Lanes of a row: one worker above, several below. */
#define LANE 0.16

static const struct sight {
	const char *case_name, *param, *metric, *words;
} sights[] = {
	{"atomic_op", "operation=0", "op_ns", N_("atomic load")},
	{"atomic_op", "operation=1", "op_ns", N_("atomic store")},
	{"atomic_op", "operation=2", "op_ns", "fetch_add"},
	{"atomic_op", "operation=3", "op_ns", "compare_exchange"},
	{"atomic_op", "operation=4", "op_ns", "exchange"},
	{"false_sharing", "distance=0", "op_ns", N_("counters in one line")},
	{"false_sharing", "distance=64", "op_ns", N_("64 bytes apart")},
	{"false_sharing", "distance=128", "op_ns", N_("128 bytes apart")},
	{"thread_local", "storage=0", "count_ns", N_("local variable")},
	{"thread_local", "storage=1", "count_ns", N_("thread-local variable")},
	{"thread_local", "storage=2", "count_ns", N_("thread-local by key")},
	{"thread_local", "storage=4", "count_ns", N_("shared and atomic")},
	{"thread_local", "storage=5", "count_ns", N_("shared under a mutex")},
};
#define SIGHTS ARRAY_SIZE(sights)

struct sharing {
	const struct summary_row *alone[SIGHTS], *together[SIGHTS];
	size_t shown[SIGHTS]; /* row of the page, 0: not there */
	size_t rows;
	unsigned width; /* number of workers together; 0: only one worker was measured */
	double least, most;
	const char *lanes; /* of the two with dots */
};

/* The most workers that have a processing unit each. */
static unsigned find_width(const struct page *page)
{
	unsigned width = 0;

	for (size_t i = 0; i < SIGHTS; i++) {
		struct pick pick;

		pick_case(&pick, page->run, sights[i].case_name);
		for (const struct summary_row *row = pick.begin; row < pick.end; row++)
			if (row->workers > 1 && row->workers > width &&
			    (!page->run->pus || row->workers <= page->run->pus) &&
			    !summary_has_flag(row, 'o'))
				width = (unsigned)row->workers;
	}
	return width;
}

static const struct summary_row *find_row(struct page *page, struct sharing *s,
					  const struct sight *sight, unsigned workers)
{
	const struct summary_row *row;
	struct pick pick;

	if (!workers || !pick_case(&pick, page->run, sight->case_name))
		return NULL;
	pick_set(&pick, sight->metric, sight->param, "cores");
	row = pick_look(&pick, "none", workers, sight->metric);
	if (row && *row->status && strcmp(row->status, "ok") != 0)
		page_remark(page, "%s: %s", sight->case_name, row->status);
	if (!row || row->median <= 0)
		return NULL;
	if (summary_has_flag(row, 'c'))
		page_remark(page,
			    _("cache lines got faster or slower while some figures were measured"));
	page_note(page, row);
	s->least = fmin(s->least, pick_low(row) > 0 ? pick_low(row) : row->median);
	s->most = fmax(s->most, pick_high(row));
	return row;
}

/* The ratio of B's cost to A's; NAN without both. */
static double factor(const struct summary_row *a, const struct summary_row *b)
{
	return a && b ? b->median / a->median : NAN;
}

static bool are_apart(const struct summary_row *a, const struct summary_row *b)
{
	return pick_surely_less(a, b) || pick_surely_less(b, a);
}

static void write_row(struct page *page, struct sharing *s, size_t i)
{
	const struct summary_row *alone = s->alone[i], *together = s->together[i];
	const size_t row = s->shown[i] = ++s->rows;
	const char *words = "";

	page_text_at(page, "row_name", row, _(sights[i].words));
	page_text_at(page, "row_alone", row, alone ? words_ns(alone->median).text : "");
	if (together)
		words = page_keep(page, "%s", words_ns(together->median).text);
	if (are_apart(alone, together))
		words = page_keep(page, "%s  (%s)", words,
				  words_times(factor(alone, together)).text);
	page_text_at(page, "row_together", row, words);
}

/* A block of dots, if any row has one. gnuplot warns about a block without points. */
static void write_lane(struct page *page, struct sharing *s, const char *lane,
		       const struct summary_row *const *rows, double aside)
{
	bool any = false;

	for (size_t i = 0; i < SIGHTS; i++) {
		if (!rows[i])
			continue;
		if (!any)
			page_block(page, "%s", lane);
		any = true;
		PAGE_ROW(page, rows[i]->median, (double)s->shown[i] + aside,
			 pick_low(rows[i]) > 0 ? pick_low(rows[i]) : s->least, pick_high(rows[i]));
	}
	if (any)
		s->lanes = page_keep(page, "%s%s%s", s->lanes, *s->lanes ? " " : "", lane);
}

/* ---- the title ---- */

static size_t sight_of(const char *case_name, const char *param)
{
	size_t i = 0;

	while (strcmp(sights[i].case_name, case_name) != 0 || strcmp(sights[i].param, param) != 0)
		i++;
	return i;
}

/* Has any row intervals both alone and together? A comparison needs them. */
static bool was_compared(const struct sharing *s)
{
	for (size_t i = 0; i < SIGHTS; i++)
		if (s->alone[i] && s->together[i] && !isnan(s->alone[i]->ci_lo) &&
		    !isnan(s->together[i]->ci_lo))
			return true;
	return false;
}

/* The row with the largest certain cost of sharing; SIGHTS if there is none. */
static size_t dearest(const struct sharing *s)
{
	size_t best = SIGHTS;

	for (size_t i = 0; i < SIGHTS; i++)
		if (pick_surely_less(s->alone[i], s->together[i]) &&
		    (best == SIGHTS || factor(s->alone[i], s->together[i]) >
					       factor(s->alone[best], s->together[best])))
			best = i;
	return best;
}

/* The title names an atomic addition and neighbours in a line if measured, else the dearest row. */
static void title(struct page *page, const struct sharing *s)
{
	const size_t add = sight_of("atomic_op", "operation=2");
	const struct summary_row *near = s->together[sight_of("false_sharing", "distance=0")];
	const struct summary_row *apart = s->together[sight_of("false_sharing", "distance=128")];
	const bool adds = pick_surely_less(s->alone[add], s->together[add]);
	const bool lines = pick_surely_less(apart, near);
	const char *times = lines ? page_keep(page, "%s", words_times(factor(apart, near)).text)
				  : "";
	const char *one = s->alone[add]
				  ? page_keep(page, "%s", words_ns(s->alone[add]->median).text)
				  : "";
	const char *many = s->together[add]
				   ? page_keep(page, "%s", words_ns(s->together[add]->median).text)
				   : "";
	const size_t worst = dearest(s);

	if (isnan(page->level))
		page_title(page, _("Too few launches to judge what sharing memory costs"));
	else if (adds && lines)
		page_title(page,
			   _("An atomic addition costs %s alone, %s with %u workers; counters in "
			     "one line cost %s those apart"),
			   one, many, s->width, times);
	else if (adds)
		page_title(page, _("An atomic addition costs %s alone, %s with %u workers"), one,
			   many, s->width);
	else if (lines)
		page_title(page, _("Counters in one line cost %s those apart"), times);
	else if (worst < SIGHTS)
		page_title(page, _("Sharing costs most here: %s, %s with %u workers, %s alone"),
			   _(sights[worst].words),
			   page_keep(page, "%s", words_ns(s->together[worst]->median).text),
			   s->width, page_keep(page, "%s", words_ns(s->alone[worst]->median).text));
	else if (was_compared(s))
		page_title(page,
			   _("What sharing memory costs: no difference seen between one and %u "
			     "workers"),
			   s->width);
	else
		page_title(
			page,
			_("What an operation on memory costs: not compared with several workers"));
}

bool chart_sharing(struct page *page, struct reason *why)
{
	struct sharing s = {.width = find_width(page), .least = NAN, .most = NAN, .lanes = ""};

	(void)why;
	for (size_t i = 0; i < SIGHTS; i++) {
		s.alone[i] = find_row(page, &s, &sights[i], 1);
		s.together[i] = find_row(page, &s, &sights[i], s.width);
		if (s.alone[i] || s.together[i])
			write_row(page, &s, i);
	}
	if (!s.rows) {
		page_missing(page, _("what sharing memory costs"),
			     "atomic_op false_sharing thread_local", "--profile full");
		return true;
	}
	if (s.rows < SIGHTS)
		page_remark(page, _("%zu of %zu rows not measured"), SIGHTS - s.rows, SIGHTS);
	write_lane(page, &s, "alone", s.alone, -LANE);
	write_lane(page, &s, "together", s.together, LANE);
	page_words(page, "lanes", s.lanes);
	page_number(page, "rows", (double)s.rows);
	page_text(page, "alone_words", "%s", _("one worker"));
	if (s.width)
		page_text(page, "together_words", ngettext("%u worker", "%u workers", s.width),
			  s.width);
	else
		page_text(page, "together_words", "%s", "");
	title(page, &s);
	page_subtitle(page,
		      _("Time of one operation for the worker that does it, logarithmic, lower is "
			"better; %s"),
		      page_interval_words(page, _("whisker")));
	axis_log_ns(page, s.least, s.most);
	return true;
}
