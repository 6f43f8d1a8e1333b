/* SPDX-License-Identifier: MIT */
/* The distance between the slowest and the fastest worker, by case and mode: 1 is an equal share. */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

#define PLACES   6
#define LANE     0.19
#define MOST_MIN 1.6 /* the least length of the axis */
#define HEADROOM 1.06
/* A worker gets clearly less than its share if the whole interval is below this. */
#define UNFAIR_BELOW 0.9
/* An epoch under a GIL shows shares only if a worker's batch lasts so many switch intervals. */
#define TURNS_MIN 1.5

static const char *const cases[] = {"cpu_int",      "mem_stream",  "sync_pair",
				    "pos_terminal", "lock_convoy", "gil_handoff",
				    "refcount",     "io_pipe",     "io_tcp"};

struct fairness {
	const struct summary_row *slowest[PLACES][PAGE_MODES_MAX], *fastest[PLACES][PAGE_MODES_MAX];
	size_t rows, judged;
	const struct summary_row *worst; /* the least certain share */
	double most;
};

/*
 * Workers under a GIL take turns. A batch that ends within about one turn shows the first worker,
 * not a share.
 */
static bool over_too_soon(struct page *page, const struct pick *pick, const struct summary_row *row)
{
	const struct summary_row *rate;

	if (strcmp(row->mode, "gil") != 0)
		return false;
	rate = pick_find(page, pick, "gil", (unsigned)row->workers, "ops_per_s");
	if (!rate ||
	    row->iters / rate->median * 1e9 >= TURNS_MIN * look_interval_ns(page, row->param))
		return false;
	page_remark(page, _("GIL left out where an epoch has too few turns"));
	return true;
}

static void judge(struct fairness *f, const struct summary_row *row)
{
	f->judged += !isnan(row->ci_hi);
	if (row->ci_hi < UNFAIR_BELOW && (!f->worst || row->median < f->worst->median))
		f->worst = row;
}

static void write_case(struct page *page, struct fairness *f, const struct pick *pick,
		       unsigned width)
{
	const size_t place = f->rows++;

	page_text_at(page, "row_name", place + 1, page_clean(page, pick->case_name, 18));
	page_text(page, page_keep(page, "row_width_%zu", place + 1),
		  ngettext("%u worker", "%u workers", width), width);
	for (size_t m = 0; m < page->modes.count; m++) {
		const char *mode = page->modes.names[m];
		const struct summary_row *slow = pick_find(page, pick, mode, width,
							   "slowest_share");
		const struct summary_row *fast = pick_find(page, pick, mode, width,
							   "fastest_share");

		if (!slow || !fast || over_too_soon(page, pick, slow))
			continue;
		f->slowest[place][m] = slow;
		f->fastest[place][m] = fast;
		f->most = fmax(f->most, pick_high(fast));
		judge(f, slow);
	}
}

/* Per mode the two ends of each span, a blank line after each pair. */
static bool write_block(struct page *page, const struct fairness *f, size_t m)
{
	const double lane = LANE * ((double)m - 1.5);
	bool any = false;

	for (size_t place = 0; place < f->rows; place++) {
		const struct summary_row *slow = f->slowest[place][m], *fast = f->fastest[place][m];

		if (!slow)
			continue;
		if (!any)
			page_block(page, "%s", page->modes.names[m]);
		any = true;
		PAGE_ROW(page, slow->median, (double)place + 1 + lane, pick_low(slow),
			 pick_high(slow));
		PAGE_ROW(page, fast->median, (double)place + 1 + lane, pick_low(fast),
			 pick_high(fast));
		page_row(page, NULL, 0);
	}
	return any;
}

static void title(struct page *page, const struct fairness *f)
{
	if (!f->judged)
		page_title(page, _("Too few launches to judge the shares of workers"));
	else if (!f->worst)
		page_title(page, _("No worker gets clearly less than an equal share"));
	else
		page_title(page, _("Least fair: %s %s, where a worker gets %s an equal share"),
			   page_clean(page, f->worst->case_name, 20),
			   look_under(page, f->worst->mode), words_times(f->worst->median).text);
}

static void draw(struct page *page, struct fairness *f)
{
	struct page_modes shown = {.count = 0};

	for (size_t m = 0; m < page->modes.count; m++)
		if (write_block(page, f, m))
			look_add(&shown, page->modes.names[m]);
	look_put(page, "modes", &shown);
	page_number(page, "rows", (double)f->rows);
	page_number(page, "most", f->most * HEADROOM);
	axis_linear(page, "x", f->most * HEADROOM, AXIS_COUNT);
	title(page, f);
	page_subtitle(page,
		      _("Speed of the slowest and of the fastest worker over the mean of all; 1 is "
			"an equal share; %s"),
		      page_interval_words(page, _("bar")));
}

bool chart_fairness(struct page *page, struct reason *why)
{
	static struct fairness f;
	struct pick pick;

	(void)why;
	f = (struct fairness){.most = MOST_MIN};
	for (size_t i = 0; i < ARRAY_SIZE(cases) && f.rows < PLACES; i++)
		if (pick_first(&pick, page->run, cases[i], "slowest_share") &&
		    pick_full_width(&pick, page->run) > 1)
			write_case(page, &f, &pick, pick_full_width(&pick, page->run));
	if (f.rows)
		draw(page, &f);
	else
		page_missing(page, _("shares of the workers"), "cpu_int pos_terminal", NULL);
	return true;
}
