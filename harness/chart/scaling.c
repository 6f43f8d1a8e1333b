/* SPDX-License-Identifier: MIT */
/* Throughput against workers, by mode: the charts cpu-scaling, io-scaling and gil-scaling. */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

/* A GIL makes all workers together do the work of one if the whole interval is in this range. */
#define LIKE_ONE_LOW  0.8
#define LIKE_ONE_HIGH 1.25
#define HEADROOM      1.06
#define LABEL_GAP     0.066
#define TIC_GAP       0.04
/* On a page with many lines the marks of one count are this share of the axis apart. */
#define ASIDE 0.007

struct scaling {
	struct pick pick;
	struct page_modes modes;
	const char *kind; /* "CPU-bound" */
	bool waits;       /* waiting work may scale beyond the processing units */
	bool laboratory;
	unsigned width; /* the number of workers in the title */
	double top;
};

static unsigned ideal_width(const struct page *page, const struct scaling *s)
{
	const unsigned last = pick_last_width(&s->pick), pus = page->run->pus;

	return !s->waits && pus && pus < last ? pus : last;
}

/* ---- titles ---- */

static const char *speed_words(const struct summary_row *row)
{
	static struct format_text words[2];
	static unsigned turn;

	if (pick_verdict(row, 1) == PICK_SPANS)
		return _("no difference seen");
	words[turn ^= 1] = words_times(row->median);
	return words[turn].text;
}

static void title_without_gil(struct page *page, const struct scaling *s,
			      const struct summary_row *free_row)
{
	if (pick_verdict(free_row, 1) == PICK_SPANS)
		page_title(page, _("%s: %u workers without a lock: no difference seen from one"),
			   s->kind, s->width);
	else
		page_title(page, _("%s: %u workers without a lock do %s the work of one"), s->kind,
			   s->width, words_times(free_row->median).text);
}

static void title_too_few(struct page *page, const struct scaling *s, const struct summary_row *gil,
			  const struct summary_row *free_row)
{
	if (gil && free_row)
		page_title(page, _("Too few launches to judge: %u workers, %s no lock, %s GIL"),
			   s->width, words_times(free_row->median).text,
			   words_times(gil->median).text);
	else
		page_title(page,
			   gil ? _("Too few launches to judge: %u workers, %s GIL")
			       : _("Too few launches to judge: %u workers, %s no lock"),
			   s->width, words_times((gil ? gil : free_row)->median).text);
}

/* Nothing was measured without a lock. */
static void title_gil_alone(struct page *page, const struct scaling *s,
			    const struct summary_row *gil)
{
	const char *times = page_keep(page, "%s", words_times(gil->median).text);

	switch (pick_verdict(gil, 1)) {
	case PICK_SPANS:
		if (gil->ci_lo >= LIKE_ONE_LOW && gil->ci_hi <= LIKE_ONE_HIGH)
			page_title(page, _("A GIL makes %u workers work like one"), s->width);
		else
			page_title(page,
				   _("Under a GIL no difference seen between 1 and %u workers"),
				   s->width);
		break;
	case PICK_BELOW:
		page_title(page, _("Under a GIL %u workers do %s the work of one"), s->width,
			   times);
		break;
	default:
		page_title(page, _("%s: %u workers do %s the work of one under a GIL"), s->kind,
			   s->width, times);
	}
}

/* Both were measured, and the intervals allow a judgement of each. */
static void title_both(struct page *page, const struct scaling *s, const struct summary_row *gil,
		       const struct summary_row *free_row)
{
	const enum pick_verdict gil_at = pick_verdict(gil, 1), free_at = pick_verdict(free_row, 1);
	const char *without = page_keep(page, "%s", speed_words(free_row));
	const char *times = page_keep(page, "%s", words_times(gil->median).text);

	if (gil_at == PICK_SPANS && free_at == PICK_SPANS)
		page_title(page, _("%s work: no difference seen between 1 and %u workers"), s->kind,
			   s->width);
	else if (gil_at == PICK_SPANS && gil->ci_lo >= LIKE_ONE_LOW && gil->ci_hi <= LIKE_ONE_HIGH)
		page_title(page, _("A GIL makes %u workers work like one (no lock: %s)"), s->width,
			   without);
	else if (gil_at == PICK_SPANS)
		page_title(
			page,
			_("Under a GIL no difference seen between 1 and %u workers (no lock: %s)"),
			s->width, without);
	else if (gil_at == PICK_BELOW)
		page_title(page, _("Under a GIL %u workers do %s the work of one (no lock: %s)"),
			   s->width, times, without);
	else
		page_title(page, _("%s: %u workers do %s the work of one under a GIL, %s without"),
			   s->kind, s->width, times, without);
}

