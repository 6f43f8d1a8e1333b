/* SPDX-License-Identifier: MIT */
/*
 * The parts that the files of this room share.
 *
 * The raw files become three flat, sorted arrays: epochs (samples.csv with workers.csv folded in),
 * observations (metrics.csv and counters.csv, one number each) and latencies (histogram.csv). They
 * are indexed by number of combination = one key of KEY_COLUMNS.
 */
#ifndef TOLLGATE_SUMMARY_INTERNAL_H
#define TOLLGATE_SUMMARY_INTERNAL_H

#include "harness/data/csv.h"
#include "harness/stats/stats.h"
#include "harness/summary/summary.h"

#define NO_ID    UINT32_MAX
#define NO_ROUND UINT32_MAX /* a value that exists once per launch */

/* The cells of the key, by number. */
#define KEY_NUMBER(TYPE, name) KEY_##name,
enum key { KEY_schema, KEY_COLUMNS(KEY_NUMBER) KEY_COUNT };

/* Byte strings with numbers in the order of arrival: a hash table with open addressing. */
struct intern {
	char **bytes;
	size_t *length;
	uint32_t count, capacity;
	uint32_t *slots; /* number + 1; 0 = free */
	uint32_t slot_count;
};

uint32_t intern_find(const struct intern *intern, const char *bytes, size_t length);
uint32_t intern_add(struct intern *intern, const char *bytes, size_t length);
void intern_free(struct intern *intern);

enum pass { PASS_TIME, PASS_COUNT, PASSES };

/* One key, and the result of all its samples. Texts point into the interned key. */
struct combination {
	const char *key[KEY_COUNT];
	uint64_t workers;
	const char *status[PASSES]; /* the worst; NULL: no sample of this pass */
	bool oversubscribed, injected;
	bool canary_moved;                         /* of the timed pass; summary_judge_canaries() */
	size_t first[PASSES], epochs[PASSES];      /* in data->epochs */
	size_t preempted[PASSES], invalid[PASSES]; /* of them */
};

/* An epoch that enters the statistics: status ok, not warm-up. */
struct epoch_row {
	uint32_t combination, launch, round;
	uint8_t pass;
	bool preempted, invalid;
	uint32_t shares; /* rows of workers.csv */
	double share_sum, share_squares, share_least, share_most;
	double iters, wall_ns, cpu_ns, ops, nvcsw, nivcsw;
	size_t line;
};

struct metric {
	const char *name, *unit, *better;
	enum pass pass;
	const char *absence; /* why a counter has no value, or NULL */
};

struct observation {
	uint32_t combination, metric, launch, round;
	double value; /* NAN: wanted but not measured */
};

/* One bucket of histogram.csv. */
struct latency {
	uint32_t combination, bucket;
	uint64_t count;
};

struct run_data {
	const char *dir;
	struct intern keys, metric_names, texts;
	struct combination *combinations; /* keys.count of them */
	struct metric *metrics;           /* metric_names.count of them */
	struct epoch_row *epochs;
	struct observation *observations;
	struct latency *latencies;
	size_t epoch_count, observation_count, latency_count;
	size_t combination_capacity, metric_capacity;
	size_t epoch_capacity, observation_capacity, latency_capacity;
	size_t hint; /* epoch found last: rows of one epoch stand together */
};

/* Make room for one more item behind COUNT. Returns ITEMS, which may have moved. */
void *summary_grown(void *items, size_t count, size_t *capacity, size_t size);
/* TEXT as long as the run data lives. */
const char *summary_keep_text(struct run_data *data, const char *text);

/* The combination of the reader's row, its first eight cells. A new one is checked and added. */
bool summary_take_key(struct run_data *data, const struct csv_reader *reader, uint32_t *id,
		      struct reason *why);
/* The combination that differs from C in one column, or NO_ID. */
uint32_t summary_sibling(const struct run_data *data, uint32_t c, enum key column,
			 const char *value);
/* A column that must hold printable ASCII without blanks, 1 to 200 characters. */
bool summary_check_word(const struct csv_reader *reader, unsigned column, struct reason *why);
bool summary_take_u32(const struct csv_reader *reader, unsigned column, uint32_t *out,
		      struct reason *why);

/* Index of the epoch or SIZE_MAX. */
size_t summary_find_epoch(struct run_data *data, uint32_t combination, enum pass pass,
			  uint32_t launch, uint32_t round);
