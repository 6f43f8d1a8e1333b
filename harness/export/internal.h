/* SPDX-License-Identifier: MIT */
/* Shared functions of the formats. */
#ifndef TOLLGATE_EXPORT_INTERNAL_H
#define TOLLGATE_EXPORT_INTERNAL_H

#include "harness/data/json.h"
#include "harness/export/export.h"

/* The rows to write: measured and chosen. Sorted as in summary.csv. */
struct export_rows {
	const struct summary_row **rows;
	size_t count;
};

/* "io_pipe/mutex/bytes:64/compact/workers:2". The caller frees it. False and WHY beyond 1024 bytes. */
bool export_name(char **name, const struct summary_row *row, struct reason *why);
/* Order of two rows of the plan, metric aside: as in summary.csv. */
int export_compare_plan_rows(const struct summary_row *a, const struct summary_row *b);
/* Do two rows belong to one row of the plan? */
bool export_same_plan_row(const struct summary_row *a, const struct summary_row *b);
bool export_is_measured(const struct summary_row *row);
/* A fact of run.json; "" if it is unknown. */
const char *export_fact(const struct export_run *run, const char *path);

/* End the file. False and WHY if it cannot be written. */
bool export_finish(FILE *out, struct reason *why);
bool export_finish_json(struct json_writer *json, struct reason *why);

#endif
