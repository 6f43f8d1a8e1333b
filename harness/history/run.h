/* SPDX-License-Identifier: MIT */
/* history_run - a run folder turned into the lines that history.csv gets of it. */
#ifndef TOLLGATE_HISTORY_RUN_H
#define TOLLGATE_HISTORY_RUN_H

#include "harness/history/history.h"

/* One line with its newline; the key is the six cells from case to metric. */
struct history_line {
	const char *text, *key;
	size_t length, key_length;
	bool present; /* stands in the file already */
};

struct history_lines {
	char *text; /* the header line, then all lines */
	size_t length;
	char *run_id;
	struct history_line *lines; /* sorted by key */
	size_t count;
};

/* False and WHY if the run, or the anchor, is not fit for a history. */
bool history_lines_make(struct history_lines *lines, const struct history_addition *addition,
			struct history_added *added, struct reason *why);
void history_lines_free(struct history_lines *lines);
/* The line with KEY, or NULL. */
struct history_line *history_lines_find(const struct history_lines *lines, const char *key);
/* "case,mode,workers,placement,param,metric" */
char *history_key(const char *case_name, const char *mode, const char *workers,
		  const char *placement, const char *param, const char *metric);

/* What an anchor says of one key. */
struct history_anchor_row {
	char *key;
	double value, lo, hi;
};

/* The build that others are measured against: its own run folder, or that of a comparison with it. */
struct history_anchor {
	char *git_sha;                   /* "" without an anchor */
	bool is_ratio;                   /* values are ratios already */
	bool paired;                     /* ... measured in lockstep */
	struct history_anchor_row *rows; /* sorted by key */
	size_t count;
};

/* HEAD_SHA and CPU_MODEL are those of the run that is added; "" is unknown. DIR NULL: no anchor. */
bool history_anchor_read(struct history_anchor *anchor, const char *dir, const char *head_sha,
			 const char *cpu_model, struct reason *why);
void history_anchor_free(struct history_anchor *anchor);
const struct history_anchor_row *history_anchor_find(const struct history_anchor *anchor,
						     const char *key);

/* What run.json says of the machine, in the form of history.csv; "" is unknown. */
struct history_machine {
	char cpu_model[128];
	char host_class[64]; /* "vm-x86_64-2": kind, architecture, processing units */
};
/* False and WHY if there is a run.json and it is malformed. */
bool history_machine_read(struct history_machine *machine, const char *run_dir, struct reason *why);

#endif
