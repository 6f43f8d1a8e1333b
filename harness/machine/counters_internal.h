/* SPDX-License-Identifier: MIT */
/*
 * counters_internal - the parts that the files of the counters module share with one another and
 * with their test: the few kernel calls behind one table, so that a test can play a kernel that
 * refuses, reads zero or multiplexes, and the steps between a name and an open descriptor.
 */
#ifndef TOLLGATE_MACHINE_COUNTERS_INTERNAL_H
#define TOLLGATE_MACHINE_COUNTERS_INTERNAL_H

#include <sys/types.h>

#include "harness/base/suggest.h"
#include "harness/machine/counters.h"

struct perf_event_attr;

/* Each gives -1 and errno on failure, like the system call behind it. */
struct counters_kernel {
	/* Counts the calling thread on any CPU. GROUP_FD: the leader or -1. Gives a descriptor. */
	int (*open)(struct perf_event_attr *attr, int group_fd);
	int (*enable)(int leader);
	ssize_t (*read)(int leader, void *buffer, size_t size);
	int (*close)(int fd);
};

/* From now on talk to KERNEL. NULL is the real one. For tests only, before any thread exists. */
void counters_kernel_use(const struct counters_kernel *kernel);

/* The status for a failed open. SIBLING: the event was to join a group that has a leader. */
enum counter_status counter_status_of_error(int error, bool sibling);

/* Names to encodings. Call begin before and end after. Fills EVENT except its status. */
void counters_resolve_begin(void);
void counters_resolve_end(void);
bool counters_resolve(const char *name, struct counter_event *event, struct reason *why);
bool counters_resolve_builtin(const char *name, struct counter_event *event);
/* Offer all built-in names. */
void counters_suggest_names(struct suggestion *suggestion);

/* The one line that tells the user which counters are missing and how to get them, or "". */
void counters_hint(const struct counter_set *set, const struct reason *unresolved,
		   struct reason *hint);
/* The same line's text for status DENIED_PARANOID, given the sysctl's value (-100: unknown). */
void counters_hint_denied(const struct counter_set *set, int64_t paranoid, struct reason *hint);

/*
 * On a machine with several kinds of core, each with its own PMU: the perf type of the PMU that
 * serves CPU, else 0. ROOT is "" except in tests.
 */
uint32_t counters_core_pmu(const char *root, int cpu);

#endif
