/* SPDX-License-Identifier: MIT */
#include "harness/machine/counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/machine/counters_internal.h"

#define RETRIES_MAX 100

/* A reading below this share of the enabled time was multiplexed. Scaling it would be wrong. */
#define RUNNING_PER_MILLE_MIN 999u
/* No core retires so many. A broken PMU's garbage (2^47 was seen) is beyond it. */
#define EVENTS_PER_NS_MAX 64u

struct counter_group {
	pid_t owner;
	uint32_t opened;
	int fds[COUNTERS_MAX];          /* in the order of opening. The first is the leader */
	uint32_t places[COUNTERS_MAX];  /* fds[i] counts the event at this place of the set */
	uint8_t statuses[COUNTERS_MAX]; /* by place in the set */
};

/* The layout that read() gives for PERF_FORMAT_GROUP with both times. */
struct group_reading {
	uint64_t count, time_enabled_ns, time_running_ns;
	uint64_t values[COUNTERS_MAX];
};

static int kernel_open(struct perf_event_attr *attr, int group_fd)
{
	return (int)syscall(SYS_perf_event_open, attr, 0, -1, group_fd, PERF_FLAG_FD_CLOEXEC);
}

static int kernel_enable(int leader)
{
	return ioctl(leader, PERF_EVENT_IOC_ENABLE, 0);
}

static const struct counters_kernel real_kernel = {
	.open = kernel_open,
	.enable = kernel_enable,
	.read = read,
	.close = close,
};

/* The only way to the kernel. Only a test replaces it. */
static const struct counters_kernel *kernel = &real_kernel;

void counters_kernel_use(const struct counters_kernel *other)
{
	kernel = other ? other : &real_kernel;
}

static const char *const status_names[] = {
	[COUNTER_OK] = "ok",
	[COUNTER_DENIED_PARANOID] = "denied_paranoid",
	[COUNTER_BLOCKED_BY_CONTAINER] = "blocked_by_container",
	[COUNTER_NO_KERNEL_SUPPORT] = "no_kernel_support",
	[COUNTER_EVENT_NOT_ON_THIS_CPU] = "event_not_on_this_cpu",
	[COUNTER_NO_PMU] = "no_pmu",
	[COUNTER_DOES_NOT_FIT] = "does_not_fit",
	[COUNTER_FD_LIMIT] = "fd_limit",
	[COUNTER_READS_ZERO] = "reads_zero",
	[COUNTER_BOGUS] = "bogus",
	[COUNTER_UNKNOWN_NAME] = "unknown_name",
	[COUNTER_ERROR] = "error",
	[COUNTER_OFF] = "off",
	[COUNTER_INVALID_EVENT] = "invalid_event",
};

const char *counter_status_name(enum counter_status status)
{
	return (size_t)status < ARRAY_SIZE(status_names) ? status_names[status] : "error";
}

enum counter_status counter_status_of_error(int error, bool sibling)
{
	switch (error) {
	case EACCES:
		return COUNTER_DENIED_PARANOID;
	case EPERM:
		return COUNTER_BLOCKED_BY_CONTAINER;
	case ENOSYS:
		return COUNTER_NO_KERNEL_SUPPORT;
	case ENOENT:
	case EOPNOTSUPP:
	case ENODEV:
	case ENXIO:
		return COUNTER_EVENT_NOT_ON_THIS_CPU;
	case EINVAL:
		return sibling ? COUNTER_DOES_NOT_FIT : COUNTER_INVALID_EVENT;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return COUNTER_FD_LIMIT;
	default:
		return COUNTER_ERROR;
	}
}

static bool text_valid(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool event_valid(const struct counter_event *event, uint32_t place, struct reason *why)
{
	if (!text_valid(event->name, sizeof(event->name)) || event->name[0] == '\0')
		return refuse(why, "counter set: event %u has no terminated name", place);
	if (!text_valid(event->encoding, sizeof(event->encoding)))
		return refuse(why, "counter set: event %u has no terminated encoding", place);
	if (event->status >= ARRAY_SIZE(status_names))
		return refuse(why, "counter set: event %u has status %u, the largest is %zu", place,
			      event->status, ARRAY_SIZE(status_names) - 1);
	if (event->kernel > 1 || event->hardware > 1)
		return refuse(why, "counter set: event %u has a flag that is neither 0 nor 1",
			      place);
	return true;
}

bool counter_set_valid(const struct counter_set *set, struct reason *why)
{
	if (set->count > COUNTERS_MAX)
		return refuse(why, "counter set: %u events, at most %u are possible", set->count,
			      COUNTERS_MAX);
	for (uint32_t i = 0; i < set->count; i++)
		if (!event_valid(&set->events[i], i, why))
			return false;
	return true;
}

/*
 * Built here instead of by libpfm, whose attr has no size and excludes guests, which old kernels
 * refuse. Hardware events count user mode only, because kernel counts would contain the kernel's
 * own reprogramming of the PMU.
 */
static struct perf_event_attr event_attr(const struct counter_event *event, uint32_t core_pmu,
					 bool leader)
{
	struct perf_event_attr attr = {
		.type = event->type,
		.size = PERF_ATTR_SIZE_VER5,
		.config = event->config,
		.config1 = event->config1,
		.config2 = event->config2,
		.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = leader,
		.exclude_kernel = !event->kernel,
		.exclude_hv = !event->kernel,
	};

	if (event->type == PERF_TYPE_HARDWARE || event->type == PERF_TYPE_HW_CACHE)
		attr.config |= (uint64_t)core_pmu << 32;
	return attr;
}

/* Sixty-four workers of ten events exceed the usual soft limit. True if there is more room now. */
static bool raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static int event_open(const struct counter_event *event, uint32_t core_pmu, int leader)
{
	for (int tries = 0; tries < RETRIES_MAX; tries++) {
		struct perf_event_attr attr = event_attr(event, core_pmu, leader < 0);
		int fd = kernel->open(&attr, leader);

		if (fd >= 0)
			return fd;
		if (errno == EMFILE && raise_descriptor_limit())
			continue;
		if (errno != EINTR)
			break;
	}
	return -1;
}

static bool wants_core_pmu(const struct counter_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->events[i].hardware && set->events[i].status == COUNTER_OK)
			return true;
	return false;
}

