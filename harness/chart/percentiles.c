/* SPDX-License-Identifier: MIT */
/*
 * A whole distribution by mode: the latency of one I/O worker beside CPU hogs (charts
 * io-beside-hogs and gil-latency), and the wait for a lock (chart lock-wait).
 */
#include "harness/base/language.h"
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS    "case,mode,workers,placement,param,percentile,value_ns,count"
#define LINES_MAX  PAGE_MODES_MAX
#define POINTS_MAX 512
#define LABEL_GAP  0.066
/* The title names a factor from SLOWER_MIN on. Below MEDIAN_RATIO_MIN the median hides the GIL. */
#define SLOWER_MIN       2
#define MEDIAN_RATIO_MIN 1.5

struct step {
	size_t row; /* of percentiles.csv */
	double workers, percentile, value_ns;
};

/* The steps of one mode below 100 %, which has no place on the axis. */
struct line {
	const char *mode;
	struct step steps[POINTS_MAX];
	size_t count;
};

struct percentiles {
	const struct csv_table *table;
	const char *case_name;
	bool is_lock, is_laboratory;
	struct pick pick; /* its set, and the widths that have steps */
	unsigned width;
	struct line *lines;
	size_t line_count;
	double bottom_ns, top_ns, last_percent;
};

/* ---- reading ---- */

static bool read_step(const struct percentiles *p, size_t row, struct step *step,
		      struct reason *why)
{
	step->row = row;
	if (!chart_workers(p->table, row, &step->workers, why) ||
	    !chart_number(p->table, row, "percentile", &step->percentile, why) ||
	    !chart_number(p->table, row, "value_ns", &step->value_ns, why))
		return false;
	if (!(step->percentile >= 0 && step->percentile <= 100))
		return refuse(
			why,
			_("percentiles.csv:%zu: column percentile: it does not lie in 0 to 100"),
			p->table->line[row]);
	return true;
}

static bool is_of_case(const struct percentiles *p, size_t row)
{
	return strcmp(chart_cell(p->table, row, "case"), p->case_name) == 0;
}

static bool is_of_set(const struct percentiles *p, size_t row)
{
	return is_of_case(p, row) &&
	       strcmp(chart_cell(p->table, row, "param"), p->pick.param) == 0 &&
	       strcmp(chart_cell(p->table, row, "placement"), p->pick.placement) == 0;
}

static struct line *line_of(struct percentiles *p, const char *mode)
{
	for (size_t i = 0; i < p->line_count; i++)
		if (strcmp(p->lines[i].mode, mode) == 0)
			return &p->lines[i];
	if (p->line_count == LINES_MAX)
		return NULL;
	p->lines[p->line_count].mode = mode;
	return &p->lines[p->line_count++];
}

/* The first placement and parameters in the file. FOUND: do they have a figure? */
static bool choose(struct page *page, struct percentiles *p, bool *found, struct reason *why)
{
	struct step step;

	*found = false;
	pick_case(&p->pick, page->run, p->case_name);
	for (size_t row = 0, first = 1; row < p->table->rows; row++) {
		if (!is_of_case(p, row))
			continue;
		if (first) {
			p->pick.param = chart_cell(p->table, row, "param");
			p->pick.placement = chart_cell(p->table, row, "placement");
			first = 0;
		}
		if (!read_step(p, row, &step, why))
			return false;
		if (!is_of_set(p, row) || isnan(step.value_ns))
			continue;
		pick_add_width(&p->pick, (unsigned)step.workers);
		*found = true;
	}
	p->width = pick_full_width(&p->pick, page->run);
	return true;
}

static void read_lines(struct page *page, struct percentiles *p)
{
	struct step step;

	for (size_t row = 0; row < p->table->rows; row++) {
		if (!is_of_set(p, row) || !read_step(p, row, &step, NULL) ||
		    step.workers != p->width || !(step.value_ns > 0) || step.percentile >= 100)
			continue;
		const char *mode = chart_cell(p->table, row, "mode");
		struct line *line = line_of(p, mode);

		if (!line || line->count == POINTS_MAX)
			continue;
		line->steps[line->count++] = step;
		if (look_has(&page->modes, mode))
			page_use_cells(page, p->table, row, COLUMNS);
	}
}

/* ---- lines ---- */

static struct page_modes drawn_modes(struct page *page, struct percentiles *p)
{
	struct page_modes modes = {.count = 0};
	const char *lacking = "";

