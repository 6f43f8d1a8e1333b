/* SPDX-License-Identifier: MIT */
/*
 * The charts of a history: per case the last runs of one set of series, in per cent of their
 * beginning, with a line per mode and a mark at every change. The set with the most changes is drawn.
 */
#include "harness/base/language.h"
#include "harness/chart/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/history/history.h"
#include "harness/stats/stats.h"

#define RUNS_SHOWN 300u
#define BASE_RUNS  30u  /* first of the shown runs; their median is 0 % */
#define RANGE_MIN  10.0 /* per cent from the bottom to the top of a chart */
#define LABEL_GAP  0.066

/* Series that differ only in the mode. */
struct set {
	struct trend_series *const *series;
	size_t count, changes, points;
};

/* A picture of a set. Runs are numbered on the axis, from 1. */
struct picture {
	struct page *page;
	struct set set;
	size_t sets;                   /* of the case */
	const char **ids;              /* of the mode of each series, in gnuplot */
	double *levels;                /* of each series: 0 %; NAN: it is not drawn */
	size_t *numbers;               /* of each run of the trend; 0: not shown */
	const struct trend_run **runs; /* by number */
	size_t run_count, left_out;
	double bottom, top; /* per cent */
};

/* ---- choosing a set ---- */

static const char *cell(const struct set *set, enum history_column column)
{
	return set->series[0]->cells[column];
}

static bool is_same_set(const struct trend_series *a, const struct trend_series *b)
{
	for (size_t i = 0; i < HISTORY_COLUMNS; i++)
		if (i != HISTORY_MODE && strcmp(a->cells[i], b->cells[i]) != 0)
			return false;
	return true;
}

/* The first of COUNT > 0 series and the following ones of its set. */
static struct set take_set(struct trend_series *const *series, size_t count)
{
	struct set set = {.series = series};

	while (set.count < count && is_same_set(series[0], series[set.count])) {
		set.changes += series[set.count]->change_count;
		set.points += series[set.count]->count;
		set.count++;
	}
	return set;
}

static uint64_t workers_of(const struct set *set)
{
	uint64_t workers = 0;

	(void)parse_u64(cell(set, HISTORY_WORKERS), 0, UINT32_MAX, &workers); /* already checked */
	return workers;
}

static bool is_drawn(const struct set *set)
{
	return strcmp(cell(set, HISTORY_BETTER), "zero") != 0;
}

/* Changes, then a long history, then many workers. A figure that must be zero has no per cent. */
static bool tells_more(const struct set *a, const struct set *b)
{
	if (is_drawn(a) != is_drawn(b))
		return is_drawn(a);
	if (a->changes != b->changes)
		return a->changes > b->changes;
	if (a->points != b->points)
		return a->points > b->points;
	return workers_of(a) > workers_of(b);
}

/* ---- runs, levels and the range ---- */

static void number_runs(struct picture *picture, const struct trend *trend)
{
	size_t total = 0;

	picture->numbers = xcalloc(trend->run_count, sizeof(*picture->numbers));
	picture->runs = xcalloc(RUNS_SHOWN + 1, sizeof(*picture->runs));
	for (size_t s = 0; s < picture->set.count; s++)
		for (size_t p = 0; p < picture->set.series[s]->count; p++)
			picture->numbers[picture->set.series[s]->points[p].run->place] = 1;
	for (size_t i = 0; i < trend->run_count; i++)
		total += picture->numbers[i];
	picture->left_out = total > RUNS_SHOWN ? total - RUNS_SHOWN : 0;
	total = 0;
	for (size_t i = 0; i < trend->run_count; i++) {
		if (!picture->numbers[i])
			continue;
		picture->numbers[i] = ++total > picture->left_out ? ++picture->run_count : 0;
		picture->runs[picture->numbers[i]] = trend->runs[i];
	}
}

/* The number of a point's run on the axis; 0: not shown. */
static size_t number_of(const struct picture *picture, const struct trend_series *series,
			size_t point)
{
	return picture->numbers[series->points[point].run->place];
}

static double start_level(const struct picture *picture, const struct trend_series *series)
{
	double first[BASE_RUNS];
	size_t count = 0;

	for (size_t p = 0; p < series->count && count < BASE_RUNS; p++)
		if (number_of(picture, series, p))
			first[count++] = series->points[p].value;
	double level = stats_median(first, count);

	return level > 0 ? level : NAN;
}

