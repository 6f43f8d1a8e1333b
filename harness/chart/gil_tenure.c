/* SPDX-License-Identifier: MIT */
/* The length of a turn against the switch interval, by lock: on own cores, and on one core. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CASE       "gil_handoff"
#define METRIC     "tenure_p50_ns"
#define PANELS_MAX 2
#define TURNS_MAX  64
#define LABEL_GAP  0.075
#define X_MARGIN   1.35
#define Y_MARGIN   1.5
/* Tics at 1, 2 and 5 where an axis spans less than this. */
#define FEW_DECADES       60
#define USUAL_INTERVAL_NS 5000000.0

/* The turns of one lock at one placement, by interval. */
struct line {
	const struct summary_row *turns[TURNS_MAX];
	size_t count;
};

struct tenure {
	struct pick pick;
	unsigned workers;
	const char *rest;               /* parameters other than the interval */
	const char *panels[PANELS_MAX]; /* placements */
	size_t panel_count;
	struct page_modes shown;
	struct line lines[PAGE_MODES_MAX][PANELS_MAX]; /* by mode of the page */
	double least_interval, most_interval, least_turn, most_turn;
};

/* ---- choosing ---- */

/* A parameter set without the interval. */
static const char *rest_of(struct page *page, const char *param)
{
	const char *rest = "";

	while (*param) {
		const size_t length = strcspn(param, ";");

		if (strncmp(param, "interval_us=", 12) != 0)
			rest = page_keep(page, "%s%s%.*s", rest, *rest ? ";" : "", (int)length,
					 param);
		param += length + (param[length] == ';');
	}
	return rest;
}

static bool is_turn(const struct page *page, const struct summary_row *row)
{
	return strcmp(row->metric, METRIC) == 0 && pick_usable(row) && row->median > 0 &&
	       look_has(&page->modes, row->mode);
}

static bool is_of_set(struct page *page, const struct tenure *t, const struct summary_row *row)
{
	return is_turn(page, row) && row->workers == t->workers &&
	       strcmp(rest_of(page, row->param), t->rest) == 0;
}

static void find_workers(const struct page *page, struct tenure *t)
{
	for (const struct summary_row *row = t->pick.begin; row < t->pick.end; row++)
		if (is_turn(page, row) && row->workers > 1 &&
		    (!t->workers || row->workers < t->workers))
			t->workers = (unsigned)row->workers;
}

/* A core per thread at the left, one core at the right; else the first placement of the file. */
static void find_panels(struct tenure *t, const struct page_modes *placements)
{
	if (look_has(placements, "cores"))
		t->panels[t->panel_count++] = "cores";
	if (look_has(placements, "same-core"))
		t->panels[t->panel_count++] = "same-core";
	if (!t->panel_count)
		t->panels[t->panel_count++] = placements->names[0];
}

/* The smallest number of threads from two on. Fewer than two intervals give nothing to draw. */
static bool choose(struct page *page, struct tenure *t)
{
	struct page_modes placements = {.count = 0};
	double first_interval = NAN;
	bool several = false;

	find_workers(page, t);
	for (const struct summary_row *row = t->pick.begin; row < t->pick.end; row++) {
		if (!is_turn(page, row) || row->workers != t->workers)
			continue;
		if (!t->rest)
			t->rest = rest_of(page, row->param);
		if (!is_of_set(page, t, row))
			continue;
		look_add(&placements, row->placement);
		if (isnan(first_interval))
			first_interval = look_interval_ns(page, row->param);
		several |= look_interval_ns(page, row->param) != first_interval;
	}
	if (several)
		find_panels(t, &placements);
	return several;
}

/* ---- lines ---- */

static void extend(struct tenure *t, double interval_ns, const struct summary_row *row)
{
	t->least_interval = fmin(t->least_interval, interval_ns);
	t->most_interval = fmax(t->most_interval, interval_ns);
	t->least_turn = fmin(t->least_turn, pick_low(row) > 0 ? pick_low(row) : row->median);
	t->most_turn = fmax(t->most_turn, pick_high(row));
}

static void add_turn(struct page *page, struct line *line, const struct summary_row *row)
{
	const double interval_ns = look_interval_ns(page, row->param);
	size_t place = line->count;

	for (; place > 0 && look_interval_ns(page, line->turns[place - 1]->param) > interval_ns;
	     place--)
		line->turns[place] = line->turns[place - 1];
	line->turns[place] = row;
	line->count++;
}