	for (size_t m = 0; m < page->modes.count; m++) {
		const char *mode = page->modes.names[m];
		const struct line *line = line_of(p, mode);

		if (line && line->count > 1)
			look_add(&modes, mode);
		else
			lacking = page_keep(page, "%s%s%s", lacking, *lacking ? ", " : "",
					    look_words(page, mode));
	}
	if (*lacking)
		page_remark(page, _("not measured: %s"), lacking);
	return modes;
}

/* The line goes through all percentiles, but only the well-known ones get a point. */
static bool is_marked(double percentile)
{
	double rest = 10; /* 90 %, 99 %, 99.9 % .. leave a power of ten */

	if (percentile == 0 || percentile == 50)
		return true;
	while (rest > 1e-7 && 100 - percentile < rest * (1 - 1e-9))
		rest /= 10;
	return fabs(100 - percentile - rest) < rest * 1e-6;
}

static void write_line(struct page *page, struct percentiles *p, const struct line *line)
{
	page_block(page, "%s", look_id(page, line->mode));
	for (size_t i = 0; i < line->count; i++) {
		const struct step *step = &line->steps[i];

		PAGE_ROW(page, 1 / (1 - step->percentile / 100), step->value_ns,
			 is_marked(step->percentile) ? step->value_ns : NAN);
		p->last_percent = fmax(p->last_percent, step->percentile);
		p->bottom_ns = fmin(p->bottom_ns, step->value_ns);
		p->top_ns = fmax(p->top_ns, step->value_ns);
	}
}

static void write_lines(struct page *page, struct percentiles *p, const struct page_modes *modes)
{
	for (size_t m = 0; m < modes->count; m++)
		write_line(page, p, line_of(p, modes->names[m]));
	p->bottom_ns = words_decade(p->bottom_ns);
	p->top_ns = fmax(p->top_ns, p->bottom_ns * 10);
	for (size_t m = 0; m < modes->count; m++) {
		const struct line *line = line_of(p, modes->names[m]);
		const double end_ns = line->steps[line->count - 1].value_ns;

		label_add(page, log(end_ns / p->bottom_ns) / log(p->top_ns / p->bottom_ns),
			  look_id(page, line->mode), words_ns(end_ns).text);
	}
	label_put(page, LABEL_GAP);
	look_put(page, "modes", modes);
}

static void write_axes(struct page *page, const struct percentiles *p)
{
	static const double percents[] = {0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999};

	axis_log_tics(page, p->bottom_ns, p->top_ns * 1.3);
	axis_tics(page, "y");
	for (size_t i = 0; i < ARRAY_SIZE(percents) && percents[i] <= p->last_percent; i++) {
		if (percents[i] == 0)
			axis_tic(page, 1, "%s", _("min"));
		else
			axis_tic(page, 1 / (1 - percents[i] / 100), "%.9g %%%%", percents[i]);
	}
	axis_tics(page, "x");
}

/* ---- titles ---- */

static const char *ns(struct page *page, const struct summary_row *row)
{
	return page_keep(page, "%s", words_ns(row->median).text);
}

/* Without a comparison the title has the figures alone. */
static void title_plain(struct page *page, const struct percentiles *p)
{
	const struct summary_row *p50 = pick_find(page, &p->pick, "none", p->width,
						  "latency_p50_ns");
	const struct summary_row *p99 = pick_find(page, &p->pick, "none", p->width,
						  "latency_p99_ns");

	if (p50 && p99)
		page_title(page, _("Beside CPU hogs I/O takes %s, one in 100 %s (no lock)"),
			   ns(page, p50), ns(page, p99));
	else
		page_title(page, _("I/O beside CPU hogs: how long one operation takes"));
}

/* At least one percentile differs. */
static void title_differs(struct page *page, const struct summary_row *p50,
			  const struct summary_row *p99)
{
	const bool above50 = pick_ratio_verdict(p50) == PICK_ABOVE,
		   above99 = pick_ratio_verdict(p99) == PICK_ABOVE;
	const char *times50 = page_keep(page, "%s", words_times(p50->ratio).text);
	const char *times99 = page_keep(page, "%s", words_times(p99->ratio).text);

	if (above50 && p50->ratio >= SLOWER_MIN)
		page_title(page, _("Beside CPU hogs a GIL makes the median I/O %s as long: %s"),
			   times50, ns(page, p50));
	else if (above99 && p99->ratio >= SLOWER_MIN && p50->ratio_hi >= MEDIAN_RATIO_MIN)
		page_title(page,
			   _("Beside CPU hogs a GIL makes one I/O in 100 last %s, %s as long"),
			   ns(page, p99), times99);
	else if (above99 && p99->ratio >= SLOWER_MIN)
		page_title(page, _("The median hides the GIL: one I/O in 100 lasts %s, %s as long"),
			   ns(page, p99), times99);
	else if (above99)
		page_title(page, _("Beside CPU hogs a GIL slows I/O by %s at 99 %%"), times99);
	else if (above50)
		page_title(page, _("Beside CPU hogs a GIL slows I/O by %s in the median"), times50);
	else
		page_title(page,
			   _("Beside CPU hogs I/O under a GIL takes %s the time without a lock"),
			   pick_ratio_verdict(p99) == PICK_BELOW ? times99 : times50);
}

