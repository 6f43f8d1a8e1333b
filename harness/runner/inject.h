/* SPDX-License-Identifier: MIT */
/*
 * inject - a deliberate slowdown, to test that a gate turns red: TOLLGATE_INJECT=case:1.10 makes
 * the runner of that case do 1.10 times the operations that it reports. All of its results are
 * marked: run.json, flag `i` in samples.csv and summary.csv, every table.
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

/* "case:1.10". The name must look like one. The caller checks that there is such a case. */
bool inject_parse(const char *text, struct inject *inject, struct reason *why);
/* From the environment. A variable that is not set or empty means none. */
bool inject_from_environment(struct inject *inject, struct reason *why);
/* False if this build lacks CASE_NAME or a parameter fixes the operations of that case. */
bool inject_is_possible(const struct inject *inject, struct reason *why);
/* The number of operations that are done where BATCH are reported: at least one more. */
uint64_t inject_batch(const struct inject *inject, uint64_t batch);

#endif
