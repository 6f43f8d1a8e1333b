/* SPDX-License-Identifier: MIT */
/*
 * change - steps in a series of figures over time. A step is where the median of a few values leaves
 * the median of the values before it, by more than noise explains. docs/history.md has the rule.
 */
#ifndef TOLLGATE_STATS_CHANGE_H
#define TOLLGATE_STATS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

/* A step in a series: from ONSET (an index) on its level is AFTER, it was BEFORE. */
struct change_point {
	size_t onset;
	double before, after;
};

/* So many values must stand before the first one that can be judged, and so many judge it. */
#define CHANGE_BASE_MIN 15u
#define CHANGE_RECENT   7u

/*
 * The steps in COUNT finite values in the order of time. OUT has room for COUNT / CHANGE_RECENT + 1 of
 * them; returns how many there are.
 */
size_t change_points(const double *values, size_t count, struct change_point *out);

#endif
