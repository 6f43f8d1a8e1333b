/* SPDX-License-Identifier: MIT */
/* Both sides of a conversation as the runner makes them, without a runner. */
#ifndef TOLLGATE_TALK_STAGE_H
#define TOLLGATE_TALK_STAGE_H

#include "harness/kit/transfer.h"

#define BATCH 50

struct stage {
	int64_t params[BENCH_PARAMS_MAX];
	struct transfer transfer;
	struct talk sides[2];
	struct worker workers[2];
	struct histogram latency;
	struct trial trial;
	struct reason why;
};

static struct stage stage;

static void set_stage(int64_t size, bool sample)
{
	stage = (struct stage){.params = {size, sample}};
	for (unsigned i = 0; i < 2; i++)
		stage.workers[i] = (struct worker){
			.batch = BATCH,
			.done = BATCH,
			.index = i,
			.count = 2,
			.shared = &stage.transfer,
			.local = &stage.sides[i],
			.params = stage.params,
			.latency = &stage.latency,
		};
	stage.trial = (struct trial){
		.workers = 2,
		.params = stage.params,
		.shared = &stage.transfer,
		.slots = stage.workers,
	};
}

struct job {
	bench_run_fn *run;
	struct worker *worker;
};

static void *work(void *argument)
{
	struct job *job = argument;

	talk_prepare(job->worker);
	job->run(job->worker);
	return NULL;
}

/* Both sides at once, as the runner would. */
static void converse(bench_run_fn *run)
{
	pthread_t threads[2];
	struct job jobs[2];

	for (unsigned i = 0; i < 2; i++) {
		jobs[i] = (struct job){run, &stage.workers[i]};
		must(pthread_create(&threads[i], NULL, work, &jobs[i]));
	}
	for (unsigned i = 0; i < 2; i++)
		must(pthread_join(threads[i], NULL));
}

#endif
