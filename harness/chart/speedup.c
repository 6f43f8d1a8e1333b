/* SPDX-License-Identifier: MIT */
/* Small multiples: speed-up against workers, CPU-bound cases above I/O-bound ones. */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

#define TIC_GAP  0.1
#define HEADROOM 1.06
/* An interval may extend the axis by this factor over the highest median. */
#define STRETCH_MOST 1.5

static const struct candidate {
	const char *name;
	bool waits; /* its workers may outnumber the processing units */
} candidates[] = {
	{"cpu_int", false}, {"cpu_float", false}, {"mem_stream", false}, {"io_timer", true},
	{"io_pipe", true},  {"io_tcp", true},     {"io_file", true},
};
#define CASES ARRAY_SIZE(candidates)

struct speedup {
	struct pick picks[CASES];
	bool shown[CASES];
	size_t computing, waiting;  /* cases shown of each kind */
	double top, widest;         /* highest median and end of an interval */
	struct page_modes measured; /* modes in any panel */
};

/* Find the cases with a speed-up in any mode. */
static void choose(struct page *page, struct speedup *s)
{
	const char *lacking = "";

	for (size_t i = 0; i < CASES; i++) {
		s->shown[i] = pick_first(&s->picks[i], page->run, candidates[i].name, "speedup") &&
			      pick_last_width(&s->picks[i]) > 1;
		if (!s->shown[i])
			lacking = page_keep(page, "%s%s%s", lacking, *lacking ? ", " : "",
					    candidates[i].name);
		else if (candidates[i].waits)
			s->waiting++;
		else
			s->computing++;
	}
	if (*lacking && s->computing + s->waiting)
		page_remark(page, _("not measured: %s"), lacking);
}

/* ---- panels ---- */

static void write_line(struct page *page, struct speedup *s, size_t i, const char *mode)
{
	const struct pick *pick = &s->picks[i];

	page_block(page, "%s-%s", candidates[i].name, mode);
	for (size_t w = 0; w < pick->width_count; w++) {
		const struct summary_row *row = pick_find(page, pick, mode, pick->widths[w],
							  "speedup");

		if (!row)
			continue;
		PAGE_ROW(page, pick->widths[w], row->median, pick_low(row), pick_high(row));
		s->top = fmax(s->top, row->median);
		s->widest = fmax(s->widest, pick_high(row));
	}
}

/* The name of a case in enhanced text, inside a double-quoted string of gnuplot. */
static const char *panel_name(struct page *page, const char *name)
{
	const char *underscore = strchr(name, '_');

	return page_keep(page, "%.*s\\\\\\\\_%s", (int)(underscore - name), name, underscore + 1);
}

static void write_panel(struct page *page, struct speedup *s, size_t i)
{
	const struct candidate *candidate = &candidates[i];
	const struct page_modes modes = pick_modes(page, &s->picks[i], "speedup", 0);
	const unsigned last = pick_last_width(&s->picks[i]), pus = page->run->pus;

	look_put(page, page_keep(page, "modes_%s", candidate->name), &modes);
	page_words(page, page_keep(page, "words_%s", candidate->name),
		   panel_name(page, candidate->name));
	page_number(page, page_keep(page, "ideal_%s", candidate->name),
		    !candidate->waits && pus && pus < last ? pus : last);
	page_number(page, page_keep(page, "last_%s", candidate->name), last);
	for (size_t m = 0; m < modes.count; m++) {
		look_add(&s->measured, modes.names[m]);
		write_line(page, s, i, modes.names[m]);
	}
	axis_widths(page, &s->picks[i], TIC_GAP, page_keep(page, "tics_%s", candidate->name));
}

/* The names of the shown cases that wait, or that compute. */
static const char *names(struct page *page, const struct speedup *s, bool waits)
{
	const char *list = "";

	for (size_t i = 0; i < CASES; i++)
		if (s->shown[i] && candidates[i].waits == waits)
			list = page_keep(page, "%s%s%s", list, *list ? " " : "",
					 candidates[i].name);
	return list;
}

/* The key needs its own place, right of the upper row. */
static size_t columns_for(const struct speedup *s)
{
	const size_t above = s->computing + 1, most = above > s->waiting ? above : s->waiting;

	return most < 2 ? 2 : most;
}

