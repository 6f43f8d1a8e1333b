/* SPDX-License-Identifier: MIT */
/*
 * inject - a slowdown on purpose, to see that a gate goes red: TOLLGATE_INJECT=case:1.10 lets the
 * runner of that case do 1.10 times the operations it reports. Whatever it touches is marked: run.json,
 * flag `i` in samples.csv and summary.csv, every table.
 */
#ifndef TOLLGATE_RUNNER_INJECT_H
#define TOLLGATE_RUNNER_INJECT_H

#include "harness/base/util.h"

#define INJECT_VARIABLE   "TOLLGATE_INJECT"
#define INJECT_FACTOR_MAX 10.0

struct inject {
	char case_name[64]; /* "": none */
	double factor;
};

/* "case:1.10". The name must look like one; that such a case exists is for the caller to check. */
bool inject_parse(const char *text, struct inject *inject, struct reason *why);
/* From the environment; not set or empty is none. */
bool inject_from_environment(struct inject *inject, struct reason *why);
/* Can CASE_NAME be slowed down so? Not if this build lacks it, or its operations are a parameter. */
bool inject_is_possible(const struct inject *inject, struct reason *why);
/* How many operations are done where BATCH are reported: at least one more. */
uint64_t inject_batch(const struct inject *inject, uint64_t batch);

#endif
