/* SPDX-License-Identifier: MIT */
#include "harness/sync/mode.h"

#include <string.h>

#define ROW(name_, vehicle_, KIND, origin_, what)                                    \
	.name = (name_), .summary = (what), .origin = (origin_), .group = MODE_BASE, \
	.vehicle = (vehicle_), .sync = SYNC_##KIND

static const struct mode base[] = {
	{ROW("none", VEHICLE_THREADS, NONE, "control",
	     "threads without any lock: the ideal, and the lost updates")},
	{ROW("mutex", VEHICLE_THREADS, MUTEX, "pthread_mutex_t, default attributes",
	     "threads, one plain mutex around each access to shared state")},
	{ROW("gil", VEHICLE_THREADS, GIL, "CPython 3.2-3.12, Python/ceval_gil.c",
	     "threads under an emulated global interpreter lock, 5 ms switch interval"),
	 .gil = &gil_policy_32, .params = MODE_GIL_INTERVAL},
	{ROW("process", VEHICLE_PROCESSES, MUTEX, "fork, PTHREAD_PROCESS_SHARED",
	     "processes with private data, a process-shared mutex around what is shared")},
};

static const char *const group_names[MODE_GROUPS] = {
	[MODE_BASE] = "base",
	[MODE_GIL] = "gils",
	[MODE_LOCK] = "locks",
	[MODE_REAL] = "real",
};

const char *mode_group_name(enum mode_group group)
{
	return group_names[group];
}

static const struct {
	const struct mode *rows;
	const size_t *count;
} tables[] = {
	{base, &(const size_t){ARRAY_SIZE(base)}}, {mode_gil_rows, &mode_gil_count},
	{mode_lock_rows, &mode_lock_count},        {mode_real_rows, &mode_real_count},
	{mode_test_rows, &mode_test_count},
};

static struct mode all[MODES_MAX];
static size_t all_count;

static void join_tables(void)
{
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (size_t i = 0; tables[t].count && i < *tables[t].count; i++) {
			if (!*tables[t].rows[i].name)
				continue;
			if (all_count == MODES_MAX)
				die(EXIT_INTERNAL, "more than %d modes", MODES_MAX);
			all[all_count++] = tables[t].rows[i];
		}
}

const struct mode *mode_table(size_t *count)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must(pthread_once(&once, join_tables));
	*count = all_count;
	return all;
}

const struct mode *mode_find(const char *name)
{
	size_t count;
	const struct mode *table = mode_table(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}
