/* SPDX-License-Identifier: MIT */
/*
 * Steps in a series of figures. The median of 7 against the median of up to 30 before: a few bad
 * runs move neither. Both windows slide over the series as sorted arrays, so that a long series
 * costs a few moves per value. Medians as levels, MAD as spread: Hunter (arXiv 2301.03034) has the
 * comparison of such rules; this one is the simplest that does not fire on noise.
 */
#include "harness/stats/change.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BASE_MAX     30u
#define STEP_MIN     0.03   /* of the level before */
#define ERRORS_MIN   5.0    /* standard errors of the median of 7 */
#define MAD_TO_SIGMA 1.4826 /* for a normal distribution */
/* sqrt(pi / 2): standard error of a median over that of a mean, for a normal distribution */
#define MEDIAN_ERROR 1.2533

struct window {
	double sorted[BASE_MAX];
	unsigned count;
};

static void window_add(struct window *window, double value)
{
	unsigned i = window->count++;

	for (; i > 0 && window->sorted[i - 1] > value; i--)
		window->sorted[i] = window->sorted[i - 1];
	window->sorted[i] = value;
}

static void window_remove(struct window *window, double value)
{
	unsigned i = 0;

	while (i + 1 < window->count && window->sorted[i] != value)
		i++;
	window->count--;
	memmove(&window->sorted[i], &window->sorted[i + 1],
		(window->count - i) * sizeof(window->sorted[0]));
}

static double window_median(const struct window *window)
{
	unsigned middle = window->count / 2;

	if (window->count % 2)
		return window->sorted[middle];
	return (window->sorted[middle - 1] + window->sorted[middle]) / 2;
}

/* Median distance from CENTRE: the distances grow to both sides of it, so the two runs of them are
 * merged up to the middle. */
static double window_mad(const struct window *window, double centre)
{
	unsigned low = window->count / 2, high = low;
	double last = 0, before = 0;

	for (unsigned i = 0; i <= window->count / 2; i++) {
		double below = low > 0 ? centre - window->sorted[low - 1] : INFINITY;
		double above = high < window->count ? window->sorted[high] - centre : INFINITY;

		before = last;
		last = below < above ? below : above;
		if (below < above)
			low--;
		else
			high++;
	}
	return window->count % 2 ? last : (before + last) / 2;
}

static double median_of(const double *values, size_t count)
{
	struct window window = {.count = 0};

	for (size_t i = 0; i < count && i < BASE_MAX; i++)
		window_add(&window, values[i]);
	return window_median(&window);
}

struct search {
	const double *values;
	size_t count;
	size_t start; /* of the present level */
	size_t at;    /* first of the 7 that are judged */
	struct window base, recent;
	double sigma_before; /* of the level before this one, scaled to this one; NAN: there was none */
};

/* Values needed before AT: after a step the spread is known already, only the level is new. */
static size_t base_needed(const struct search *search)
{
	return isnan(search->sigma_before) ? CHANGE_BASE_MIN : CHANGE_RECENT;
}

/* Begin a level at START. */
static void restart(struct search *search, size_t start)
{
	search->start = start;
	search->at = start + base_needed(search);
	search->base.count = search->recent.count = 0;
	if (search->at + CHANGE_RECENT > search->count)
		return;
	for (size_t i = start; i < search->at; i++)
		window_add(&search->base, search->values[i]);
	for (size_t i = search->at; i < search->at + CHANGE_RECENT; i++)
		window_add(&search->recent, search->values[i]);
}

static void slide(struct search *search)
{
	const double *first = &search->values[search->at];

	if (search->base.count == BASE_MAX)
		window_remove(&search->base, first[-(int)BASE_MAX]);
	window_add(&search->base, first[0]);
	window_remove(&search->recent, first[0]);
	if (search->at + CHANGE_RECENT < search->count)
		window_add(&search->recent, first[CHANGE_RECENT]);
	search->at++;
}

static double sigma(const struct search *search, double level)
{
	if (search->base.count < CHANGE_BASE_MIN)
		return search->sigma_before;
	return MAD_TO_SIGMA * window_mad(&search->base, level);
}

static bool is_step(const struct search *search, double level)
{
	double errors = ERRORS_MIN * MEDIAN_ERROR * sigma(search, level) / sqrt(CHANGE_RECENT);
	double least = fmax(errors, STEP_MIN * fabs(level));

	return fabs(window_median(&search->recent) - level) > least;
}

/* How badly "BEFORE up to SPLIT, then AFTER" fits the values FROM .. TO. */
static double misfit(const double *values, size_t from, size_t split, size_t to, double before,
		     double after)
{
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += fabs(values[i] - (i < split ? before : after));
	return sum;
}

/* The 7 that were judged hold a step; its first value is where a split fits best. */
static size_t find_onset(const struct search *search, double level)
{
	size_t from = search->at, best = from, to = from + (size_t)2 * CHANGE_RECENT;
	double least = INFINITY;

	if (to > search->count)
		to = search->count;
	for (size_t split = from; split < from + CHANGE_RECENT; split++) {
		size_t rest = search->count - split;
		double after = median_of(&search->values[split],
					 rest < CHANGE_RECENT ? rest : CHANGE_RECENT);
		double fit = misfit(search->values, from, split, to, level, after);

		if (fit < least) {
			least = fit;
			best = split;
		}
	}
	return best;
}

/*
 * The new level, from up to 30 values and not beyond the next step. What followed may show that
 * there was none: the 7 were a chance; then it is taken back. Returns how many are left.
 */
static size_t measure_levels(const double *values, size_t count, struct change_point *changes,
			     size_t found)
{
	size_t kept = 0;

	for (size_t i = 0; i < found; i++) {
		struct change_point change = changes[i];
		size_t end = i + 1 < found ? changes[i + 1].onset : count;

		change.after = median_of(&values[change.onset], end - change.onset);
		if (fabs(change.after - change.before) > STEP_MIN * fabs(change.before))
			changes[kept++] = change;
	}
	return kept;
}

size_t change_points(const double *values, size_t count, struct change_point *out)
{
	struct search search = {.values = values, .count = count, .sigma_before = NAN};
	size_t found = 0;

	restart(&search, 0);
	while (search.at + CHANGE_RECENT <= count) {
		double level = window_median(&search.base);

		if (!is_step(&search, level)) {
			slide(&search);
			continue;
		}
		double scale = level != 0 ? fabs(window_median(&search.recent) / level) : 1;

		search.sigma_before = sigma(&search, level) * scale;
		out[found++] = (struct change_point){
			.onset = find_onset(&search, level),
			.before = level,
		};
		restart(&search, out[found - 1].onset);
	}
	return measure_levels(values, count, out, found);
}
