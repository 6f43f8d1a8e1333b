/* SPDX-License-Identifier: MIT */
/*
 * Steps in a series of figures. The median of 7 values is compared with the median of up to 30
 * values before them, so a few bad runs move neither. Levels are medians and the spread is the MAD.
 * Hunter (arXiv 2301.03034) compares such rules. This one is the simplest that ignores noise.
 */
#include "harness/stats/change.h"

#include <math.h>
#include <stdlib.h>

#define BASE_MAX     30u
#define STEP_MIN     0.03   /* of the level before */
#define ERRORS_MIN   5.0    /* standard errors of the median of 7 */
#define MAD_TO_SIGMA 1.4826 /* for a normal distribution */
/* sqrt(pi / 2): standard error of a median over that of a mean, for a normal distribution */
#define MEDIAN_ERROR 1.2533

/* A part of the series in which a level is measured. */
struct window {
	const double *values;
	size_t count; /* up to BASE_MAX */
};

/* The median of |value - CENTRE|, or of the values themselves if CENTRE is NAN. It sorts by
 * insertion, because the windows are short and the series may be long. */
static double median_around(struct window window, double centre)
{
	double sorted[BASE_MAX] = {0};
	size_t middle = window.count / 2;

	for (size_t i = 0; i < window.count; i++) {
		double value = window.values[i];
		size_t at = i;

		if (!isnan(centre))
			value = fabs(value - centre);
		for (; at > 0 && sorted[at - 1] > value; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = value;
	}
	return window.count % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/* The median of the first BASE_MAX of COUNT > 0 values. */
static double median_of(const double *values, size_t count)
{
	return median_around((struct window){values, count < BASE_MAX ? count : BASE_MAX}, NAN);
}

struct search {
	const double *values;
	size_t count;
	size_t start;        /* of the present level */
	size_t at;           /* first of the 7 that are judged */
	double sigma_before; /* of the level before this one, scaled to this one; NAN: there was none */
};

/* Begin a level at START. After a step only the level is new and the spread is known, so fewer
 * values are needed before the first judged one. */
static void restart(struct search *search, size_t start)
{
	search->start = start;
	search->at = start + (isnan(search->sigma_before) ? CHANGE_BASE_MIN : CHANGE_RECENT);
}

/* The values that the 7 are compared with. */
static struct window base_of(const struct search *search)
{
	size_t length = search->at - search->start;
	size_t count = length < BASE_MAX ? length : BASE_MAX;

	return (struct window){&search->values[search->at - count], count};
}

static double sigma(const struct search *search, double level)
{
	struct window base = base_of(search);

	return base.count < CHANGE_BASE_MIN ? search->sigma_before
					    : MAD_TO_SIGMA * median_around(base, level);
}

static bool is_step(const struct search *search, double level, double recent)
{
	double step = fabs(recent - level);

	return step > STEP_MIN * fabs(level) &&
	       step > ERRORS_MIN * MEDIAN_ERROR * sigma(search, level) / sqrt(CHANGE_RECENT);
}

/* The misfit of "BEFORE up to SPLIT, then AFTER" with the values FROM .. TO. */
static double misfit(const double *values, size_t from, size_t split, size_t to, double before,
		     double after)
{
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += fabs(values[i] - (i < split ? before : after));
	return sum;
}

/* The 7 judged values contain a step. It begins at the split that fits best. */
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
 * The new level is the median of up to 30 values, up to the next step. If it does not differ after
 * all, the 7 values were chance and the step is removed. Returns the number of remaining steps.
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
		double level = median_around(base_of(&search), NAN);
		double recent = median_of(&values[search.at], CHANGE_RECENT);

		if (!is_step(&search, level, recent)) {
			search.at++;
			continue;
		}
		search.sigma_before = sigma(&search, level) *
				      (level != 0 ? fabs(recent / level) : 1);
		out[found++] = (struct change_point){
			.onset = find_onset(&search, level),
			.before = level,
		};
		restart(&search, out[found - 1].onset);
	}
	return measure_levels(values, count, out, found);
}
