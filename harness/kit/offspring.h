/* SPDX-License-Identifier: MIT */
/*
 * offspring - threads and processes as the thing that is measured. A case never forks by itself: it
 * calls one of these verbs, each of which ends what it starts and sees that it really ran.
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

/* The sub-command that exits at once with the code it is given: what exec starts. */
#define OFFSPRING_COMMAND "exit"

/*
 * Make one, let it hand back TOKEN (its exit code, or what the thread returns), wait for it. False
 * and errno if it could not be made; EBADMSG if another token came back.
 */
bool offspring_thread(unsigned char token);
bool offspring_fork(unsigned char token);
bool offspring_fork_exec(unsigned char token);
bool offspring_vfork_exec(unsigned char token);
bool offspring_posix_spawn(unsigned char token);

typedef bool offspring_fn(unsigned char token);

/* What a worker of a case about creation made; in front of its local block. */
struct births {
	uint64_t made;
	int error; /* errno of the first that failed */
	bool left; /* a child was still there in the end */
};

/* w->batch times VERB; the body of a case about creation. */
void offspring_make(struct worker *w, offspring_fn *verb);
/* The metric create_ns, and whether all that was made was reaped. */
bool offspring_check(struct trial *t, const struct epoch *epoch, double *metrics,
		     struct reason *why);
void offspring_reset(struct trial *t);
/* Has this process no child left, dead or alive? */
bool offspring_none_left(void);

#define CREATE_METRIC                                                     \
	{                                                                 \
		"create_ns", "ns", "lower", "made, run, ended and reaped" \
	}

/* What cases about creation have in common. */
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
 * One that does RUN(ARGUMENT) and ends; a process with exit code 0, and what descriptors its maker has.
 * It dies with its maker: with the thread that called this. False and errno if it cannot be made. When it
 * returns true the child runs.
 */
bool offspring_start(struct offspring *child, bool process, offspring_run_fn *run, void *argument);
/* One that does nothing, and holds nothing of its maker. */
bool offspring_start_idle(struct offspring *child, bool process);
/* Wait for its end, however long; *STATUS (may be NULL) as of waitpid(), 0 for a thread. */
bool offspring_join(struct offspring *child, int *status);
/* Wait for its end until DEADLINE_NS of the clock of record: a thread by a timed join, a process by
 * its pidfd. True if it ended. */
bool offspring_wait_until(struct offspring *child, uint64_t deadline_ns);
/* SIGKILL to a process, and reap it; true if that is how it died. */
bool offspring_terminate(struct offspring *child);
/* Let it leave by itself, and reap it. */
bool offspring_stop(struct offspring *child);

/* System V objects stay when their maker is killed, unless somebody else removes them. */
enum offspring_keeps { OFFSPRING_KEEPS_QUEUE, OFFSPRING_KEEPS_SEMAPHORE };

/*
 * A small process outside of the runner's group makes COUNT objects, waits until everybody who
 * inherited FD is gone - however they went - and removes them.
 */
struct offspring_keeper {
	int fd;
	pid_t pid; /* 0: none */
};

/* IDS get the new objects, semaphores are 0. False and errno if they cannot be made. */
bool offspring_keep(struct offspring_keeper *keeper, enum offspring_keeps kind, int *ids,
		    unsigned count);
/* Everybody else has left: have the objects removed, and wait for that. */
void offspring_keep_end(struct offspring_keeper *keeper);

#endif
