/* SPDX-License-Identifier: MIT */
/*
 * environment - what this machine is and what disturbs a measurement on it. Reads and advises,
 * never changes a setting. Publishes no host name, user, uid or path.
 */
#ifndef TOLLGATE_MACHINE_ENVIRONMENT_H
#define TOLLGATE_MACHINE_ENVIRONMENT_H

#include "harness/base/util.h"

#define FACTS_MAX    160
#define WARNINGS_MAX 32

/* One fact; value "" means unknown: the key is always present. */
struct fact {
	char key[48];    /* e.g. cpu_model, governor, steal_ticks, clocksource */
	char value[256]; /* printable text, no path, no host name */
};

struct warning {
	char id[32]; /* stable token, e.g. governor, turbo, steal, load, quota, vm, smt, debug_build
		      */
	char text[200]; /* what is the matter and why it matters, one line */
	char fix[200];  /* the exact command or action that would mend it, or "" */
};

struct environment {
	int fact_count;
	struct fact facts[FACTS_MAX];
	int warning_count;
	struct warning warnings[WARNINGS_MAX];
};

/* Numbers that move while a run goes on; NAN where the machine does not tell. */
struct disturbance {
	double steal_ticks, load1, throttled, quota_throttled, pressure_cpu;
	uint64_t at_ns;
};

/*
 * Read everything below ROOT ("" for the real machine; a fake root in tests, where what this
 * process itself would tell stays unknown). PU_COUNT is what the topology found; it serves the load
 * and quota warnings; 0 leaves the load warning out.
 */
void environment_read(struct environment *environment, const char *root, int pu_count);
const char *environment_fact(const struct environment *environment,
			     const char *key); /* "" if none */
/* A later warning with the same ID replaces the former; one beyond WARNINGS_MAX is dropped. */
void environment_warn(struct environment *environment, const char *id, const char *fix,
		      const char *format, ...) PRINTF_LIKE(4, 5);

void disturbance_sample(struct disturbance *sample, const char *root);
/* Adds warnings for what grew between the two samples (steal over 1 %, throttling). */
void disturbance_judge(struct environment *environment, const struct disturbance *before,
		       const struct disturbance *after, int pu_count);
/* Share of machine time stolen by the hypervisor between two samples, 0..1, or NAN. */
double disturbance_steal_share(const struct disturbance *before, const struct disturbance *after,
			       int pu_count);

#endif
