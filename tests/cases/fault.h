/* SPDX-License-Identifier: MIT */
/*
 * fault - what the cases that misbehave on purpose have in common: in which epoch of a launch and
 * in which mode it happens. They are linked into the tests' program only. The number of operations
 * is a parameter, so nothing is calibrated and epochs can be counted.
 */
#ifndef TOLLGATE_TESTS_FAULT_H
#define TOLLGATE_TESTS_FAULT_H

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness/bench.h"

enum { FAULT_OPS, FAULT_EPOCH, FAULT_ONLY, FAULT_PARAMS_COUNT };
enum { FAULT_ANY_MODE, FAULT_NONE, FAULT_MUTEX, FAULT_GIL, FAULT_PROCESS };

#define FAULT_PARAMS                                                                      \
	{"ops", 100, 1, 1000000, "operations of an epoch"},                               \
		{"epoch", 3, 0, 1000, "when it happens: 1 is the warm-up, 0 never"},      \
	{                                                                                 \
		"only", 0, 0, 4, "where: 0 everywhere, 1 none, 2 mutex, 3 gil, 4 process" \
	}

struct fault {
	int64_t epochs;
	bool due;
};

/* Is this one of the modes that are meant? */
static inline bool fault_is_here(const struct trial *t)
{
	switch (t->params[FAULT_ONLY]) {
	case FAULT_ANY_MODE:
		return true;
	case FAULT_NONE:
		return t->sync == SYNC_NONE;
	case FAULT_MUTEX:
		return t->sync == SYNC_MUTEX && !t->processes;
	case FAULT_GIL:
		return sync_is_gil(t->sync);
	default:
		return t->processes;
	}
}

static inline void fault_reset(struct trial *t)
{
	struct fault *fault = t->shared;

	fault->epochs++;
	fault->due = fault->epochs == t->params[FAULT_EPOCH] && fault_is_here(t);
}

/* Is it this worker's turn to fail, in this epoch? */
static inline bool fault_is_due(const struct worker *w)
{
	const struct fault *fault = w->shared;

	return w->index == 0 && fault->due;
}

/* Die of NUMBER, past the handlers of a sanitizer and without a core file. */
static inline void fault_die_of(int number)
{
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static inline bool fault_check(struct trial *t, const struct epoch *epoch, double *metrics,
			       struct reason *why)
{
	(void)metrics;
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu operations, %llu asked for",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	return true;
}

#endif
