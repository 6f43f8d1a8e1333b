/* SPDX-License-Identifier: MIT */
/*
 * verdict - the decision rule of `tollgate compare`, pure: no I/O, no clock, no process. Epochs of
 * two sides, taken in lockstep, give one log ratio per pair of runners. Pairs give an estimate with
 * an interval. Both give a verdict, which fresh pairs confirm or not. Rule and reasons:
 * docs/compare.md.
 */
#ifndef TOLLGATE_STATS_VERDICT_H
#define TOLLGATE_STATS_VERDICT_H

#include "harness/base/util.h"

#define VERDICT_PAIRS_MIN 6 /* fewer give no 95 % interval */
#define VERDICT_PAIRS_MAX 200
#define VERDICT_EFFECT    0.03 /* layout alone moves a build by this much, so less is no finding */
/* A case with more noise than this is reported but never fails a build. */
#define VERDICT_FLOOR_REPORT_ONLY 0.15

enum verdict {
	VERDICT_SLOWER,
	VERDICT_FAILED,
	VERDICT_UNCONFIRMED,
	VERDICT_INCONCLUSIVE,
	VERDICT_FASTER,
	VERDICT_GONE,
	VERDICT_NEW,
	VERDICT_SKIPPED,
	VERDICT_SAME,
	VERDICTS,
};
const char *verdict_name(enum verdict verdict);

/* The log ratios of one stage. NAN: the pair gave no value. */
struct pair_logs {
	double median[VERDICT_PAIRS_MAX]; /* of the rounds' ln(head / base), cost: > 0 is slower */
	double total[VERDICT_PAIRS_MAX];  /* ln of the quotient of the sums over all rounds */
	unsigned count;
};

/*
 * Add the pair whose ROUNDS epochs cost BASE[i] and HEAD[i] (ns per operation, > 0). The median
 * ignores a single slow epoch. The total shows a slow mode of a few epochs.
 */
void verdict_add_pair(struct pair_logs *logs, const double *base, const double *head,
		      unsigned rounds);

/* The estimate from the pairs. Ratios are head / base, as cost. */
struct estimate {
	double ratio, lo, hi; /* NAN without an interval */
	double level;         /* true coverage in per cent */
	unsigned pairs, slower;
	double total_ratio, total_lo, total_hi;
};
struct estimate verdict_estimate(const struct pair_logs *logs);

/* The smallest effect that counts: MIN_EFFECT, or FLOOR (NAN: unknown) if that is larger. */
double verdict_delta(double min_effect, double floor);

/* One stage: slower, faster, same or inconclusive. */
enum verdict verdict_of_estimate(const struct estimate *estimate, double delta);
/* True if this screen needs fresh pairs. */
bool verdict_wants_confirmation(enum verdict screen);
/* Both stages, each judged by verdict_of_estimate(). */
enum verdict verdict_confirm(enum verdict screen, enum verdict confirmation);

/* The noise of a case, as a fraction: 95th percentile of |ratio - 1| over A/A suites. */
double verdict_floor(const double *ratios, size_t count);

/* The verdicts of a whole comparison. */
struct verdict_counts {
	unsigned of[VERDICTS];
	unsigned report_only; /* of the inconclusive: known to be too noisy */
};
enum exit_code verdict_exit_code(const struct verdict_counts *counts, bool strict);

#endif
