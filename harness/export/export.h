/* SPDX-License-Identifier: MIT */
/*
 * export - the summary of a run in the formats of other tools. What was not measured is left out,
 * never written as 0; no host name goes out. docs/export.md says which field is what.
 */
#ifndef TOLLGATE_EXPORT_EXPORT_H
#define TOLLGATE_EXPORT_EXPORT_H

#include <stdio.h>

#include "harness/data/json_read.h"
#include "harness/summary/summary.h"

/*
 * The formats, each with its help: X(NAME, HELP). The file NAME.c holds a struct export_format of the
 * name export_NAME. docs/adding-an-export-format.md adds one.
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

/* One format: how it is written, and what it can carry. */
struct export_format {
	/* Write ROWS, at least one of them. False and WHY if they do not fit the format. */
	bool (*write)(FILE *out, const struct export_run *run, const struct export_rows *rows,
		      struct reason *why);
	bool whole_rows;    /* one entry holds all metrics of a row of the plan */
	bool needs_all;     /* of these none can be left out: there is no choice of metrics */
	bool directed_only; /* only metrics of which more or less is better */
	bool one_direction; /* a file holds those of which more is better, or those of which less is */
	bool headline_only; /* by default only the figure of record and what must be zero */
};
#define EXPORT_DECLARE(name, help) extern const struct export_format export_##name;
EXPORT_FORMATS(EXPORT_DECLARE)

/* The name of format INDEX, NULL after the last one. */
const char *export_format_name(size_t index);
/* Format INDEX, which has a name. */
const struct export_format *export_format(size_t index);

struct export_choice {
	const struct export_format *format;
	const char *metric; /* NULL: what suits the format; "all": every metric it can carry */
	bool bigger;        /* of one_direction: figures of which more is better, else less */
};

/* A run folder in memory. */
struct export_run {
	struct summary summary;
	struct json_tree facts; /* run.json */
	bool has_facts;
};

struct export_counts {
	size_t written;    /* figures */
	size_t unmeasured; /* figures that were wanted and have no value, or a status not ok */
};

/* False and WHY names file, line and column. Two rows with one key are refused too. */
bool export_read(struct export_run *run, const char *run_dir, struct reason *why);
void export_free(struct export_run *run);
/* EXIT_OK; EXIT_USAGE: the choice does not fit the run; EXIT_NOTHING: all that was wanted is
 * unmeasured; EXIT_INTERNAL: OUT takes no more. OUT may then hold a part. */
enum exit_code export_write(FILE *out, const struct export_run *run,
			    const struct export_choice *choice, struct export_counts *counts,
			    struct reason *why);

#endif