/* The title uses the paired ratios to "no lock" in summary.csv. The curves alone support no claim. */
static void title_deck(struct page *page, const struct percentiles *p)
{
	const struct summary_row *p50 = pick_find(page, &p->pick, "gil", p->width,
						  "latency_p50_ns");
	const struct summary_row *p99 = pick_find(page, &p->pick, "gil", p->width,
						  "latency_p99_ns");
	const enum pick_verdict at50 = pick_ratio_verdict(p50), at99 = pick_ratio_verdict(p99);

	if (at50 == PICK_MISSING || at99 == PICK_MISSING)
		title_plain(page, p);
	else if (at50 == PICK_UNKNOWN || at99 == PICK_UNKNOWN)
		page_title(page, _("Too few launches to judge how long I/O waits beside CPU hogs"));
	else if (at50 == PICK_SPANS && at99 == PICK_SPANS)
		page_title(page,
			   _("I/O beside CPU hogs: no difference seen between GIL and no lock"));
	else
		title_differs(page, p50, p99);
}

struct rivals {
	const struct summary_row *old, *new;
	double distance; /* greater / lesser; 1: the intervals overlap; 0: there are none */
};

static struct rivals rivals(struct page *page, const struct percentiles *p, const char *metric)
{
	struct rivals r = {.old = pick_find(page, &p->pick, "gil27", p->width, metric),
			   .new = pick_find(page, &p->pick, page->new_gil, p->width, metric),
			   .distance = NAN};

	if (!r.old || !r.new || r.old->median <= 0 || r.new->median <= 0)
		return r;
	if (isnan(r.old->ci_lo) || isnan(r.new->ci_lo))
		r.distance = 0;
	else if (!pick_surely_less(r.old, r.new) && !pick_surely_less(r.new, r.old))
		r.distance = 1;
	else
		r.distance = fmax(r.old->median / r.new->median, r.new->median / r.old->median);
	return r;
}

/* The old lock and the new one, in the median or at 99 %, where they differ more. */
static void title_laboratory(struct page *page, const struct percentiles *p)
{
	const struct rivals middle = rivals(page, p, "latency_p50_ns"),
			    tail = rivals(page, p, "latency_p99_ns");
	const bool in_tail = tail.distance > middle.distance;
	const struct rivals *r = in_tail ? &tail : &middle;

	if (isnan(middle.distance)) {
		page_title(page, _("I/O beside CPU hogs: what each GIL makes of it"));
		return;
	}
	if (middle.distance == 0) {
		page_title(
			page,
			_("Too few launches to judge what each GIL makes of I/O beside CPU hogs"));
		return;
	}
	if (r->distance <= 1) {
		page_title(page, _("I/O beside CPU hogs: no difference seen between the GILs of "
				   "2.7 and 3.2"));
		return;
	}
	page_title(page,
		   in_tail ? _("Beside CPU hogs one I/O in 100 takes %s %s, %s %s")
			   : _("Beside CPU hogs the median I/O takes %s %s, %s %s"),
		   ns(page, r->old), look_under(page, "gil27"), ns(page, r->new),
		   look_under(page, page->new_gil));
}

/* The mutex and the lock of shortest wait, at 99 % or in the median. False: none is shorter. */
static bool title_wait(struct page *page, const struct percentiles *p, bool in_tail)
{
	const char *metric = in_tail ? "latency_p99_ns" : "latency_p50_ns";
	const struct summary_row *mutex = pick_find(page, &p->pick, "mutex", p->width, metric),
				 *best;
	bool judged;

	if (!mutex) {
		page_title(page, _("How long a worker waits for a lock"));
		return true;
	}
	best = look_apart(page, &p->pick, metric, p->width, false, &judged);
	if (!judged)
		page_title(page, _("Too few launches to judge how long a worker waits for a lock"));
	else if (best)
		page_title(
			page,
			in_tail ? _("One turn in 100 is waited for %s under a mutex, %s under %s")
				: _("The median turn is waited for %s under a mutex, %s under %s"),
			words_ns(mutex->median).text, words_ns(best->median).text,
			look_words(page, best->mode));
	return !judged || best;
}

