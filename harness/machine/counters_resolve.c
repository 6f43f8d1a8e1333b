/* SPDX-License-Identifier: MIT */
/*
 * From an event's name to its perf encoding, by libpfm4 or else by a table of the generic names. It
 * is a file of its own because libpfm4 brings its own struct perf_event_attr, which conflicts with
 * the kernel header's.
 */
#include "harness/machine/counters_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#ifndef TOLLGATE_LIBPFM
#error "TOLLGATE_LIBPFM must be defined as 1 (with libpfm4) or 0 (built-in table only)"
#endif

#if TOLLGATE_LIBPFM
#include <perfmon/pfmlib_perf_event.h>
#endif

/* The kernel's ABI (perf_event.h): types, software and hardware ids, cache | operation | result. */
enum { TYPE_HARDWARE = 0, TYPE_SOFTWARE = 1, TYPE_CACHE = 3 };
enum { SOFTWARE_SWITCHES = 3, SOFTWARE_MIGRATIONS = 4, SOFTWARE_CGROUP_SWITCHES = 11 };

struct builtin {
	const char *name;
	uint32_t type;
	uint64_t config;
};

static const struct builtin builtins[] = {
	{"instructions", TYPE_HARDWARE, 1},
	{"cycles", TYPE_HARDWARE, 0},
	{"branches", TYPE_HARDWARE, 4},
	{"branch-misses", TYPE_HARDWARE, 5},
	{"cache-references", TYPE_HARDWARE, 2},
	{"cache-misses", TYPE_HARDWARE, 3},
	{"L1-dcache-load-misses", TYPE_CACHE, 0x10000},
	{"dTLB-load-misses", TYPE_CACHE, 0x10003},
	{"cpu-migrations", TYPE_SOFTWARE, SOFTWARE_MIGRATIONS},
	{"page-faults", TYPE_SOFTWARE, 2},
	{"context-switches", TYPE_SOFTWARE, SOFTWARE_SWITCHES},
	{"task-clock", TYPE_SOFTWARE, 1},
};

void counters_suggest_names(struct suggestion *suggestion)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		suggest_name(suggestion, builtins[i].name);
}

/*
 * These happen in the kernel. Opened for user mode only they read 0 without an error, which is
 * worse than a refusal. All other events count user mode, which every default setting allows.
 */
static bool happens_in_kernel(uint32_t type, uint64_t config)
{
	return type == TYPE_SOFTWARE &&
	       (config == SOFTWARE_SWITCHES || config == SOFTWARE_MIGRATIONS ||
		config == SOFTWARE_CGROUP_SWITCHES);
}

static void event_fill(struct counter_event *event, const char *name, uint32_t type,
		       uint64_t config)
{
	memset(event, 0, sizeof(*event));
	snprintf(event->name, sizeof(event->name), "%s", name);
	event->type = type;
	event->config = config;
	event->kernel = happens_in_kernel(type, config);
	event->hardware = type != TYPE_SOFTWARE;
}

bool counters_resolve_builtin(const char *name, struct counter_event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++) {
		if (strcasecmp(name, builtins[i].name) != 0)
			continue;
		event_fill(event, name, builtins[i].type, builtins[i].config);
		snprintf(event->encoding, sizeof(event->encoding), "builtin::%s:u=1:k=%u",
			 builtins[i].name, event->kernel);
		return true;
	}
	return false;
}

#if TOLLGATE_LIBPFM

bool counters_has_libpfm(void)
{
	return true;
}

/* A failure shows at the first name, for which libpfm4 then returns "library not initialized". */
void counters_resolve_begin(void)
{
	(void)pfm_initialize();
}

void counters_resolve_end(void)
{
	pfm_terminate();
}

/* PRIVILEGES only affect the text that libpfm4 returns. The attr is built in counters.c. */
static pfm_err_t encode(const char *name, int privileges, struct perf_event_attr *attr, char **full)
{
	pfm_perf_encode_arg_t argument = {.attr = attr, .fstr = full, .size = sizeof(argument)};

	memset(attr, 0, sizeof(*attr));
	return pfm_get_os_event_encoding(name, privileges, PFM_OS_PERF_EVENT, &argument);
}

bool counters_resolve(const char *name, struct counter_event *event, struct reason *why)
{
	struct perf_event_attr attr;
	char *full = NULL;
	pfm_err_t error = encode(name, PFM_PLM3, &attr, &full);

	if (error == PFM_SUCCESS && happens_in_kernel(attr.type, attr.config)) {
		free(full);
		full = NULL;
		error = encode(name, PFM_PLM0 | PFM_PLM3, &attr, &full);
	}
	if (error != PFM_SUCCESS) {
		free(full);
		return counters_resolve_builtin(name, event) ||
		       refuse(why, "%s", pfm_strerror(error));
	}
	event_fill(event, name, attr.type, attr.config);
	event->config1 = attr.config1;
	event->config2 = attr.config2;
	snprintf(event->encoding, sizeof(event->encoding), "%s", full ? full : "");
	free(full);
	return true;
}

#else

bool counters_has_libpfm(void)
{
	return false;
}

void counters_resolve_begin(void)
{
}

void counters_resolve_end(void)
{
}

bool counters_resolve(const char *name, struct counter_event *event, struct reason *why)
{
	return counters_resolve_builtin(name, event) ||
	       refuse(why, "not in the built-in table; this build has no libpfm4");
}

#endif
