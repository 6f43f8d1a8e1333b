/* SPDX-License-Identifier: MIT */
/*
 * run_json - run.json, the sidecar that describes the run, its build, the machine and the
 * disturbances. It holds no host name, user name or path.
 */
#ifndef TOLLGATE_RUN_RUN_JSON_H
#define TOLLGATE_RUN_RUN_JSON_H

#include "harness/machine/environment.h"
#include "harness/run/coordinator.h"

struct run_report {
	const struct coordinator *coordinator;
	const struct choice *choice;
	const struct topology *topology;
	const struct environment *environment;
	const struct clock_facts *clock;
	const char *counters; /* as given to --counters */
	struct disturbance before, after;
	const char *state; /* "running", "complete", "interrupted", "failed" */
	double elapsed_s;
};

/* Write DIRECTORY/run.json through a temporary name. */
bool run_json_write(const struct run_report *report, const char *directory, struct reason *why);

#endif
