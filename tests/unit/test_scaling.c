/* SPDX-License-Identifier: MIT */
/* The scalability law. Its own curves are found again, and other curves are flagged or refused. */
#include "harness/stats/scaling.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double counts[] = {1, 2, 4, 8, 16, 32};
static struct scaling_point points[SCALING_COUNTS_MAX];
static struct scaling_fit fit;
static struct reason why;

static void near(double got, double wanted, double margin)
{
	if (!(fabs(got - wanted) <= margin))
		fail_msg("got %.12g, wanted %.12g", got, wanted);
}

static void draw(double one, double sigma, double kappa)
{
	const struct scaling_fit law = {.one = one, .sigma = sigma, .kappa = kappa};

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		points[i] = (struct scaling_point){counts[i], scaling_rate(&law, counts[i])};
}

static void expect_fit(size_t count)
{
	if (!scaling_fit(points, count, &fit, &why))
		fail_msg("%s", why.text);
}

static void exact_curves_are_found_again(void **state)
{
	static const double laws[][3] = {
		{1e6, 0, 0},     {2e9, 1, 0},        {5e7, 0.1, 0.002},
		{3, 0.02, 0.05}, {1e3, -0.01, 1e-4}, {8e6, 0.9, 0.3},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(laws); i++) {
		draw(laws[i][0], laws[i][1], laws[i][2]);
		for (size_t count = 4; count <= ARRAY_SIZE(counts); count++) {
			expect_fit(count);
			near(fit.one / laws[i][0], 1, 1e-6);
			near(fit.sigma, laws[i][1], 1e-6);
			near(fit.kappa, laws[i][2], 1e-6);
			near(fit.residual, 0, 1e-6);
		}
	}
}

static void three_counts_are_too_few(void **state)
{
	(void)state;
	draw(1e6, 0.1, 0.01);
	for (size_t count = 0; count < 4; count++) {
		assert_false(scaling_fit(points, count, &fit, &why));
		assert_string_equal(why.text, "fewer-than-4-worker-counts");
	}
}

static void noise_stays_in_the_residual(void **state)
{
	static const double noise[] = {1.02, 0.98, 1.01, 0.97, 1.03, 0.99};

	(void)state;
	draw(1e7, 0.08, 0.004);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		points[i].rate *= noise[i];
	expect_fit(ARRAY_SIZE(counts));
	near(fit.sigma, 0.08, 0.03);
	near(fit.kappa, 0.004, 0.001);
	assert_true(fit.residual > 0.005 && fit.residual < 0.03);
	assert_true(fabs(fit.worst) >= fit.residual && fabs(fit.worst) < 0.05);
}

/* The squares that the fit makes least: of X measured / X of the curve - 1. */
static double squares_of(const struct scaling_fit *law)
{
	double squares = 0;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const double off = points[i].rate / scaling_rate(law, counts[i]) - 1;

		squares += off * off;
	}
	return squares;
}

static void no_curve_nearby_is_better(void **state)
{
	static const double noise[] = {1.1, 0.9, 1.05, 0.92, 1.08, 0.97};
	static const size_t members[] = {offsetof(struct scaling_fit, one),
					 offsetof(struct scaling_fit, sigma),
					 offsetof(struct scaling_fit, kappa)};

	(void)state;
	draw(1e7, 0.2, 0.01);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		points[i].rate *= noise[i];
	expect_fit(ARRAY_SIZE(counts));
	for (size_t i = 0; i < 2 * ARRAY_SIZE(members); i++) {
		struct scaling_fit other = fit;
		double *member = (double *)(void *)((char *)&other + members[i / 2]);

		*member *= i % 2 ? 1.01 : 0.99;
		assert_true(squares_of(&other) > squares_of(&fit));
	}
}

static void more_than_proportional_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		points[i] = (struct scaling_point){counts[i], 1e6 * pow(counts[i], 1.05)};
	expect_fit(ARRAY_SIZE(counts));
	assert_true(fit.sigma < 0);
	assert_true(fit.kappa == 0 || fit.kappa > 0);
	assert_true(fit.residual < 0.05);
}

/* A kappa below 0 would let throughput explode: the best curve without it instead. */
static void kappa_is_never_negative(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) /* saturates, then rises again */
		points[i] = (struct scaling_point){counts[i], i < 4 ? 1e6 : 1e6 * counts[i] / 8};
	expect_fit(ARRAY_SIZE(counts));
	assert_true(fit.kappa == 0);
	assert_true(isnan(scaling_peak(&fit)) || scaling_peak(&fit) == 1);
	assert_true(fit.residual > 0.1); /* and it is told that the law does not fit */
}

/* One worker alone, or beside a hog that takes nearly everything: no law of waiting and telling. */
static void what_the_law_does_not_describe_is_told(void **state)
{
	static const double rates[] = {230000, 213, 82, 20};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		points[i] = (struct scaling_point){counts[i], rates[i]};
	expect_fit(ARRAY_SIZE(rates));
	assert_false(scaling_describes(&fit, &why));
	assert_string_equal(why.text, "law-does-not-fit");
	fit = (struct scaling_fit){.residual = SCALING_RESIDUAL_MAX};
	assert_true(scaling_describes(&fit, &why));
	fit.residual *= 1.001;
	assert_false(scaling_describes(&fit, &why));
}

static void peaks(void **state)
{
	(void)state;
	fit = (struct scaling_fit){.one = 1, .sigma = 0.19, .kappa = 0.01};
	near(scaling_peak(&fit), 9, 1e-9);
	assert_true(scaling_rate(&fit, 9) > scaling_rate(&fit, 8));
	assert_true(scaling_rate(&fit, 9) > scaling_rate(&fit, 10));
	fit.kappa = 0;
	assert_true(isnan(scaling_peak(&fit)));
	fit.sigma = 1.5; /* the second worker already costs more than it does */
	near(scaling_peak(&fit), 1, 0);
	fit = (struct scaling_fit){.one = 1, .sigma = 0.75, .kappa = 0.01}; /* dear, but worth it */
	near(scaling_peak(&fit), 5, 1e-9);
	fit = (struct scaling_fit){.one = 1, .sigma = 0.5, .kappa = 2};
	near(scaling_peak(&fit), 1, 0);
}

static void impossible_points_are_refused(void **state)
{
	static const double bad[] = {0, -1, NAN, INFINITY};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		draw(1e6, 0.1, 0.01);
		points[2].rate = bad[i];
		assert_false(scaling_fit(points, 6, &fit, &why));
		assert_string_equal(why.text, "no-positive-rate");
	}
	for (size_t i = 0; i < 6; i++)
		points[i] = (struct scaling_point){4, 1e6};
	assert_false(scaling_fit(points, 6, &fit, &why));
	assert_string_equal(why.text, "worker-counts-too-alike");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_curves_are_found_again),
		cmocka_unit_test(three_counts_are_too_few),
		cmocka_unit_test(noise_stays_in_the_residual),
		cmocka_unit_test(no_curve_nearby_is_better),
		cmocka_unit_test(more_than_proportional_is_told),
		cmocka_unit_test(kappa_is_never_negative),
		cmocka_unit_test(what_the_law_does_not_describe_is_told),
		cmocka_unit_test(peaks),
		cmocka_unit_test(impossible_points_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
