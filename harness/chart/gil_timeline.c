/* SPDX-License-Identifier: MIT */
/* The holder of the GIL over time: a lane per thread, a panel per lock, 50 ms of one epoch. */
#include "harness/base/language.h"
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS     "case,mode,workers,placement,param,worker,take_ns,drop_ns"
#define WINDOW_NS   50000000.0
#define LANES_MAX   8
#define PANELS_MAX  6
#define WORKERS_MAX 1024
#define PIXELS      1200 /* the least width of a holding, as a share of the window */
/* A thread starves if it holds the lock for less than this part of its fair share. */
#define STARVES_BELOW 0.1
/* Stamps that end before this share of the window do not cover it. */
#define COVERED_MIN 0.98

struct holding {
	size_t row; /* of timeline.csv */
	const char *mode;
	unsigned worker, workers;
	double take_ns, drop_ns;
};

/* The facts from the holdings of one mode. */
struct turns {
	const char *mode;
	unsigned handoffs, starved; /* STARVED: a thread */
	bool covered, starves;
	double starved_share, longest_wait_ns, end_ns;
};

struct timeline {
	const struct csv_table *table;
	struct holding *holdings;
	size_t count;
	const struct holding *set; /* the chosen epochs are those like this one */
	struct turns panels[PANELS_MAX];
	size_t panel_count;
	unsigned lanes;
	double window_ns;
};

/* ---- reading ---- */

static bool read_whole(const struct csv_table *table, size_t row, const char *column, double *out,
		       struct reason *why)
{
	if (!chart_number(table, row, column, out, why))
		return false;
	return (!isnan(*out) && *out >= 0) ||
	       refuse(why, _("timeline.csv:%zu: column %s: missing or below 0"), table->line[row],
		      column);
}

static bool read_holding(const struct csv_table *table, size_t row, struct holding *h,
			 struct reason *why)
{
	double worker, workers;

	h->row = row;
	h->mode = chart_cell(table, row, "mode");
	if (!read_whole(table, row, "workers", &workers, why) ||
	    !read_whole(table, row, "worker", &worker, why) ||
	    !read_whole(table, row, "take_ns", &h->take_ns, why) ||
	    !read_whole(table, row, "drop_ns", &h->drop_ns, why))
		return false;
	if (h->drop_ns < h->take_ns)
		return refuse(why, _("timeline.csv:%zu: drop_ns lies before take_ns"),
			      table->line[row]);
	if (workers > WORKERS_MAX || worker >= workers)
		return refuse(why, _("timeline.csv:%zu: column worker: there are only %.9g"),
			      table->line[row], workers);
	h->worker = (unsigned)worker;
	h->workers = (unsigned)workers;
	return true;
}

static bool read_holdings(struct page *page, struct timeline *t, struct reason *why)
{
	const struct csv_table *table = NULL;

	if (!chart_table(page->run, "timeline.csv", COLUMNS, &table, why))
		return false;
	if (!table)
		return true;
	t->table = table;
	t->holdings = xcalloc(table->rows + 1, sizeof(*t->holdings));
	for (size_t row = 0; row < table->rows; row++)
		if (!read_holding(table, row, &t->holdings[t->count++], why))
			return false;
	return true;
}

/* ---- choosing ---- */

static const char *cell(const struct timeline *t, const struct holding *h, const char *column)
{
	return chart_cell(t->table, h->row, column);
}

static bool same_set(const struct timeline *t, const struct holding *a, const struct holding *b)
{
	return a->workers == b->workers && strcmp(cell(t, a, "case"), cell(t, b, "case")) == 0 &&
	       strcmp(cell(t, a, "placement"), cell(t, b, "placement")) == 0 &&
	       strcmp(cell(t, a, "param"), cell(t, b, "param")) == 0;
}

static bool is_gil(struct page *page, const char *mode)
{
	static const char *const ids[] = {"gil", "gil27", "gil313"};
	const char *id = look_id(page, mode);

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return strncmp(id, "real", 4) == 0;
}

/* The locks measured in the set of H. */
static size_t locks_of(struct page *page, const struct timeline *t, const struct holding *h)
{
	struct page_modes locks = {.count = 0};

	for (size_t i = 0; i < t->count; i++)
		if (same_set(t, &t->holdings[i], h) && is_gil(page, t->holdings[i].mode))
			look_add(&locks, t->holdings[i].mode);
	return locks.count;
}

