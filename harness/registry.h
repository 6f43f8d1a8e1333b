/* SPDX-License-Identifier: MIT */
/* registry - the cases that were linked in, sorted by name. */
#ifndef TOLLGATE_REGISTRY_H
#define TOLLGATE_REGISTRY_H

#include "harness/bench.h"

/* All cases, *COUNT of them. Ends the process if two share a name or one is ill-formed. */
const struct bench_case *const *registry_cases(size_t *count);
const struct bench_case *registry_find(const char *name); /* or NULL */

unsigned bench_param_count(const struct bench_case *bench);
unsigned bench_metric_count(const struct bench_case *bench);
/* The metric of its own that is its figure of record, or NULL: then that is op_ns. */
const char *bench_figure(const struct bench_case *bench);
/* Do its workers contend for a lock or for memory? Of the family `shared`, or with a copy per lock. */
bool bench_is_contended(const struct bench_case *bench);
/* Index of parameter NAME or -1. */
int bench_param_index(const struct bench_case *bench, const char *name);
/* VALUES (BENCH_PARAMS_MAX) = defaults, then "name=value;..." of SET (may be NULL) over them. */
bool bench_params_apply(const struct bench_case *bench, const char *set, int64_t *values,
			struct reason *why);
/* "name=value;name=value" of all parameters into TEXT. */
void bench_params_text(const struct bench_case *bench, const int64_t *values, char *text,
		       size_t size);

const char *bench_family_name(enum bench_family family);

#endif
