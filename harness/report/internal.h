/* SPDX-License-Identifier: MIT */
/* internal - shared by the files of the report: the runs as read, and the sections of the page. */
#ifndef TOLLGATE_REPORT_INTERNAL_H
#define TOLLGATE_REPORT_INTERNAL_H

#include "harness/data/csv.h"
#include "harness/data/json_read.h"
#include "harness/report/html.h"
#include "harness/report/report.h"
#include "harness/report/svg.h"
#include "harness/summary/summary.h"

#define REPORT_CHARTS_MAX 64u

struct report_chart {
	char *name;
	bool drawn; /* else REFUSED says why not */
	char *refused;
	struct svg svg;
	bool has_figures;
	struct csv_table figures; /* charts/NAME.csv: the figures behind the chart */
};

struct report_run {
	const char *directory;
	struct json_tree facts; /* run.json */
	struct summary summary;
	bool has_claims;
	struct csv_table claims;
	struct report_chart charts[REPORT_CHARTS_MAX];
	size_t chart_count;
	char *remark; /* the reason why charts or claims are missing, or NULL */
};

struct report {
	struct report_run runs[2];
	size_t count;
	bool charts;
};

/* Shares of REPORT_BYTES_MAX. */
#define REPORT_CHART_BYTES   (1100u << 10)
#define REPORT_RESULT_BYTES  (400u << 10)
#define REPORT_FIGURE_BYTES  (1200u << 10)
#define REPORT_MACHINE_BYTES (200u << 10)

/* Read RUN_DIR/charts in the order of charts.sh --list. Draw them first if there are none. */
void report_load_charts(struct report_run *run, const char *scripts);
void report_free_charts(struct report_run *run);

/* Style and script of the page, and the SHA-256 of each in base64. Each text ends with a NUL. */
extern const char report_style[], report_style_hash[], report_script[], report_script_hash[];

/* The sections of the page. A section without content is left out. */
void report_machine(FILE *out, const struct report *report);
void report_claims(FILE *out, const struct report *report);
void report_charts(FILE *out, const struct report *report);
void report_results(FILE *out, const struct report *report);
void report_figures(FILE *out, const struct report *report);

/* "A" and "B" if there are two runs, else "". */
const char *report_tag(const struct report *report, size_t run);
/* The median as the page shows it, "39.0 M/s", or "" if there is none. */
struct format_text report_value(const struct summary_row *row);
/* "38.6 M/s to 39.4 M/s", or "" */
void report_interval(const struct summary_row *row, char *text, size_t size);
/* Everything about a figure in one line. */
void report_sentence(const struct summary_row *row, char *text, size_t size);
/* Its status and flags in words. The status "ok" without flags gives "". */
void report_remarks(const struct summary_row *row, char *text, size_t size);
/* The number of bytes that were written into OUT, a memory stream. */
size_t report_written(FILE *out);

#endif
