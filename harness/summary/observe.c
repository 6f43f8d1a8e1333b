/* SPDX-License-Identifier: MIT */
/* metrics.csv and counters.csv into observations: one number per combination, metric, launch,
 * round. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/data/record.h"
#include "harness/summary/internal.h"

#define METRIC_NUMBER(TYPE, name) METRIC_##name,
enum metric_column { METRIC_KEY = KEY_COUNT - 1, METRICS_COLUMNS(METRIC_NUMBER) };

static bool is_better(const char *word)
{
	return strcmp(word, "lower") == 0 || strcmp(word, "higher") == 0 ||
	       strcmp(word, "zero") == 0 || strcmp(word, "info") == 0;
}

static bool take_metric_name(struct run_data *data, const struct csv_reader *reader,
			     const char *case_name, uint32_t *id, struct reason *why)
{
	const char *name = reader->cells[METRIC_metric], *unit = reader->cells[METRIC_unit];
	const char *better = reader->cells[METRIC_better];

	if (!summary_check_word(reader, METRIC_metric, why) ||
	    !summary_check_word(reader, METRIC_unit, why))
		return false;
	if (summary_metric_find(name))
		return csv_refuse(reader, METRIC_metric, "a metric that every case has anyway",
				  why);
	if (!is_better(better))
		return csv_refuse(reader, METRIC_better, "none of lower, higher, zero, info", why);
	*id = summary_metric_id(data, case_name, name, unit, better, PASS_TIME);
	if (strcmp(data->metrics[*id].unit, unit) != 0)
		return csv_refuse(reader, METRIC_unit, "not the unit this metric had before", why);
	if (strcmp(data->metrics[*id].better, better) != 0)
		return csv_refuse(reader, METRIC_better, "not what this metric had before", why);
	return true;
}

/* Did any epoch of this launch enter the statistics? */
static bool launch_counts(const struct run_data *data, uint32_t id, uint32_t launch)
{
	const struct combination *c = &data->combinations[id];
	size_t low = c->first[PASS_TIME], high = low + c->epochs[PASS_TIME], end = high;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (data->epochs[middle].launch < launch)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && data->epochs[low].launch == launch;
}

static bool take_metric(struct run_data *data, const struct csv_reader *reader, void *context,
			struct reason *why)
{
	struct observation o = {.round = NO_ROUND};
	bool per_launch = !reader->cells[METRIC_round][0];

	(void)context;
	if (!summary_take_key(data, reader, &o.combination, why) ||
	    !summary_take_u32(reader, METRIC_launch, &o.launch, why) ||
	    (!per_launch && !summary_take_u32(reader, METRIC_round, &o.round, why)) ||
	    !csv_cell_double(reader, METRIC_value, &o.value, why) ||
	    !take_metric_name(data, reader, reader->cells[KEY_case], &o.metric, why))
		return false;
	bool counts = per_launch ? launch_counts(data, o.combination, o.launch)
				 : summary_find_epoch(data, o.combination, PASS_TIME, o.launch,
						      o.round) != SIZE_MAX;

	if (counts && !isnan(o.value))
		summary_observe(data, o);
	return true;
}

bool summary_load_metrics(struct run_data *data, struct reason *why)
{
	return summary_each_row(data, "metrics.csv", METRICS_HEADER, false, take_metric, NULL, why);
}

#define COUNTER_NUMBER(TYPE, name) COUNTER_##name,
enum counter_column { COUNTER_KEY = KEY_COUNT - 1, COUNTERS_COLUMNS(COUNTER_NUMBER) };

/* One event of one worker in one epoch. */
struct count {
	size_t epoch;
	uint32_t metric;
	bool ok;
	double value;
};

struct counts {
	struct count *items;
	size_t count, capacity;
};

/* "LLC-load-misses" becomes "llc_load_misses_per_op". */
static uint32_t event_metric(struct run_data *data, const char *event)
{
	char name[224];
	size_t length = 0;

	for (; length < 200 && event[length]; length++) {
		unsigned char c = (unsigned char)event[length];

		name[length] = isalnum(c) || c == '.' ? (char)tolower(c) : '_';
	}
	snprintf(name + length, sizeof(name) - length, "_per_op");
	/* perf's two clocks are the only events that count nanoseconds */
	bool is_clock = strcmp(event, "task-clock") == 0 || strcmp(event, "cpu-clock") == 0;

	return summary_metric_id(data, "", name, is_clock ? "ns" : "1/op", "info", PASS_COUNT);
}

/* Remembers that the event was wanted and why there is no number. */
static void note_absence(struct run_data *data, uint32_t combination, uint32_t metric,
			 const char *status)
{
	char text[224];

	snprintf(text, sizeof(text), "skipped:%s", status);
	if (!data->metrics[metric].absence)
		data->metrics[metric].absence = summary_keep_text(data, text);
	summary_observe(data, (struct observation){.combination = combination,
						   .metric = metric,
						   .round = NO_ROUND,
						   .value = NAN});
}

static bool take_counter(struct run_data *data, const struct csv_reader *reader, void *context,
			 struct reason *why)
{
	struct counts *counts = context;
	struct count item;
	uint32_t id, launch, round;
	uint64_t value;

