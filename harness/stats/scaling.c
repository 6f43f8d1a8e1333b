/* SPDX-License-Identifier: MIT */
#include "harness/stats/scaling.h"

#include <math.h>

#define UNKNOWNS 3
/* A remainder of a diagonal element below this share is rounding. */
#define NOTHING_LEFT 1e-13

/*
 * n / X = a + b (n - 1) + c n (n - 1) with a = 1 / X1, b = sigma a, c = kappa a. Divided by n / X,
 * each point gives sum(term[i] * unknown[i]) = 1 with a relative error.
 */
static void terms_of(const struct scaling_point *point, double *term)
{
	const double n = point->workers, scale = point->rate / n;

	term[0] = scale;
	term[1] = scale * (n - 1);
	term[2] = scale * n * (n - 1);
}

/* Solve the normal equations M x = V for the first COUNT unknowns. */
struct equations {
	double m[UNKNOWNS][UNKNOWNS], v[UNKNOWNS];
	unsigned count;
};

static void add_point(struct equations *equations, const struct scaling_point *point)
{
	double term[UNKNOWNS];

	terms_of(point, term);
	for (unsigned i = 0; i < equations->count; i++) {
		for (unsigned j = 0; j < equations->count; j++)
			equations->m[i][j] += term[i] * term[j];
		equations->v[i] += term[i];
	}
}

/* Cholesky's method: M is symmetric, and positive definite if the numbers of workers differ. */
static bool solve(struct equations *e, double *x)
{
	for (unsigned i = 0; i < e->count; i++)
		for (unsigned j = 0; j <= i; j++) {
			double sum = e->m[i][j];

			for (unsigned k = 0; k < j; k++)
				sum -= e->m[i][k] * e->m[j][k];
			if (i == j && !(sum > NOTHING_LEFT * e->m[i][i]))
				return false;
			e->m[i][j] = i == j ? sqrt(sum) : sum / e->m[j][j];
		}
	for (unsigned i = 0; i < e->count; i++) {
		x[i] = e->v[i];
		for (unsigned k = 0; k < i; k++)
			x[i] -= e->m[i][k] * x[k];
		x[i] /= e->m[i][i];
	}
	for (unsigned i = e->count; i-- > 0;) {
		for (unsigned k = i + 1; k < e->count; k++)
			x[i] -= e->m[k][i] * x[k];
		x[i] /= e->m[i][i];
	}
	return true;
}

static bool fit_unknowns(const struct scaling_point *points, size_t count, unsigned unknowns,
			 double *x)
{
	struct equations equations = {.count = unknowns};

	for (size_t i = 0; i < count; i++)
		add_point(&equations, &points[i]);
	return solve(&equations, x);
}

double scaling_rate(const struct scaling_fit *fit, double workers)
{
	const double others = workers - 1;

	return workers * fit->one / (1 + fit->sigma * others + fit->kappa * workers * others);
}

double scaling_peak(const struct scaling_fit *fit)
{
	if (fit->sigma >= 1)
		return 1;
	if (!(fit->kappa > 0))
		return NAN;
	const double workers = sqrt((1 - fit->sigma) / fit->kappa);

	return workers > 1 ? workers : 1;
}

static void set_residuals(struct scaling_fit *fit, const struct scaling_point *points, size_t count)
{
	double squares = 0;

	fit->worst = 0;
	for (size_t i = 0; i < count; i++) {
		const double off = scaling_rate(fit, points[i].workers) / points[i].rate - 1;

		squares += off * off;
		if (i == 0 || fabs(off) > fabs(fit->worst)) {
			fit->worst = off;
			fit->worst_workers = points[i].workers;
		}
	}
	fit->residual = sqrt(squares / (double)count);
}

static bool points_are_usable(const struct scaling_point *points, size_t count, struct reason *why)
{
	if (count < SCALING_COUNTS_MIN)
		return refuse(why, "fewer-than-%d-worker-counts", SCALING_COUNTS_MIN);
	for (size_t i = 0; i < count; i++)
		if (!(points[i].rate > 0) || !isfinite(points[i].rate) || !(points[i].workers >= 1))
			return refuse(why, "no-positive-rate");
	return true;
}

/* A curve that the law allows is positive wherever it was measured. */
static bool is_a_curve(const struct scaling_fit *fit, const struct scaling_point *points,
		       size_t count)
{
	bool good = fit->one > 0;

	for (size_t i = 0; i < count; i++)
		good = good && scaling_rate(fit, points[i].workers) > 0;
	return good;
}

bool scaling_fit(const struct scaling_point *points, size_t count, struct scaling_fit *fit,
		 struct reason *why)
{
	double x[UNKNOWNS];

	if (!points_are_usable(points, count, why))
		return false;
	if (!fit_unknowns(points, count, UNKNOWNS, x))
		return refuse(why, "worker-counts-too-alike");
	if (x[2] < 0) {
		x[2] = 0;
		if (!fit_unknowns(points, count, UNKNOWNS - 1, x))
			return refuse(why, "worker-counts-too-alike");
	}
	*fit = (struct scaling_fit){.one = 1 / x[0], .sigma = x[1] / x[0], .kappa = x[2] / x[0]};
	if (!is_a_curve(fit, points, count))
		return refuse(why, "no-curve-of-the-law");
	set_residuals(fit, points, count);
	return true;
}

bool scaling_describes(const struct scaling_fit *fit, struct reason *why)
{
	return fit->residual <= SCALING_RESIDUAL_MAX || refuse(why, "law-does-not-fit");
}
