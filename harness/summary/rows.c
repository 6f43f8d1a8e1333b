/* SPDX-License-Identifier: MIT */
/* The statistics of summary.csv: a median over rounds per launch, an interval over launches. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/summary/internal.h"
#include "harness/sync/mode.h"

#define LAUNCHES_FOR_INTERVAL 6
#define BUSY_SHARE            0.5 /* of the epochs in which a worker was preempted */
#define INVALID_SHARE         0.5 /* of the epochs that switched too often or too seldom */

struct rows {
	const struct run_data *data;
	struct summary_row *items;
	size_t count, capacity;
};

static void set_ratio(struct summary_row *row, const struct series *mine, const struct series *base)
{
	struct series logs = {.points = xcalloc(mine->count, sizeof(struct point))};

	if (series_pair_logs(mine, base, &logs)) {
		struct series medians = series_launch_medians(&logs);
		double *values = series_values(&medians);
		struct ratio ratio = stats_ratio(values, medians.count);

		row->ratio = ratio.ratio;
		row->ratio_lo = ratio.interval.lo;
		row->ratio_hi = ratio.interval.hi;
		free(values);
		free(medians.points);
	}
	free(logs.points);
}

static void set_median(struct summary_row *row, const struct series *series)
{
	struct series medians = series_launch_medians(series);
	double *values = series_values(&medians);
	struct summary_stats stats = stats_summarise(values, medians.count);

	row->n_launch = medians.count;
	row->median = stats.median;
	row->ci_lo = stats.interval.lo;
	row->ci_hi = stats.interval.hi;
	row->ci_level = stats.interval.level > 0 ? stats.interval.level : NAN;
	row->ci_reached = 100 * (stats.interval.hi - stats.interval.lo) / 2 / fabs(stats.median);
	if (!isfinite(row->ci_reached))
		row->ci_reached = NAN;
	free(values);
	free(medians.points);
}

static void set_spread(struct summary_row *row, const struct series *series)
{
	double *values = series_values(series);
	struct summary_stats stats = stats_summarise(values, series->count);

	row->n_round = stats.count;
	row->min = stats.min;
	row->p25 = stats.p25;
	row->p75 = stats.p75;
	row->p90 = stats.p90;
	row->p99 = stats.p99;
	row->max = stats.max;
	row->mean = stats.mean;
	row->mad = stats.mad;
	row->cv = stats.cv;
	free(values);
}

static double median_iters(const struct run_data *data, const struct combination *c, enum pass pass)
{
	double *values = xcalloc(c->epochs[pass], sizeof(*values));
	size_t count = 0;

	for (size_t i = 0; i < c->epochs[pass]; i++) {
		double iters = data->epochs[c->first[pass] + i].iters;

		if (!isnan(iters))
			values[count++] = iters;
	}
	double median = stats_median(values, count);

	free(values);
	return rint(median);
}

struct row_flags {
	bool canary, invalid, injected, busy, oversubscribed, no_interval;
};

static const char *flag_text(struct row_flags flags)
{
#define WITH_N(letters)    letters, letters "n"
#define WITH_ON(letters)   WITH_N(letters), WITH_N(letters "o")
#define WITH_BON(letters)  WITH_ON(letters), WITH_ON(letters "b")
#define WITH_IBON(letters) WITH_BON(letters), WITH_BON(letters "i")
	static const char *const texts[] = {WITH_IBON(""), WITH_IBON("v"), WITH_IBON("c"),
					    WITH_IBON("cv")};

	return texts[flags.canary * 32 + flags.invalid * 16 + flags.injected * 8 + flags.busy * 4 +
		     flags.oversubscribed * 2 + flags.no_interval];
}

/* The commit in the output of git describe: "ab12cd34ef56-dirty", "v1.2-7-gab12cd34ef56". */
static const char *git_sha_of(const char *build)
{
	const char *tagged = strstr(build, "-g"), *sha = tagged ? tagged + 2 : build;
	size_t digits = strspn(sha, "0123456789abcdef");
	bool whole = sha[digits] == '\0' || strcmp(sha + digits, "-dirty") == 0;

	return digits >= 7 && digits <= 40 && whole ? sha : "";
}

