/* SPDX-License-Identifier: MIT */
/*
 * history - one file of figures over commits: runs are added to it, and it is searched for changes. It is
 * meant for a git branch, where others merge, cut and edit it. So a bad line is reported and kept aside,
 * and the other lines are still read. docs/history.md explains the columns and the rule for a change.
 */
#ifndef TOLLGATE_HISTORY_HISTORY_H
#define TOLLGATE_HISTORY_HISTORY_H

#include <stdio.h>

#include "harness/data/csv.h"
#include "harness/stats/change.h"

/* A file with another header is refused, so this header never changes. */
#define HISTORY_HEADER                                                                             \
	"ts_utc,git_sha,anchor_sha,run_id,host_class,cpu_model,case,mode,workers,placement,param," \
	"metric,unit,better,median,ci_lo,ci_hi,ratio_to_anchor,ratio_lo,ratio_hi"

enum history_column {
	HISTORY_TS,
	HISTORY_SHA,
	HISTORY_ANCHOR,
	HISTORY_RUN,
	HISTORY_HOST,
	HISTORY_CPU,
	HISTORY_CASE,
	HISTORY_MODE,
	HISTORY_WORKERS,
	HISTORY_PLACEMENT,
	HISTORY_PARAM,
	HISTORY_METRIC,
	HISTORY_UNIT,
	HISTORY_BETTER,
	HISTORY_MEDIAN,
	HISTORY_CI_LO,
	HISTORY_CI_HI,
	HISTORY_RATIO,
	HISTORY_RATIO_LO,
	HISTORY_RATIO_HI,
	HISTORY_COLUMNS,
};

#define HISTORY_NOTES_MAX     10u /* more bad lines are counted, not reported one by one */
#define HISTORY_BAD_LINES_MAX 1000000u

/* ---- the file, line by line ---- */

/* One file being read. csv.cells[] are the texts of the last line. */
struct history_reader {
	struct csv_reader csv;
	double number[HISTORY_COLUMNS]; /* from HISTORY_MEDIAN on; an empty cell is NAN */
	uint64_t next;                  /* the byte after the header or after the last bad line */
	size_t bad_lines;
	bool is_open; /* an empty file is never opened */
};

enum history_read { HISTORY_END, HISTORY_GOOD, HISTORY_BAD, HISTORY_FAILED };

/* Open PATH: a regular file of at most 1 GiB that is empty or begins with HISTORY_HEADER. False and
 * WHY for any other file. Then there is nothing to close. */
bool history_open(struct history_reader *reader, const char *path, struct reason *why);
/*
 * HISTORY_BAD: WHY names file, line and column. The bad line is the bytes from csv.offset to `next`,
 * and reading continues after it. HISTORY_FAILED: WHY gives the reason why the rest cannot be read.
 */
enum history_read history_next(struct history_reader *reader, struct reason *why);
void history_close(struct history_reader *reader);

/* ---- add ---- */

struct history_addition {
	const char *path;
	const char *run_dir;
	const char *anchor_dir; /* NULL: none */
	const char *host_class; /* NULL: from run.json */
};

struct history_added {
	size_t lines;       /* added now */
	size_t present;     /* of this run, already in the file */
	size_t unmeasured;  /* figures of the run without a value */
	size_t without;     /* lines without a ratio although there is an anchor */
	size_t rejected;    /* lines kept aside now */
	bool anchor_paired; /* the ratios come from a lockstep comparison */
};

/* EXIT_OK. EXIT_USAGE: input refused and nothing written. EXIT_INTERNAL: the file could not be
 * written. note() reports each line kept aside. */
enum exit_code history_add(const struct history_addition *addition, struct history_added *added,
			   struct reason *why);

/* ---- trend ---- */

struct trend_run {
	char *ts_utc, *git_sha, *run_id;
	size_t place; /* in the order of time, from 0 */
};

struct trend_point {
	const struct trend_run *run;
	double value;
	size_t line; /* in the file */
};

/* Comparable figures: one row of the plan, one metric, one basis. */
struct trend_series {
	char *cells[HISTORY_COLUMNS]; /* cells shared by all its lines; "" for the others */
	bool is_ratio;                /* values are ratios to the anchor, else medians */
	struct trend_point *points;   /* in the order of time */
	size_t count, capacity;
	struct change_point *changes;
	size_t change_count;
};

struct trend {
	struct trend_run **runs; /* in the order of time */
	size_t run_count;
	struct trend_series **series; /* of a case side by side, in a fixed order */
	size_t series_count;
	size_t lines, bad_lines, repeated;
};

/*
 * Read PATH, leave out cases that WANTS_CASE rejects (NULL: it takes all), find the changes. Bad
 * lines are reported by note() and left out. False and WHY if the file is no history. Then there is
 * nothing to free.
 */
bool trend_read(struct trend *trend, const char *path,
		bool (*wants_case)(const void *context, const char *case_name), const void *context,
		struct reason *why);
void trend_free(struct trend *trend);

enum trend_format { TREND_TABLE, TREND_CSV, TREND_MARKDOWN };

#define TREND_HEADER                                                                            \
	"case,mode,workers,placement,param,metric,unit,better,host_class,basis,anchor_sha,"     \
	"onset_ts_utc,onset_sha,onset_run_id,previous_sha,before,after,change_percent,verdict," \
	"runs_since"

/* Print the list of changes. False and WHY only if CSV cannot be written. */
bool trend_print(FILE *out, const struct trend *trend, enum trend_format format,
		 struct reason *why);
/* "worse" or "better", by the direction of the metric. */
const char *trend_verdict(const struct trend_series *series, const struct change_point *change);
/* The change in per cent of the level before; NAN if that was 0. */
double trend_percent(const struct change_point *change);

#endif