/* The turns of mode M in panel P. */
static void collect(struct page *page, struct tenure *t, size_t m, size_t p)
{
	struct line *line = &t->lines[m][p];
	struct pick set = t->pick;

	for (const struct summary_row *row = t->pick.begin;
	     row < t->pick.end && line->count < TURNS_MAX; row++) {
		if (strcmp(row->mode, page->modes.names[m]) != 0 ||
		    strcmp(row->placement, t->panels[p]) != 0 || !is_of_set(page, t, row))
			continue;
		set.param = row->param;
		set.placement = row->placement;
		if (pick_find(page, &set, row->mode, t->workers, METRIC) != row)
			continue; /* a second row with the same key */
		add_turn(page, line, row);
		extend(t, look_interval_ns(page, row->param), row);
	}
}

static void collect_all(struct page *page, struct tenure *t)
{
	const char *lacking = "";

	for (size_t m = 0; m < page->modes.count; m++) {
		size_t turns = 0;

		for (size_t p = 0; p < t->panel_count; p++) {
			collect(page, t, m, p);
			turns += t->lines[m][p].count;
		}
		if (turns)
			look_add(&t->shown, page->modes.names[m]);
		else
			lacking = page_keep(page, "%s%s%s", lacking, *lacking ? ", " : "",
					    look_words(page, page->modes.names[m]));
	}
	if (*lacking)
		page_remark(page, _("not measured: %s"), lacking);
}

static double axis_bottom(const struct tenure *t)
{
	return fmin(t->least_turn, t->least_interval) / Y_MARGIN;
}

static double axis_top(const struct tenure *t)
{
	return fmax(t->most_turn, t->most_interval) * Y_MARGIN;
}

static const char *panel_words(struct page *page, const char *placement)
{
	if (strcmp(placement, "cores") == 0)
		return _("each thread on a core of its own");
	if (strcmp(placement, "same-core") == 0)
		return _("all threads on one core");
	return page_keep(page, _("placement %s"), page_clean(page, placement, 30));
}

static void write_panel(struct page *page, const struct tenure *t, size_t p)
{
	struct page_modes here = {.count = 0};

	for (size_t m = 0; m < page->modes.count; m++) {
		const struct line *line = &t->lines[m][p];

		if (!line->count)
			continue;
		look_add(&here, page->modes.names[m]);
		page_block(page, "%s-%zu", look_id(page, page->modes.names[m]), p + 1);
		for (size_t i = 0; i < line->count; i++)
			PAGE_ROW(page, look_interval_ns(page, line->turns[i]->param),
				 line->turns[i]->median,
				 pick_low(line->turns[i]) > 0 ? pick_low(line->turns[i])
							      : axis_bottom(t),
				 pick_high(line->turns[i]));
	}
	look_put(page, page_keep(page, "modes_%zu", p + 1), &here);
	page_text_at(page, "panel", p + 1, panel_words(page, t->panels[p]));
}

/* A label at the end of a line in the last panel that has it. */
static void write_labels(struct page *page, const struct tenure *t)
{
	for (size_t m = 0; m < page->modes.count; m++) {
		const struct line *line = NULL;

		for (size_t p = 0; p < t->panel_count; p++)
			line = t->lines[m][p].count ? &t->lines[m][p] : line;
		if (line)
			label_add(page,
				  log(line->turns[line->count - 1]->median / axis_bottom(t)) /
					  log(axis_top(t) / axis_bottom(t)),
				  look_id(page, page->modes.names[m]), "");
	}
	label_put(page, LABEL_GAP);
}

/* Tics at the decades, and between them if there are few; with or without words. */
static void write_tics(struct page *page, const char *variable, double from, double to,
		       bool in_words)
{
	static const double steps[] = {1, 2, 5};
	const size_t count = to > FEW_DECADES * from ? 1 : ARRAY_SIZE(steps);
	double decade = words_decade(from);

	while (decade <= to) {
		for (size_t i = 0; i < count; i++)
			if (steps[i] * decade >= from && steps[i] * decade <= to)
				axis_tic(page, steps[i] * decade, "%s",
					 in_words ? words_round_ns(steps[i] * decade).text : "");
		decade *= 10;
	}
	axis_tics_as(page, variable);
}

