/* SPDX-License-Identifier: MIT */
/*
 * offspring - threads and processes as the thing that is measured. A case never forks by itself. It
 * calls one of these verbs, each of which ends the child that it started and checks that the child
 * really ran.
 */
#ifndef TOLLGATE_KIT_OFFSPRING_H
#define TOLLGATE_KIT_OFFSPRING_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "harness/base/util.h"
#include "harness/sync/worker.h"

struct trial;
struct epoch;

/* The sub-command that exits at once with the given code. The verbs with exec start it. */
#define OFFSPRING_COMMAND "exit"

/*
 * Make a child, let it hand back TOKEN (as exit code or as return value of the thread), and wait
 * for it. False and errno if it could not be made. EBADMSG if another token came back.
 */
bool offspring_thread(unsigned char token);
bool offspring_fork(unsigned char token);
bool offspring_fork_exec(unsigned char token);
bool offspring_vfork_exec(unsigned char token);
bool offspring_posix_spawn(unsigned char token);

typedef bool offspring_fn(unsigned char token);

/* The births of one worker of a case about creation, in front of its local block. */
struct births {
	uint64_t made;
	int error; /* errno of the first failure */
	bool left; /* a child was still there at the end */
};

/* Call VERB w->batch times. This is the body of a case about creation. */
void offspring_make(struct worker *w, offspring_fn *verb);
/* Set the metric create_ns, and check that every child was reaped. */
bool offspring_check(struct trial *t, const struct epoch *epoch, double *metrics,
		     struct reason *why);
void offspring_reset(struct trial *t);
/* True if this process has no child left, dead or alive. */
bool offspring_none_left(void);

#define CREATE_METRIC                                                     \
	{                                                                 \
		"create_ns", "ns", "lower", "made, run, ended and reaped" \
	}

/* The members that all cases about creation share. */
#define CREATE_CASE(body)                                                                     \
	.family = BENCH_PROCESS, .metrics = {CREATE_METRIC}, .modes = "none,process",         \
	.modes_only = true, .workers = 1, .reset = offspring_reset, .check = offspring_check, \
	.run = {                                                                              \
		[SYNC_NONE] = (body),                                                         \
		[SYNC_MUTEX] = (body),                                                        \
	}

typedef void offspring_run_fn(void *argument);

/* A thread or a process that lives beside its maker. */
struct offspring {
	bool is_process;
	pid_t pid;
	int pidfd;
	pthread_t thread;
	offspring_run_fn *run;
	void *argument;
	_Atomic uint32_t leave; /* futex */
};

/*
 * Start a child that calls RUN(ARGUMENT) and ends. A process ends with exit code 0 and keeps the
 * descriptors of its maker. It dies with its maker, the thread that called this. False and errno if
 * it cannot be made. On true the child runs.
 */
bool offspring_start(struct offspring *child, bool process, offspring_run_fn *run, void *argument);
/* Start a child that does nothing and holds nothing of its maker. */
bool offspring_start_idle(struct offspring *child, bool process);
/* Wait for its end without a limit. *STATUS (may be NULL) is as of waitpid(), 0 for a thread. */
bool offspring_join(struct offspring *child, int *status);
/*
 * Wait for its end until DEADLINE_NS of the clock of record, for a thread by a timed join, for a
 * process by its pidfd. True if it ended.
 */
bool offspring_wait_until(struct offspring *child, uint64_t deadline_ns);
/* Send SIGKILL to a process and reap it. True if it died of that. */
bool offspring_terminate(struct offspring *child);
/* Let it leave by itself and reap it. */
bool offspring_stop(struct offspring *child);

/* System V objects outlive a killed maker unless another process removes them. */
enum offspring_keeps { OFFSPRING_KEEPS_QUEUE, OFFSPRING_KEEPS_SEMAPHORE };

/*
 * A small process outside of the runner's group makes COUNT objects, waits until every process that
 * inherited FD is gone, however it ended, and removes them.
 */
struct offspring_keeper {
	int fd;
	pid_t pid; /* 0: none */
};

/* Fill IDS with the new objects. Semaphores start at 0. False and errno if they cannot be made. */
bool offspring_keep(struct offspring_keeper *keeper, enum offspring_keeps kind, int *ids,
		    unsigned count);
/* Call it when everybody else has left. It waits until the objects are removed. */
void offspring_keep_end(struct offspring_keeper *keeper);

#endif
