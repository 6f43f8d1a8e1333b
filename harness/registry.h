/* SPDX-License-Identifier: MIT */
/* registry - the cases that are linked in, sorted by name. */
#ifndef TOLLGATE_REGISTRY_H
#define TOLLGATE_REGISTRY_H

#include "harness/bench.h"

/* All cases, *COUNT of them. Ends the process if two share a name or one is ill-formed. */
const struct bench_case *const *registry_cases(size_t *count);
const struct bench_case *registry_find(const char *name); /* NULL if there is none */

unsigned bench_param_count(const struct bench_case *bench);
unsigned bench_metric_count(const struct bench_case *bench);
/* The name of its own metric that is its figure of record, or NULL if that is op_ns. */
const char *bench_figure(const struct bench_case *bench);
/*
 * True if its workers contend for a lock or for memory: it is of the family `shared`, or has a copy
 * per lock kind.
 */
bool bench_is_contended(const struct bench_case *bench);
/* Index of parameter NAME or -1. */
int bench_param_index(const struct bench_case *bench, const char *name);
/* VALUES (BENCH_PARAMS_MAX) = the defaults, overridden by "name=value;..." of SET (may be NULL). */
bool bench_params_apply(const struct bench_case *bench, const char *set, int64_t *values,
			struct reason *why);
/* Write all parameters into TEXT as "name=value;name=value". */
void bench_params_text(const struct bench_case *bench, const int64_t *values, char *text,
		       size_t size);

const char *bench_family_name(enum bench_family family);

#endif
