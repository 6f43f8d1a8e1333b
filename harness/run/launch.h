/* SPDX-License-Identifier: MIT */
/*
 * launch - the coordinator's side of one runner: start it, ask it for epochs, end it. If the runner
 * crashes, is killed or hangs, the launch still answers with a status. Nothing that it started
 * survives.
 */
#ifndef TOLLGATE_RUN_LAUNCH_H
#define TOLLGATE_RUN_LAUNCH_H

#include <signal.h>
#include <sys/types.h>

#include "harness/runner/protocol.h"

struct launch {
	pid_t pid; /* the runner, leader of its own process group; 0 when ended */
	int request_fd, reply_fd;
	uint32_t workers;
	uint64_t deadline_ns; /* for each answer */
	double pace_ns;       /* of the runner, see protocol.h; 0: its case has none */
};

/* Set by the signal handlers of launch_catch_signals(): the signal's number, or 0. */
extern volatile sig_atomic_t launch_interrupted;

/*
 * Once, before the first launch: catch SIGINT, SIGTERM and SIGHUP, ignore SIGPIPE, and become the
 * reaper of orphaned workers, so that none stays behind.
 */
void launch_catch_signals(void);

/*
 * Exec PROGRAM afresh as a runner and set it up. Returns RUN_OK, or the failure and WHY after the
 * launch has ended. PADDING bytes (0 .. 4095) go into its environment, so that stack and heap lie
 * differently in each launch (Mytkowicz et al., "Producing wrong data", 2009).
 */
enum run_status launch_start(struct launch *launch, const char *program,
			     const struct setup_message *setup, uint64_t deadline_ns,
			     unsigned padding, struct reason *why);
/*
 * Run one epoch; WORKERS must have room for all records. Returns RUN_OK or RUN_WRONG, else the
 * launch has ended. An interruption by a signal gives RUN_KILLED with launch_interrupted set.
 */
enum run_status launch_epoch(struct launch *launch, uint64_t batch, struct epoch_record *record,
			     struct worker_record *workers);
/* Say farewell and fetch the latencies. */
enum run_status launch_finish(struct launch *launch, struct finish_record *finish,
			      struct reason *why);
/* Kill the runner and everything it started, if it has not ended, and reap its whole group. */
void launch_kill(struct launch *launch);

#endif
