/* SPDX-License-Identifier: MIT */
#include "harness/stats/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/stats/stats.h"

static const char *const names[VERDICTS] = {
	[VERDICT_SLOWER] = "slower",
	[VERDICT_FAILED] = "failed",
	[VERDICT_UNCONFIRMED] = "unconfirmed",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_FASTER] = "faster",
	[VERDICT_GONE] = "gone",
	[VERDICT_NEW] = "new",
	[VERDICT_SKIPPED] = "skipped",
	[VERDICT_SAME] = "same",
};

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

static double sum_of(const double *values, unsigned count)
{
	double sum = 0;

	for (unsigned i = 0; i < count; i++)
		sum += values[i];
	return sum;
}

void verdict_add_pair(struct pair_logs *logs, const double *base, const double *head,
		      unsigned rounds)
{
	double *round_logs = xcalloc(rounds, sizeof(*round_logs));

	if (logs->count == VERDICT_PAIRS_MAX)
		die(EXIT_INTERNAL, "more than %d pairs", VERDICT_PAIRS_MAX);
	for (unsigned i = 0; i < rounds; i++)
		round_logs[i] = log(head[i] / base[i]);
	logs->median[logs->count] = stats_median(round_logs, rounds);
	logs->total[logs->count] = log(sum_of(head, rounds) / sum_of(base, rounds));
	logs->count++;
	free(round_logs);
}

struct estimate verdict_estimate(const struct pair_logs *logs)
{
	double median[VERDICT_PAIRS_MAX], total[VERDICT_PAIRS_MAX];
	struct estimate estimate = {0};

	memcpy(median, logs->median, sizeof(median));
	memcpy(total, logs->total, sizeof(total));
	const struct ratio all = stats_ratio(total, logs->count);
	const struct ratio ratio = stats_ratio(median, logs->count);

	for (unsigned i = 0; i < logs->count; i++)
		estimate.slower += logs->median[i] > 0;
	estimate.pairs = (unsigned)ratio.pairs;
	estimate.ratio = ratio.ratio;
	estimate.lo = ratio.interval.lo;
	estimate.hi = ratio.interval.hi;
	estimate.level = ratio.interval.level;
	estimate.total_ratio = all.ratio;
	estimate.total_lo = all.interval.lo;
	estimate.total_hi = all.interval.hi;
	return estimate;
}

double verdict_delta(double min_effect, double floor)
{
	return floor > min_effect ? floor : min_effect; /* also if FLOOR is NAN */
}

static enum verdict judge(double ratio, double lo, double hi, double delta)
{
	const double slower = 1 + delta, faster = 1 / (1 + delta);

	if (lo > 1 && ratio > slower)
		return VERDICT_SLOWER;
	if (hi < 1 && ratio < faster)
		return VERDICT_FASTER;
	if (lo >= faster && hi <= slower)
		return VERDICT_SAME;
	return VERDICT_INCONCLUSIVE; /* also if there is no interval */
}

/*
 * The median over rounds decides. It misses a slow mode in less than half of the rounds, which
 * locks may have. So the verdict is "same" only if the totals agree.
 */
enum verdict verdict_of_estimate(const struct estimate *estimate, double delta)
{
	enum verdict verdict = judge(estimate->ratio, estimate->lo, estimate->hi, delta);
	enum verdict total = judge(estimate->total_ratio, estimate->total_lo, estimate->total_hi,
				   delta);

	if (verdict == VERDICT_SAME && (total == VERDICT_SLOWER || total == VERDICT_FASTER))
		return VERDICT_INCONCLUSIVE;
	return verdict;
}

bool verdict_wants_confirmation(enum verdict screen)
{
	return screen == VERDICT_SLOWER || screen == VERDICT_FASTER;
}

enum verdict verdict_confirm(enum verdict screen, enum verdict confirmation)
{
	if (!verdict_wants_confirmation(screen))
		return screen;
	return screen == confirmation ? screen : VERDICT_UNCONFIRMED;
}

double verdict_floor(const double *ratios, size_t count)
{
	double *noise = xcalloc(count, sizeof(*noise));

	for (size_t i = 0; i < count; i++)
		noise[i] = expm1(
			fabs(log(ratios[i]))); /* twice as fast counts as much as twice as slow */
	stats_median(noise, count);            /* sorts */
	double floor = stats_quantile_sorted(noise, count, 0.95);

	free(noise);
	return floor;
}

enum exit_code verdict_exit_code(const struct verdict_counts *counts, bool strict)
{
	const unsigned *of = counts->of;

	if (of[VERDICT_FAILED])
		return EXIT_WRONG;
	if (of[VERDICT_SLOWER])
		return EXIT_REGRESSION;
	if (strict && (of[VERDICT_INCONCLUSIVE] > counts->report_only || of[VERDICT_UNCONFIRMED] ||
		       of[VERDICT_GONE]))
		return EXIT_INCONCLUSIVE;
	if (of[VERDICT_SKIPPED] && !of[VERDICT_SAME] && !of[VERDICT_FASTER] &&
	    !of[VERDICT_INCONCLUSIVE] && !of[VERDICT_UNCONFIRMED] && !of[VERDICT_NEW] &&
	    !of[VERDICT_GONE])
		return EXIT_NOTHING;
	return EXIT_OK;
}