/* A descriptor that fails to close is gone all the same. */
static void close_all(struct counter_group *group)
{
	for (uint32_t i = 0; i < group->opened; i++)
		(void)kernel->close(group->fds[i]);
	group->opened = 0;
}

static void fail_opened(struct counter_group *group, enum counter_status status)
{
	for (uint32_t i = 0; i < group->opened; i++)
		group->statuses[group->places[i]] = (uint8_t)status;
}

static void group_add(struct counter_group *group, const struct counter_event *event,
		      uint32_t place, uint32_t core_pmu)
{
	int leader = group->opened > 0 ? group->fds[0] : -1;
	int fd = event_open(event, core_pmu, leader);

	if (fd < 0) {
		group->statuses[place] = (uint8_t)counter_status_of_error(errno, leader >= 0);
		return;
	}
	group->statuses[place] = COUNTER_OK;
	group->fds[group->opened] = fd;
	group->places[group->opened] = place;
	group->opened++;
}

struct counter_group *counter_group_open(const struct counter_set *set)
{
	struct counter_group *group = xcalloc(1, sizeof(*group));
	uint32_t count = set->count < COUNTERS_MAX ? set->count : COUNTERS_MAX;
	uint32_t core_pmu = wants_core_pmu(set) ? counters_core_pmu("", sched_getcpu()) : 0;

	group->owner = getpid();
	memset(group->statuses, COUNTER_OFF, sizeof(group->statuses));
	for (uint32_t i = 0; i < count; i++) {
		group->statuses[i] = (uint8_t)set->events[i].status;
		if (set->events[i].status == COUNTER_OK)
			group_add(group, &set->events[i], i, core_pmu);
	}
	if (group->opened > 0 && kernel->enable(group->fds[0]) != 0) {
		fail_opened(group, COUNTER_ERROR);
		close_all(group);
	}
	return group;
}

static bool read_words(const struct counter_group *group, struct group_reading *reading)
{
	size_t size = offsetof(struct group_reading, values) + group->opened * sizeof(uint64_t);

	for (int tries = 0; tries < RETRIES_MAX; tries++) {
		ssize_t got = kernel->read(group->fds[0], reading, size);

		if (got < 0 && errno == EINTR)
			continue;
		return got == (ssize_t)size && reading->count == group->opened;
	}
	return false;
}

void counter_group_read(struct counter_group *group, struct counter_values *values)
{
	struct group_reading reading = {0};
	bool good;

	memset(values, 0, sizeof(*values));
	memcpy(values->status, group->statuses, sizeof(values->status));
	if (group->opened == 0)
		return;
	good = getpid() == group->owner && read_words(group, &reading);
	values->time_enabled_ns = good ? reading.time_enabled_ns : 0;
	values->time_running_ns = good ? reading.time_running_ns : 0;
	for (uint32_t i = 0; i < group->opened; i++) {
		uint32_t place = group->places[i];

		values->value[place] = good ? reading.values[i] : 0;
		values->status[place] = good ? COUNTER_OK : COUNTER_ERROR;
	}
}

void counter_group_close(struct counter_group *group)
{
	if (!group)
		return;
	close_all(group);
	free(group);
}

/* Checks that the times of the window allow any value at all. */
static enum counter_status judge_times(const struct counter_values *before,
				       const struct counter_values *after)
{
	uint64_t enabled = after->time_enabled_ns - before->time_enabled_ns;
	uint64_t running = after->time_running_ns - before->time_running_ns;

	if (after->time_enabled_ns < before->time_enabled_ns ||
	    after->time_running_ns < before->time_running_ns)
		return COUNTER_BOGUS;
	if (enabled == 0)
		return COUNTER_ERROR;
	if ((double)running * 1000.0 < (double)enabled * RUNNING_PER_MILLE_MIN)
		return COUNTER_DOES_NOT_FIT;
	return COUNTER_OK;
}

static bool value_absurd(uint64_t before, uint64_t after, uint64_t enabled_ns)
{
	return after < before || (after - before) / EVENTS_PER_NS_MAX > enabled_ns;
}

void counter_values_since(const struct counter_values *before, const struct counter_values *after,
			  struct counter_values *delta)
{
	enum counter_status times = judge_times(before, after);
	struct counter_values result = {0};

	if (times != COUNTER_BOGUS) {
		result.time_enabled_ns = after->time_enabled_ns - before->time_enabled_ns;
		result.time_running_ns = after->time_running_ns - before->time_running_ns;
	}
	for (int i = 0; i < COUNTERS_MAX; i++) {
		if (before->status[i] != COUNTER_OK)
			result.status[i] = before->status[i];
		else if (after->status[i] != COUNTER_OK)
			result.status[i] = after->status[i];
		else if (times != COUNTER_OK)
			result.status[i] = (uint8_t)times;
		else if (value_absurd(before->value[i], after->value[i], result.time_enabled_ns))
			result.status[i] = COUNTER_BOGUS;
		else
			result.value[i] = after->value[i] - before->value[i];
	}
	*delta = result;
}