/* gil_handoff before cpu_int, two workers before more, most locks, own cores, the default interval. */
static size_t score(struct page *page, const struct timeline *t, const struct holding *h)
{
	const bool handoff = strcmp(cell(t, h, "case"), "gil_handoff") == 0;
	const size_t locks = locks_of(page, t, h);

	if ((!handoff && strcmp(cell(t, h, "case"), "cpu_int") != 0) || h->workers < 2 || !locks)
		return 0;
	return handoff * (size_t)100000 + (h->workers == 2) * (size_t)10000 + locks * 10 +
	       (strcmp(cell(t, h, "placement"), "cores") == 0) * (size_t)2 +
	       !strstr(cell(t, h, "param"), "interval_us");
}

static bool choose_set(struct page *page, struct timeline *t)
{
	const struct holding *previous = NULL;
	size_t best = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct holding *h = &t->holdings[i];

		if (previous && same_set(t, h, previous))
			continue;
		previous = h;
		const size_t points = score(page, t, h);

		if (points > best) {
			best = points;
			t->set = h;
		}
	}
	return t->set != NULL;
}

static double last_drop(const struct timeline *t, const char *mode)
{
	double latest = 0;

	for (size_t i = 0; i < t->count; i++)
		if (same_set(t, &t->holdings[i], t->set) && strcmp(t->holdings[i].mode, mode) == 0)
			latest = fmax(latest, t->holdings[i].drop_ns);
	return latest;
}

/* Set the modes and the window of the page. It ends with the last holding of all if that is early. */
static void open_window(struct page *page, struct timeline *t)
{
	struct page_modes measured = {.count = 0};
	double latest = 0;

	for (size_t i = 0; i < t->count; i++)
		if (same_set(t, &t->holdings[i], t->set))
			look_add(&measured, t->holdings[i].mode);
	look_laboratory(page, &measured, "gil27 real27 gil real32 gil313 real313");
	for (size_t m = 0; m < page->modes.count; m++)
		latest = fmax(latest, last_drop(t, page->modes.names[m]));
	t->window_ns = latest > 0 && latest < WINDOW_NS ? latest : WINDOW_NS;
	t->lanes = t->set->workers < LANES_MAX ? t->set->workers : LANES_MAX;
	if (t->lanes < t->set->workers)
		page_remark(page, _("the first %u of %u threads"), t->lanes, t->set->workers);
}

/* ---- panels ---- */

struct thread {
	double got_ns, free_since_ns;
};

static void write_holding(struct page *page, const struct timeline *t, const struct holding *h,
			  double drop_ns)
{
	const double thin = t->window_ns / PIXELS;

	if (h->worker < t->lanes)
		PAGE_ROW(page, h->take_ns / 1e6,
			 (drop_ns - h->take_ns < thin ? h->take_ns + thin : drop_ns) / 1e6,
			 h->worker);
}

static void follow(struct page *page, const struct timeline *t, struct turns *turns,
		   struct thread *threads)
{
	const struct holding *previous = NULL;

	for (size_t i = 0; i < t->count; i++) {
		const struct holding *h = &t->holdings[i];

		if (strcmp(h->mode, turns->mode) != 0 || h->take_ns >= turns->end_ns ||
		    !same_set(t, h, t->set))
			continue;
		struct thread *thread = &threads[h->worker];
		const double drop_ns = fmin(h->drop_ns, turns->end_ns);

		write_holding(page, t, h, drop_ns);
		turns->handoffs += previous && previous->worker != h->worker;
		previous = h;
		thread->got_ns += drop_ns - h->take_ns;
		turns->longest_wait_ns = fmax(turns->longest_wait_ns,
					      h->take_ns - thread->free_since_ns);
		thread->free_since_ns = drop_ns;
	}
}

/* The thread with the smallest share, if that is almost nothing. */
static void find_starved(const struct timeline *t, struct turns *turns,
			 const struct thread *threads)
{
	for (unsigned w = 0; w < t->set->workers; w++) {
		turns->longest_wait_ns = fmax(turns->longest_wait_ns,
					      turns->end_ns - threads[w].free_since_ns);
		if (turns->end_ns <= 0 ||
		    threads[w].got_ns * t->set->workers >= STARVES_BELOW * turns->end_ns ||
		    (turns->starves && threads[w].got_ns >= threads[turns->starved].got_ns))
			continue;
		turns->starves = true;
		turns->starved = w;
	}
	if (turns->starves)
		turns->starved_share = 100 * threads[turns->starved].got_ns / turns->end_ns;
}

static const char *handoff_words(struct page *page, const struct turns *turns)
{
	if (turns->covered)
		return page_keep(page, ngettext("%u hand-off", "%u hand-offs", turns->handoffs),
				 turns->handoffs);
	return page_keep(page,
			 ngettext("at least %u hand-off", "at least %u hand-offs", turns->handoffs),
			 turns->handoffs);
}

