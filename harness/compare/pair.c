/* SPDX-License-Identifier: MIT */
/* compare_pair - two fresh runners, one of each build, and their epochs in turn. */
#include <stdlib.h>
#include <string.h>

#include "harness/compare/internal.h"

enum { BASE, HEAD };

/* The two runners of a pair. */
struct pair {
	struct launch launch[2];
	struct outcome *outcome[2];
};

/* The runner reads the variable. Only head may see it. */
static void show_injection(const struct inject *inject, bool visible)
{
	char text[128];

	if (visible && *inject->case_name) {
		snprintf(text, sizeof(text), "%s:%.9g", inject->case_name, inject->factor);
		must_sys(setenv(INJECT_VARIABLE, text, 1));
	} else {
		must_sys(unsetenv(INJECT_VARIABLE));
	}
}

static bool start(const struct lockstep *lockstep, struct unit *unit, struct pair *pair, int which)
{
	static struct setup_message setup;
	struct outcome *outcome = pair->outcome[which];

	session_make_setup(&unit->session, &unit->state, &setup);
	show_injection(lockstep->inject, which == HEAD);
	outcome->status = launch_start(
		&pair->launch[which], which == HEAD ? lockstep->head : lockstep->base, &setup,
		lockstep->deadline_ns, (unsigned)random_below(lockstep->random, 4096),
		&outcome->why);
	show_injection(lockstep->inject, false);
	if (outcome->status == RUN_OK)
		session_keep_pace(&unit->session, &pair->launch[which]);
	return outcome->status == RUN_OK;
}

static uint64_t operations(const struct unit *unit)
{
	uint64_t ops = 0;

	for (unsigned i = 0; i < unit->group.workers; i++)
		ops += unit->session.workers[i].ops;
	return ops;
}

/* One epoch. *OP_NS is wall time x workers / operations, the inverse of throughput. */
static bool epoch(const struct lockstep *lockstep, struct unit *unit, struct pair *pair, int which,
		  double *op_ns)
{
	static struct epoch_record record;
	struct outcome *outcome = pair->outcome[which];
	const bool expected = which == HEAD && strcmp(lockstep->inject->case_name,
						      unit->session.plan_case->bench->name) == 0;

	outcome->status = launch_epoch(&pair->launch[which], unit->state.batch, &record,
				       unit->session.workers);
	outcome->why = record.why;
	if (outcome->status != RUN_OK)
		return false;
	const uint64_t ops = operations(unit);

	if (ops == 0 || record.wall_ns == 0) {
		refuse(&outcome->why, "an epoch without operations or without duration");
		outcome->status = RUN_ERROR;
	} else if (expected != (record.injected != 0)) {
		refuse(&outcome->why, "this build does not obey %s", INJECT_VARIABLE);
		outcome->status = RUN_ERROR;
	}
	*op_ns = (double)record.wall_ns * unit->group.workers / (double)ops;
	return outcome->status == RUN_OK;
}

/* Round 0 warms up and is discarded. The first side alternates: base head, head base, ... */
static bool run_rounds(const struct lockstep *lockstep, struct unit *unit, struct pair *pair,
		       bool head_first, double *op_ns[2])
{
	double thrown_away = 0;

	for (unsigned round = 0; round <= unit->rounds; round++) {
		const int first = (int)((round & 1) ^ head_first);

		for (int turn = 0; turn < 2; turn++) {
			const int which = first ^ turn;
			double *result = round ? &op_ns[which][round - 1] : &thrown_away;

			if (!epoch(lockstep, unit, pair, which, result))
				return false;
		}
	}
	return true;
}

bool pair_run(const struct lockstep *lockstep, struct unit *unit, struct compare_stage *stage,
	      bool head_first, struct outcome *base, struct outcome *head)
{
	struct pair pair = {.outcome = {base, head}};
	double *op_ns[2] = {xcalloc(unit->rounds, sizeof(double)),
			    xcalloc(unit->rounds, sizeof(double))};

	*base = *head = (struct outcome){.status = RUN_OK};
	bool good = start(lockstep, unit, &pair, head_first ? HEAD : BASE) &&
		    start(lockstep, unit, &pair, head_first ? BASE : HEAD) &&
		    run_rounds(lockstep, unit, &pair, head_first, op_ns);

	for (int which = 0; which < 2; which++)
		launch_kill(&pair.launch[which]);
	if (good)
		compare_add_pair(stage, op_ns[BASE], op_ns[HEAD], unit->rounds);
	free(op_ns[BASE]);
	free(op_ns[HEAD]);
	return good;
}

void pair_calibrate(const struct lockstep *lockstep, struct unit *unit, struct outcome *base)
{
	struct outcome unused;
	struct pair pair = {.outcome = {base, &unused}};

	*base = (struct outcome){.status = RUN_OK};
	unit->state.batch = session_fixed_batch(&unit->session, &unit->state);
	if (unit->state.batch || !start(lockstep, unit, &pair, BASE))
		return;
	base->status = session_find_batch(&unit->session, &unit->state, &pair.launch[BASE],
					  &base->why);
	launch_kill(&pair.launch[BASE]);
}

void pair_probe(const struct lockstep *lockstep, struct unit *unit, bool head,
		struct outcome *outcome)
{
	const int which = head ? HEAD : BASE;
	struct pair pair = {0};
	double op_ns;

	*outcome = (struct outcome){.status = RUN_OK};
	pair.outcome[which] = outcome;
	unit->state.batch = unit->state.batch ? unit->state.batch : 1;
	bool good = start(lockstep, unit, &pair, which);

	for (unsigned round = 0; good && round <= unit->rounds; round++)
		good = epoch(lockstep, unit, &pair, which, &op_ns);
	launch_kill(&pair.launch[which]);
}

enum verdict pair_verdict(enum run_status base, enum run_status head)
{
	if (head != RUN_OK && head != RUN_SKIPPED)
		return VERDICT_FAILED;
	if (base == RUN_OK)
		return head == RUN_SKIPPED ? VERDICT_GONE : VERDICT_INCONCLUSIVE;
	return head == RUN_OK ? VERDICT_NEW : VERDICT_SKIPPED;
}
