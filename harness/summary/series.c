/* SPDX-License-Identifier: MIT */
/* The values of one metric of one combination, and the pairing of two such series. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/summary/internal.h"

static double per_second(double amount, double ns)
{
	return amount / ns * 1e9;
}

static double ops_per_s(const struct epoch_row *e, double workers)
{
	(void)workers;
	return per_second(e->ops, e->wall_ns);
}

static double op_ns(const struct epoch_row *e, double workers)
{
	return workers * e->wall_ns / e->ops;
}

static double cpu_ns_per_op(const struct epoch_row *e, double workers)
{
	(void)workers;
	return e->cpu_ns / e->ops;
}

static double cpus_used(const struct epoch_row *e, double workers)
{
	(void)workers;
	return e->cpu_ns / e->wall_ns;
}

static double nvcsw_per_s(const struct epoch_row *e, double workers)
{
	(void)workers;
	return per_second(e->nvcsw, e->wall_ns);
}

static double nivcsw_per_s(const struct epoch_row *e, double workers)
{
	(void)workers;
	return per_second(e->nivcsw, e->wall_ns);
}

static double nvcsw_per_op(const struct epoch_row *e, double workers)
{
	(void)workers;
	return e->nvcsw / e->ops;
}

static double nivcsw_per_op(const struct epoch_row *e, double workers)
{
	(void)workers;
	return e->nivcsw / e->ops;
}

static bool has_shares(const struct epoch_row *e, double workers)
{
	return workers >= 2 && e->shares == (uint32_t)workers;
}

static double jain(const struct epoch_row *e, double workers)
{
	if (!has_shares(e, workers))
		return NAN;
	return stats_jain_of_sums(e->share_sum, e->share_squares, e->shares);
}

/* 1 is an equal share. The slowest worker may have 0 (nothing), the fastest WORKERS (all). */
static double slowest_share(const struct epoch_row *e, double workers)
{
	return has_shares(e, workers) ? workers * e->share_least / e->share_sum : NAN;
}

static double fastest_share(const struct epoch_row *e, double workers)
{
	return has_shares(e, workers) ? workers * e->share_most / e->share_sum : NAN;
}

/* A new metric is a function above, a row here and a row in docs/csv.md, which a test compares. */
static const struct summary_metric metrics[] = {
	{"ops_per_s", "1/s", "higher", ops_per_s, false},
	{"op_ns", "ns", "lower", op_ns, false},
	{"cpu_ns_per_op", "ns", "lower", cpu_ns_per_op, false},
	{"cpus_used", "cpus", "info", cpus_used, false},
	{"nvcsw_per_s", "1/s", "info", nvcsw_per_s, false},
	{"nivcsw_per_s", "1/s", "info", nivcsw_per_s, false},
	{"nvcsw_per_op", "1/op", "info", nvcsw_per_op, true},
	{"nivcsw_per_op", "1/op", "info", nivcsw_per_op, true},
	{"jain", "ratio", "higher", jain, true},
	{"slowest_share", "ratio", "higher", slowest_share, true},
	{"fastest_share", "ratio", "lower", fastest_share, true},
	{"speedup", "ratio", "higher", NULL, true}, /* of two rows: rows.c */
	{"ipc", "1/cycle", "info", NULL, true},     /* of two counters: observe.c */
};

const struct summary_metric *summary_metrics(size_t *count)
{
	*count = ARRAY_SIZE(metrics);
	return metrics;
}

const struct summary_metric *summary_metric_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	return NULL;
}

struct series series_standard(const struct run_data *data, uint32_t id,
			      const struct summary_metric *metric)
{
	const struct combination *c = &data->combinations[id];
	struct series series = {.points = xcalloc(c->epochs[PASS_TIME], sizeof(struct point))};

	for (size_t i = 0; i < c->epochs[PASS_TIME]; i++) {
		const struct epoch_row *e = &data->epochs[c->first[PASS_TIME] + i];
		double value = metric->value(e, (double)c->workers);

		if (isfinite(value))
			series.points[series.count++] = (struct point){e->launch, e->round, value};
	}
	return series;
}

size_t summary_first_observation(const struct run_data *data, uint32_t id, uint32_t metric)
{
	size_t low = 0, high = data->observation_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct observation *o = &data->observations[middle];

		if (o->combination < id || (o->combination == id && o->metric < metric))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct series series_observed(const struct run_data *data, uint32_t id, uint32_t metric)
{
	size_t first = summary_first_observation(data, id, metric);
	size_t last = summary_first_observation(data, id, metric + 1);
	struct series series = {.points = xcalloc(last - first, sizeof(struct point))};

	for (size_t i = first; i < last; i++) {
		const struct observation *o = &data->observations[i];

		if (isfinite(o->value))
			series.points[series.count++] = (struct point){o->launch, o->round,
								       o->value};
	}
	return series;
}

struct series series_launch_medians(const struct series *series)
{
	struct series medians = {.points = xcalloc(series->count, sizeof(struct point))};
	double *values = xcalloc(series->count, sizeof(*values));

	for (size_t i = 0, n; i < series->count; i += n) {
		for (n = 0; i + n < series->count; n++) {
			if (series->points[i + n].launch != series->points[i].launch)
				break;
			values[n] = series->points[i + n].value;
		}
		medians.points[medians.count++] = (struct point){series->points[i].launch, NO_ROUND,
								 stats_median(values, n)};
	}
	free(values);
	return medians;
}

double *series_values(const struct series *series)
{
	double *values = xcalloc(series->count, sizeof(*values));

	for (size_t i = 0; i < series->count; i++)
		values[i] = series->points[i].value;
	return values;
}

static bool comes_before(const struct point *a, const struct point *b)
{
	return a->launch != b->launch ? a->launch < b->launch : a->round < b->round;
}

bool series_pair_logs(const struct series *mine, const struct series *base, struct series *logs)
{
	size_t i = 0, j = 0;

	while (i < mine->count && j < base->count) {
		const struct point *a = &mine->points[i], *b = &base->points[j];

		if (comes_before(a, b)) {
			i++;
		} else if (comes_before(b, a)) {
			j++;
		} else {
			if (!(a->value > 0) || !(b->value > 0))
				return false;
			logs->points[logs->count++] = (struct point){a->launch, a->round,
								     log(a->value / b->value)};
			i++;
			j++;
		}
	}
	return logs->count > 0;
}

struct series series_speedup(const struct series *mine, const struct series *one)
{
	struct series medians = series_launch_medians(mine), base = series_launch_medians(one);
	struct series speedup = {.points = xcalloc(medians.count, sizeof(struct point))};

	for (size_t i = 0, j = 0; i < medians.count; i++) {
		const struct point *a = &medians.points[i];

		while (j < base.count && comes_before(&base.points[j], a))
			j++;
		if (j < base.count && base.points[j].launch == a->launch &&
		    base.points[j].value > 0)
			speedup.points[speedup.count++] = (struct point){
				a->launch, NO_ROUND, a->value / base.points[j].value};
	}
	free(medians.points);
	free(base.points);
	return speedup;
}
