/* SPDX-License-Identifier: MIT */
/*
 * Rows of mechanisms by cost, a dot for threads and one for processes: the charts cost-ladder,
 * round-trip, creation and context-switch. ladder.csv lists the rows and their parameters. The
 * figures come from summary.csv.
 */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS     "case,mode,workers,placement,param,metric,median"
#define PLACES      23 /* rows on the page */
#define LANE        0.22
#define PLACES_SEEN 16

enum lane { THREADS, PROCESSES, LOCKS, LANES };
static const char *const lane_names[LANES] = {"none", "process", "mutex"};

/* The subject of a chart: cases that begin with PREFIX and, unless NAMES is NULL, end with one of them. */
struct about {
	const char *chart, *prefix, *names;
	const char *what, *needed, *subtitle;
};

static const struct about abouts[] = {
	{"cost-ladder", "", NULL, N_("the cost of every mechanism"),
	 "floor_syscall create_thread rt_pipe",
	 N_("What each mechanism costs, in the parameters it has by itself")},
	{"round-trip", "rt_", NULL, N_("round trips by way of talking"), "rt_pipe rt_futex",
	 N_("One full round trip of the smallest message")},
	{"creation", "create_", " thread fork fork_exec vfork_exec posix_spawn ",
	 N_("making threads and processes"), "create_thread create_fork",
	 N_("Made, run, ended and reaped, by a thread or a process")},
	{"context-switch", "switch_", NULL, N_("switching between threads and processes"),
	 "switch_futex switch_yield", N_("One hand-over from worker to worker")},
};

struct mechanism {
	char *name; /* the case, with its mode if that is neither threads nor processes */
	const struct summary_row *dots[LANES];
};

struct mechanisms {
	const struct about *about;
	bool is_ladder, is_creation;
	struct mechanism *rows; /* cheapest first */
	size_t count, unmeasured;
	double least, most;
	struct page_modes placements; /* of all rows shown */
};

/* ---- choosing ---- */

static bool is_wanted(const struct about *about, const char *case_name)
{
	const size_t length = strlen(about->prefix);

	if (strncmp(case_name, about->prefix, length) != 0)
		return false;
	if (!about->names)
		return true;
	char *word = xasprintf(" %s ", case_name + length);
	const bool found = strstr(about->names, word) != NULL;

	free(word);
	return found;
}

/* The row of a rung. Round trips and switches are compared on one processing unit if measured so. */
static const struct summary_row *row_of_rung(struct page *page, const struct mechanisms *m,
					     const struct csv_table *table, size_t rung)
{
	const unsigned workers = (unsigned)strtoul(chart_cell(table, rung, "workers"), NULL, 10);
	const char *mode = chart_cell(table, rung, "mode"),
		   *metric = chart_cell(table, rung, "metric");
	const struct summary_row *row = NULL;
	struct pick pick;

	if (!pick_case(&pick, page->run, chart_cell(table, rung, "case")))
		return NULL;
	pick.param = chart_cell(table, rung, "param");
	pick.placement = "same-core";
	if (!m->is_ladder)
		row = pick_look(&pick, mode, workers, metric);
	pick.placement = chart_cell(table, rung, "placement");
	row = row ? row : pick_look(&pick, mode, workers, metric);
	return row && row->median > 0 ? row : NULL;
}

static enum lane lane_of(const char *mode)
{
	return strcmp(mode, "none") == 0      ? THREADS
	       : strcmp(mode, "process") == 0 ? PROCESSES
					      : LOCKS;
}

static void add_dot(struct mechanisms *m, const struct summary_row *row)
{
	const enum lane lane = lane_of(row->mode);
	char *name = lane == LOCKS ? xasprintf("%s %s", row->case_name, row->mode)
				   : xstrdup(row->case_name);
	size_t i = 0;

	while (i < m->count && strcmp(m->rows[i].name, name) != 0)
		i++;
	if (i == m->count)
		m->rows[m->count++].name = name;
	else
		free(name);
	m->rows[i].dots[lane] = row;
}

static double cost(const struct mechanism *row)
{
	double least = NAN;

	for (size_t l = 0; l < LOCKS; l++)
		if (row->dots[l])
			least = fmin(least, row->dots[l]->median);
	return isnan(least) ? row->dots[LOCKS]->median : least;
}

static int by_cost(const void *a, const void *b)
{
	const double x = cost(a), y = cost(b);

	return (x > y) - (x < y);
}

