/* SPDX-License-Identifier: MIT */
/* scaling.csv: the scalability law over the worker counts of rows that differ in nothing else. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/data/record.h"
#include "harness/stats/scaling.h"
#include "harness/summary/internal.h"

/* The throughput of one case, mode, placement and parameter set over the number of workers. */
struct curve {
	const struct combination *first; /* has the fewest workers. Its texts are the key */
	size_t counts;
	double workers[SCALING_COUNTS_MAX];
	struct series medians[SCALING_COUNTS_MAX]; /* one value per launch */
};

/* The result for a curve. */
struct law {
	struct scaling_fit fit;
	size_t launches; /* that have all worker counts */
	struct interval sigma, kappa;
	double peak;
	char remark[64];
};

static bool same_but_workers(const struct combination *a, const struct combination *b)
{
	for (unsigned column = 0; column < KEY_COUNT; column++)
		if (column != KEY_workers && strcmp(a->key[column], b->key[column]) != 0)
			return false;
	return true;
}

/*
 * Points with more workers than processors do not belong to the curve, because they have no more
 * processors. Points without a measurement do not belong to it either.
 */
static void add_point(struct curve *curve, const struct run_data *data, const struct combination *c)
{
	if (c->oversubscribed || !c->epochs[PASS_TIME] || curve->counts == SCALING_COUNTS_MAX)
		return;
	struct series series = series_standard(data, (uint32_t)(c - data->combinations),
					       summary_metric_find("ops_per_s"));

	if (series.count) {
		curve->workers[curve->counts] = (double)c->workers;
		curve->medians[curve->counts++] = series_launch_medians(&series);
	}
	free(series.points);
}

static void free_curve(struct curve *curve)
{
	for (size_t i = 0; i < curve->counts; i++)
		free(curve->medians[i].points);
}

/* The points of LAUNCH. False if one is missing. */
static bool points_of_launch(const struct curve *curve, uint32_t launch,
			     struct scaling_point *points)
{
	for (size_t i = 0; i < curve->counts; i++) {
		const struct series *medians = &curve->medians[i];
		size_t at = 0;

		while (at < medians->count && medians->points[at].launch != launch)
			at++;
		if (at == medians->count)
			return false;
		points[i] = (struct scaling_point){curve->workers[i], medians->points[at].value};
	}
	return true;
}

/* Fit each launch by itself. The spread of the parameters shows how well they are known. */
static void fit_launches(const struct curve *curve, struct law *law)
{
	const struct series *first = &curve->medians[0];
	double *sigmas = xcalloc(first->count, sizeof(*sigmas));
	double *kappas = xcalloc(first->count, sizeof(*kappas));
	struct scaling_point points[SCALING_COUNTS_MAX];
	struct scaling_fit fit;

	for (size_t i = 0; i < first->count; i++)
		if (points_of_launch(curve, first->points[i].launch, points) &&
		    scaling_fit(points, curve->counts, &fit, NULL)) {
			sigmas[law->launches] = fit.sigma;
			kappas[law->launches++] = fit.kappa;
		}
	law->sigma = stats_summarise(sigmas, law->launches).interval;
	law->kappa = stats_summarise(kappas, law->launches).interval;
	free(sigmas);
	free(kappas);
}

static void remark(struct law *law, const char *word)
{
	const size_t used = strlen(law->remark);

	snprintf(law->remark + used, sizeof(law->remark) - used, "%s%s", used ? ";" : "", word);
}

/* A peak counts only if it was measured on both sides and the launches agree on it. */
static void judge(const struct curve *curve, struct law *law)
{
	const double peak = scaling_peak(&law->fit);

	law->peak = NAN;
	if (!(law->sigma.level > 0))
		remark(law, "no-interval");
	if (law->sigma.hi < 0)
		remark(law, "superlinear");
	if (law->sigma.lo > 1)
		remark(law, "beyond-serial");
	if (law->kappa.lo > 0 && peak > curve->workers[0] &&
	    peak < curve->workers[curve->counts - 1])
		law->peak = peak;
	else
		remark(law, "no-peak-inside");
}

