/* SPDX-License-Identifier: MIT */
/*
 * coordinator - drives the runners of one build through a plan: several fresh launches per row, the
 * epochs of a group's modes interleaved, until the interval of every row of the case is tight
 * enough or the budget is spent. Writes the raw files; never measures.
 */
#ifndef TOLLGATE_COORDINATOR_H
#define TOLLGATE_COORDINATOR_H

#include "harness/plan.h"
#include "harness/progress.h"
#include "harness/recorder.h"

/* A row stops here when the half-width of its interval is at most this share of its median. */
#define INTERVAL_GOAL 0.02

#define COUNTING_LAUNCHES 1
#define LAUNCHES_MAX      64

struct coordinator {
	const struct plan *plan;
	const struct profile *profile;
	struct recorder *recorder; /* NULL: a dry run, nothing is written */
	const struct counter_set *counters;
	const char *program;   /* what is exec'ed as runner */
	const char *directory; /* where cases may make files */
	uint64_t deadline_ns;  /* per epoch and per set-up */
	uint64_t seed;

	struct random random;
	struct progress progress;
	double pace_ns; /* of a bench_step(), set by the first runner that has some; 0: none yet */
	unsigned rows_ok, rows_wrong, rows_failed, rows_skipped;
	struct reason trouble; /* why coordinator_run() returned false */
};

/*
 * Run the whole plan. False if a file could not be written (see trouble). A signal ends it early
 * with launch_interrupted set; everything measured so far is on file.
 */
bool coordinator_run(struct coordinator *coordinator);
/* One operation of everything, one line each on standard output; writes no file. */
void coordinator_dry_run(struct coordinator *coordinator);
/* The exit code that the counts of rows call for. */
enum exit_code coordinator_verdict(const struct coordinator *coordinator);

#endif
