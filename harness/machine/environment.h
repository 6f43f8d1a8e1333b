/* SPDX-License-Identifier: MIT */
/*
 * environment - the facts of this machine and the conditions that disturb a measurement on it. It
 * reads and advises, and never changes a setting. It publishes no host name, user, uid or path.
 */
#ifndef TOLLGATE_MACHINE_ENVIRONMENT_H
#define TOLLGATE_MACHINE_ENVIRONMENT_H

#include "harness/base/util.h"

#define FACTS_MAX    160
#define WARNINGS_MAX 32

/* One fact. The value "" means unknown, and the key is always present. */
struct fact {
	char key[48];    /* e.g. cpu_model, governor, steal_ticks, clocksource */
	char value[256]; /* printable text, no path, no host name */
};

struct warning {
	char id[32]; /* stable token, e.g. governor, turbo, steal, load, quota, vm, smt, debug_build
		      */
	char text[200]; /* the problem and its effect, one line */
	char fix[200];  /* the exact command or action that removes it, or "" */
};

struct environment {
	int fact_count;
	struct fact facts[FACTS_MAX];
	int warning_count;
	struct warning warnings[WARNINGS_MAX];
};

/* Numbers that change during a run. NAN where the machine does not tell. */
struct disturbance {
	double steal_ticks, load1, throttled, quota_throttled, pressure_cpu;
	uint64_t at_ns;
};

/*
 * Read everything below ROOT. ROOT is "" for the real machine. Tests use a fake root, where facts
 * of this process stay unknown. PU_COUNT is the number of PUs in the topology, for the load and
 * quota warnings. 0 omits the load warning.
 */
void environment_read(struct environment *environment, const char *root, int pu_count);
const char *environment_fact(const struct environment *environment,
			     const char *key); /* "" if none */
/* A later warning with the same ID replaces the earlier one. One beyond WARNINGS_MAX is dropped. */
void environment_warn(struct environment *environment, const char *id, const char *fix,
		      const char *format, ...) PRINTF_LIKE(4, 5);

void disturbance_sample(struct disturbance *sample, const char *root);
/* Adds warnings for values that grew between the two samples (steal over 1 %, throttling). */
void disturbance_judge(struct environment *environment, const struct disturbance *before,
		       const struct disturbance *after, int pu_count);
/* Share of machine time stolen by the hypervisor between two samples, 0..1, or NAN. */
double disturbance_steal_share(const struct disturbance *before, const struct disturbance *after,
			       int pu_count);

#endif
