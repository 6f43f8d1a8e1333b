/* SPDX-License-Identifier: MIT */
/*
 * ladder - everything that was measured and is a mechanism, in order of what it costs: from an atomic
 * instruction to starting a program. docs/ipc.md has the rules by which a rung is chosen.
 */
#ifndef TOLLGATE_SUMMARY_LADDER_H
#define TOLLGATE_SUMMARY_LADDER_H

#include <stdio.h>

#include "harness/summary/summary.h"

/* Status of a rung whose case was not part of the run, or gave no figure. */
#define LADDER_NOT_MEASURED "not-measured"

struct ladder {
	struct summary_row *rungs; /* copies; their texts belong to whoever made the rows */
	size_t count;              /* measured, cheapest first */
	size_t all;                /* after those: one for each case that was not measured */
};

/* Choose from COUNT rows of a summary. To be freed with ladder_free(). */
void ladder_make(struct ladder *ladder, const struct summary_row *rows, size_t count);
void ladder_free(struct ladder *ladder);
/* Print it for people, as far as VIEW wants its cases; returns the number of rungs shown. */
size_t ladder_print(FILE *out, const struct ladder *ladder, const struct summary_view *view);

#endif
