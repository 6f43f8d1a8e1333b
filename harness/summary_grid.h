/* SPDX-License-Identifier: MIT */
/* summary_grid - rows of the summary spread out for a table: workers down, modes across. */
#ifndef TOLLGATE_SUMMARY_GRID_H
#define TOLLGATE_SUMMARY_GRID_H

#include "harness/summary.h"

#define GRID_MAX 64 /* modes, and worker counts, in one block; what is more is not shown */

/* All rows of one case, parameter set and placement. */
struct block {
	const struct summary_row *rows;
	size_t count;
};

/* One metric of a block, spread out. */
struct grid {
	const char *metric;
	const struct summary_row *any; /* of this metric: unit and better */
	const char *modes[GRID_MAX];
	uint64_t workers[GRID_MAX];
	bool oversubscribed[GRID_MAX];
	size_t mode_count, worker_count;
	const struct summary_row
		*cells[GRID_MAX][GRID_MAX]; /* [worker][mode]; NULL: nothing known */
};

/* Do two rows stand in the same table? */
bool same_block(const struct summary_row *a, const struct summary_row *b);
bool has_metric(const struct block *block, const char *metric);
/* To be freed. */
struct grid *make_grid(const struct block *block, const char *metric);

#endif