/* The number of the metric. A new one is added. */
uint32_t summary_metric_id(struct run_data *data, const char *case_name, const char *name,
			   const char *unit, const char *better, enum pass pass);
void summary_observe(struct run_data *data, struct observation observation);

/* The loaders, in the order in which they must run. A file that is absent is empty. */
bool summary_load_samples(struct run_data *data, struct reason *why);
bool summary_load_workers(struct run_data *data, struct reason *why);
bool summary_load_metrics(struct run_data *data, struct reason *why);
bool summary_load_counters(struct run_data *data, struct reason *why);
bool summary_load_histogram(struct run_data *data, struct reason *why);
bool summary_sort_observations(struct run_data *data, struct reason *why);
void run_data_free(struct run_data *data);

/*
 * The cells of one row of a table, read from left to right. A reader checks one cell, stores its
 * value in OUT and goes to the next. False and WHY, with file, line and column, for a bad value.
 */
struct row_reader {
	const struct csv_table *table;
	size_t row;
	unsigned column;
	struct reason *why;
};
bool summary_take_schema(struct row_reader *reader);
bool summary_take_word(struct row_reader *reader, const char **out);
bool summary_take_text(struct row_reader *reader, const char **out); /* may be empty */
bool summary_take_whole(struct row_reader *reader, uint64_t *out);
bool summary_take_number(struct row_reader *reader, double *out); /* NAN if empty */

/* A list of columns expands with these to a chain of readers that fill OUT. */
#define TAKE_WORD(name)   summary_take_word(&reader, &out->name)
#define TAKE_TEXT(name)   summary_take_text(&reader, &out->name)
#define TAKE_CASE(name)   summary_take_word(&reader, &out->case_name)
#define TAKE_WHOLE(name)  summary_take_whole(&reader, &out->name)
#define TAKE_NUMBER(name) summary_take_number(&reader, &out->name)
#define TAKE(TYPE, name)  &&TAKE_##TYPE(name)

/* Opens DIR/FILE: 1 open, 0 there is no such file, -1 refused. */
int summary_open_file(struct csv_reader *reader, const struct run_data *data, const char *file,
		      const char *header, struct reason *why);
/* Calls TAKE for each row of DIR/FILE. */
typedef bool take_row_fn(struct run_data *data, const struct csv_reader *reader, void *context,
			 struct reason *why);
bool summary_each_row(struct run_data *data, const char *file, const char *header, bool required,
		      take_row_fn *take, void *context, struct reason *why);

struct point {
	uint32_t launch, round;
	double value;
};

/* The values of one metric of one combination, by launch and round. */
struct series {
	struct point *points;
	size_t count;
};

/* Finite values only. The caller frees series.points. */
struct series series_standard(const struct run_data *data, uint32_t id,
			      const struct summary_metric *metric);
struct series series_observed(const struct run_data *data, uint32_t id, uint32_t metric);
/* The first observation of (id, metric) in the sorted array, or its place if there is none. */
size_t summary_first_observation(const struct run_data *data, uint32_t id, uint32_t metric);
/* One point per launch: the median of its rounds. */
struct series series_launch_medians(const struct series *series);
/* Throughput per launch relative to that of one worker in the launch of the same number. */
struct series series_speedup(const struct series *mine, const struct series *one);
/*
 * ln(mine / base) of every epoch that both have into LOGS, which has room for all of MINE. False if
 * there is none, or if one of the values is not positive. To leave out only those pairs would bias
 * the ratio.
 */
bool series_pair_logs(const struct series *mine, const struct series *base, struct series *logs);
double *series_values(const struct series *series);

/*
 * For every combination: did the time of a line between the workers' PUs change by more than a
 * fifth, from before a launch to after it or from launch to launch, in more than a tenth of the
 * launches? Call it after summary_sort_observations().
 */
void summary_judge_canaries(struct run_data *data);

/* All combinations in the order of the summary. The caller frees the array. */
const struct combination **summary_sorted_combinations(const struct run_data *data);
/* The rows of scaling.csv. */
bool summary_write_scaling(struct csv_writer *csv, const struct run_data *data, struct reason *why);

/* The rows of the summary, sorted. The caller frees the array. Texts point into DATA or are constant. */
struct summary_row *summary_make_rows(const struct run_data *data, size_t *count);

#endif
