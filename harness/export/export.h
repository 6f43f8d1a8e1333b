/* SPDX-License-Identifier: MIT */
/*
 * export - the summary of a run in the formats of other tools. A figure without a measurement is
 * left out, never written as 0. No host name is written. docs/export.md explains the fields.
 */
#ifndef TOLLGATE_EXPORT_EXPORT_H
#define TOLLGATE_EXPORT_EXPORT_H

#include <stdio.h>

#include "harness/data/json_read.h"
#include "harness/summary/summary.h"

/*
 * The formats, each with its help: X(NAME, HELP). The file NAME.c defines the struct export_format
 * export_NAME. docs/adding-an-export-format.md explains how to add one.
 */
#define EXPORT_FORMATS(X)                                               \
	X(google, "google-benchmark JSON")                              \
	X(github, "github-action-benchmark, customSmallerIsBetter or\n" \
		  "        customBiggerIsBetter, see --direction")      \
	X(bencher, "Bencher Metric Format")                             \
	X(openmetrics, "OpenMetrics 1.0 text")                          \
	X(md, "a table in Markdown")                                    \
	X(csv, "rows of summary.csv")

struct export_run;
struct export_rows;

/* One format: its writer, and the figures that it can hold. */
struct export_format {
	/* Write ROWS, at least one of them. False and WHY if they do not fit the format. */
	bool (*write)(FILE *out, const struct export_run *run, const struct export_rows *rows,
		      struct reason *why);
	bool whole_rows;    /* one entry holds all metrics of a row of the plan */
	bool needs_all;     /* no metric can be left out, so there is no choice of metrics */
	bool directed_only; /* only metrics for which more is better or less is better */
	bool one_direction; /* a file holds only metrics with the same direction */
	bool headline_only; /* by default only the main figure and the metrics that must be zero */
};
#define EXPORT_DECLARE(name, help) extern const struct export_format export_##name;
EXPORT_FORMATS(EXPORT_DECLARE)

/* The name of format INDEX, NULL after the last one. */
const char *export_format_name(size_t index);
/* Format INDEX, which has a name. */
const struct export_format *export_format(size_t index);

struct export_choice {
	const struct export_format *format;
	const char *metric; /* NULL: the default of the format; "all": every metric it can hold */
	bool bigger;        /* for one_direction: figures for which more is better, else less */
};

/* A run folder in memory. */
struct export_run {
	struct summary summary;
	struct json_tree facts; /* run.json */
	bool has_facts;
};

struct export_counts {
	size_t written;    /* figures */
	size_t unmeasured; /* chosen figures without a value or with a status that is not ok */
};

/* False, and WHY names file, line and column. Two rows with the same key are also refused. */
bool export_read(struct export_run *run, const char *run_dir, struct reason *why);
void export_free(struct export_run *run);
/* EXIT_OK. EXIT_USAGE: the choice does not fit the run. EXIT_NOTHING: no chosen figure was
 * measured. EXIT_INTERNAL: OUT cannot be written and may hold a part. */
enum exit_code export_write(FILE *out, const struct export_run *run,
			    const struct export_choice *choice, struct export_counts *counts,
			    struct reason *why);

#endif