static void write_frame(struct page *page, const struct speedup *s)
{
	struct page_modes key = {.count = 0};
	const double top = s->widest > s->top ? fmin(s->widest, STRETCH_MOST * s->top) : s->top;
	const unsigned pus = page->run->pus;

	for (size_t m = 0; m < page->modes.count; m++)
		if (look_has(&s->measured, page->modes.names[m]))
			look_add(&key, page->modes.names[m]);
	look_put(page, "modes", &key);
	page_number(page, "columns", (double)columns_for(s));
	page_words(page, "computing", names(page, s, false));
	page_words(page, "waiting", names(page, s, true));
	page_number(page, "top", top * HEADROOM);
	page_number(page, "pus", pus);
	page_text(page, "pus_words", ngettext("%u processing unit", "%u processing units", pus),
		  pus);
	axis_linear(page, "y", top, AXIS_COUNT);
}

/* ---- the title ---- */

struct tally {
	unsigned faster, judged;
};

/* The number of cases that get faster with as many workers as units (waiting cases: with the most). */
static struct tally count_faster(struct page *page, const struct speedup *s, bool waits,
				 const char *mode)
{
	struct tally tally = {0, 0};

	for (size_t i = 0; i < CASES; i++) {
		const struct pick *pick = &s->picks[i];
		const struct summary_row *row;

		if (!s->shown[i] || candidates[i].waits != waits)
			continue;
		row = pick_find(page, pick, mode,
				waits ? pick_last_width(pick) : pick_full_width(pick, page->run),
				"speedup");
		if (pick_verdict(row, 1) <= PICK_UNKNOWN)
			continue;
		tally.judged++;
		tally.faster += pick_verdict(row, 1) == PICK_ABOVE;
	}
	return tally;
}

static bool has_mode(struct page *page, const struct speedup *s, const char *mode)
{
	for (size_t i = 0; i < CASES; i++)
		if (s->shown[i] && pick_find(page, &s->picks[i], mode,
					     pick_full_width(&s->picks[i], page->run), "speedup"))
			return true;
	return false;
}

/* A case counts as faster only if the interval of its speed-up is above 1. */
static void title(struct page *page, const struct speedup *s)
{
	const bool gil = has_mode(page, s, "gil");
	const struct tally a = count_faster(page, s, false, gil ? "gil" : "none");
	const struct tally b = count_faster(page, s, true, gil ? "gil" : "none");

	if (!a.judged && !b.judged)
		page_title(page,
			   gil ? _("Too few launches to say what gets faster under a GIL")
			       : _("Too few launches to say what gets faster without a lock"));
	else if (!s->computing)
		page_title(
			page,
			gil ? _("Under a GIL %u of %u I/O-bound cases get faster with more workers")
			    : _("Without a lock %u of %u I/O-bound cases get faster with more "
				"workers"),
			b.faster, b.judged);
	else if (!s->waiting)
		page_title(
			page,
			gil ? _("Under a GIL %u of %u CPU-bound cases get faster with more workers")
			    : _("Without a lock %u of %u CPU-bound cases get faster with more "
				"workers"),
			a.faster, a.judged);
	else
		page_title(page,
			   gil ? _("Under a GIL %u of %u CPU-bound and %u of %u I/O-bound cases "
				   "get faster")
			       : _("Without a lock %u of %u CPU-bound and %u of %u I/O-bound cases "
				   "get faster"),
			   a.faster, a.judged, b.faster, b.judged);
}

bool chart_speedup(struct page *page, struct reason *why)
{
	static struct speedup s;

	(void)why;
	s = (struct speedup){.top = 1};
	choose(page, &s);
	if (!s.computing && !s.waiting) {
		page_missing(page, _("speed-up of CPU-bound and I/O-bound work"),
			     "cpu_int cpu_float mem_stream io_timer io_pipe io_tcp io_file", NULL);
		return true;
	}
	for (size_t i = 0; i < CASES; i++)
		if (s.shown[i])
			write_panel(page, &s, i);
	write_frame(page, &s);
	title(page, &s);
	page_subtitle(page,
		      _("Speed-up: times the work of one worker of the same mode, by number of "
			"workers; higher is better; %s"),
		      page_interval_words(page, _("band")));
	return true;
}
