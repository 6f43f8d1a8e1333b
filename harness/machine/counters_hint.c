/* SPDX-License-Identifier: MIT */
/*
 * One line for the user, once: the most general reason why counters are missing, and the command
 * that helps. A reason high in the list also explains the ones below it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "harness/machine/counters_internal.h"

#define PARANOID_UNKNOWN (-100)

/* Most general first. The first status that any event has is reported. */
static const enum counter_status ranking[] = {
	COUNTER_BLOCKED_BY_CONTAINER,
	COUNTER_NO_KERNEL_SUPPORT,
	COUNTER_DENIED_PARANOID,
	COUNTER_READS_ZERO,
	COUNTER_BOGUS,
	COUNTER_NO_PMU,
	COUNTER_FD_LIMIT,
	COUNTER_UNKNOWN_NAME,
	COUNTER_INVALID_EVENT,
	COUNTER_ERROR,
	COUNTER_DOES_NOT_FIT,
	COUNTER_EVENT_NOT_ON_THIS_CPU,
};

static const struct counter_event *first_with(const struct counter_set *set, uint32_t status)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->events[i].status == status)
			return &set->events[i];
	return NULL;
}

static uint32_t count_with(const struct counter_set *set, uint32_t status)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < set->count; i++)
		count += set->events[i].status == status;
	return count;
}

/* Only if it is true: the user may have asked for none, or none may have opened. */
static const char *software_kept(const struct counter_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (!set->events[i].hardware && set->events[i].status == COUNTER_OK)
			return ", software events kept";
	return "";
}

static int64_t read_paranoid(void)
{
	char text[32];
	int64_t value;

	if (read_text("/proc/sys/kernel/perf_event_paranoid", text, sizeof(text)) &&
	    parse_i64(text, -1, 100, &value))
		return value;
	return PARANOID_UNKNOWN;
}

static bool user_side_denied(const struct counter_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (!set->events[i].kernel && set->events[i].status == COUNTER_DENIED_PARANOID)
			return true;
	return false;
}

void counters_hint_denied(const struct counter_set *set, int64_t paranoid, struct reason *hint)
{
	bool all = user_side_denied(set);

	/* At 2 or less the setting allows counting in user mode, at 1 or less in the kernel too. */
	if (paranoid == PARANOID_UNKNOWN)
		refuse(hint, "perf_event_open is denied (Permission denied); try "
			     "--cap-add=PERFMON, or as "
			     "root: sysctl kernel.perf_event_paranoid=1");
	else if (paranoid < 2 || (paranoid == 2 && all))
		refuse(hint,
		       "perf_event_open is denied (Permission denied) although "
		       "kernel.perf_event_paranoid=%d: a security module or container; try with "
		       "CAP_PERFMON",
		       (int)paranoid);
	else
		refuse(hint,
		       "kernel.perf_event_paranoid=%d %s; try: sudo sysctl "
		       "kernel.perf_event_paranoid=1",
		       (int)paranoid, all ? "denies counters" : "hides kernel-side events");
}

static void hint_fd_limit(struct reason *hint)
{
	struct rlimit limit = {0};
	unsigned long long now, wanted;

	must_sys(getrlimit(RLIMIT_NOFILE, &limit));
	now = limit.rlim_cur;
	wanted = now < 2048 ? 4096 : now * 2;
	refuse(hint, "too few file descriptors for all counters (limit %llu); try: ulimit -n %llu",
	       now, wanted);
}

static void hint_unknown(const char *name, const struct reason *unresolved, struct reason *hint)
{
	struct suggestion nearest = {.word = name};

	counters_suggest_names(&nearest);
	refuse(hint, "event '%s'%s is not known here (%.200s); its column is left empty", name,
	       suggest_text(&nearest), unresolved->text);
}

/* "event 'x'" or "event 'x' and 3 more", followed by WHAT. */
static void hint_events(const struct counter_set *set, uint32_t status, const char *what,
			struct reason *hint)
{
	const char *name = first_with(set, status)->name;
	uint32_t count = count_with(set, status);

	if (count > 1)
		refuse(hint, "event '%s' and %u more: %s", name, count - 1, what);
	else
		refuse(hint, "event '%s': %s", name, what);
}

static void hint_blocked(const char *error, const char *cause, struct reason *hint)
{
	refuse(hint,
	       "perf_event_open is blocked (%s): %s; try --cap-add=PERFMON (or "
	       "--security-opt seccomp=...)",
	       error, cause);
}

static void hint_pmu(const struct counter_set *set, const char *what, struct reason *hint)
{
	refuse(hint, "%s; hardware columns left empty%s", what, software_kept(set));
}

static void compose(const struct counter_set *set, enum counter_status status,
		    const struct reason *unresolved, struct reason *hint)
{
	switch (status) {
	case COUNTER_BLOCKED_BY_CONTAINER:
		hint_blocked("Operation not permitted", "container seccomp filter", hint);
		break;
	case COUNTER_NO_KERNEL_SUPPORT:
		hint_blocked("Function not implemented",
			     "container seccomp filter or a kernel without perf", hint);
		break;
	case COUNTER_DENIED_PARANOID:
		counters_hint_denied(set, read_paranoid(), hint);
		break;
	case COUNTER_READS_ZERO:
		hint_pmu(set, "the PMU opens but counts nothing (virtual machine?)", hint);
		break;
	case COUNTER_BOGUS:
		hint_pmu(set, "the PMU counts a known loop wrong (virtual machine?)", hint);
		break;
	case COUNTER_NO_PMU:
		hint_pmu(set, "no hardware PMU here (virtual machine?)", hint);
		break;
	case COUNTER_FD_LIMIT:
		hint_fd_limit(hint);
		break;
	case COUNTER_UNKNOWN_NAME:
		hint_unknown(first_with(set, status)->name, unresolved, hint);
		break;
	case COUNTER_INVALID_EVENT:
		hint_events(set, status, "the kernel refuses it (Invalid argument); left empty",
			    hint);
		break;
	case COUNTER_DOES_NOT_FIT:
		hint_events(
			set, status,
			"no hardware counter left in the group; left empty, count fewer at a time",
			hint);
		break;
	case COUNTER_EVENT_NOT_ON_THIS_CPU:
		hint_events(set, status, "not on this CPU; left empty", hint);
		break;
	default:
		hint_events(set, status, "could not be opened or read; left empty", hint);
	}
}

void counters_hint(const struct counter_set *set, const struct reason *unresolved,
		   struct reason *hint)
{
	hint->text[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(ranking); i++) {
		if (first_with(set, ranking[i])) {
			compose(set, ranking[i], unresolved, hint);
			return;
		}
	}
}