static const char *second_words(struct page *page, const struct turns *turns)
{
	if (!turns->covered)
		return page_keep(page, _("known up to %s"), words_ns(turns->end_ns).text);
	if (turns->starves)
		return page_keep(page, _("thread %u has it %s %% of the time"), turns->starved,
				 words_digits(turns->starved_share).text);
	return page_keep(page, _("longest wait %s"), words_ns(turns->longest_wait_ns).text);
}

static void write_panel(struct page *page, struct timeline *t, const char *mode)
{
	struct turns *turns = &t->panels[t->panel_count++];
	struct thread *threads = xcalloc(t->set->workers, sizeof(*threads));

	*turns = (struct turns){.mode = mode, .end_ns = fmin(last_drop(t, mode), t->window_ns)};
	turns->covered = turns->end_ns >= COVERED_MIN * t->window_ns;
	page_block(page, "%s", look_id(page, mode));
	follow(page, t, turns, threads);
	find_starved(t, turns, threads);
	free(threads);
	page_text_at(page, "first", t->panel_count, handoff_words(page, turns));
	page_text_at(page, "second", t->panel_count, second_words(page, turns));
	page_number_at(page, "end", t->panel_count, turns->end_ns / 1e6);
}

static void write_panels(struct page *page, struct timeline *t)
{
	struct page_modes shown = {.count = 0};
	const char *lacking = "";

	for (size_t m = 0; m < page->modes.count; m++) {
		const char *mode = page->modes.names[m];

		if (last_drop(t, mode) <= 0) {
			lacking = page_keep(page, "%s%s%s", lacking, *lacking ? ", " : "",
					    look_words(page, mode));
		} else if (t->panel_count < PANELS_MAX) {
			write_panel(page, t, mode);
			look_add(&shown, mode);
		}
	}
	if (*lacking)
		page_remark(page, _("not measured: %s"), lacking);
	look_put(page, "modes", &shown);
	page_number(page, "panels", (double)t->panel_count);
	page_number(page, "lanes", t->lanes);
	page_number(page, "window_ms", t->window_ns / 1e6);
}

/* ---- words ---- */

static const char *window_words(struct page *page, const struct timeline *t)
{
	const bool is_round = fmod(t->window_ns, 1e6) == 0;

	return page_keep(page, "%s",
			 is_round ? words_round_ns(t->window_ns).text
				  : words_ns(t->window_ns).text);
}

static const char *change_words(struct page *page, const struct turns *turns)
{
	const char *under = look_under(page, turns->mode);
	const unsigned n = turns->handoffs;

	if (turns->covered)
		return page_keep(page, ngettext("%u time %s", "%u times %s", n), n, under);
	return page_keep(page, ngettext("at least %u time %s", "at least %u times %s", n), n,
			 under);
}

/* Name a thread that starves, else compare the first lock with the new one or with the second. */
static void title(struct page *page, const struct timeline *t)
{
	const struct turns *first = &t->panels[0],
			   *second = t->panel_count > 1 ? &t->panels[1] : NULL;
	const char *window = window_words(page, t);

	for (size_t p = 0; p < t->panel_count; p++) {
		const struct turns *turns = &t->panels[p];

		if (turns->starves && turns->covered) {
			page_title(
				page,
				_("In %s a thread starves %s: it has the lock %s %% of the time"),
				window, look_under(page, turns->mode),
				words_digits(turns->starved_share).text);
			return;
		}
		if (p > 0 && strcmp(turns->mode, page->new_gil) == 0)
			second = turns;
	}
	if (second)
		page_title(page, _("In %s the lock changes hands %s, %s"), window,
			   change_words(page, first), change_words(page, second));
	else
		page_title(page, _("In %s the lock changes hands %s"), window,
			   change_words(page, first));
}

static void draw(struct page *page, struct timeline *t)
{
	struct pick pick;

	open_window(page, t);
	write_panels(page, t);
	title(page, t);
	pick = (struct pick){.param = cell(t, t->set, "param"),
			     .placement = cell(t, t->set, "placement"),
			     .sets = 1};
	page_subtitle(page,
		      _("Who holds the lock in the first %s of one epoch, a lane per thread "
			"(%s%s): an example, no statistic"),
		      window_words(page, t), cell(t, t->set, "case"), pick_words(page, &pick));
}

bool chart_gil_timeline(struct page *page, struct reason *why)
{
	struct timeline t = {.count = 0};
	const bool good = read_holdings(page, &t, why);

	if (good && choose_set(page, &t))
		draw(page, &t);
	else if (good)
		page_missing(page, _("who holds the GIL"), "gil_handoff", NULL);
	free(t.holdings);
	return good;
}