static bool rank(struct page *page, struct mechanisms *m, struct reason *why)
{
	const struct csv_table *table;
	double median, workers;

	if (!chart_table(page->run, "ladder.csv", COLUMNS, &table, why))
		return false;
	m->rows = xcalloc(table ? table->rows + 1 : 1, sizeof(*m->rows));
	for (size_t rung = 0; table && rung < table->rows; rung++) {
		if (!is_wanted(m->about, chart_cell(table, rung, "case")))
			continue;
		if (!chart_number(table, rung, "median", &median, why) ||
		    !chart_workers(table, rung, &workers, why))
			return false;
		const struct summary_row *row = row_of_rung(page, m, table, rung);

		m->unmeasured += isnan(median);
		if (!isnan(median) && row)
			add_dot(m, row);
	}
	qsort(m->rows, m->count, sizeof(*m->rows), by_cost);
	return true;
}

/* People ask for these by name. */
static bool is_landmark(const char *name)
{
	static const char *const landmarks[] = {
		"sync_pair mutex", "floor_syscall", "switch_futex", "rt_pipe",
		"mp_queue",        "create_thread", "create_fork",  "create_fork_exec"};

	for (size_t i = 0; i < ARRAY_SIZE(landmarks); i++)
		if (strcmp(landmarks[i], name) == 0)
			return true;
	return false;
}

/* The row closest to the one before it, but never the first, the last, or a landmark. 0: none. */
static size_t closest(const struct mechanisms *m)
{
	size_t best = 0;

	for (size_t i = 1; i + 1 < m->count; i++)
		if (!is_landmark(m->rows[i].name) &&
		    (!best || cost(&m->rows[i]) / cost(&m->rows[i - 1]) <
				      cost(&m->rows[best]) / cost(&m->rows[best - 1])))
			best = i;
	return best;
}

static void thin(struct page *page, struct mechanisms *m)
{
	const size_t all = m->count;

	for (size_t i; m->count > PLACES && (i = closest(m)) > 0; m->count--) {
		free(m->rows[i].name);
		memmove(&m->rows[i], &m->rows[i + 1], (m->count - i - 1) * sizeof(*m->rows));
	}
	if (m->count < all)
		page_remark(page, _("%zu of %zu left out, each close to a neighbour"),
			    all - m->count, all);
}

/* ---- drawing ---- */

static void note_dot(struct page *page, struct mechanisms *m, const struct summary_row *row)
{
	page_note(page, row);
	look_add(&m->placements, row->placement);
	m->least = fmin(m->least,
			fmin(row->median, pick_low(row) > 0 ? pick_low(row) : row->median));
	m->most = fmax(m->most, pick_high(row));
}

static void write_names(struct page *page, struct mechanisms *m)
{
	for (size_t i = 0; i < m->count; i++) {
		page_text_at(page, "row_name", i + 1, page_clean(page, m->rows[i].name, 30));
		for (size_t l = 0; l < LANES; l++) {
			const struct summary_row *row = m->rows[i].dots[l];

			page_text_at(page, page_keep(page, "row_%s", lane_names[l]), i + 1,
				     row ? words_ns(row->median).text : "");
			if (row)
				note_dot(page, m, row);
		}
	}
}

/* The block of a lane; false if it has no dot. */
static bool write_lane(struct page *page, const struct mechanisms *m, enum lane lane)
{
	const double aside = lane == LOCKS ? 0 : LANE * ((double)lane - 0.5);
	bool any = false;

	for (size_t i = 0; i < m->count; i++) {
		const struct summary_row *row = m->rows[i].dots[lane];

		if (!row)
			continue;
		if (!any)
			page_block(page, "%s", lane_names[lane]);
		any = true;
		PAGE_ROW(page, row->median, (double)i + 1 + aside,
			 pick_low(row) > 0 ? pick_low(row) : row->median, pick_high(row));
	}
	return any;
}

static void write_lanes(struct page *page, const struct mechanisms *m)
{
	const char *list = "";

	for (enum lane l = THREADS; l < LANES; l++)
		if (write_lane(page, m, l))
			list = page_keep(page, "%s%s%s", list, *list ? " " : "", lane_names[l]);
	page_words(page, "modes", list);
	page_text(page, "T_none", "%s", m->is_creation ? _("by a thread") : _("threads"));
	page_text(page, "T_process", "%s", m->is_creation ? _("by a process") : _("processes"));
	page_text(page, "T_mutex", "%s", _("a lock"));
	page_number(page, "rows", (double)m->count);
}

/* ---- words ---- */

/* A difference is claimed only if the intervals do not overlap. */
static void title_creation(struct page *page, const struct summary_row *thread,
			   const struct summary_row *process)
{
	if (isnan(thread->ci_lo) || isnan(process->ci_lo))
		page_title(page,
			   _("Too few launches to judge what a process costs beside a thread"));
	else if (pick_surely_less(process, thread))
		page_title(page, _("Making a process costs %s, a thread %s"),
			   words_ns(process->median).text, words_ns(thread->median).text);
	else if (pick_surely_less(thread, process))
		page_title(page, _("Making a process costs %s a thread: %s against %s"),
			   words_times(process->median / thread->median).text,
			   words_ns(process->median).text, words_ns(thread->median).text);
	else
		page_title(page, _("Making a thread or a process: no difference seen"));
}

