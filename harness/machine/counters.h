/* SPDX-License-Identifier: MIT */
/*
 * counters - hardware and software event counters. The coordinator resolves names through libpfm4,
 * trial-opens and self-tests them once (counters_probe); each worker of a counting repetition opens
 * its own group from the resolved encodings (counter_group_*), so a runner never needs libpfm4.
 * Nothing is multiplexed: what does not fit stays empty with a reason. The only module that
 * includes libpfm4 or perf headers.
 */
#ifndef TOLLGATE_MACHINE_COUNTERS_H
#define TOLLGATE_MACHINE_COUNTERS_H

#include "harness/base/util.h"

#define COUNTERS_MAX 16

/* Tokens for the status column; COUNTER_OK is written as "ok". */
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
	COUNTER_INVALID_EVENT, /* EINVAL for an event on its own: not a question of room */
};

/* A resolved event, fit to be sent to a runner as bytes. */
struct counter_event {
	char name[48];      /* as asked for; the CSV's `event` */
	char encoding[128]; /* libpfm4's fully qualified string, for run.json */
	uint32_t type;      /* perf_event_attr.type */
	uint32_t kernel;    /* 1: user and kernel ("uk"); 0: user only ("u") */
	uint32_t hardware;  /* 1: needs the PMU */
	uint32_t status;    /* enum counter_status */
	uint64_t config, config1, config2;
};

struct counter_set {
	uint32_t count;
	uint32_t reserved;
	struct counter_event events[COUNTERS_MAX];
};

/* What one read gave. value is meaningful only if status[i] == COUNTER_OK. */
struct counter_values {
	uint64_t time_enabled_ns, time_running_ns;
	uint64_t value[COUNTERS_MAX];
	uint8_t status[COUNTERS_MAX];
};

/*
 * Resolve SPEC ("off", "sw", "hw" or a comma list of event names), trial-open each event, self-test
 * the hardware ones, fit them into one group; fills SET with a status per event. HINT gets at most
 * one line for the user ("" when all is well; no "note: " in front). False and WHY only for a
 * malformed SPEC; a name that cannot be resolved here is an event with status unknown_name.
 */
bool counters_probe(const char *spec, struct counter_set *set, struct reason *hint,
		    struct reason *why);

/*
 * Whether SET, received as bytes, may be used: count in bounds, texts terminated, known statuses.
 * A worker asks this before counter_group_open().
 */
bool counter_set_valid(const struct counter_set *set, struct reason *why);

const char *counter_status_name(enum counter_status status);
bool counters_has_libpfm(void);

/* A worker's own group: leader and siblings on the calling thread. */
struct counter_group;

/*
 * Open the usable events of SET on the calling thread and enable them. Never NULL. Open after the
 * worker is bound and, for a worker process, after the fork: descriptors that a child inherits go
 * on counting the parent. A group read in another process than its own gives errors, never numbers.
 */
struct counter_group *counter_group_open(const struct counter_set *set);
/*
 * Read now; each call is absolute, subtract two of them with counter_values_since(). The status of
 * places beyond the set's count is COUNTER_OFF.
 */
void counter_group_read(struct counter_group *group, struct counter_values *values);
void counter_group_close(struct counter_group *group); /* NULL is fine */

/*
 * after - before, with every rule applied: a failed read, running/enabled below 0.999, or more than
 * 64 events per elapsed ns poisons the value's status.
 */
void counter_values_since(const struct counter_values *before, const struct counter_values *after,
			  struct counter_values *delta);

#endif
