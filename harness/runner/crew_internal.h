/* SPDX-License-Identifier: MIT */
/* For the files of module crew: the usage of an epoch, which each worker reads for itself. */
#ifndef TOLLGATE_RUNNER_CREW_INTERNAL_H
#define TOLLGATE_RUNNER_CREW_INTERNAL_H

#include <sys/resource.h>

#include "harness/runner/crew.h"

/* The descriptors by which a worker reads its own usage, open as long as it lives. */
struct meter {
	struct counter_group *group; /* NULL: hardware is not counted */
	int schedstat;               /* -1: this kernel does not tell */
};

struct usage {
	uint64_t cpu_ns;
	struct rusage rusage;
	uint64_t arrivals; /* arrivals on a processing unit so far, or WAKEUPS_UNKNOWN */
	struct counter_values counters;
};

/* The calling thread's own, bound already. */
struct meter crew_meter_open(const struct crew *crew);
void crew_meter_close(struct meter *meter);
void crew_usage_read(struct usage *usage, const struct meter *meter);
/* Fill the differences into RECORD. */
void crew_usage_since(struct worker_record *record, const struct usage *before,
		      const struct usage *after, const struct meter *meter);

#endif