static const struct summary_row *made_by(const struct mechanisms *m, const char *name)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->rows[i].name, name) == 0)
			return m->rows[i].dots[THREADS] ? m->rows[i].dots[THREADS]
							: m->rows[i].dots[PROCESSES];
	return NULL;
}

/* "4.31 µs (rt_pipe) to 20.3 µs (rt_tcp)" */
static const char *range_words(struct page *page, const struct mechanisms *m)
{
	const struct mechanism *first = &m->rows[0], *last = &m->rows[m->count - 1];
	const char *words = page_keep(page, "%s (%s)", words_ns(cost(first)).text,
				      page_clean(page, first->name, 24));

	if (m->count == 1)
		return words;
	return page_keep(page, _("%s to %s (%s)"), words, words_ns(cost(last)).text,
			 page_clean(page, last->name, 24));
}

struct tally {
	unsigned judged, above, below;
};

/* Count the rows in which processes differ from threads, by the interval of their ratio. */
static struct tally against(const struct mechanisms *m)
{
	struct tally tally = {0, 0, 0};

	for (size_t i = 0; i < m->count; i++) {
		const enum pick_verdict verdict = pick_ratio_verdict(m->rows[i].dots[PROCESSES]);

		if (!m->rows[i].dots[THREADS] || verdict <= PICK_UNKNOWN)
			continue;
		tally.judged++;
		tally.above += verdict == PICK_ABOVE;
		tally.below += verdict == PICK_BELOW;
	}
	return tally;
}

static void title_exchange(struct page *page, const struct mechanisms *m, bool round_trip)
{
	const struct tally t = against(m);
	const char *range = range_words(page, m);

	if (!t.judged)
		page_title(page,
			   round_trip ? _("A round trip takes %s") : _("A hand-over takes %s"),
			   range);
	else if (!t.above && !t.below)
		page_title(page,
			   round_trip ? _("A round trip takes %s; processes: no difference seen")
				      : _("A hand-over takes %s; processes: no difference seen"),
			   range);
	else
		page_title(page,
			   round_trip ? _("A round trip takes %s; processes dearer in %u, cheaper "
					  "in %u of %u")
				      : _("A hand-over takes %s; processes dearer in %u, cheaper "
					  "in %u of %u"),
			   range, t.above, t.below, t.judged);
}

static void title(struct page *page, const struct mechanisms *m)
{
	const struct summary_row *thread = made_by(m, "create_thread"),
				 *process = made_by(m, "create_fork");

	if (m->is_creation && thread && process)
		title_creation(page, thread, process);
	else if (m->is_ladder || m->is_creation)
		page_title(page, _("What things cost: %s"), range_words(page, m));
	else
		title_exchange(page, m, strcmp(m->about->chart, "round-trip") == 0);
}

static const char *place_words(struct page *page, const struct mechanisms *m)
{
	if (m->placements.count != 1)
		return m->is_ladder ? "" : _(", where each costs least");
	if (strcmp(m->placements.names[0], "same-core") == 0)
		return _(", on one processing unit");
	return page_keep(page, _(", placement %s"), page_clean(page, m->placements.names[0], 24));
}

static void draw(struct page *page, struct mechanisms *m)
{
	thin(page, m);
	write_names(page, m);
	write_lanes(page, m);
	title(page, m);
	page_subtitle(page, _("%s%s, logarithmic, lower is better; %s"), _(m->about->subtitle),
		      place_words(page, m), page_interval_words(page, _("whisker")));
	axis_log_ns(page, m->least, m->most);
	if (m->unmeasured)
		page_remark(page,
			    ngettext("%u mechanism not measured", "%u mechanisms not measured",
				     m->unmeasured),
			    (unsigned)m->unmeasured);
}

bool chart_mechanisms(struct page *page, struct reason *why)
{
	struct mechanisms m = {.about = abouts, .least = NAN, .most = NAN};
	bool good;

	while (strcmp(m.about->chart, page->chart->name) != 0)
		m.about++;
	m.is_ladder = strcmp(page->chart->name, "cost-ladder") == 0;
	m.is_creation = strcmp(page->chart->name, "creation") == 0;
	good = rank(page, &m, why);
	if (good && m.count)
		draw(page, &m);
	else if (good)
		page_missing(page, _(m.about->what), m.about->needed, NULL);
	for (size_t i = 0; i < m.count; i++)
		free(m.rows[i].name);
	free(m.rows);
	return good;
}
