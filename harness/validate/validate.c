/* SPDX-License-Identifier: MIT */
#include "harness/validate/validate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const judgement_names[JUDGEMENTS] = {
	[JUDGED_INSIDE] = "inside",
	[JUDGED_OUTSIDE] = "outside",
	[NOT_JUDGED] = "not-judged",
};

const char *judgement_name(enum judgement judgement)
{
	return judgement_names[judgement];
}

/* A median and its interval. */
struct estimate {
	double median, lo, hi;
	unsigned count;
};

/* The finite values of VALUES, sorted into SORTED. */
static unsigned sort_finite(const double *values, unsigned count, double *sorted)
{
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		if (isfinite(values[i]))
			sorted[n++] = values[i];
	stats_median(sorted, n); /* sorts */
	return n;
}

static struct estimate estimate(const double *values, unsigned count)
{
	double sorted[VALIDATE_LAUNCHES_MAX];
	const unsigned n = sort_finite(values, count, sorted);
	struct estimate e = {NAN, NAN, NAN, n};

	if (!n)
		return e;
	const struct interval interval = stats_median_interval(sorted, n);

	e.median = stats_median(sorted, n);
	e.lo = isfinite(interval.lo) ? interval.lo : sorted[0];
	e.hi = isfinite(interval.hi) ? interval.hi : sorted[n - 1];
	return e;
}

/* The largest value alone. */
static struct estimate estimate_worst(const double *values, unsigned count)
{
	double sorted[VALIDATE_LAUNCHES_MAX];
	const unsigned n = sort_finite(values, count, sorted);

	if (!n)
		return (struct estimate){NAN, NAN, NAN, 0};
	return (struct estimate){sorted[n - 1], sorted[n - 1], sorted[n - 1], n};
}

/* The ratio is taken launch by launch, so that a slow minute falls on both sides of a pair. */
static struct estimate estimate_ratio(const double *emulated, const double *real, unsigned count)
{
	double logs[VALIDATE_LAUNCHES_MAX];

	for (unsigned i = 0; i < count; i++)
		logs[i] = emulated[i] > 0 && real[i] > 0 ? log(emulated[i] / real[i]) : NAN;
	const struct estimate e = estimate(logs, count);

	return (struct estimate){exp(e.median), exp(e.lo), exp(e.hi), e.count};
}

static void decide(struct judged_figure *figure, const struct estimate *e)
{
	const bool above = e->hi > figure->bound_hi, below = e->lo < figure->bound_lo;

	if (e->lo > figure->bound_hi || e->hi < figure->bound_lo) {
		figure->judgement = JUDGED_OUTSIDE;
		snprintf(figure->reason, sizeof(figure->reason),
			 "the whole interval is %s the bound", below ? "below" : "above");
	} else if (e->median < figure->bound_lo || e->median > figure->bound_hi) {
		snprintf(figure->reason, sizeof(figure->reason),
			 "the median is out of the bound but not its interval: measure longer");
	} else if (above && below) {
		snprintf(figure->reason, sizeof(figure->reason),
			 "the interval is wider than the bound: measure longer");
	} else {
		figure->judgement = JUDGED_INSIDE;
	}
}

/*
 * A stated bound comes from other machines. If the real lock leaves it too, on the same side and as
 * far, the bound does not fit this machine and is not used. An emulation that is farther out than
 * the real lock, or on the other side, stays outside.
 */
static void ask_the_real_one(struct judged_figure *figure, const struct estimate *emulated,
			     const struct estimate *real)
{
	const bool above = emulated->lo > figure->bound_hi;
	const bool too = above ? real->median > figure->bound_hi : real->median < figure->bound_lo;
	const bool as_far = above ? real->hi >= emulated->lo : real->lo <= emulated->hi;

	if (!too)
		return; /* the real lock is inside, on the other side, or was not measured */
	if (!as_far) {
		snprintf(figure->reason, sizeof(figure->reason),
			 "farther out of the bound than the real lock, which leaves it too");
		return;
	}
	figure->judgement = NOT_JUDGED;
	snprintf(figure->reason, sizeof(figure->reason),
		 "here and now the real lock leaves the bound too, and as far");
}

/* Without a real figure, a bound in its unit cannot become a bound of the ratio. */
static void bound_ratio(struct judged_figure *figure, const struct bound *bound,
			const struct estimate *e)
{
	const double least = bound->least > 0 ? bound->least / figure->real : 0;
	const double share = least < bound->share ? bound->share : least;

	figure->ratio = e->median;
	figure->ratio_lo = e->lo;
	figure->ratio_hi = e->hi;
	figure->bound_lo = 1 - share;
	figure->bound_hi = 1 + share;
}

void figure_judge(struct judged_figure *figure, const struct bound *bound, const double *emulated,
		  const double *real, unsigned count, const char *disturbed)
{
	struct estimate e = bound->worst ? estimate_worst(emulated, count)
					 : estimate(emulated, count);
	const struct estimate r = bound->worst ? estimate_worst(real, count)
					       : estimate(real, count);

	figure->emulated = e.median;
	figure->real = r.median;
	figure->kind = bound->kind;
	figure->ratio = figure->ratio_lo = figure->ratio_hi = NAN;
	figure->bound_lo = bound->lo;
	figure->bound_hi = bound->hi;
	figure->judgement = NOT_JUDGED;
	*figure->reason = '\0';
	if (bound->kind == BOUND_RATIO) {
		e = estimate_ratio(emulated, real, count);
		bound_ratio(figure, bound, &e);
	}
	if (*disturbed)
		snprintf(figure->reason, sizeof(figure->reason), "%s", disturbed);
	else if (e.count < 3)
		snprintf(figure->reason, sizeof(figure->reason), "only %u of %u launches gave it",
			 e.count, count);
	else
		decide(figure, &e);
	if (figure->judgement == JUDGED_OUTSIDE && bound->kind == BOUND_STATED)
		ask_the_real_one(figure, &e, &r);
}

bool calm_enough(const struct calm *before, const struct calm *after, double steal_share,
		 unsigned cores, bool speed_matters, struct reason *why)
{
	/* written so that NAN counts as disturbed */
	const struct calm *worse = before->utilisation > after->utilisation ? after : before;
	const unsigned cores_free = before->cores_free < after->cores_free ? before->cores_free
									   : after->cores_free;
	const double change = fabs(after->ops_per_s / before->ops_per_s - 1);

	if (!(worse->utilisation >= UTILISATION_MIN) || isnan(after->utilisation))
		return refuse(why, "too busy: a thread alone got %.0f %% of its core",
			      100 * worse->utilisation);
	if (cores_free < cores)
		return refuse(why, "too busy: %u of %u cores were free", cores_free, cores);
	if (steal_share > STEAL_SHARE)
		return refuse(why, "too busy: the hypervisor took %.1f %% of the time",
			      100 * steal_share);
	if (speed_matters && !(change <= SPEED_CHANGE))
		return refuse(why, "the core's speed changed by %.0f %% meanwhile", 100 * change);
	return true;
}

enum exit_code validate_verdict(const struct validation *v)
{
	unsigned counts[JUDGEMENTS] = {0};

	for (unsigned i = 0; i < v->figure_count; i++)
		counts[v->figures[i].judgement]++;
	if (counts[JUDGED_OUTSIDE])
		return EXIT_WRONG;
	return counts[JUDGED_INSIDE] ? EXIT_OK : EXIT_NOTHING;
}
