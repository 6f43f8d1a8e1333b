/* SPDX-License-Identifier: MIT */
/* Tells whether the canary of a combination moved, within a launch or from launch to launch. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/data/record.h"
#include "harness/summary/internal.h"

/* A line whose time grows or shrinks by this factor counts as moved. */
#define MOVED_BY 1.2
/* The share of launches in which it may move without a remark, because the canary has noise too. */
#define MOVED_SHARE 0.1

static struct series canary_series(const struct run_data *data, uint32_t id, const char *name)
{
	char key[512];
	const int length = snprintf(key, sizeof(key), "%s\n%s",
				    data->combinations[id].key[KEY_case], name);
	const uint32_t metric = intern_find(&data->metric_names, key, (size_t)length);

	if (metric == NO_ID)
		return (struct series){0};
	return series_observed(data, id, metric);
}

static bool differ(double a, double b)
{
	return a > MOVED_BY * b || b > MOVED_BY * a;
}

/* Both series have the same launches in the same order: they are written together. */
static bool moved(const struct series *before, const struct series *after)
{
	double *values = series_values(before);
	const double usual = stats_median(values, before->count);
	size_t count = 0;

	for (size_t i = 0; i < before->count; i++) {
		const double first = before->points[i].value;
		const bool has_after = i < after->count &&
				       after->points[i].launch == before->points[i].launch;

		count += differ(first, usual) ||
			 (has_after && differ(first, after->points[i].value));
	}
	free(values);
	return (double)count > MOVED_SHARE * (double)before->count;
}

static bool canary_moved(const struct run_data *data, uint32_t id)
{
	struct series before = canary_series(data, id, CANARY_BEFORE);
	struct series after = canary_series(data, id, CANARY_AFTER);
	const bool is_moved = moved(&before, &after);

	free(before.points);
	free(after.points);
	return is_moved;
}

void summary_judge_canaries(struct run_data *data)
{
	for (uint32_t id = 0; id < data->keys.count; id++)
		data->combinations[id].canary_moved = canary_moved(data, id);
}
