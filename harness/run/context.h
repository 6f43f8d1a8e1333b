/* SPDX-License-Identifier: MIT */
/*
 * context - the state that all sessions of a run share: profile, runner settings, recorder and
 * numbers of rows. `run` has one, `compare` has one for both builds.
 */
#ifndef TOLLGATE_RUN_CONTEXT_H
#define TOLLGATE_RUN_CONTEXT_H

#include "harness/run/plan.h"
#include "harness/run/progress.h"
#include "harness/run/recorder.h"

/* The owner of a context owns everything that its pointers point to. All of it outlives the sessions. */
struct context {
	const struct profile *profile;
	struct recorder *recorder; /* NULL: nothing is written */
	const struct counter_set *counters;
	const char *program;   /* the program that is exec'ed as runner */
	const char *directory; /* the folder in which cases may make files */
	uint64_t deadline_ns;  /* per epoch and per set-up */

	struct random random;
	struct progress progress;
	double pace_ns; /* of a bench_step(), set by the first runner that has some; 0: none yet */
	unsigned rows_ok, rows_wrong, rows_failed, rows_skipped;
	struct reason trouble; /* why a file could not be written */
};

#endif
