/* SPDX-License-Identifier: MIT */
/*
 * fault - cases that misbehave on purpose. Parameters say in which epoch of a launch and in which
 * mode the fault happens. These cases are linked into the tests' program only. The number of
 * operations is a parameter, so nothing is calibrated and epochs can be counted.
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

/* Is this launch in a mode that the parameter `only` names? */
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

/* Must this worker fail in this epoch? */
static inline bool fault_is_due(const struct worker *w)
{
	const struct fault *fault = w->shared;

	return w->index == 0 && fault->due;
}

/* Die of signal NUMBER, without a core file and without the handlers of a sanitizer. */
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

/*
 * Define and register the case ID. Its worker 0 evaluates ACT (an expression, `w` is the worker) in the
 * epoch and the mode that the parameters name. TOLD is the line that `tollgate list` shows.
 */
#define FAULT_CASE(id, told, act)                                          \
	static void misbehave(struct worker *w, const enum sync_kind kind) \
	{                                                                  \
		(void)kind;                                                \
		if (fault_is_due(w))                                       \
			(void)(act);                                       \
	}                                                                  \
	BENCH_SPECIALISE(misbehave)                                        \
	static const struct bench_case id = {                              \
		.name = #id,                                               \
		.summary = (told),                                         \
		.op = "nothing",                                           \
		.family = BENCH_HARNESS,                                   \
		.shared_size = sizeof(struct fault),                       \
		.params = {FAULT_PARAMS},                                  \
		.batch_param = "ops",                                      \
		.reset = fault_reset,                                      \
		.run = BENCH_RUN(misbehave),                               \
		.check = fault_check,                                      \
	};                                                                 \
	BENCH_REGISTER(id)

#endif
