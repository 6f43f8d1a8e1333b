/* SPDX-License-Identifier: MIT */
/*
 * crew - one case, set up in one mode: its workers (threads or forked processes), their partners,
 * and the epochs that they run together. It lives in a runner. Everything that a crew starts dies
 * with the runner.
 */
#ifndef TOLLGATE_RUNNER_CREW_H
#define TOLLGATE_RUNNER_CREW_H

#include <pthread.h>
#include <sys/types.h>

#include "harness/runner/arena.h"
#include "harness/sync/mode.h"

struct crew {
	const struct bench_case *bench;
	const struct mode *mode;
	struct setup_message setup;
	struct arena arena;
	struct trial trial;
	uint32_t epochs; /* run so far */
	pthread_t *threads;
	struct turns turns; /* of all epochs except the first */
	uint64_t turns_wall_ns, handoffs, retakes;
	uint64_t used_wall_ns, *used_cpu_ns; /* per worker, of all epochs but the first, as below */
	uint64_t wakeups;
	bool wakeups_unknown;
	double canary_before_ns; /* NAN: the case is not contended, or its workers use fewer than two PUs */
	pid_t *pids;             /* worker processes */
	pid_t *partners;         /* 0 where there is none */
};

/* Set up the crew as SETUP says. Its workers then sleep. Returns RUN_OK, or the failure and WHY. */
enum run_status crew_start(struct crew *crew, const struct setup_message *setup,
			   struct reason *why);
/* Run one epoch of BATCH operations per worker and fill RECORD. Worker records lie in the arena. */
void crew_epoch(struct crew *crew, uint64_t batch, struct epoch_record *record);
/* All latencies of all workers since the first epoch. */
void crew_latency(const struct crew *crew, struct finish_record *record);
/*
 * Parent, after an epoch: add the usage of its workers. crew_usage() gives the figures of the
 * launch, see usage_figure.
 */
void crew_usage_add(struct crew *crew, const struct worker_record *records, uint64_t wall_ns);
void crew_usage(const struct crew *crew, double *figures);
/* "69213 512 17": ns on and waiting for a processor, arrivals there. False for any other text. */
bool crew_schedstat_parse(const char *text, uint64_t *arrivals);
/*
 * Set the pace of a case whose work consists of steps: from the set-up, else measured at worker 0's
 * seat. Parent, before any worker exists.
 */
void crew_set_pace(struct crew *crew);
/* Worker 0, bound, just before an epoch: measure the present time of a step. */
void crew_feel_pace(struct crew *crew);
/* Parent, after an epoch: report that time. */
void crew_tell_pace(const struct crew *crew, struct epoch_record *record);
/* The time of a cache line between two of the workers' PUs, before the measured epochs and now. */
void crew_canary(const struct crew *crew, struct finish_record *record);
/* Before and after an epoch under a GIL: clear and read the lock's own figures. */
void crew_turns_begin(struct crew *crew);
void crew_turns_end(struct crew *crew, struct epoch_record *record);
/* The turns of the whole launch. It may be called once. */
void crew_turns(struct crew *crew, struct turns_record *record);
/* Let the workers leave, reap them, end partners, tear the case down. */
void crew_stop(struct crew *crew);

#endif