	if (!summary_take_key(data, reader, &id, why) ||
	    !summary_check_word(reader, COUNTER_event, why) ||
	    !summary_check_word(reader, COUNTER_status, why))
		return false;
	item.metric = event_metric(data, reader->cells[COUNTER_event]);
	item.ok = strcmp(reader->cells[COUNTER_status], "ok") == 0;
	if (!item.ok) {
		note_absence(data, id, item.metric, reader->cells[COUNTER_status]);
		return true;
	}
	if (!summary_take_u32(reader, COUNTER_launch, &launch, why) ||
	    !summary_take_u32(reader, COUNTER_round, &round, why) ||
	    !csv_cell_u64(reader, COUNTER_value, 0, UINT64_MAX, &value, why))
		return false;
	item.epoch = summary_find_epoch(data, id, PASS_COUNT, launch, round);
	item.value = (double)value;
	if (item.epoch == SIZE_MAX)
		return true;
	counts->items = summary_grown(counts->items, counts->count, &counts->capacity,
				      sizeof(item));
	counts->items[counts->count++] = item;
	return true;
}

static int compare_counts(const void *left, const void *right)
{
	const struct count *a = left, *b = right;

	if (a->epoch != b->epoch)
		return a->epoch < b->epoch ? -1 : 1;
	return (a->metric > b->metric) - (a->metric < b->metric);
}

struct counts_of_epoch {
	uint32_t cycles_id, instructions_id;
	double cycles, instructions;
};

static void observe_epoch(struct run_data *data, const struct epoch_row *epoch, uint32_t metric,
			  double value)
{
	summary_observe(data, (struct observation){.combination = epoch->combination,
						   .metric = metric,
						   .launch = epoch->launch,
						   .round = epoch->round,
						   .value = value});
}

/* The N counts of one event in one epoch: their sum only if every worker gave one. */
static void fold_event(struct run_data *data, const struct count *items, size_t n,
		       struct counts_of_epoch *pair)
{
	const struct epoch_row *epoch = &data->epochs[items->epoch];
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += items[i].value;
	if (n != data->combinations[epoch->combination].workers || !(epoch->ops > 0)) {
		note_absence(data, epoch->combination, items->metric, "incomplete");
		return;
	}
	observe_epoch(data, epoch, items->metric, sum / epoch->ops);
	if (items->metric == pair->cycles_id)
		pair->cycles = sum;
	if (items->metric == pair->instructions_id)
		pair->instructions = sum;
}

static uint32_t known_event(const struct run_data *data, const char *name)
{
	return intern_find(&data->metric_names, name, strlen(name));
}

static void fold_counts(struct run_data *data, const struct counts *counts)
{
	struct counts_of_epoch pair = {
		.cycles_id = known_event(data, "\ncycles_per_op"),
		.instructions_id = known_event(data, "\ninstructions_per_op"),
	};
	const struct count *items = counts->items;

	for (size_t i = 0, n; i < counts->count; i += n) {
		if (i == 0 || items[i].epoch != items[i - 1].epoch)
			pair.cycles = pair.instructions = NAN;
		for (n = 1; i + n < counts->count; n++)
			if (compare_counts(&items[i], &items[i + n]) != 0)
				break;
		fold_event(data, &items[i], n, &pair);
		if (pair.cycles > 0 && pair.instructions >= 0) {
			const struct summary_metric *ipc = summary_metric_find("ipc");

			observe_epoch(data, &data->epochs[items[i].epoch],
				      summary_metric_id(data, "", ipc->name, ipc->unit, ipc->better,
							PASS_COUNT),
				      pair.instructions / pair.cycles);
			pair.cycles = NAN; /* once per epoch */
		}
	}
}

bool summary_load_counters(struct run_data *data, struct reason *why)
{
	struct counts counts = {0};
	bool ok = summary_each_row(data, "counters.csv", COUNTERS_HEADER, false, take_counter,
				   &counts, why);

	if (ok && counts.count) {
		qsort(counts.items, counts.count, sizeof(*counts.items), compare_counts);
		fold_counts(data, &counts);
	}
	free(counts.items);
	return ok;
}

static int by_number(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_observations(const void *left, const void *right)
{
	const struct observation *a = left, *b = right;
	int order = by_number(a->combination, b->combination);

	if (!order)
		order = by_number(a->metric, b->metric);
	if (!order)
		order = by_number(a->launch, b->launch);
	return order ? order : by_number(a->round, b->round);
}

bool summary_sort_observations(struct run_data *data, struct reason *why)
{
	const struct observation *o = data->observations;

	if (data->observation_count)
		qsort(data->observations, data->observation_count, sizeof(*o),
		      compare_observations);
	for (size_t i = 1; i < data->observation_count; i++)
		if (!isnan(o[i].value) && !isnan(o[i - 1].value) &&
		    compare_observations(&o[i], &o[i - 1]) == 0)
			return refuse(why,
				      _("metrics.csv: metric %s of case %s appears twice for "
					"launch %u"),
				      data->metrics[o[i].metric].name,
				      data->combinations[o[i].combination].key[KEY_case],
				      o[i].launch);
	return true;
}
