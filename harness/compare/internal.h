/* SPDX-License-Identifier: MIT */
/* compare_parts - shared by the files of module compare; no other file includes it. */
#ifndef TOLLGATE_COMPARE_INTERNAL_H
#define TOLLGATE_COMPARE_INTERNAL_H

#include "harness/compare/compare.h"
#include "harness/run/session.h"

#define COMPARE_CASES_MAX 1024

/* The description that one of two programs gives of itself. */
struct side {
	const char *role; /* "base", "head" */
	const char *program;
	char *names, *modes; /* lists, each item between newlines */
	char git[64];
};

/* Ask PROGRAM for version, cases and modes. Reject other programs and other protocols. */
bool side_ask(struct side *side, const char *role, const char *program, struct reason *why);
void side_free(struct side *side);
bool side_has_case(const struct side *side, const char *name);
bool side_has_mode(const struct side *side, const char *name);
/* Call TAKE for each case of the side. */
void side_each_case(const struct side *side, void (*take)(void *context, const char *name),
		    void *context);

/* One row during its measurement. */
struct unit {
	struct session session;
	struct row_state state;
	struct plan_group group; /* of this row alone */
	struct plan_row row;
	size_t index; /* of its row in the report */
	unsigned rounds;
	bool ended; /* it failed and gets no more pairs */
};

/* The outcome of a pair for one side: RUN_OK, or the failure and its reason. */
struct outcome {
	enum run_status status;
	struct reason why;
};

/* The two programs of a pair, and the slowdown injected into head. */
struct lockstep {
	const char *base, *head;
	const struct inject *inject;
	uint64_t deadline_ns;
	struct random *random;
};

/*
 * Run one pair of fresh runners, one epoch of each in turn, into STAGE. False if a side failed: see
 * the outcomes. An interruption is RUN_KILLED with launch_interrupted set.
 */
bool pair_run(const struct lockstep *lockstep, struct unit *unit, struct compare_stage *stage,
	      bool head_first, struct outcome *base, struct outcome *head);
/* Find the number of operations of an epoch with base. */
void pair_calibrate(const struct lockstep *lockstep, struct unit *unit, struct outcome *base);
/* Try all epochs of a pair with this side alone. */
void pair_probe(const struct lockstep *lockstep, struct unit *unit, bool head,
		struct outcome *outcome);
/* The verdict if at least one side could not be measured. */
enum verdict pair_verdict(enum run_status base, enum run_status head);

#endif
