/* SPDX-License-Identifier: MIT */
/*
 * crew_pace - the time of a step of the work. It sets the number of steps in a tick, once per run,
 * so that all compared modes do the same work. It is measured again before each epoch, outside of
 * the measured time, so that a core that changed its speed meanwhile is noticed.
 */
#include "harness/machine/binding.h"
#include "harness/registry.h"
#include "harness/runner/crew.h"

static bool works_in_steps(const struct crew *crew)
{
	return crew->bench->steps || crew->bench->tick_param;
}

/* The parent is bound to no core, and cores may differ, so a bound thread measures. */
static void *measure(void *argument)
{
	struct setup_message *setup = argument;
	struct reason why;

	if (!binding_apply(setup->cpus[0], &why))
		return NULL; /* the worker will meet the same failure and report it */
	setup->pace_ns = step_measure_ns(STEP_TRIES_PACE);
	return NULL;
}

void crew_set_pace(struct crew *crew)
{
	const char *name = crew->bench->tick_param;
	pthread_t thread;

	if (!works_in_steps(crew)) {
		crew->setup.pace_ns = 0;
		return;
	}
	if (crew->setup.pace_ns <= 0) {
		must(pthread_create(&thread, NULL, measure, &crew->setup));
		must(pthread_join(thread, NULL));
	}
	if (!name)
		return;
	const uint64_t tick_ns = (uint64_t)crew->setup.params[bench_param_index(crew->bench, name)];

	crew->trial.tick_steps = crew->setup.pace_ns > 0 ? step_count(crew->setup.pace_ns, tick_ns)
							 : 1;
	for (unsigned i = 0; i < crew->setup.workers; i++)
		crew->arena.workers[i].tick_steps = crew->trial.tick_steps;
}

void crew_feel_pace(struct crew *crew)
{
	if (works_in_steps(crew))
		crew->arena.workers[0].step_ns = step_measure_ns(STEP_TRIES_EPOCH);
}

void crew_tell_pace(const struct crew *crew, struct epoch_record *record)
{
	if (!works_in_steps(crew))
		return;
	record->step_ns = crew->arena.workers[0].step_ns;
	record->tick_steps = crew->trial.tick_steps;
	record->pace_moved = crew->setup.pace_ns > 0 &&
			     step_pace_moved(record->step_ns, crew->setup.pace_ns);
}
