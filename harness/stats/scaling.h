/* SPDX-License-Identifier: MIT */
/*
 * scaling - the universal scalability law fitted to throughput over workers. Pure: no I/O, no clock.
 *
 *     X(n) = n X1 / (1 + sigma (n - 1) + kappa n (n - 1))
 *
 * sigma is the share of the work that cannot run in parallel (contention), kappa the cost of each
 * pair of workers (coherency). kappa > 0 makes throughput fall after a peak. Gunther: "Guerrilla
 * Capacity Planning", Springer 2007, and "A General Theory of Computational Scalability Based on
 * Rational Functions", arXiv 0808.1431.
 */
#ifndef TOLLGATE_STATS_SCALING_H
#define TOLLGATE_STATS_SCALING_H

#include "harness/base/util.h"

/* The law has three parameters, so fewer points cannot tell a good fit from a bad one. */
#define SCALING_COUNTS_MIN 4
#define SCALING_COUNTS_MAX 64
/* A curve that is off by more than this, root mean square, explains nothing. */
#define SCALING_RESIDUAL_MAX 0.2

struct scaling_point {
	double workers; /* 1 or more */
	double rate;    /* operations per second of all workers together */
};

struct scaling_fit {
	double one;      /* X1, the rate of one worker on the curve */
	double sigma;    /* below 0: more than proportional. Above 1: worse than taking turns */
	double kappa;    /* 0 or more */
	double residual; /* root mean square of (curve - measured) / measured */
	double worst;    /* the largest deviation, with its sign, and its place */
	double worst_workers;
};

/*
 * Fit COUNT points with different numbers of workers by least squares of the relative deviation of
 * n / X(n), in which the law is linear, so there is one solution and no starting value. A kappa
 * below 0 has no meaning. Then the best curve without kappa is taken. False and WHY (a token in
 * lower case) if there are fewer than SCALING_COUNTS_MIN points or no curve of the law fits them.
 */
bool scaling_fit(const struct scaling_point *points, size_t count, struct scaling_fit *fit,
		 struct reason *why);

/* True if the curve describes the points that it was fitted to. Else false and WHY, a token. */
bool scaling_describes(const struct scaling_fit *fit, struct reason *why);

/* The curve at WORKERS. */
double scaling_rate(const struct scaling_fit *fit, double workers);
/* The number of workers at which the curve is highest, 1 or more; NAN if it rises for ever. */
double scaling_peak(const struct scaling_fit *fit);

#endif