static struct summary_row *add_row(struct rows *rows, const struct combination *c)
{
	rows->items = summary_grown(rows->items, rows->count, &rows->capacity,
				    sizeof(*rows->items));
	struct summary_row *row = &rows->items[rows->count++];

	*row = (struct summary_row){
		.run_id = c->key[KEY_run_id],
		.build = c->key[KEY_build],
		.case_name = c->key[KEY_case],
		.mode = c->key[KEY_mode],
		.placement = c->key[KEY_placement],
		.param = c->key[KEY_param],
		.workers = c->workers,
		.git_sha = git_sha_of(c->key[KEY_build]),
		.ratio_to = "",
		.ratio = NAN,
		.ratio_lo = NAN,
		.ratio_hi = NAN,
	};
	return row;
}

/* All cells of a row except its ratio. */
static void fill_row(struct summary_row *row, const struct run_data *data,
		     const struct combination *c, const struct metric *metric,
		     const struct series *series)
{
	size_t epochs = c->epochs[metric->pass];
	double preempted = (double)c->preempted[metric->pass] / (double)epochs;
	double wrongly = (double)c->invalid[metric->pass] / (double)epochs;
	bool busy = preempted > BUSY_SHARE && !c->oversubscribed;

	row->metric = metric->name;
	row->unit = metric->unit;
	row->better = metric->better;
	row->iters = median_iters(data, c, metric->pass);
	row->preempted_share = epochs ? preempted : NAN;
	set_median(row, series);
	set_spread(row, series);
	row->flags = series->count ? flag_text((struct row_flags){
					     .canary = c->canary_moved && metric->pass == PASS_TIME,
					     .invalid = wrongly > INVALID_SHARE,
					     .injected = c->injected,
					     .busy = busy,
					     .oversubscribed = c->oversubscribed,
					     .no_interval = row->n_launch < LAUNCHES_FOR_INTERVAL,
				     })
				   : "";
	row->status = c->status[metric->pass] ? c->status[metric->pass] : "ok";
	if (!series->count && metric->absence && strcmp(row->status, "ok") == 0)
		row->status = metric->absence;
}

/* The same combination in mode none, or NO_ID. A mode is not compared with itself. */
static uint32_t unlocked_sibling(const struct run_data *data, uint32_t id)
{
	uint32_t base = summary_sibling(data, id, KEY_mode, "none");

	return base == id ? NO_ID : base;
}

static void add_standard(struct rows *rows, uint32_t id, const struct summary_metric *standard)
{
	const struct combination *c = &rows->data->combinations[id];
	struct metric metric = {standard->name, standard->unit, standard->better, PASS_TIME, NULL};
	struct series series = series_standard(rows->data, id, standard);
	uint32_t base = unlocked_sibling(rows->data, id);

	/* a combination that never ran has a row for that, but one without this figure has none */
	if (series.count || (!c->epochs[PASS_TIME] && !standard->only_if_measured)) {
		struct summary_row *row = add_row(rows, c);

		fill_row(row, rows->data, c, &metric, &series);
		if (base != NO_ID) {
			struct series against = series_standard(rows->data, base, standard);

			row->ratio_to = against.count ? "mode=none" : "";
			set_ratio(row, &series, &against);
			free(against.points);
		}
	}
	free(series.points);
}

static void add_speedup(struct rows *rows, uint32_t id)
{
	const struct combination *c = &rows->data->combinations[id];
	const struct summary_metric *rate = summary_metric_find("ops_per_s");
	const struct summary_metric *speed = summary_metric_find("speedup");
	const struct metric metric = {speed->name, speed->unit, speed->better, PASS_TIME, NULL};
	uint32_t one = summary_sibling(rows->data, id, KEY_workers, "1");

	if (one == NO_ID)
		return;
	struct series mine = series_standard(rows->data, id, rate);
	struct series base = series_standard(rows->data, one, rate);
	struct series speedup = series_speedup(&mine, &base);

	if (speedup.count) {
		struct summary_row *row = add_row(rows, c);
		struct series mine_medians = series_launch_medians(&mine);
		struct series base_medians = series_launch_medians(&base);

		fill_row(row, rows->data, c, &metric, &speedup);
		row->ratio_to = "workers=1";
		set_ratio(row, &mine_medians, &base_medians);
		free(mine_medians.points);
		free(base_medians.points);
	}
	free(mine.points);
	free(base.points);
	free(speedup.points);
}

