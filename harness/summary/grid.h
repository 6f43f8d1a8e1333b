/* SPDX-License-Identifier: MIT */
/* grid - arranges rows of the summary for a table: workers down, modes across. */
#ifndef TOLLGATE_SUMMARY_GRID_H
#define TOLLGATE_SUMMARY_GRID_H

#include "harness/summary/summary.h"

#define GRID_MAX      64  /* modes in one block, more are not shown */
#define GRID_ROWS_MAX 128 /* worker counts, or pairs: pair:each makes 120 */

/* All rows of one case and parameter set at one placement, or at all named pairs of PUs. */
struct block {
	const struct summary_row *rows;
	size_t count;
};

/* The grid of one metric of a block. */
struct grid {
	const char *metric;
	const struct summary_row *any; /* a row of this metric, for its unit and direction */
	const char *modes[GRID_MAX];
	uint64_t workers[GRID_ROWS_MAX];
	const char *placements[GRID_ROWS_MAX];
	bool oversubscribed[GRID_ROWS_MAX];
	size_t mode_count, worker_count;
	const struct summary_row
		*cells[GRID_ROWS_MAX][GRID_MAX]; /* [worker][mode], NULL if nothing is known */
};

/* True if two rows belong to the same table. */
bool grid_same_block(const struct summary_row *a, const struct summary_row *b);
/* True if they belong to the same table of pairs: both have a placement like pair:same_llc:0+3. */
bool grid_same_pairs(const struct summary_row *a, const struct summary_row *b);
/* "same_llc:0+3", or NULL if the placement is no such pair. */
const char *grid_pair_name(const char *placement);
bool grid_has_metric(const struct block *block, const char *metric);
/* The grid of METRIC of BLOCK; free() it. */
struct grid *grid_new(const struct block *block, const char *metric);

#endif
