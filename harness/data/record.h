/* SPDX-License-Identifier: MIT */
/*
 * record - the files of a run folder and their columns, each of which is listed once as X(TYPE, name).
 * The header line, the struct of a row, its writer and the column numbers of the readers expand from
 * that list. docs/csv.md explains every column, and a test compares that page with these lists and
 * with real output. A change of a list needs a new RECORD_SCHEMA.
 */
#ifndef TOLLGATE_DATA_RECORD_H
#define TOLLGATE_DATA_RECORD_H

#include "harness/data/csv.h"

#define RECORD_SCHEMA 1

/*
 * The types of columns, as members of a row. A text is printable ASCII, and a word is a text that is
 * not empty. CASE is the word of the column `case`, a name that C reserves. An amount is NULL and a
 * number is NAN where nothing was measured: the cell is then empty.
 */
#define RECORD_MEMBER_WORD(name)   const char *name;
#define RECORD_MEMBER_TEXT(name)   const char *name;
#define RECORD_MEMBER_CASE(name)   const char *case_name;
#define RECORD_MEMBER_WHOLE(name)  uint64_t name;
#define RECORD_MEMBER_SIGNED(name) int64_t name;
#define RECORD_MEMBER_AMOUNT(name) const uint64_t *name;
#define RECORD_MEMBER_NUMBER(name) double name;

/* The cell of a column of ROW. */
#define RECORD_PUT_WORD(name)   csv_text(csv, row->name);
#define RECORD_PUT_TEXT(name)   csv_text(csv, row->name);
#define RECORD_PUT_CASE(name)   csv_text(csv, row->case_name);
#define RECORD_PUT_WHOLE(name)  csv_u64(csv, row->name);
#define RECORD_PUT_SIGNED(name) csv_i64(csv, row->name);
#define RECORD_PUT_AMOUNT(name) csv_amount(csv, row->name);
#define RECORD_PUT_NUMBER(name) csv_double(csv, row->name);

/* The initial value of a member, where nothing was measured. */
#define RECORD_BLANK_WORD(name)   .name = "",
#define RECORD_BLANK_TEXT(name)   .name = "",
#define RECORD_BLANK_CASE(name)   .case_name = "",
#define RECORD_BLANK_WHOLE(name)  .name = 0,
#define RECORD_BLANK_NUMBER(name) .name = NAN,

/* The macros that expand a list. */
#define RECORD_NAME(TYPE, name)   "," #name
#define RECORD_MEMBER(TYPE, name) RECORD_MEMBER_##TYPE(name)
#define RECORD_PUT(TYPE, name)    RECORD_PUT_##TYPE(name)
#define RECORD_BLANK(TYPE, name)  RECORD_BLANK_##TYPE(name)

/* clang-format off */

/*
 * The key, in every per-case file, so that files join. `param` holds name=value joined by ';', in the
 * order in which the case declares its parameters. It is empty if the case has none.
 */
#define KEY_COLUMNS(X) \
	X(WORD, run_id) X(TEXT, build) X(CASE, case) X(WORD, mode) X(WHOLE, workers) \
	X(WORD, placement) X(TEXT, param)

/*
 * One row per epoch. `pass` is "time" or "count". `launch` (from 0) counts the fresh runners, `round`
 * the epochs of a runner, and `slot` is the position among the interleaved modes. `ops` is the work
 * of all workers. `status` is ok, wrong, crashed, killed, timeout, error or skipped, with a reason
 * after ':' where there is one, such as "skipped:no-smt". The flags are: w warm-up, never in
 * statistics; p a worker that never slept got less than 95 % of its time; o more workers than PUs;
 * i slowed down on purpose; v the context switches are not those that the case must make; c a step
 * of the work took over 10 % more or less than when the pace of the run was set. The amounts of a row
 * are empty unless it is ok or wrong.
 */