static void add_observed(struct rows *rows, uint32_t id, uint32_t metric)
{
	const struct combination *c = &rows->data->combinations[id];
	struct series series = series_observed(rows->data, id, metric);
	uint32_t base = unlocked_sibling(rows->data, id);
	struct summary_row *row = add_row(rows, c);

	fill_row(row, rows->data, c, &rows->data->metrics[metric], &series);
	if (base != NO_ID) {
		struct series against = series_observed(rows->data, base, metric);

		row->ratio_to = against.count ? "mode=none" : "";
		set_ratio(row, &series, &against);
		free(against.points);
	}
	free(series.points);
}

static int compare_metric_names(const void *left, const void *right)
{
	const struct summary_row *a = left, *b = right;

	return strcmp(a->metric, b->metric);
}

static void add_combination(struct rows *rows, uint32_t id)
{
	const struct run_data *data = rows->data;
	size_t begin = rows->count;

	if (data->combinations[id].status[PASS_TIME]) {
		size_t count;
		const struct summary_metric *metrics = summary_metrics(&count);

		for (size_t i = 0; i < count; i++)
			if (metrics[i].value)
				add_standard(rows, id, &metrics[i]);
		add_speedup(rows, id);
	}
	for (size_t i = summary_first_observation(data, id, 0); i < data->observation_count;) {
		uint32_t metric = data->observations[i].metric;

		if (data->observations[i].combination != id)
			break;
		add_observed(rows, id, metric);
		i = summary_first_observation(data, id, metric + 1);
	}
	if (rows->count > begin)
		qsort(rows->items + begin, rows->count - begin, sizeof(*rows->items),
		      compare_metric_names);
}

size_t summary_mode_rank(const char *mode)
{
	size_t count;
	const struct mode *table = mode_table(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, mode) == 0)
			return i;
	return count;
}

/* Numbers inside a text count as numbers: size=64 stands before size=1024. */
static int compare_combinations(const void *left, const void *right)
{
	const struct combination *a = *(const struct combination *const *)left;
	const struct combination *b = *(const struct combination *const *)right;
	static const enum key first[] = {KEY_case, KEY_param, KEY_placement};
	static const enum key last[] = {KEY_mode, KEY_build, KEY_run_id};
	int order = 0;

	for (size_t i = 0; i < ARRAY_SIZE(first) && !order; i++)
		order = strverscmp(a->key[first[i]], b->key[first[i]]);
	if (!order)
		order = (a->workers > b->workers) - (a->workers < b->workers);
	if (!order) {
		size_t x = summary_mode_rank(a->key[KEY_mode]);
		size_t y = summary_mode_rank(b->key[KEY_mode]);

		order = (x > y) - (x < y);
	}
	for (size_t i = 0; i < ARRAY_SIZE(last) && !order; i++)
		order = strcmp(a->key[last[i]], b->key[last[i]]);
	return order;
}

const struct combination **summary_sorted_combinations(const struct run_data *data)
{
	const size_t count = data->keys.count;
	const struct combination **order = xcalloc(count, sizeof(*order));

	for (size_t i = 0; i < count; i++)
		order[i] = &data->combinations[i];
	if (count)
		qsort(order, count, sizeof(*order), compare_combinations);
	return order;
}

struct summary_row *summary_make_rows(const struct run_data *data, size_t *count)
{
	struct rows rows = {.data = data};
	size_t combinations = data->keys.count;
	const struct combination **order = summary_sorted_combinations(data);

	for (size_t i = 0; i < combinations; i++)
		add_combination(&rows, (uint32_t)(order[i] - data->combinations));
	free(order);
	*count = rows.count;
	return rows.items;
}
