/* SPDX-License-Identifier: MIT */
#include "harness/registry.h"

#include "harness/sync/mode.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Made by the linker around the section that BENCH_REGISTER fills. */
extern const struct bench_case *const __start_bench_cases[];
extern const struct bench_case *const __stop_bench_cases[];

/* Use --workers for more than these. */
#define WORKERS_PARAM_MAX 64

static const struct bench_case **sorted;
static size_t sorted_count;

static const char *const family_names[BENCH_FAMILIES] = {
	[BENCH_HARNESS] = "harness", [BENCH_CPU] = "cpu",         [BENCH_MEMORY] = "memory",
	[BENCH_IO] = "io",           [BENCH_MIXED] = "mixed",     [BENCH_SHARED] = "shared",
	[BENCH_FLOOR] = "floor",     [BENCH_PROCESS] = "process", [BENCH_IPC] = "ipc",
};

const char *bench_family_name(enum bench_family family)
{
	return family_names[family];
}

static int by_name(const void *a, const void *b)
{
	const struct bench_case *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* A malformed case is a mistake of its author, so report it whatever the command was. */
static void demand(const struct bench_case *bench, bool good, const char *what)
{
	if (!good)
		die(EXIT_INTERNAL, "case %s: %s", bench->name ? bench->name : "?", what);
}

static void check_case(const struct bench_case *bench)
{
	const char *id = "abcdefghijklmnopqrstuvwxyz0123456789_";
	int64_t values[BENCH_PARAMS_MAX], mode_values[MODE_PARAMS];
	bool runs = false;

	demand(bench, bench->name && bench->summary && bench->op, "needs name, summary and op");
	demand(bench, bench->name[strspn(bench->name, id)] == '\0', "name must be [a-z0-9_]+");
	demand(bench, bench->check != NULL, "needs check(): every epoch checks its own result");
	demand(bench, !bench->tick_param || bench_param_index(bench, bench->tick_param) >= 0,
	       "tick_param names no parameter");
	for (int kind = 0; kind < SYNC_KINDS; kind++)
		runs |= bench->run[kind] != NULL;
	demand(bench, runs, "has no run slot");
	for (int i = 0; i < BENCH_VARIANTS_MAX && bench->variants[i]; i++)
		demand(bench,
		       bench_params_apply(bench, bench->variants[i], values, NULL) &&
			       mode_params_apply(bench->variants[i], mode_values, NULL),
		       "a variant names an unknown parameter or a value outside of its range");
	for (unsigned i = 0; i < bench_param_count(bench); i++)
		demand(bench,
		       bench->params[i].min <= bench->params[i].value &&
			       bench->params[i].value <= bench->params[i].max,
		       "a default lies outside of its range");
	for (unsigned i = 0; i < bench_param_count(bench); i++)
		demand(bench, mode_param_index(bench->params[i].name) < 0,
		       "a parameter has the name of a parameter of a mode");
	int batch = bench->batch_param ? bench_param_index(bench, bench->batch_param) : -1;

	demand(bench, !bench->batch_param || (batch >= 0 && bench->params[batch].min > 0),
	       "batch_param must name a parameter of at least 1");
	int workers = bench->workers_param ? bench_param_index(bench, bench->workers_param) : -1;

	demand(bench,
	       !bench->workers_param || (workers >= 0 && bench->params[workers].min > 0 &&
					 bench->params[workers].max <= WORKERS_PARAM_MAX),
	       "workers_param must name a parameter from 1 to at most 64");
}

static void collect(void)
{
	sorted_count = (size_t)(__stop_bench_cases - __start_bench_cases);
	sorted = xcalloc(sorted_count, sizeof(const struct bench_case *));
	for (size_t i = 0; i < sorted_count; i++)
		sorted[i] = __start_bench_cases[i];
	qsort(sorted, sorted_count, sizeof(const struct bench_case *), by_name);
	for (size_t i = 0; i < sorted_count; i++) {
		check_case(sorted[i]);
		demand(sorted[i], !i || by_name(&sorted[i - 1], &sorted[i]) != 0,
		       "name used twice");
	}
}

const struct bench_case *const *registry_cases(size_t *count)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must(pthread_once(&once, collect));
	*count = sorted_count;
	return sorted;
}