static double percent(const struct picture *picture, size_t s, size_t point)
{
	return (picture->set.series[s]->points[point].value / picture->levels[s] - 1) * 100;
}

static void find_range(struct picture *picture)
{
	for (size_t s = 0; s < picture->set.count; s++) {
		const struct trend_series *series = picture->set.series[s];

		picture->levels[s] = start_level(picture, series);
		for (size_t p = 0; p < series->count; p++) {
			if (!number_of(picture, series, p))
				continue;
			/* fmin() and fmax() ignore NAN */
			picture->bottom = fmin(picture->bottom, percent(picture, s, p));
			picture->top = fmax(picture->top, percent(picture, s, p));
		}
	}
	double room = fmax(RANGE_MIN - (picture->top - picture->bottom), 0) / 2;

	picture->bottom -= room;
	picture->top += room;
	room = (picture->top - picture->bottom) * 0.06;
	picture->top += 2.5 * room; /* for the names of the marks */
	picture->bottom -= room;
	page_number(picture->page, "top", picture->top);
	page_number(picture->page, "bottom", picture->bottom);
	page_number(picture->page, "last", (double)picture->run_count);
}

/* ---- words ---- */

/* "+12.5 %", with a real minus sign. */
static const char *signed_words(struct page *page, double x)
{
	return page_keep(page, "%s%.1f %%", x > 0 ? "+" : x < 0 ? "−" : "", fabs(x));
}

