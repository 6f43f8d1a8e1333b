/* SPDX-License-Identifier: MIT */
/*
 * change - steps in a series of figures over time. At a step the median of a few values differs
 * from the median of the values before by more than noise. docs/history.md has the rule.
 */
#ifndef TOLLGATE_STATS_CHANGE_H
#define TOLLGATE_STATS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

/* A step in a series: from ONSET (an index) on the level is AFTER, until then it was BEFORE. */
struct change_point {
	size_t onset;
	double before, after;
};

/* The number of values before the first one that can be judged, and the number that judge it. */
#define CHANGE_BASE_MIN 15u
#define CHANGE_RECENT   7u

/*
 * Find the steps in COUNT finite values in the order of time. OUT has room for COUNT /
 * CHANGE_RECENT + 1 of them. Returns their number.
 */
size_t change_points(const double *values, size_t count, struct change_point *out);

#endif
