/* SPDX-License-Identifier: MIT */
/*
 * chart - makes the pages of pictures from the files of a run: their rows, words and axes. It
 * measures nothing and makes no statistics: every figure is in a file of the run. The scripts draw
 * the pages. docs/charts.md describes the deck.
 */
#ifndef TOLLGATE_CHART_CHART_H
#define TOLLGATE_CHART_CHART_H

#include <stdio.h>

#include "harness/base/util.h"

struct chart_run;
struct page;

/* A run folder in memory, for any number of pages. NULL and WHY = "summary.csv:5: ...". */
struct chart_run *chart_run_open(const char *directory, struct reason *why);
void chart_run_close(struct chart_run *run);

/* Name of chart INDEX in the order of the deck; NULL after the last one. */
const char *chart_name(size_t index);
/* Is there a chart or a page of text of the slides with this name? */
bool chart_exists(const char *name);
/* Name of slide INDEX of the run in DIRECTORY: cover, charts, claims; NULL after the last one. */
const char *chart_slide(const char *directory, size_t index);

/*
 * The page of chart NAME. If the run lacks the figures, the page says so and names the command that
 * measures them. NULL and WHY = "timeline.csv:3: ..." if a file is malformed. The run outlives the page.
 */
struct page *chart_page(struct chart_run *run, const char *name, struct reason *why);
void chart_page_free(struct page *page);
/* Does the page say only that its figures were not measured? */
bool chart_is_missing(const struct page *page);

/* The input of gnuplot: variables, data blocks, and the name of the drawing. */
void chart_write_gnuplot(FILE *out, const struct page *page);
/* The figures behind the page, a header line first; nothing if there are none. */
bool chart_write_csv(FILE *out, const struct page *page, struct reason *why);
/* Title, subtitle, notes and labels for people. */
void chart_write_text(FILE *out, const struct page *page);
/* All words and figures of the page as one JSON object. */
void chart_write_json(FILE *out, const struct page *page);

struct trend;

/*
 * The input of gnuplot for the charts of a history, one per case, each into the file trend-CASE.svg.
 * False and WHY if the name of a case cannot be a file name, or OUT cannot be written.
 */
bool chart_write_trend(FILE *out, const struct trend *trend, struct reason *why);

#endif
