/* SPDX-License-Identifier: MIT */
/*
 * Control groups, both versions: see cgroups(7) and the kernel's admin-guide/cgroup-v2. A limit
 * anywhere between our group and the root applies, so the tightest one counts. Group names never
 * leave this file.
 */
#include "harness/machine/environment_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOUNT "/sys/fs/cgroup"

/* The files of one controller: the directory where it is mounted, and our group below that. */
struct group {
	const char *mount;
	char path[1024];
};

/* True if the second field of a line of /proc/self/cgroup (empty for v2) names CONTROLLER. */
static bool names_controller(const char *field, size_t length, const char *controller)
{
	size_t wanted = strlen(controller);

	if (wanted == 0)
		return length == 0;
	for (size_t at = 0; at < length;) {
		size_t word = strcspn(field + at, ",:");

		if (word == wanted && !memcmp(field + at, controller, wanted))
			return true;
		at += word + 1;
	}
	return false;
}

/* True if a component of PATH is "..". */
static bool climbs(const char *path)
{
	for (const char *at = path; (at = strstr(at, "/..")); at++)
		if (at[3] == '/' || at[3] == '\0')
			return true;
	return false;
}

/* Inside a namespace ".." leads out of the mount. Then only the mount's root counts. */
static void keep_path(struct group *group, const char *path, size_t length)
{
	group->path[0] = '\0';
	if (length < 2 || length >= sizeof(group->path) || path[0] != '/')
		return;
	memcpy(group->path, path, length);
	group->path[length] = '\0';
	if (climbs(group->path))
		group->path[0] = '\0';
}

/* Find our group for CONTROLLER ("" is version 2) in /proc/self/cgroup: lines "N:NAMES:PATH". */
static void group_find(const char *root, const char *controller, struct group *group)
{
	char text[HEAD_BYTES];

	group->path[0] = '\0';
	if (!root_read(root, text, sizeof(text), "/proc/self/cgroup"))
		return;
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		const char *names = memchr(line, ':', length);
		const char *path =
			names ? memchr(names + 1, ':', length - (size_t)(names + 1 - line)) : NULL;

		if (path && names_controller(names + 1, (size_t)(path - names - 1), controller)) {
			keep_path(group, path + 1, (size_t)(line + length - path - 1));
			return;
		}
		line += length + (line[length] == '\n');
	}
}

static void group_v2(const char *root, struct group *group)
{
	bool hybrid = root_exists(root, MOUNT "/unified");

	group->mount = hybrid ? MOUNT "/unified" : MOUNT;
	group_find(root, "", group);
}

static void group_v1(const char *root, const char *controller, const char *mount,
		     struct group *group)
{
	group->mount = mount;
	group_find(root, controller, group);
}

/* Cut the last component. False at the root. */
static bool group_up(struct group *group)
{
	char *slash = strrchr(group->path, '/');

	if (!slash)
		return false;
	*slash = '\0';
	return true;
}

static bool group_read(const char *root, const struct group *group, const char *file, char *text,
		       size_t size)
{
	return root_read(root, text, size, "%s%s/%s", group->mount, group->path, file);
}

/* "QUOTA PERIOD" or "max PERIOD", microseconds. */
static bool parse_cpu_max(char *text, double *cpus)
{
	char *blank = strchr(text, ' ');
	uint64_t quota, period;

	if (!blank)
		return false;
	*blank = '\0';
	if (!parse_u64(blank + 1, 1, 1000000000, &period))
		return false;
	if (!strcmp(text, "max")) {
		*cpus = (double)INFINITY;
		return true;
	}
	if (!parse_u64(text, 1, UINT64_C(1) << 53, &quota))
		return false;
	*cpus = (double)quota / (double)period;
	return true;
}

static bool quota_v2(const char *root, const struct group *group, double *cpus)
{
	char text[SMALL_BYTES];

	return group_read(root, group, "cpu.max", text, sizeof(text)) && parse_cpu_max(text, cpus);
}

static bool quota_v1(const char *root, const struct group *group, double *cpus)
{
	char quota[64], period[64];
	int64_t quota_us, period_us;

	if (!group_read(root, group, "cpu.cfs_quota_us", quota, sizeof(quota)) ||
	    !group_read(root, group, "cpu.cfs_period_us", period, sizeof(period)) ||
	    !parse_i64(quota, -1, INT64_C(1) << 53, &quota_us) ||
	    !parse_i64(period, 1, 1000000000, &period_us))
		return false;
	*cpus = quota_us > 0 ? (double)quota_us / (double)period_us : (double)INFINITY;
	return true;
}

typedef bool quota_fn(const char *root, const struct group *group, double *cpus);

/* The tightest quota from GROUP up to the root. cpus is unchanged if no level tells. */
static bool tightest(const char *root, struct group *group, quota_fn *read, double *cpus)
{
	bool found = false;

	do {
		double here;

		if (!read(root, group, &here))
			continue;
		*cpus = !found || here < *cpus ? here : *cpus;
		found = true;
	} while (group_up(group));
	return found;
}

bool cgroup_quota_cpus(const char *root, double *cpus)
{
	struct group group;
	double v1 = 0, v2 = 0;

	group_v2(root, &group);
	bool found2 = tightest(root, &group, quota_v2, &v2);

	group_v1(root, "cpu", MOUNT "/cpu", &group);
	bool found1 = tightest(root, &group, quota_v1, &v1);

	if (found1 && found2)
		*cpus = v1 < v2 ? v1 : v2;
	else
		*cpus = found1 ? v1 : v2;
	return found1 || found2;
}

static bool throttled_in(const char *root, struct group *group, double *times)
{
	char text[SMALL_BYTES], value[64];
	uint64_t count;

	do {
		if (!group_read(root, group, "cpu.stat", text, sizeof(text)) ||
		    !facts_line_after(text, "nr_throttled", ' ', value, sizeof(value)) ||
		    !parse_u64(value, 0, UINT64_MAX, &count))
			continue;
		*times = (double)count;
		return true;
	} while (group_up(group));
	return false;
}

bool cgroup_throttled(const char *root, double *times)
{
	struct group group;

	group_v2(root, &group);
	if (throttled_in(root, &group, times))
		return true;
	group_v1(root, "cpu", MOUNT "/cpu", &group);
	return throttled_in(root, &group, times);
}

static bool cpuset_in(const char *root, struct group *group, const char *file, char *list,
		      size_t size)
{
	do {
		if (group_read(root, group, file, list, size) && *list &&
		    list[strspn(list, "0123456789,-")] == '\0')
			return true;
	} while (group_up(group));
	return false;
}

bool cgroup_cpuset(const char *root, char *list, size_t size)
{
	struct group group;

	group_v2(root, &group);
	if (cpuset_in(root, &group, "cpuset.cpus.effective", list, size))
		return true;
	group_v1(root, "cpuset", MOUNT "/cpuset", &group);
	return cpuset_in(root, &group, "cpuset.effective_cpus", list, size);
}

const char *cgroup_version(const char *root)
{
	if (root_exists(root, MOUNT "/cgroup.controllers"))
		return "v2";
	if (root_exists(root, MOUNT "/unified"))
		return "hybrid";
	return root_exists(root, MOUNT "/cpu") ? "v1" : "";
}