static void write_axes(struct page *page, const struct tenure *t)
{
	const double left = t->least_interval / X_MARGIN, right = t->most_interval * X_MARGIN;

	page_number(page, "panels", (double)t->panel_count);
	page_number(page, "left", left);
	page_number(page, "right", right);
	page_number(page, "bottom", axis_bottom(t));
	page_number(page, "top", axis_top(t));
	write_tics(page, "x_tics", left, right, true);
	write_tics(page, "y_tics", axis_bottom(t), axis_top(t), true);
	write_tics(page, "y_bare", axis_bottom(t), axis_top(t), false);
}

/* ---- words ---- */

static const struct line *new_line(const struct page *page, const struct tenure *t, size_t p)
{
	for (size_t m = 0; m < page->modes.count; m++)
		if (strcmp(page->modes.names[m], page->new_gil) == 0)
			return &t->lines[m][p];
	return &t->lines[0][p];
}

/* The row of the new lock at INTERVAL_NS in panel P, or NULL. */
static const struct summary_row *new_turn(const struct page *page, const struct tenure *t, size_t p,
					  double interval_ns)
{
	const struct line *line = p < t->panel_count ? new_line(page, t, p) : NULL;

	for (size_t i = 0; line && i < line->count; i++)
		if (look_interval_ns(page, line->turns[i]->param) == interval_ns)
			return line->turns[i];
	return NULL;
}

static const char *place_words(struct page *page, const char *placement)
{
	if (strcmp(placement, "cores") == 0)
		return _("on own cores");
	if (strcmp(placement, "same-core") == 0)
		return _("on one core");
	return page_keep(page, _("at placement %s"), page_clean(page, placement, 20));
}

/* Only one of the two panels has the turn. */
static void title_one(struct page *page, const char *lock, const char *interval,
		      const struct summary_row *turn)
{
	page_title(page, _("%s, interval %s: a turn lasts %s %s"), lock, interval,
		   words_ns(turn->median).text, place_words(page, turn->placement));
}

static void title(struct page *page, const struct tenure *t)
{
	const struct line *line = new_line(page, t, 0);
	double at = USUAL_INTERVAL_NS;
	const struct summary_row *own, *one;
	const char *lock = look_words(page, page->new_gil), *interval;

	if (!new_turn(page, t, 0, at))
		at = line->count ? look_interval_ns(page, line->turns[0]->param) : 0;
	own = new_turn(page, t, 0, at);
	one = new_turn(page, t, 1, at);
	interval = page_keep(page, "%s", words_round_ns(at).text);
	if (!own && !one)
		page_title(page, _("How long a turn lasts, by lock and switch interval"));
	else if (isnan((own ? own : one)->ci_lo) || (one && isnan(one->ci_lo)))
		page_title(page, _("Too few launches to judge how long a turn lasts"));
	else if (!own || !one)
		title_one(page, lock, interval, own ? own : one);
	else if (pick_surely_less(own, one) || pick_surely_less(one, own))
		page_title(page, _("%s, interval %s: a turn lasts %s on own cores, %s on one core"),
			   lock, interval, words_ns(own->median).text, words_ns(one->median).text);
	else
		page_title(page,
			   _("%s, interval %s: turns on own cores and on one core, no difference "
			     "seen"),
			   lock, interval);
}

static void draw(struct page *page, struct tenure *t)
{
	collect_all(page, t);
	for (size_t p = 0; p < t->panel_count; p++)
		write_panel(page, t, p);
	write_labels(page, t);
	write_axes(page, t);
	title(page, t);
	page_subtitle(page,
		      ngettext("Median length of a turn against the switch interval, %u thread "
			       "that computes (%s), logarithmic; dashed = the interval itself; %s",
			       "Median length of a turn against the switch interval, %u threads "
			       "that compute (%s), logarithmic; dashed = the interval itself; %s",
			       t->workers),
		      t->workers, CASE, page_interval_words(page, _("bar")));
}

bool chart_gil_tenure(struct page *page, struct reason *why)
{
	struct tenure *t = xcalloc(1, sizeof(*t));

	(void)why;
	t->least_interval = t->most_interval = t->least_turn = t->most_turn = NAN;
	pick_case(&t->pick, page->run, CASE);
	const struct page_modes measured = look_measured(&t->pick, METRIC);

	look_laboratory(page, &measured, "gil27 gil gil313 gil32-noforce");
	if (choose(page, t))
		draw(page, t);
	else
		page_missing(page, _("length of a turn by switch interval"), CASE,
			     "--profile full");
	free(t);
	return true;
}