/* The first nine digits of a commit, or 16 plain characters for gnuplot of another name. */
static const char *short_sha(struct page *page, const char *sha)
{
	size_t digits = strspn(sha, "0123456789abcdef");
	bool is_sha = digits && (!sha[digits] || strcmp(sha + digits, "-dirty") == 0);
	char name[17];

	snprintf(name, sizeof(name), "%.*s", is_sha ? 9 : 16, sha);
	for (char *c = name; *c; c++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-", *c))
			*c = '?';
	return page_keep(page, "%s", name);
}

static const char *commit_of(struct page *page, const struct trend_run *run)
{
	return short_sha(page, *run->git_sha ? run->git_sha : run->run_id);
}

struct finding {
	const struct trend_series *series;
	const struct change_point *change;
	size_t number;
	bool worse;
};

/* The change for the title: the last one for the worse, else the last one. */
static struct finding find_main(const struct picture *picture)
{
	struct finding best = {NULL, NULL, 0, false};

	for (size_t s = 0; s < picture->set.count; s++) {
		const struct trend_series *series = picture->set.series[s];

		for (size_t c = 0; c < series->change_count; c++) {
			const struct change_point *change = &series->changes[c];
			struct finding next = {
				.series = series,
				.change = change,
				.number = number_of(picture, series, change->onset),
				.worse = strcmp(trend_verdict(series, change), "worse") == 0,
			};

			if (next.number && !isnan(picture->levels[s]) &&
			    (next.worse == best.worse ? next.number >= best.number : next.worse))
				best = next;
		}
	}
	return best;
}

static void write_title(const struct picture *picture)
{
	struct page *page = picture->page;
	const struct finding found = find_main(picture);
	const char *name = cell(&picture->set, HISTORY_CASE);
	const unsigned long runs = picture->run_count;

	if (!found.number) {
		page_title(page,
			   ngettext("%s: no change found in %lu run",
				    "%s: no change found in %lu runs", runs),
			   name, runs);
		return;
	}
	page_title(page,
		   found.worse ? _("%s: %s (worse) since %s, %s")
			       : _("%s: %s (better) since %s, %s"),
		   name, signed_words(page, trend_percent(found.change)),
		   commit_of(page, picture->runs[found.number]),
		   look_words(page, found.series->cells[HISTORY_MODE]));
}

static void write_subtitle(const struct picture *picture)
{
	struct page *page = picture->page;
	const struct set *set = &picture->set;
	const char *param = page_clean(page, cell(set, HISTORY_PARAM), 40);
	const bool higher = strcmp(cell(set, HISTORY_BETTER), "higher") == 0;

	page_subtitle(page,
		      higher ? _("%s (higher is better), change since the first runs shown; "
				 "workers %s%s%s, placement %s")
			     : _("%s (lower is better), change since the first runs shown; "
				 "workers %s%s%s, placement %s"),
		      cell(set, HISTORY_METRIC), cell(set, HISTORY_WORKERS), *param ? ", " : "",
		      param, cell(set, HISTORY_PLACEMENT));
}

static void write_remarks(const struct picture *picture)
{
	struct page *page = picture->page;

	if (picture->set.series[0]->is_ratio)
		page_remark(page, _("ratio to anchor %s"),
			    short_sha(page, cell(&picture->set, HISTORY_ANCHOR)));
	else
		page_remark(page, _("medians, no anchor: changes of the machine show too"));
	page_remark(page, _("dashed: a change, at its commit"));
	if (picture->left_out)
		page_remark(page, _("last %zu runs of %zu"), picture->run_count,
			    picture->run_count + picture->left_out);
	if (picture->sets > 1)
		page_remark(page, _("one of %zu sets of workers, parameters, placement"),
			    picture->sets);
}

static void write_caption(const struct picture *picture)
{
	struct page *page = picture->page;
	const struct trend_run *last = picture->runs[picture->run_count];
	const struct set *set = &picture->set;
	const char *machine = cell(set, HISTORY_CPU);

	if (!*machine)
		machine = *cell(set, HISTORY_HOST) ? cell(set, HISTORY_HOST) : _("machine unknown");
	page_text(page, "caption_machine", "%s", page_clean(page, machine, 70));
	page_text(page, "caption_run", _("tollgate %s · measured %.10s%s"),
		  page_clean(page, *last->git_sha ? last->git_sha : last->run_id, 24), last->ts_utc,
		  page_remarks(page));
}

/* ---- modes, lines, marks, axes ---- */

/* Colour, point and name of each mode that style.gp does not know, in turn. */
static void write_further_mode(struct page *page, const char *id, size_t further)
{
	static const char *const colours[] = {"#555555", "#117733", "#882255",
					      "#999933", "#332288", "#88CCEE"};
	static const double points[] = {4, 6, 8, 10, 12, 14};

	page_words(page, page_keep(page, "C_%s", id), colours[further % ARRAY_SIZE(colours)]);
	page_number(page, page_keep(page, "P_%s", id), points[further % ARRAY_SIZE(points)]);
	page_number(page, page_keep(page, "W_%s", id), 2.6);
	page_number(page, page_keep(page, "S_%s", id), 0.7);
}

static bool is_taken(const struct picture *picture, const char *id, size_t before)
{
	for (size_t s = 0; s < before; s++)
		if (strcmp(picture->ids[s], id) == 0)
			return true;
	return false;
}

static void write_modes(struct picture *picture)
{
	const struct page_modes deck = look_deck();
	struct page *page = picture->page;
	const char *list = "";
	size_t further = 0;

	for (size_t s = 0; s < picture->set.count; s++) {
		const char *mode = picture->set.series[s]->cells[HISTORY_MODE];
		const char *id = look_id(page, mode);

		if (!*id || is_taken(picture, id, s)) {
			id = page_keep(page, "x%zu", further + 1);
			write_further_mode(page, id, further++);
		}
		picture->ids[s] = id;
		if (!look_has(&deck, mode))
			page_text(page, page_keep(page, "T_%s", id), "%s", mode);
		if (!isnan(picture->levels[s]))
			list = page_keep(page, "%s%s%s", list, *list ? " " : "", id);
	}
	page_words(page, "modes", list);
}

static void write_line(const struct picture *picture, size_t s)
{
	const struct trend_series *series = picture->set.series[s];
	struct page *page = picture->page;
	double last = NAN;

	page_block(page, "%s", picture->ids[s]);
	for (size_t p = 0; p < series->count; p++) {
		size_t number = number_of(picture, series, p);

		if (!number)
			continue;
		last = percent(picture, s, p);
		PAGE_ROW(page, (double)number, last);
	}
	label_add(page, (last - picture->bottom) / (picture->top - picture->bottom),
		  picture->ids[s], signed_words(page, last));
}

/* One mark per run with a change, for any number of changed modes. */
static void write_marks(const struct picture *picture)
{
	bool *marked = xcalloc(picture->run_count + 1, sizeof(*marked));
	size_t marks = 0;

	for (size_t s = 0; s < picture->set.count; s++) {
		const struct trend_series *series = picture->set.series[s];

		for (size_t c = 0; c < series->change_count; c++) {
			size_t number = number_of(picture, series, series->changes[c].onset);

			if (!number || marked[number])
				continue;
			marked[number] = true;
			marks++;
			page_number_at(picture->page, "mark_x", marks, (double)number - 0.5);
			page_text_at(picture->page, "mark_text", marks,
				     commit_of(picture->page, picture->runs[number]));
		}
	}
	page_number(picture->page, "marks", (double)marks);
	free(marked);
}

static void write_tics(const struct picture *picture)
{
	struct page *page = picture->page;
	const double step = axis_step(picture->top - picture->bottom);
	const size_t every = (picture->run_count + 5) / 6;

	for (long i = lround(ceil(picture->bottom / step)); (double)i * step <= picture->top; i++)
		axis_tic(page, (double)i * step, "%s%.4g %%%%",
			 i > 0   ? "+"
			 : i < 0 ? "−"
				 : "",
			 fabs((double)i * step));
	axis_tics(page, "y");
	for (size_t i = 1; i <= picture->run_count; i += every)
		axis_tic(page, (double)i, "%s\\n%.10s", commit_of(page, picture->runs[i]),
			 picture->runs[i]->ts_utc);
	axis_tics(page, "x");
}

static struct page *make_page(const struct trend *trend, struct set set, size_t sets)
{
	struct picture picture = {
		.page = page_new("trend"),
		.set = set,
		.sets = sets,
		.ids = xcalloc(set.count, sizeof(char *)),
		.levels = xcalloc(set.count, sizeof(double)),
	};

	number_runs(&picture, trend);
	find_range(&picture);
	write_title(&picture);
	write_subtitle(&picture);
	write_remarks(&picture);
	write_caption(&picture);
	write_modes(&picture);
	for (size_t s = 0; s < set.count; s++)
		if (!isnan(picture.levels[s]))
			write_line(&picture, s);
	label_put(picture.page, LABEL_GAP);
	write_marks(&picture);
	write_tics(&picture);
	free(picture.ids);
	free(picture.levels);
	free(picture.numbers);
	free(picture.runs);
	page_finish(picture.page);
	return picture.page;
}

/* ---- all cases ---- */

/* A chart becomes the file trend-CASE.svg. */
static bool check_name(const char *name, struct reason *why)
{
	size_t plain = strspn(name,
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

	return (!name[plain] && strlen(name) < 200) ||
	       refuse(why, _("column case: '%.40s' is no name that a file can have"), name);
}

static bool write_case(FILE *out, const struct trend *trend, struct set set, size_t sets,
		       struct reason *why)
{
	const char *name = cell(&set, HISTORY_CASE);

	if (!check_name(name, why))
		return false;
	struct page *page = make_page(trend, set, sets);

	fprintf(out, "undefine opened\nterm = \"svg\"\nout = \"trend-%s.svg\"\n", name);
	chart_write_gnuplot(out, page);
	fputs("unset output\n", out);
	chart_page_free(page);
	return !ferror(out) || refuse(why, _("the charts cannot be written"));
}

/* The set to draw for the case of series FIRST. Moves *FIRST past the case. */
static struct set choose_set(const struct trend *trend, size_t *first, size_t *sets)
{
	struct set best = {.count = 0};

	*sets = 0;
	while (*first < trend->series_count &&
	       (!best.count || strcmp(cell(&best, HISTORY_CASE),
				      trend->series[*first]->cells[HISTORY_CASE]) == 0)) {
		struct set set = take_set(&trend->series[*first], trend->series_count - *first);

		*first += set.count;
		*sets += is_drawn(&set);
		if (!best.count || tells_more(&set, &best))
			best = set;
	}
	return best;
}

bool chart_write_trend(FILE *out, const struct trend *trend, struct reason *why)
{
	for (size_t i = 0; i < trend->series_count;) {
		size_t sets;
		struct set set = choose_set(trend, &i, &sets);

		if (sets && !write_case(out, trend, set, sets, why))
			return false;
	}
	return true;
}
