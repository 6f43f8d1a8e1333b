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

enum export_format {
	EXPORT_GOOGLE,
	EXPORT_GITHUB,
	EXPORT_BENCHER,
	EXPORT_OPENMETRICS,
	EXPORT_MARKDOWN,
	EXPORT_CSV,
	EXPORT_FORMATS,
};

extern const char *const export_format_names[EXPORT_FORMATS];

struct export_choice {
	enum export_format format;
	const char *metric; /* NULL: what suits the format; "all": every metric it can carry */
	bool bigger;        /* github: figures of which bigger is better, else smaller */
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
