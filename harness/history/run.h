/* SPDX-License-Identifier: MIT */
/* run - the lines of history.csv from one run folder, and the ratios to its anchor. */
#ifndef TOLLGATE_HISTORY_RUN_H
#define TOLLGATE_HISTORY_RUN_H

#include "harness/history/history.h"
#include "harness/summary/summary.h"

/* A figure with the ends of its interval; NAN if there is none. */
struct history_figure {
	double value, lo, hi;
};

/* The facts of run.json about the machine, as cells of history.csv; "" is unknown. */
struct history_machine {
	char cpu_model[128];
	char host_class[64]; /* "vm-x86_64-2": kind, architecture, processing units */
};
/* False and WHY if run.json exists and is malformed. */
bool history_machine_read(struct history_machine *machine, const char *run_dir, struct reason *why);

/* "case,mode,workers,placement,param,metric" of a row, to be freed. */
char *history_key(const struct summary_row *row);

/* One line that the run adds. */
struct history_line {
	char *key;
	const struct summary_row *row;
	struct history_figure ratio; /* to the anchor */
	bool present;                /* the history already has this line */
};

struct history_lines {
	struct summary summary;     /* owns the rows and their texts */
	struct history_line *lines; /* sorted by key */
	size_t count;
	struct history_machine machine;
	char ts_utc[32];
	char *anchor_sha; /* "" without an anchor */
	const char *run_id;
};

/* False and WHY if the run or its anchor does not fit into a history. */
bool history_lines_make(struct history_lines *lines, const struct history_addition *addition,
			struct history_added *added, struct reason *why);
void history_lines_free(struct history_lines *lines);
/* The line with KEY, or NULL. */
struct history_line *history_lines_find(const struct history_lines *lines, const char *key);
/* One row in the order of HISTORY_HEADER. False and WHY if it cannot be written. */
bool history_lines_write(struct csv_writer *csv, const struct history_lines *lines,
			 const struct history_line *line, struct reason *why);

/* A figure of the anchor. */
struct history_anchor_row {
	char *key;
	struct history_figure figure;
};

/* The build that others are compared with: from its run folder, or from a comparison with it. */
struct history_anchor {
	char *git_sha;                   /* "" without an anchor */
	bool is_ratio;                   /* the figures are already ratios */
	bool is_paired;                  /* ... measured in lockstep */
	struct history_anchor_row *rows; /* sorted by key */
	size_t count;
};

/*
 * DIR NULL: no anchor. HEAD_SHA and CPU_MODEL belong to the run to be added; "" is unknown. False
 * and WHY if the folder cannot be read or is of another commit or processor.
 */
bool history_anchor_read(struct history_anchor *anchor, const char *dir, const char *head_sha,
			 const char *cpu_model, struct reason *why);
void history_anchor_free(struct history_anchor *anchor);
/* The ratio of ROW, whose key is KEY, to the anchor; all NAN if the anchor has no such figure. */
struct history_figure history_anchor_ratio(const struct history_anchor *anchor,
					   const struct summary_row *row, const char *key);

#endif
