/* SPDX-License-Identifier: MIT */
/*
 * progress - shows on standard error the progress of a long run and its estimated end: one line
 * that rewrites itself on a terminal, one plain line per case otherwise, nothing with -q.
 */
#ifndef TOLLGATE_RUN_PROGRESS_H
#define TOLLGATE_RUN_PROGRESS_H

#include "harness/base/util.h"

struct progress {
	bool terminal, quiet;
	uint64_t begin_ns, shown_ns;
	double total, done; /* estimated work, any unit */
	char last_case[64];
};

void progress_begin(struct progress *progress, double total);
/* AMOUNT of work was done for CASE_NAME; DETAIL is shown on a terminal ("w=4 launch 6/10"). */
void progress_step(struct progress *progress, double amount, const char *case_name,
		   const char *detail);
/* Clear the line before something else is printed. */
void progress_clear(const struct progress *progress);

#endif