#define SAMPLES_COLUMNS(X) \
	X(TEXT, pass) X(WHOLE, launch) X(WHOLE, round) X(WHOLE, slot) \
	X(AMOUNT, iters) X(AMOUNT, wall_ns) X(AMOUNT, cpu_ns) X(AMOUNT, ops) \
	X(AMOUNT, nvcsw) X(AMOUNT, nivcsw) X(AMOUNT, minflt) X(AMOUNT, majflt) \
	X(TEXT, flags) X(TEXT, status)

/* One row per worker and epoch, for fairness. start_ns and end_ns count from the common release. */
#define WORKERS_COLUMNS(X) \
	X(TEXT, pass) X(WHOLE, launch) X(WHOLE, round) X(WHOLE, worker) \
	X(AMOUNT, cpu_planned) X(SIGNED, cpu_begin) X(SIGNED, cpu_end) \
	X(WHOLE, ops) X(WHOLE, start_ns) X(WHOLE, end_ns) X(WHOLE, cpu_ns) \
	X(WHOLE, nvcsw) X(WHOLE, nivcsw)

/*
 * One row per event, worker and epoch of the counting pass. `value` is empty unless the status is ok,
 * and `scope` is "u" or "uk".
 */
#define COUNTERS_COLUMNS(X) \
	X(WHOLE, launch) X(WHOLE, round) X(WHOLE, worker) X(TEXT, event) X(TEXT, scope) \
	X(AMOUNT, value) X(WHOLE, time_enabled_ns) X(WHOLE, time_running_ns) X(TEXT, status)

/*
 * One row per metric of a case and epoch (lost_updates, final_balance, ...), and the events of the
 * emulated GIL. `round` is empty for a figure of a whole launch.
 */
#define METRICS_COLUMNS(X) \
	X(WHOLE, launch) X(AMOUNT, round) \
	X(TEXT, metric) X(TEXT, unit) X(TEXT, better) X(NUMBER, value)

/* Holdings of the GIL in one epoch of the first launch, counted from the common release. */
#define TIMELINE_COLUMNS(X) \
	X(WHOLE, launch) X(WHOLE, worker) X(SIGNED, take_ns) X(SIGNED, drop_ns)

/* Latencies of all launches of a row together. `unit` is always ns. */
#define HISTOGRAM_COLUMNS(X) \
	X(TEXT, unit) X(WHOLE, lo_ns) X(WHOLE, hi_ns) X(WHOLE, count)

/* Computed from the rows of histogram.csv. */
#define PERCENTILES_COLUMNS(X) \
	X(TEXT, unit) X(NUMBER, percentile) X(NUMBER, value_ns) X(WHOLE, count)

/*
 * One row per row of the plan and metric; ladder.csv has the same columns. `n_launch` is the number of
 * values behind the median and its interval, `n_round` the number behind min to cv. `ratio` is paired
 * with the row that `ratio_to` names: "mode=none" (same workers), "workers=1" (same mode) or "".
 */
#define SUMMARY_COLUMNS(X) \
	KEY_COLUMNS(X) \
	X(TEXT, git_sha) X(WORD, metric) X(WORD, unit) X(WORD, better) \
	X(WHOLE, n_launch) X(WHOLE, n_round) X(NUMBER, iters) \
	X(NUMBER, median) X(NUMBER, ci_lo) X(NUMBER, ci_hi) X(NUMBER, ci_level) \
	X(NUMBER, ci_reached) \
	X(NUMBER, min) X(NUMBER, p25) X(NUMBER, p75) X(NUMBER, p90) X(NUMBER, p99) X(NUMBER, max) \
	X(NUMBER, mean) X(NUMBER, mad) X(NUMBER, cv) X(NUMBER, preempted_share) \
	X(TEXT, ratio_to) X(NUMBER, ratio) X(NUMBER, ratio_lo) X(NUMBER, ratio_hi) \
	X(TEXT, flags) X(WORD, status)

