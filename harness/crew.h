/* SPDX-License-Identifier: MIT */
/*
 * crew - one case in one mode, set up: its workers (threads or forked processes), their partners,
 * and the epochs they run together. Lives in a runner. Everything a crew starts dies with the
 * runner.
 */
#ifndef TOLLGATE_CREW_H
#define TOLLGATE_CREW_H

#include <pthread.h>
#include <sys/types.h>

#include "harness/arena.h"
#include "harness/mode.h"

struct crew {
	const struct bench_case *bench;
	const struct mode *mode;
	struct setup_message setup;
	struct arena arena;
	struct trial trial;
	uint32_t epochs; /* run so far */
	pthread_t *threads;
	pid_t *pids;     /* worker processes */
	pid_t *partners; /* 0 where there is none */
};

/* Set up what SETUP asks for; workers then sleep. RUN_OK, or what went wrong and WHY. */
enum run_status crew_start(struct crew *crew, const struct setup_message *setup,
			   struct reason *why);
/* Run one epoch of BATCH operations per worker and fill RECORD; worker records lie in the arena. */
void crew_epoch(struct crew *crew, uint64_t batch, struct epoch_record *record);
/* All latencies of all workers since the first epoch. */
void crew_latency(const struct crew *crew, struct finish_record *record);
/* Let the workers leave, reap them, end partners, tear the case down. */
void crew_stop(struct crew *crew);

#endif
