/* SPDX-License-Identifier: MIT */
/*
 * Small multiples: turns per second against workers, by lock, with a panel for each length of the section
 * that the lock guards.
 */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

#define CASE        "lock_contended"
#define METRIC      "ops_per_s"
#define PANELS_MAX  3
#define SETS_MAX    64
#define ASIDE       0.012 /* between the marks of one count, as a share of the axis */
#define TIC_GAP     0.1
#define HEADROOM    1.06
#define USUAL_STEPS 100 /* the title is about this length, else about the shortest */

struct panels {
	struct pick pick;
	const char *params[SETS_MAX], *placement; /* by length of the section */
	size_t count;
	struct page_modes drawn;
};

static double critical(const char *param)
{
	return pick_param(param, "critical");
}

static bool has_word(const char *param, const char *word)
{
	const size_t length = strlen(word);

	for (const char *part = param; part; part = strchr(part, ';')) {
		part += *part == ';';
		if (strncmp(part, word, length) == 0 && (!part[length] || part[length] == ';'))
			return true;
	}
	return false;
}

static void add_param(struct panels *p, const char *param)
{
	size_t place = p->count;

	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->params[i], param) == 0)
			return;
	if (p->count == SETS_MAX)
		return;
	for (; place > 0 && critical(p->params[place - 1]) > critical(param); place--)
		p->params[place] = p->params[place - 1];
	p->params[place] = param;
	p->count++;
}

/* The parameter sets without stamps and with one line of data to write, at one placement. */
static void choose(struct page *page, struct panels *p)
{
	for (const struct summary_row *row = p->pick.begin; row < p->pick.end; row++) {
		if (strcmp(row->metric, METRIC) != 0 || !pick_usable(row) ||
		    !has_word(row->param, "lines=1") || !has_word(row->param, "sample=0"))
			continue;
		if (!p->placement)
			p->placement = row->placement;
		if (strcmp(row->placement, p->placement) == 0)
			add_param(p, row->param);
	}
	if (p->count > PANELS_MAX) {
		page_remark(page, _("%zu of %zu lengths left out"), p->count - PANELS_MAX,
			    p->count);
		p->count = PANELS_MAX;
	}
}

static double write_line(struct page *page, const struct pick *pick, const char *mode,
			 size_t number, double aside)
{
	double top = 0;

	page_block(page, "p%zu-%s", number, look_id(page, mode));
	for (size_t w = 0; w < pick->width_count; w++) {
		const struct summary_row *row = pick_find(page, pick, mode, pick->widths[w],
							  METRIC);

		if (!row)
			continue;
		PAGE_ROW(page, pick->widths[w] + aside, row->median, pick_low(row), pick_high(row));
		top = fmax(top, pick_high(row));
	}
	return top;
}

static void write_panel(struct page *page, struct panels *p, size_t number)
{
	const struct pick *pick = &p->pick;
	const struct page_modes modes = pick_modes(page, pick, METRIC, 0);
	const double last = pick_last_width(pick);
	double top = 0;

	for (size_t m = 0; m < modes.count; m++) {
		const double aside = ((double)m - ((double)modes.count - 1) / 2) * ASIDE * last;

		top = fmax(top, write_line(page, pick, modes.names[m], number, aside));
		look_add(&p->drawn, modes.names[m]);
	}
	look_use_all(page, pick, METRIC);
	look_put(page, page_keep(page, "modes_%zu", number), &modes);
	page_number_at(page, "last", number, last);
	page_number_at(page, "top", number, top * HEADROOM);
	axis_widths(page, pick, TIC_GAP, page_keep(page, "xtics_%zu", number));
	axis_linear_as(page, page_keep(page, "ytics_%zu", number), "y", top, AXIS_COUNT);
	page_text(page, page_keep(page, "name_%zu", number), _("%.9g steps held, %.9g apart"),
		  critical(pick->param), pick_param(pick->param, "parallel"));
}

/* Compare the mutex with the lock of highest throughput if their intervals do not overlap. */
static void title(struct page *page, const struct panels *p)
{
	const unsigned width = pick_full_width(&p->pick, page->run);
	const struct summary_row *mutex = pick_find(page, &p->pick, "mutex", width, METRIC), *best;
	const double held = critical(p->pick.param), apart = pick_param(p->pick.param, "parallel");
	bool judged;

	if (!mutex || width == 1) {
		page_title(page, _("Turns under a lock by number of workers"));
		return;
	}
	best = look_apart(page, &p->pick, METRIC, width, true, &judged);
	if (!judged)
		page_title(page, _("Too few launches to judge what workers who compete for a lock "
				   "get done"));
	else if (!best)
		page_title(page,
			   _("%u workers, %.9g steps held, %.9g apart: no lock seen to get more "
			     "done than a mutex"),
			   width, held, apart);
	else
		page_title(page,
			   _("%u workers, %.9g steps held, %.9g apart: %s/s under %s, %s/s under a "
			     "mutex"),
			   width, held, apart, words_si(best->median).text,
			   look_words(page, best->mode), words_si(mutex->median).text);
}

static void draw(struct page *page, struct panels *p)
{
	const unsigned pus = page->run->pus;

	for (size_t i = 0; i < p->count; i++) {
		pick_set(&p->pick, METRIC, p->params[i], p->placement);
		write_panel(page, p, i + 1);
		if (i == 0 || critical(p->params[i]) == USUAL_STEPS)
			title(page, p);
	}
	look_put(page, "modes", &p->drawn);
	page_number(page, "panels", (double)p->count);
	page_number(page, "pus", pus);
	page_text(page, "pus_words", ngettext("%u processing unit", "%u processing units", pus),
		  pus);
	page_subtitle(page,
		      _("Turns per second by number of workers, one panel per number of steps that "
			"the lock is held (%s); higher is better; %s"),
		      CASE, page_interval_words(page, _("bar")));
	page_remark(page, _("marks of one count stand side by side"));
}

bool chart_lock_throughput(struct page *page, struct reason *why)
{
	struct panels p = {.count = 0};

	(void)why;
	pick_case(&p.pick, page->run, CASE);
	const struct page_modes measured = look_measured(&p.pick, METRIC);

	if (look_locks(page, &measured))
		choose(page, &p);
	if (p.count)
		draw(page, &p);
	else
		page_missing(page, _("what workers who compete for a lock get done"), CASE, NULL);
	return true;
}
