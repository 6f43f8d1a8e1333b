/* SPDX-License-Identifier: MIT */
#include "harness/summary/grid.h"

#include <string.h>

bool grid_same_block(const struct summary_row *a, const struct summary_row *b)
{
	return strcmp(a->case_name, b->case_name) == 0 && strcmp(a->param, b->param) == 0 &&
	       strcmp(a->placement, b->placement) == 0;
}

const char *grid_pair_name(const char *placement)
{
	if (strncmp(placement, "pair:", 5) != 0 || !strchr(placement + 5, ':'))
		return NULL;
	return placement + 5;
}

bool grid_same_pairs(const struct summary_row *a, const struct summary_row *b)
{
	return strcmp(a->case_name, b->case_name) == 0 && strcmp(a->param, b->param) == 0 &&
	       grid_pair_name(a->placement) && grid_pair_name(b->placement);
}

bool grid_has_metric(const struct block *block, const char *metric)
{
	for (size_t i = 0; i < block->count; i++)
		if (strcmp(block->rows[i].metric, metric) == 0)
			return true;
	return false;
}

static size_t mode_index(struct grid *grid, const char *mode)
{
	size_t at = 0;

	for (size_t i = 0; i < grid->mode_count; i++)
		if (strcmp(grid->modes[i], mode) == 0)
			return i;
	if (grid->mode_count == GRID_MAX)
		return GRID_MAX;
	/* in the order of the mode table, even if the first row lacks one */
	while (at < grid->mode_count &&
	       summary_mode_rank(grid->modes[at]) <= summary_mode_rank(mode))
		at++;
	memmove(&grid->modes[at + 1], &grid->modes[at],
		(grid->mode_count - at) * sizeof(grid->modes[0]));
	grid->modes[at] = mode;
	grid->mode_count++;
	return at;
}

static size_t worker_index(struct grid *grid, const struct summary_row *row)
{
	for (size_t i = 0; i < grid->worker_count; i++)
		if (grid->workers[i] == row->workers &&
		    strcmp(grid->placements[i], row->placement) == 0)
			return i;
	if (grid->worker_count == GRID_ROWS_MAX)
		return GRID_ROWS_MAX;
	grid->workers[grid->worker_count] = row->workers;
	grid->placements[grid->worker_count] = row->placement;
	return grid->worker_count++;
}

static void place_row(struct grid *grid, const struct summary_row *row)
{
	size_t worker = worker_index(grid, row), mode = mode_index(grid, row->mode);

	if (worker == GRID_ROWS_MAX || mode == GRID_MAX)
		return;
	const struct summary_row **cell = &grid->cells[worker][mode];
	bool wanted = strcmp(row->metric, grid->metric) == 0;

	if (summary_has_flag(row, 'o'))
		grid->oversubscribed[worker] = true;
	if (wanted && !grid->any)
		grid->any = row;
	if (wanted || !*cell) /* another metric at least has its status */
		*cell = row;
}

struct grid *grid_new(const struct block *block, const char *metric)
{
	struct grid *grid = xcalloc(1, sizeof(*grid));

	grid->metric = metric;
	for (size_t i = 0; i < block->count; i++)
		mode_index(grid, block->rows[i].mode);
	for (size_t i = 0; i < block->count; i++)
		place_row(grid, &block->rows[i]);
	return grid;
}

bool summary_wants(const struct summary_view *view, const struct summary_row *row)
{
	if (view->wants_case && !view->wants_case(view->context, row->case_name))
		return false;
	return !view->metric || strcmp(view->metric, row->metric) == 0;
}
