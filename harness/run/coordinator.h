/* SPDX-License-Identifier: MIT */
/*
 * coordinator - drives the runners of one build through a plan: several fresh launches per row, the
 * epochs of a group's modes interleaved, until the interval of every row of the case is tight
 * enough or the budget is spent. It writes the raw files and never measures.
 */
#ifndef TOLLGATE_RUN_COORDINATOR_H
#define TOLLGATE_RUN_COORDINATOR_H

#include "harness/run/context.h"

/* A row stops here when the half-width of its interval is at most this share of its median. */
#define INTERVAL_GOAL 0.02

#define COUNTING_LAUNCHES 1

struct coordinator {
	const struct plan *plan;
	uint64_t seed;
	struct context context;
};

/*
 * Run the whole plan. False if a file could not be written (see context.trouble). A signal ends it
 * early with launch_interrupted set. Everything measured so far is on file.
 */
bool coordinator_run(struct coordinator *coordinator);
/* Run one operation of every row and print a line for each. It writes no file. */
void coordinator_dry_run(struct coordinator *coordinator);
/* The exit code that the counts of rows call for. */
enum exit_code coordinator_verdict(const struct coordinator *coordinator);

#endif
