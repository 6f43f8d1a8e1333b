/* SPDX-License-Identifier: MIT */
/*
 * session - one case while it runs: the state of its rows, and the steps of one row (start a
 * runner, calibrate, run an epoch, finish, or record a failure as its status).
 */
#ifndef TOLLGATE_RUN_SESSION_H
#define TOLLGATE_RUN_SESSION_H

#include "harness/run/context.h"
#include "harness/run/launch.h"

/* One row while its case runs. */
struct row_state {
	const struct plan_row *row;
	const struct plan_group *group;
	uint64_t batch;
	bool dead;  /* failed or cannot run here: launched no more */
	bool wrong; /* computed a wrong answer at least once */
	enum run_status status;
	double medians[LAUNCHES_MAX]; /* ns per operation, one per launch */
	unsigned median_count;
	struct histogram *latency; /* of all timed launches; NULL without latencies */
};

struct group_state {
	const struct plan_group *group;
	struct row_state *rows;
};

/* One case while it runs. */
struct session {
	struct context *context;
	const struct plan_case *plan_case;
	struct group_state *groups;
	struct worker_record *workers; /* room for the largest group */
	bool counting;
	unsigned launch;
	double shown_ns; /* the part of the case's estimate that the progress has counted */
};

/* True once a signal asked the run to end: nothing more is started or written. */
bool session_interrupted(void);

void session_open(struct session *session);
/* Add the number of rows with each result to the context. */
void session_close(struct session *session);

/* The functions below return false if a file cannot be written. context.trouble then says why. */

/* End the row. Its STATUS and the reason SENTENCE go to the file and to the user. */
bool session_bury(struct session *session, struct row_state *state, unsigned round, unsigned slot,
		  enum run_status status, const char *sentence);
/* The user sees the first wrong answer. The files hold all of them. */
void session_mark_wrong(struct session *session, struct row_state *state, const char *sentence);
/* The set-up message for a runner of this row. */
void session_make_setup(const struct session *session, const struct row_state *state,
			struct setup_message *setup);
/* The first runner that has a pace sets it for all later ones, in every mode and both builds. */
void session_keep_pace(struct session *session, const struct launch *launch);
/* Launch a runner for the row. If that fails, end the row. */
bool session_start(struct session *session, struct row_state *state, struct launch *launch);
/* The operations per worker and epoch that the case's parameters fix, or 0. */
uint64_t session_fixed_batch(const struct session *session, const struct row_state *state);
/*
 * Find the number of operations for an epoch of the wanted length: a scratch runner does more and
 * more until two epochs in a row are long enough. A row has the same number in every launch.
 */
bool session_calibrate(struct session *session, struct row_state *state);
/* The same with an existing runner. Returns RUN_OK, or the failure and WHY. */
enum run_status session_find_batch(struct session *session, struct row_state *state,
				   struct launch *launch, struct reason *why);
/* Run and record one epoch. *OP_NS = wall time per operation of a worker, NAN if there is none. */
bool session_epoch(struct session *session, struct row_state *state, struct launch *launch,
		   unsigned round, unsigned slot, double *op_ns);
/* Farewell: fetch the latencies of this launch. */
bool session_finish(struct session *session, struct row_state *state, struct launch *launch);
bool session_write_histogram(struct session *session, struct row_state *state);

bool session_epoch_is_usable(enum run_status status); /* ok or wrong: the runner lives on */

#endif