const struct bench_case *registry_find(const char *name)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(cases[i]->name, name) == 0)
			return cases[i];
	return NULL;
}

unsigned bench_param_count(const struct bench_case *bench)
{
	unsigned n = 0;

	while (n < BENCH_PARAMS_MAX && bench->params[n].name)
		n++;
	return n;
}

unsigned bench_metric_count(const struct bench_case *bench)
{
	unsigned n = 0;

	while (n < BENCH_METRICS_MAX && bench->metrics[n].name)
		n++;
	return n;
}

const char *bench_figure(const struct bench_case *bench)
{
	const struct bench_metric *first = &bench->metrics[0];

	if (!first->name)
		return NULL;
	if (strcmp(first->unit, "ns") == 0 && strcmp(first->better, "lower") == 0)
		return first->name;
	return strcmp(first->unit, "B/s") == 0 && strcmp(first->better, "higher") == 0 ? first->name
										       : NULL;
}

bool bench_is_contended(const struct bench_case *bench)
{
	bool locks = false;

	for (int kind = 0; kind < SYNC_KINDS; kind++)
		locks |= sync_is_lock(kind) && bench->run[kind];
	return locks || bench->family == BENCH_SHARED;
}

int bench_param_index(const struct bench_case *bench, const char *name)
{
	for (unsigned i = 0; i < bench_param_count(bench); i++)
		if (strcmp(bench->params[i].name, name) == 0)
			return (int)i;
	return -1;
}

static bool apply_one(const struct bench_case *bench, char *assignment, int64_t *values,
		      struct reason *why)
{
	char *equals = strchr(assignment, '=');

	if (!equals)
		return refuse(why, "parameter '%s': expected name=value", assignment);
	*equals = '\0';
	int index = bench_param_index(bench, assignment);

	if (index < 0 && mode_param_index(assignment) >= 0)
		return true; /* it belongs to the mode, see mode_params_apply() */
	if (index < 0)
		return refuse(why, "case %s has no parameter '%s'", bench->name, assignment);
	const struct bench_param *param = &bench->params[index];

	if (!parse_i64(equals + 1, param->min, param->max, &values[index]))
		return refuse(why, "parameter %s=%s: expected a whole number from %lld to %lld",
			      param->name, equals + 1, (long long)param->min,
			      (long long)param->max);
	return true;
}

bool bench_params_apply(const struct bench_case *bench, const char *set, int64_t *values,
			struct reason *why)
{
	char copy[512], *rest = copy, *assignment;

	for (unsigned i = 0; i < BENCH_PARAMS_MAX; i++)
		values[i] = bench->params[i].value;
	if (!set || !*set)
		return true;
	if ((size_t)snprintf(copy, sizeof(copy), "%s", set) >= sizeof(copy))
		return refuse(why, "parameters of case %s are longer than %zu characters",
			      bench->name, sizeof(copy) - 1);
	while ((assignment = strsep(&rest, ";")))
		if (!apply_one(bench, assignment, values, why))
			return false;
	return true;
}

void bench_params_text(const struct bench_case *bench, const int64_t *values, char *text,
		       size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < bench_param_count(bench) && used < size; i++) {
		const struct bench_param *param = &bench->params[i];
		const bool quiet = bench->tick_param && strcmp(param->name, bench->tick_param) == 0;

		if (!quiet || values[i] != param->value)
			used += (size_t)snprintf(text + used, size - used, "%s%s=%lld",
						 used ? ";" : "", param->name,
						 (long long)values[i]);
	}
}
