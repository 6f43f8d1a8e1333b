/* SPDX-License-Identifier: MIT */
/*
 * The cost of a Python operation, and of its protocol alone: each case beside the row of the real
 * operation of the same Python in the run (scripts/python-twins.sh).
 */
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

/* PARAM: the beginning of the parameters, or all of them if EXACT. */
static const struct sight {
	const char *words, *case_name, *metric, *param;
	bool exact, threads;
} sights[] = {
	{"Lock", "mp_lock", "op_ns", "", true, false},
	{"RLock", "mp_rlock", "op_ns", "depth=1", true, false},
	{N_("queue.Queue, an item"), "thread_queue", "item_ns", "team=2;producers=1;maxsize=0",
	 true, true},
	{N_("Pipe(False), there and back"), "mp_pipe_simplex", "rt_ns", "size=8;", false, false},
	{N_("Pipe(), there and back"), "mp_pipe_duplex", "rt_ns", "size=8;", false, false},
	{N_("SimpleQueue, there and back"), "mp_simplequeue", "rt_ns", "size=8;", false, false},
	{N_("Queue, there and back"), "mp_queue", "rt_ns", "size=8;", false, false},
	{N_("Queue, an item, 1 to 3"), "mp_producers_consumers", "item_ns",
	 "team=4;producers=1;maxsize=0", true, false},
	{N_("Pool.map, a task"), "mp_pool", "task_ns", "call=2;task_us=0;", false, false},
	{N_("Pool.apply_async, a task"), "mp_pool", "task_ns", "call=1;task_us=0;", false, false},
	{N_("Pool.apply, a task"), "mp_pool", "task_ns", "call=0;task_us=0;", false, false},
	{N_("Thread, start and join"), "create_thread", "create_ns", "", true, true},
	{N_("Process, start and join"), "create_fork", "create_ns", "touched_mib=0;", false, false},
};
#define SIGHTS ARRAY_SIZE(sights)

struct twins {
	const char *version; /* "python-3.11.7" */
	const struct summary_row *twin[SIGHTS], *python[SIGHTS];
	size_t rows, dearer;
	double least_factor, most_factor, least, most;
};

/* ---- choosing ---- */

/* The mode of the newest Python in the run, or NULL. */
static const char *newest_python(const struct summary *summary)
{
	const char *best = NULL;

	for (size_t i = 0; i < summary->count; i++) {
		const char *mode = summary->rows[i].mode;

		if (strncmp(mode, "python-", 7) == 0 && pick_usable(&summary->rows[i]) &&
		    look_is_version(mode + 7) && (!best || look_is_newer(mode + 7, best + 7)))
			best = mode;
	}
	return best;
}

static bool is_meant(const struct sight *sight, const struct summary_row *row)
{
	return strcmp(row->metric, sight->metric) == 0 && pick_usable(row) && row->median > 0 &&
	       (sight->exact ? strcmp(row->param, sight->param) == 0
			     : strncmp(row->param, sight->param, strlen(sight->param)) == 0);
}

static const struct summary_row *twin_of(const struct sight *sight, struct pick *pick,
					 const struct summary_row *python)
{
	const char *const modes[] = {sight->threads ? "none" : "process",
				     sight->threads ? "process" : "none"};

	pick->param = python->param;
	pick->placement = python->placement;
	for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
		const struct summary_row *row = pick_look(pick, modes[m], (unsigned)python->workers,
							  sight->metric);

		if (row && row->median > 0)
			return row;
	}
	return NULL;
}

/* Python's row with the fewest workers, on one core if there is one, and its twin. */
static bool find_pair(const struct page *page, struct twins *t, size_t i)
{
	const struct sight *sight = &sights[i];
	const struct summary_row *best = NULL;
	struct pick pick;

	pick_case(&pick, page->run, sight->case_name);
	for (const struct summary_row *row = pick.begin; row < pick.end; row++)
		if (is_meant(sight, row) && strcmp(row->mode, t->version) == 0 &&
		    (!best || row->workers < best->workers ||
		     strcmp(row->placement, "same-core") == 0))
			best = row;
	t->python[i] = best;
	t->twin[i] = best ? twin_of(sight, &pick, best) : NULL;
	return t->twin[i] != NULL;
}