/*
 * One row per case, mode, placement and parameter set that has several numbers of workers: the
 * scalability law over them, see scaling.h.
 */
#define SCALING_COLUMNS(X) \
	X(TEXT, run_id) X(TEXT, build) X(CASE, case) \
	X(TEXT, mode) X(TEXT, placement) X(TEXT, param) \
	X(NUMBER, counts) X(NUMBER, workers_min) X(NUMBER, workers_max) X(NUMBER, n_launch) \
	X(NUMBER, one_per_s) X(NUMBER, sigma) X(NUMBER, sigma_lo) X(NUMBER, sigma_hi) \
	X(NUMBER, kappa) X(NUMBER, kappa_lo) X(NUMBER, kappa_hi) X(NUMBER, ci_level) \
	X(NUMBER, residual_pct) X(NUMBER, worst_pct) X(NUMBER, worst_workers) \
	X(NUMBER, peak_workers) \
	X(TEXT, remark) X(TEXT, status)

/* clang-format on */

#define KEY_HEADER         "schema" KEY_COLUMNS(RECORD_NAME)
#define SAMPLES_HEADER     KEY_HEADER SAMPLES_COLUMNS(RECORD_NAME)
#define WORKERS_HEADER     KEY_HEADER WORKERS_COLUMNS(RECORD_NAME)
#define COUNTERS_HEADER    KEY_HEADER COUNTERS_COLUMNS(RECORD_NAME)
#define METRICS_HEADER     KEY_HEADER METRICS_COLUMNS(RECORD_NAME)
#define TIMELINE_HEADER    KEY_HEADER TIMELINE_COLUMNS(RECORD_NAME)
#define HISTOGRAM_HEADER   KEY_HEADER HISTOGRAM_COLUMNS(RECORD_NAME)
#define PERCENTILES_HEADER KEY_HEADER PERCENTILES_COLUMNS(RECORD_NAME)
#define SUMMARY_HEADER     "schema" SUMMARY_COLUMNS(RECORD_NAME)
#define SCALING_HEADER     "schema" SCALING_COLUMNS(RECORD_NAME)

/* The cells of a row, behind those of its key unless the row holds the key itself. */
struct key_cells {
	KEY_COLUMNS(RECORD_MEMBER)
};
struct samples_cells {
	SAMPLES_COLUMNS(RECORD_MEMBER)
};
struct workers_cells {
	WORKERS_COLUMNS(RECORD_MEMBER)
};
struct counters_cells {
	COUNTERS_COLUMNS(RECORD_MEMBER)
};
struct metrics_cells {
	METRICS_COLUMNS(RECORD_MEMBER)
};
struct timeline_cells {
	TIMELINE_COLUMNS(RECORD_MEMBER)
};
struct histogram_cells {
	HISTOGRAM_COLUMNS(RECORD_MEMBER)
};
struct percentiles_cells {
	PERCENTILES_COLUMNS(RECORD_MEMBER)
};
struct summary_row {
	SUMMARY_COLUMNS(RECORD_MEMBER)
};
struct scaling_row {
	SCALING_COLUMNS(RECORD_MEMBER)
};

/* Metrics of a launch of a contended case: one way of a cache line, in ns. See canary.h. */
#define CANARY_BEFORE "canary_before_ns"
#define CANARY_AFTER  "canary_after_ns"

/*
 * compare.csv: one row per case x mode x workers x placement x parameter in a comparison of two
 * builds, commands or runs. flags: i injected, r report-only. reason: a sentence, mostly empty.
 */
#define COMPARE_HEADER                                                                           \
	"schema,base_sha,head_sha,case,mode,workers,placement,param,metric,unit,better,n_pairs," \
	"n_rounds,base_median,head_median,ratio,ratio_lo,ratio_hi,ci_level,pairs_slower,"        \
	"min_effect,noise_floor,stage,verdict,flags,reason"

#endif
