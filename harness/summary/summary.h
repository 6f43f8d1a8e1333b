/* SPDX-License-Identifier: MIT */
/*
 * summary - computes summary.csv and percentiles.csv from the raw files of a run folder, and reads
 * summary.csv for everything that shows or judges it. It measures nothing, so it can be repeated at
 * any time on any machine. docs/csv.md explains each figure.
 */
#ifndef TOLLGATE_SUMMARY_SUMMARY_H
#define TOLLGATE_SUMMARY_SUMMARY_H

#include <stdio.h>

#include "harness/data/record.h"

/* Sorted by case, param, placement, workers, mode (as in the mode table) and metric. */
struct summary {
	struct summary_row *rows; /* a text is never NULL */
	size_t count;
	struct csv_table table; /* holds the texts */
};

/* Write RUN_DIR/summary.csv, percentiles.csv, scaling.csv and ladder.csv: all or none. */
bool summary_build(const char *run_dir, struct reason *why);

/* Read RUN_DIR/summary.csv. Every cell is checked. */
bool summary_read(struct summary *summary, const char *run_dir, struct reason *why);
void summary_free(struct summary *summary);
/* Write one row of summary.csv. False and WHY if the file takes no more. */
bool summary_write_row(struct csv_writer *csv, const struct summary_row *row, struct reason *why);
/* Print ROWS, COUNT of them, as CSV. False and WHY if OUT takes no more. */
bool summary_print_csv(FILE *out, const struct summary_row *const *rows, size_t count,
		       struct reason *why);
bool summary_has_flag(const struct summary_row *row, char flag);
/* The position of a mode in every table is its position in the mode table. Unknown modes follow. */
size_t summary_mode_rank(const char *mode);

struct epoch_row;

/* A metric that the summary derives by itself, for every case. */
struct summary_metric {
	const char *name, *unit;
	const char *better; /* "lower", "higher" or "info" */
	/* The figure of one epoch, or NAN. NULL: it does not come from one epoch. */
	double (*value)(const struct epoch_row *epoch, double workers);
	bool only_if_measured; /* no row without a number */
};
/* All of them. */
const struct summary_metric *summary_metrics(size_t *count);
/* The metric of that name, or NULL. */
const struct summary_metric *summary_metric_find(const char *name);

/* The rows to show, and the width of the page. */
struct summary_view {
	const char *metric; /* NULL: the main metric of each case */
	/* True if the case is shown. NULL: all are shown. */
	bool (*wants_case)(const void *context, const char *case_name);
	const void *context;
	unsigned width; /* characters per line; 0: unlimited */
	bool markdown, utf8;
};

/* Print the table for people. Returns the number of figures shown. */
size_t summary_print(FILE *out, const struct summary *summary, const struct summary_view *view);

/* Read RUN_DIR/scaling.csv. Every cell is checked. The caller frees TABLE. */
bool summary_read_scaling(struct csv_table *table, const char *run_dir, struct reason *why);
/* Print the cases that VIEW wants, for people. Returns the number of rows, fitted or not. */
size_t summary_print_scaling(FILE *out, const struct csv_table *table,
			     const struct summary_view *view);
/* True if VIEW shows this row. */
bool summary_wants(const struct summary_view *view, const struct summary_row *row);

#endif