static bool fit_curve(const struct curve *curve, struct law *law, struct reason *why)
{
	struct scaling_point points[SCALING_COUNTS_MAX];

	for (size_t i = 0; i < curve->counts; i++) {
		double *values = series_values(&curve->medians[i]);

		points[i] = (struct scaling_point){curve->workers[i],
						   stats_median(values, curve->medians[i].count)};
		free(values);
	}
	if (!scaling_fit(points, curve->counts, &law->fit, why) ||
	    !scaling_describes(&law->fit, why))
		return false;
	fit_launches(curve, law);
	judge(curve, law);
	return true;
}

/* The figures of a curve that follows the law. */
static void fill_numbers(struct scaling_row *row, const struct law *law)
{
	row->n_launch = (double)law->launches;
	row->one_per_s = law->fit.one;
	row->sigma = law->fit.sigma;
	row->sigma_lo = law->sigma.lo;
	row->sigma_hi = law->sigma.hi;
	row->kappa = law->fit.kappa;
	row->kappa_lo = law->kappa.lo;
	row->kappa_hi = law->kappa.hi;
	row->ci_level = law->sigma.level > 0 ? law->sigma.level : NAN;
	row->residual_pct = 100 * law->fit.residual;
	row->worst_pct = 100 * law->fit.worst;
	row->worst_workers = law->fit.worst_workers;
	row->peak_workers = law->peak;
}

static bool write_curve(struct csv_writer *csv, const struct curve *curve, struct reason *why)
{
	const struct combination *first = curve->first;
	struct law law = {0};
	struct reason refusal;
	char status[sizeof(refusal.text) + 16] = "ok";
	struct scaling_row cells = {SCALING_COLUMNS(RECORD_BLANK)};
	const struct scaling_row *row = &cells;

	cells.run_id = first->key[KEY_run_id];
	cells.build = first->key[KEY_build];
	cells.case_name = first->key[KEY_case];
	cells.mode = first->key[KEY_mode];
	cells.placement = first->key[KEY_placement];
	cells.param = first->key[KEY_param];
	cells.counts = (double)curve->counts;
	if (curve->counts) {
		cells.workers_min = curve->workers[0];
		cells.workers_max = curve->workers[curve->counts - 1];
	}
	if (fit_curve(curve, &law, &refusal))
		fill_numbers(&cells, &law);
	else
		snprintf(status, sizeof(status), "skipped:%s", refusal.text);
	cells.remark = law.remark;
	cells.status = status;
	csv_u64(csv, RECORD_SCHEMA);
	SCALING_COLUMNS(RECORD_PUT);
	return csv_end_row(csv, why);
}

/*
 * The curve that begins at ORDER[0], if it has more than one number of workers: the others follow
 * within the block of the same case, parameters and placement, with other modes in between.
 */
static bool write_from(struct csv_writer *csv, const struct run_data *data,
		       const struct combination *const *order, size_t left, bool *done,
		       struct reason *why)
{
	struct curve curve = {.first = order[0]};
	size_t members = 0;
	bool good = true;

	for (size_t i = 0; i < left; i++) {
		if (strcmp(order[i]->key[KEY_case], order[0]->key[KEY_case]) != 0)
			break;
		if (!same_but_workers(order[i], order[0]))
			continue;
		done[i] = true;
		members++;
		add_point(&curve, data, order[i]);
	}
	if (members > 1)
		good = write_curve(csv, &curve, why);
	free_curve(&curve);
	return good;
}

bool summary_write_scaling(struct csv_writer *csv, const struct run_data *data, struct reason *why)
{
	const size_t count = data->keys.count;
	const struct combination **order = summary_sorted_combinations(data);
	bool *done = xcalloc(count, sizeof(*done));
	bool good = true;

	for (size_t i = 0; good && i < count; i++)
		if (!done[i])
			good = write_from(csv, data, &order[i], count - i, &done[i], why);
	free(done);
	free(order);
	return good;
}