static void title_lock(struct page *page, const struct percentiles *p)
{
	if (!title_wait(page, p, true) && !title_wait(page, p, false))
		page_title(page, _("Waiting for a lock: none seen to be shorter than for a mutex"));
}

/* ---- the page ---- */

static void write_words(struct page *page, const struct percentiles *p)
{
	const double interval_ns = look_interval_ns(page, p->pick.param);
	const unsigned others = p->width - 1;

	if (p->is_lock) {
		title_lock(page, p);
		page_subtitle(
			page,
			ngettext("%u worker and one lock (%s%s): wait for a turn by percentile, "
				 "logarithmic, lower is better; label = right end",
				 "%u workers and one lock (%s%s): wait for a turn by percentile, "
				 "logarithmic, lower is better; label = right end",
				 p->width),
			p->width, p->case_name, pick_words(page, &p->pick));
		page_text(page, "axis_words", "%s",
			  _("share of turns that were waited for no longer"));
		page_number(page, "switch_ns", 0);
	} else {
		if (p->is_laboratory)
			title_laboratory(page, p);
		else
			title_deck(page, p);
		page_subtitle(
			page,
			ngettext("One I/O worker beside %u CPU hog (%s%s): latency by percentile, "
				 "logarithmic, lower is better; label = right end",
				 "One I/O worker beside %u CPU hogs (%s%s): latency by percentile, "
				 "logarithmic, lower is better; label = right end",
				 others),
			others, p->case_name, pick_words(page, &p->pick));
		page_text(page, "axis_words", "%s",
			  _("share of operations that were at least as fast"));
	}
	page_text(page, "switch_words", _("switch interval %s"), words_round_ns(interval_ns).text);
}

static void missing(struct page *page, const struct percentiles *p)
{
	if (p->is_lock)
		page_missing(page, _("how long a worker waits for a lock"), p->case_name,
			     "--param sample=1");
	else if (p->is_laboratory)
		page_missing(page, _("latency of I/O by GIL"), p->case_name,
			     "--modes base,gils,real");
	else
		page_missing(page, _("latency of I/O beside CPU hogs"), p->case_name, NULL);
}

/* The modes that the page may show. */
static void choose_modes(struct page *page, const struct percentiles *p)
{
	struct page_modes measured = {.count = 0};

	if (p->is_lock) {
		measured = look_measured(&p->pick, "latency_p50_ns");
		look_locks(page, &measured);
	} else if (p->is_laboratory) {
		for (size_t row = 0; row < p->table->rows; row++)
			if (is_of_case(p, row))
				look_add(&measured, chart_cell(p->table, row, "mode"));
		look_laboratory(page, &measured, "none gil27 gil gil313 gil-prio");
	}
}

static bool has_gil(const struct page_modes *modes)
{
	for (size_t m = 0; m < modes->count; m++)
		if (strstr(modes->names[m], "gil") || strncmp(modes->names[m], "cpython", 7) == 0)
			return true;
	return false;
}

static void draw(struct page *page, struct percentiles *p)
{
	choose_modes(page, p);
	read_lines(page, p);
	const struct page_modes modes = drawn_modes(page, p);

	if (!modes.count || (p->is_laboratory && !look_beyond_deck(&modes))) {
		missing(page, p);
		return;
	}
	write_lines(page, p, &modes);
	page_number(page, "switch_ns", has_gil(&modes) ? look_interval_ns(page, p->pick.param) : 0);
	write_words(page, p);
	page_number(page, "last", 1 / (1 - p->last_percent / 100));
	page_number(page, "bottom", p->bottom_ns);
	page_number(page, "top", p->top_ns);
	write_axes(page, p);
}

bool chart_percentiles(struct page *page, struct reason *why)
{
	struct percentiles p = {.is_lock = strcmp(page->chart->name, "lock-wait") == 0,
				.is_laboratory = strcmp(page->chart->name, "gil-latency") == 0,
				.bottom_ns = NAN,
				.top_ns = NAN};
	bool found = false;

	p.case_name = p.is_lock ? "lock_contended" : "io_beside_hogs";
	if (!chart_table(page->run, "percentiles.csv", COLUMNS, &p.table, why) ||
	    (p.table && !choose(page, &p, &found, why)))
		return false;
	if (!found) {
		missing(page, &p);
		return true;
	}
	p.lines = xcalloc(LINES_MAX, sizeof(*p.lines));
	draw(page, &p);
	free(p.lines);
	return true;
}
