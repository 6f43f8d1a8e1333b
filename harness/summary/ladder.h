/* SPDX-License-Identifier: MIT */
/*
 * ladder - every mechanism that was measured, ordered by cost: from an atomic instruction to the start
 * of a program. docs/ipc.md has the rules by which a rung is chosen.
 */
#ifndef TOLLGATE_SUMMARY_LADDER_H
#define TOLLGATE_SUMMARY_LADDER_H

#include <stdio.h>

#include "harness/summary/summary.h"

/* The status of a rung if its case was not part of the run or gave no figure. */
#define LADDER_NOT_MEASURED "not-measured"

struct ladder {
	struct summary_row *rungs; /* copies, whose texts belong to the maker of the rows */
	size_t count;              /* measured, cheapest first */
	size_t all;                /* with one more for each case that was not measured */
};

/* Choose rungs from COUNT rows of a summary; ladder_free() them. */
void ladder_make(struct ladder *ladder, const struct summary_row *rows, size_t count);
void ladder_free(struct ladder *ladder);
/* Print the cases that VIEW wants, for people. Returns the number of rungs shown. */
size_t ladder_print(FILE *out, const struct ladder *ladder, const struct summary_view *view);

#endif
