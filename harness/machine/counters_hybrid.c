/* SPDX-License-Identifier: MIT */
/*
 * Machines with several kinds of core have one PMU per kind. A generic event that is opened without
 * naming the PMU counts on one kind only and reads 0 on the other. The kernel takes the PMU's type
 * in the upper half of `config` (PERF_PMU_TYPE_SHIFT in linux/perf_event.h).
 */
#include "harness/machine/counters_internal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_core_pmu_name(const char *name)
{
	return strncmp(name, "cpu_", 4) == 0 || strncmp(name, "arm", 3) == 0;
}

/* TEXT is a kernel CPU list, "0-3,8". */
static bool cpu_list_has(const char *text, int cpu)
{
	while (*text != '\0') {
		char *end;
		long first = strtol(text, &end, 10);
		long last = first;

		if (end == text)
			return false;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (cpu >= first && cpu <= last)
			return true;
		text = *end == ',' ? end + 1 : end;
	}
	return false;
}

static bool read_pmu_file(const char *folder, const char *pmu, const char *file, char *text,
			  size_t size)
{
	char path[1024];
	int length = snprintf(path, sizeof(path), "%s/%s/%s", folder, pmu, file);

	return length > 0 && (size_t)length < sizeof(path) && read_text(path, text, size);
}

/* True if PMU belongs to a kind of core. *type is set if that kind includes CPU. */
static bool look_at_pmu(const char *folder, const char *pmu, int cpu, uint32_t *type)
{
	char text[4096];
	uint64_t number;

	if (!is_core_pmu_name(pmu) || !read_pmu_file(folder, pmu, "cpus", text, sizeof(text)))
		return false;
	if (cpu_list_has(text, cpu) && read_pmu_file(folder, pmu, "type", text, sizeof(text)) &&
	    parse_u64(text, 0, UINT32_MAX, &number))
		*type = (uint32_t)number;
	return true;
}

uint32_t counters_core_pmu(const char *root, int cpu)
{
	char folder[512];
	uint32_t type = 0;
	int kinds = 0;
	int length = snprintf(folder, sizeof(folder), "%s/sys/bus/event_source/devices", root);
	DIR *devices = length > 0 && (size_t)length < sizeof(folder) ? opendir(folder) : NULL;

	if (!devices)
		return 0;
	for (struct dirent *entry; (entry = readdir(devices)) != NULL;)
		kinds += look_at_pmu(folder, entry->d_name, cpu, &type);
	closedir(devices);
	return kinds > 1 ? type : 0;
}