/* ---- drawing ---- */

static void extend(struct page *page, struct twins *t, const struct summary_row *row)
{
	page_note(page, row);
	t->least = fmin(t->least, pick_low(row) > 0 ? pick_low(row) : row->median);
	t->most = fmax(t->most, pick_high(row));
}

static void judge(struct twins *t, size_t i, double factor)
{
	if (!pick_surely_less(t->twin[i], t->python[i]))
		return;
	t->dearer++;
	t->least_factor = fmin(t->least_factor, factor);
	t->most_factor = fmax(t->most_factor, factor);
}

static void write_pair(struct page *page, struct twins *t, size_t i)
{
	const double twin = t->twin[i]->median, python = t->python[i]->median;
	const size_t row = ++t->rows;

	extend(page, t, t->twin[i]);
	extend(page, t, t->python[i]);
	page_text_at(page, "row_name", row, _(sights[i].words));
	page_text_at(page, "row_twin", row, words_ns(twin).text);
	page_text_at(page, "row_python", row, words_ns(python).text);
	page_text_at(page, "row_factor", row, words_times(python / twin).text);
	judge(t, i, python / twin);
}

static void write_block(struct page *page, const struct twins *t, const char *name,
			const struct summary_row *const *rows,
			const struct summary_row *const *others)
{
	double place = 0;

	page_block(page, "%s", name);
	for (size_t i = 0; i < SIGHTS; i++) {
		if (!t->twin[i])
			continue;
		place++;
		PAGE_ROW(page, rows[i]->median, place,
			 pick_low(rows[i]) > 0 ? pick_low(rows[i]) : t->least, pick_high(rows[i]),
			 others[i]->median);
	}
}

static void title(struct page *page, const struct twins *t)
{
	const unsigned dearer = (unsigned)t->dearer, all = (unsigned)t->rows;
	const struct format_text most = words_times(t->most_factor);

	if (!dearer)
		page_title(page, _("Python and its protocol: no difference is certain"));
	else if (dearer == all && all > 1)
		page_title(page, _("CPython takes %s to %s what its protocol takes in C"),
			   words_times(t->least_factor).text, most.text);
	else
		page_title(page,
			   ngettext("%u operation of %u certainly costs more in CPython than in C, "
				    "up to %s",
				    "%u operations of %u certainly cost more in CPython than in C, "
				    "up to %s",
				    dearer),
			   dearer, all, most.text);
}

static void draw(struct page *page, struct twins *t)
{
	const char *version = t->version + strlen("python-");

	write_block(page, t, "twin", t->twin, t->python);
	write_block(page, t, "python", t->python, t->twin);
	page_number(page, "rows", (double)t->rows);
	page_text(page, "version", "CPython %s", version);
	title(page, t);
	page_subtitle(page,
		      _("Cost of one operation on the same processors: its protocol in C and "
			"CPython %s itself, logarithmic, lower is better; %s"),
		      version,
		      isnan(page->level) ? page_interval_words(page, "")
					 : _("whisker = interval of the median"));
	if (!isnan(page->level))
		page_remark(page, _("intervals of at least 95 %%"));
	axis_log_ns(page, t->least, t->most);
}

bool chart_python_twins(struct page *page, struct reason *why)
{
	struct twins t = {.least_factor = NAN, .most_factor = NAN, .least = NAN, .most = NAN};

	(void)why;
	t.version = newest_python(&page->run->summary);
	for (size_t i = 0; t.version && i < SIGHTS; i++)
		if (find_pair(page, &t, i))
			write_pair(page, &t, i);
	if (t.rows)
		draw(page, &t);
	else
		page_missing_for(page, _("Python beside its twins in C"),
				 _("no case that was measured in Python as well"),
				 "scripts/python-twins.sh results/latest");
	return true;
}
