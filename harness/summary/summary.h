/* SPDX-License-Identifier: MIT */
/*
 * summary - from the raw files of a run folder to summary.csv and percentiles.csv, and summary.csv
 * in memory for everything that shows or judges it. Reads and writes files; measures nothing, so it
 * can be repeated at any time on any machine. docs/csv.md says what each figure means.
 */
#ifndef TOLLGATE_SUMMARY_SUMMARY_H
#define TOLLGATE_SUMMARY_SUMMARY_H

#include <stdio.h>

#include "harness/data/csv.h"

/*
 * One row of summary.csv. A number that was not measured is NAN, a text that is empty is "". Sorted
 * by case, param, placement, workers, mode (as in the mode table), metric.
 */
struct summary_row {
	const char *run_id, *build, *case_name, *mode, *placement, *param;
	uint64_t workers;
	const char *git_sha, *metric, *unit;
	const char *better; /* "lower", "higher", "zero" or "info" */
	uint64_t launches;  /* n_launch: values behind the median and its interval */
	uint64_t rounds;    /* n_round: values behind min .. cv */
	double iters;
	double median, ci_lo, ci_hi, ci_level, ci_reached;
	double min, p25, p75, p90, p99, max, mean, mad, cv;
	double preempted_share;
	const char *ratio_to; /* "mode=none", "workers=1" or "" */
	double ratio, ratio_lo, ratio_hi;
	const char *flags;  /* of c, v, i, b, o, n; see docs/csv.md */
	const char *status; /* "ok", or what happened */
};

struct summary {
	struct summary_row *rows;
	size_t count;
	struct csv_table table; /* holds the texts */
};

/* Write RUN_DIR/summary.csv, percentiles.csv, scaling.csv and ladder.csv; all or none. */
bool summary_build(const char *run_dir, struct reason *why);

/* Read RUN_DIR/summary.csv; every cell is checked. */
bool summary_read(struct summary *summary, const char *run_dir, struct reason *why);
void summary_free(struct summary *summary);
/* One row in the order of SUMMARY_HEADER; the caller ends it. */
void summary_write_row(struct csv_writer *csv, const struct summary_row *row);
bool summary_has_flag(const struct summary_row *row, char flag);
/* Position of a mode in every table: that of the mode table; unknown modes follow. */
size_t summary_mode_rank(const char *mode);

/* What to show, and how wide. */
struct summary_view {
	const char *metric; /* NULL: the main metric of each case */
	/* Is this case to be shown? NULL: all are. */
	bool (*wants_case)(const void *context, const char *case_name);
	const void *context;
	unsigned width; /* characters per line; 0: unlimited */
	bool markdown, utf8;
};

/* Print the table for people; returns the number of figures shown. */
size_t summary_print(FILE *out, const struct summary *summary, const struct summary_view *view);

/* Read RUN_DIR/scaling.csv; every cell is checked. The caller frees TABLE. */
bool summary_read_scaling(struct csv_table *table, const char *run_dir, struct reason *why);
/* Print it for people, as VIEW says of cases; returns the number of rows, fitted or not. */
size_t summary_print_scaling(FILE *out, const struct csv_table *table,
			     const struct summary_view *view);
/* Would VIEW show this row? */
bool summary_wants(const struct summary_view *view, const struct summary_row *row);

#endif