/* The title about the speed-ups. One is claimed only if its interval does not span 1. */
static void title_deck(struct page *page, const struct scaling *s)
{
	const struct summary_row *gil = pick_find(page, &s->pick, "gil", s->width, "speedup");
	const struct summary_row *free_row = pick_find(page, &s->pick, "none", s->width, "speedup");

	if (s->width == 1)
		page_title(page, _("%s work was measured with one worker only"), s->kind);
	else if (pick_verdict(gil, 1) == PICK_UNKNOWN || pick_verdict(free_row, 1) == PICK_UNKNOWN)
		title_too_few(page, s, gil, free_row);
	else if (gil && free_row)
		title_both(page, s, gil, free_row);
	else if (gil)
		title_gil_alone(page, s, gil);
	else if (free_row)
		title_without_gil(page, s, free_row);
	else
		page_title(page, _("%s work by number of workers: speed-up not measured"), s->kind);
}

/* The old GIL, else any measured lock other than the new one. */
static const struct summary_row *old_lock(struct page *page, const struct scaling *s)
{
	const struct summary_row *row = pick_find(page, &s->pick, "gil27", s->width, "speedup");

	for (size_t i = 0; !row && i < page->modes.count; i++) {
		const char *mode = page->modes.names[i];

		if (strcmp(mode, page->new_gil) != 0 && strcmp(mode, "none") != 0 &&
		    strcmp(mode, "process") != 0)
			row = pick_find(page, &s->pick, mode, s->width, "speedup");
	}
	return row;
}

static void title_one_lock(struct page *page, const struct scaling *s,
			   const struct summary_row *row)
{
	const char *under = look_under(page, row->mode);

	if (pick_verdict(row, 1) == PICK_UNKNOWN)
		page_title(page, _("%u workers: too few launches to judge"), s->width);
	else if (pick_verdict(row, 1) == PICK_SPANS)
		page_title(page, _("%u workers: no difference seen from one %s"), s->width, under);
	else
		page_title(page, _("%u workers: %s the work of one %s"), s->width,
			   words_times(row->median).text, under);
}

static void title_two_locks(struct page *page, const struct scaling *s,
			    const struct summary_row *old, const struct summary_row *new)
{
	const enum pick_verdict old_at = pick_verdict(old, 1), new_at = pick_verdict(new, 1);
	const char *before = page_keep(page, "%s", words_times(old->median).text);
	const char *after = page_keep(page, "%s", words_times(new->median).text);
	const char *old_lock = look_under(page, old->mode), *new_lock = look_under(page, new->mode);

	if (old_at == PICK_UNKNOWN || new_at == PICK_UNKNOWN)
		page_title(page, _("Too few launches to judge: %u workers, %s %s, %s %s"), s->width,
			   before, old_lock, after, new_lock);
	else if (old_at == PICK_SPANS && new_at == PICK_SPANS)
		page_title(page, _("No difference seen between 1 and %u workers %s nor %s"),
			   s->width, old_lock, new_lock);
	else if (old_at == PICK_SPANS)
		page_title(page, _("%u workers: %s the work of one %s, no difference seen %s"),
			   s->width, after, new_lock, old_lock);
	else if (new_at == PICK_SPANS)
		page_title(page, _("%u workers: %s the work of one %s, no difference seen %s"),
			   s->width, before, old_lock, new_lock);
	else
		page_title(page, _("%u workers: %s the work of one %s, %s %s"), s->width, before,
			   old_lock, after, new_lock);
}

/* The old lock against the new one. */
static void title_laboratory(struct page *page, const struct scaling *s)
{
	const struct summary_row *old = old_lock(page, s);
	const struct summary_row *new = pick_find(page, &s->pick, page->new_gil, s->width,
						  "speedup");

	if (s->width == 1)
		page_title(page, _("CPU-bound work was measured with one worker only"));
	else if (old && new)
		title_two_locks(page, s, old, new);
	else if (old || new)
		title_one_lock(page, s, old ? old : new);
	else
		page_title(page, _("CPU-bound work by GIL: speed-up not measured"));
}

/* ---- lines ---- */

static double highest(struct page *page, const struct scaling *s, double top)
{
	for (size_t m = 0; m < s->modes.count; m++)
		for (size_t w = 0; w < s->pick.width_count; w++) {
			const struct summary_row *row = pick_find(page, &s->pick, s->modes.names[m],
								  s->pick.widths[w], "ops_per_s");

			if (row)
				top = fmax(top, pick_high(row));
		}
	return top;
}

