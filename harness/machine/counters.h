/* SPDX-License-Identifier: MIT */
/*
 * counters - hardware and software event counters. The coordinator resolves names through libpfm4,
 * trial-opens and self-tests them once (counters_probe). Each worker of a counting repetition opens
 * its own group from the resolved encodings (counter_group_*), so a runner never needs libpfm4.
 * Events are never multiplexed: an event that does not fit stays empty with a reason. The only
 * module that includes libpfm4 or perf headers.
 */
#ifndef TOLLGATE_MACHINE_COUNTERS_H
#define TOLLGATE_MACHINE_COUNTERS_H

#include "harness/base/util.h"

#define COUNTERS_MAX 16

/* Tokens for the status column. COUNTER_OK is written as "ok". */
enum counter_status {
	COUNTER_OK,
	COUNTER_DENIED_PARANOID,
	COUNTER_BLOCKED_BY_CONTAINER,
	COUNTER_NO_KERNEL_SUPPORT,
	COUNTER_EVENT_NOT_ON_THIS_CPU,
	COUNTER_NO_PMU,
	COUNTER_DOES_NOT_FIT,
	COUNTER_FD_LIMIT,
	COUNTER_READS_ZERO,
	COUNTER_BOGUS,
	COUNTER_UNKNOWN_NAME,
	COUNTER_ERROR,
	COUNTER_OFF,
	COUNTER_INVALID_EVENT, /* EINVAL for an event by itself, so room is not the reason */
};

/* A resolved event, which can be sent to a runner as bytes. */
struct counter_event {
	char name[48];      /* the user's spelling, the CSV's `event` */
	char encoding[128]; /* libpfm4's fully qualified string, for run.json */
	uint32_t type;      /* perf_event_attr.type */
	uint32_t kernel;    /* 1: user and kernel ("uk"). 0: user only ("u") */
	uint32_t hardware;  /* 1: needs the PMU */
	uint32_t status;    /* enum counter_status */
	uint64_t config, config1, config2;
};

struct counter_set {
	uint32_t count;
	uint32_t reserved;
	struct counter_event events[COUNTERS_MAX];
};

/* The result of one read. value is meaningful only if status[i] == COUNTER_OK. */
struct counter_values {
	uint64_t time_enabled_ns, time_running_ns;
	uint64_t value[COUNTERS_MAX];
	uint8_t status[COUNTERS_MAX];
};

/*
 * Resolve SPEC ("off", "sw", "hw" or a comma list of event names), trial-open each event, self-test
 * the hardware ones, and fit them into one group. Fills SET with a status per event. HINT gets at
 * most one line for the user ("" if all is well, and without "note: " in front). False and WHY only
 * for a malformed SPEC. A name that cannot be resolved here is an event with status unknown_name.
 */
bool counters_probe(const char *spec, struct counter_set *set, struct reason *hint,
		    struct reason *why);

/*
 * Checks that SET, received as bytes, may be used: count in bounds, texts terminated, known
 * statuses. A worker calls this before counter_group_open().
 */
bool counter_set_valid(const struct counter_set *set, struct reason *why);

const char *counter_status_name(enum counter_status status);
bool counters_has_libpfm(void);

/* A worker's own group: leader and siblings on the calling thread. */
struct counter_group;

/*
 * Open the usable events of SET on the calling thread and enable them. Never NULL. Open after the
 * worker is bound and, for a worker process, after the fork, because descriptors that a child
 * inherits go on counting the parent. A group that another process reads gives errors and never
 * numbers.
 */
struct counter_group *counter_group_open(const struct counter_set *set);
/*
 * Read now. Each call is absolute. Subtract two of them with counter_values_since(). The status of
 * places beyond the set's count is COUNTER_OFF.
 */
void counter_group_read(struct counter_group *group, struct counter_values *values);
void counter_group_close(struct counter_group *group); /* NULL is allowed */

/*
 * after - before, with every rule applied: a failed read, running/enabled below 0.999, or more than
 * 64 events per elapsed ns makes the value invalid.
 */
void counter_values_since(const struct counter_values *before, const struct counter_values *after,
			  struct counter_values *delta);

#endif