static void write_line(struct page *page, const struct scaling *s, const char *mode, double aside)
{
	const struct summary_row *last = NULL;

	page_block(page, "%s", look_id(page, mode));
	for (size_t w = 0; w < s->pick.width_count; w++) {
		const unsigned width = s->pick.widths[w];
		const struct summary_row *row = pick_find(page, &s->pick, mode, width, "ops_per_s");

		if (!row)
			continue;
		PAGE_ROW(page, width + aside, row->median, pick_low(row), pick_high(row));
		last = row;
	}
	if (last)
		label_add(page, last->median / s->top, look_id(page, mode),
			  words_si(last->median).text);
}

static void write_lines(struct page *page, const struct scaling *s)
{
	const double apart = s->laboratory ? ASIDE * pick_last_width(&s->pick) : 0;

	for (size_t m = 0; m < s->modes.count; m++)
		write_line(page, s, s->modes.names[m],
			   ((double)m - ((double)s->modes.count - 1) / 2) * apart);
	label_put(page, LABEL_GAP);
	look_put(page, "modes", &s->modes);
}

static void write_axes(struct page *page, const struct scaling *s, const struct summary_row *first)
{
	const unsigned pus = page->run->pus;

	page_number(page, "bars", s->laboratory);
	page_number(page, "top", s->top);
	page_number(page, "last", pick_last_width(&s->pick));
	page_number(page, "pus", pus);
	page_text(page, "pus_words", ngettext("%u processing unit", "%u processing units", pus),
		  pus);
	page_number(page, "ideal_at_one", first ? first->median : 0);
	page_number(page, "ideal_width", ideal_width(page, s));
	axis_linear(page, "y", s->top, AXIS_COUNT);
	axis_widths(page, &s->pick, TIC_GAP, "width_tics");
	page_command(page, "eval \"set xtics (\" . width_tics . \")\"");
}

static void write_words(struct page *page, const struct scaling *s)
{
	if (s->laboratory) {
		page_remark(page, _("marks of one count stand side by side"));
		title_laboratory(page, s);
	} else {
		title_deck(page, s);
	}
	page_subtitle(page, _("%s work (%s%s): operations per second, higher is better; %s"),
		      s->kind, s->pick.case_name, pick_words(page, &s->pick),
		      page_interval_words(page, s->laboratory ? _("bar") : _("band")));
}

/* ---- the whole page ---- */

static void missing(struct page *page, const struct scaling *s)
{
	const char *cases = s->waits ? "io_timer io_pipe" : "cpu_int";

	if (s->laboratory)
		page_missing(page, _("throughput by GIL"), cases, "--modes base,gils,real");
	else
		page_missing(page, page_keep(page, _("throughput of %s work"), s->kind), cases,
			     NULL);
}

static bool choose(struct page *page, struct scaling *s)
{
	if (s->waits)
		return pick_first(&s->pick, page->run, "io_timer", "ops_per_s") ||
		       pick_first(&s->pick, page->run, "io_pipe", "ops_per_s");
	return pick_first(&s->pick, page->run, "cpu_int", "ops_per_s");
}

bool chart_scaling(struct page *page, struct reason *why)
{
	const char *name = page->chart->name;
	struct scaling s = {.laboratory = strcmp(name, "gil-scaling") == 0,
			    .waits = strcmp(name, "io-scaling") == 0};

	(void)why;
	s.kind = s.waits ? _("I/O-bound") : _("CPU-bound");
	if (!choose(page, &s))
		return missing(page, &s), true;
	if (s.laboratory) {
		const struct page_modes measured = look_measured(&s.pick, "ops_per_s");

		look_laboratory(page, &measured,
				"none gil27 gil gil313 free-threaded gil-per-interpreter process");
	}
	s.modes = pick_modes(page, &s.pick, "ops_per_s", 0);
	s.width = s.waits ? pick_last_width(&s.pick) : pick_full_width(&s.pick, page->run);
	const struct summary_row *first = pick_find(page, &s.pick, "none", 1, "ops_per_s");

	s.top = HEADROOM * highest(page, &s, first ? first->median * ideal_width(page, &s) : 0);
	if (s.top <= 0 || (s.laboratory && !look_beyond_deck(&s.modes)))
		return missing(page, &s), true;
	write_lines(page, &s);
	write_words(page, &s);
	write_axes(page, &s, first);
	return true;
}
