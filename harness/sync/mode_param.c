/* SPDX-License-Identifier: MIT */
/* mode_param - the parameters of modes: names, bounds, and their meaning to a lock. */
#include <stdio.h>
#include <string.h>

#include "harness/sync/mode.h"

const struct mode_param mode_params[MODE_PARAMS] = {
	[MODE_INTERVAL_US] = {"interval_us", 5000, 1, 10000000,
			      "switch interval: the time that a waiter waits before it asks"},
	[MODE_TICKS] = {"ticks", GIL_TICKS_DEFAULT, 1, 1000000000,
			"check points between two releases"},
	[MODE_QUANTUM_MS] = {"quantum_ms", 0, 0, 10000,
			     "length of a turn; 0: the runtime's own, ruby 100, ocaml4 50"},
	[MODE_N_GILS] = {"n_gils", 0, 0, WORKERS_MAX,
			 "interpreters with a GIL each, worker i in i modulo n; 0: one per worker"},
	[MODE_CHECK] = {"check", GIL_EVERY_STEP, GIL_EVERY_STEP, GIL_NEVER,
			"where the interpreter may switch: 0 after every step, 1 at back-edges and "
			"calls, 2 never"},
	[MODE_STAMPS] = {"stamps", 1, 0, 1, "0: no time stamps of takes and drops"},
	[MODE_SPINS] = {"spin", PARKING_SPINS_DEFAULT, 0, 1000000, "yields before a waiter parks"},
	[MODE_FAIR_US] = {"fair_us", PARKING_FAIR_NS_DEFAULT / 1000, 0, 10000000,
			  "a waiter that waited longer is handed the mutex"},
};

int mode_param_index(const char *name)
{
	for (int i = 0; i < MODE_PARAMS; i++)
		if (strcmp(mode_params[i].name, name) == 0)
			return i;
	return -1;
}

bool mode_takes_param(const struct mode *mode, int index)
{
	return mode->params & MODE_TAKES(index);
}

void mode_params_default(int64_t *values)
{
	for (int i = 0; i < MODE_PARAMS; i++)
		values[i] = mode_params[i].value;
}

static bool apply_one(char *assignment, int64_t *values, struct reason *why)
{
	char *equals = strchr(assignment, '=');

	if (!equals)
		return refuse(why, "parameter '%s': expected name=value", assignment);
	*equals = '\0';
	int index = mode_param_index(assignment);

	if (index < 0)
		return true; /* the case's business */
	const struct mode_param *param = &mode_params[index];

	if (!parse_i64(equals + 1, param->min, param->max, &values[index]))
		return refuse(why, "parameter %s=%s: expected a whole number from %lld to %lld",
			      param->name, equals + 1, (long long)param->min,
			      (long long)param->max);
	return true;
}

bool mode_params_apply(const char *set, int64_t *values, struct reason *why)
{
	char copy[512], *rest = copy, *assignment;

	if (!set || !*set)
		return true;
	if ((size_t)snprintf(copy, sizeof(copy), "%s", set) >= sizeof(copy))
		return refuse(why, "parameters: longer than %zu characters", sizeof(copy) - 1);
	while ((assignment = strsep(&rest, ";")))
		if (!apply_one(assignment, values, why))
			return false;
	return true;
}

bool mode_params_valid(const int64_t *values, struct reason *why)
{
	for (int i = 0; i < MODE_PARAMS; i++)
		if (values[i] < mode_params[i].min || values[i] > mode_params[i].max)
			return refuse(why, "parameter %s=%lld: out of range", mode_params[i].name,
				      (long long)values[i]);
	return true;
}

void mode_params_text(const int64_t *values, char *text, size_t size)
{
	size_t used = strlen(text);

	for (int i = 0; i < MODE_PARAMS && used < size; i++)
		if (values[i] != mode_params[i].value)
			used += (size_t)snprintf(text + used, size - used, "%s%s=%lld",
						 used ? ";" : "", mode_params[i].name,
						 (long long)values[i]);
}

uint64_t mode_turn_ns(const struct mode *mode, const int64_t *values)
{
	const uint64_t quantum_ns = (uint64_t)values[MODE_QUANTUM_MS] * 1000000;

	if (mode->gil && mode->gil->quantum_ns)
		return quantum_ns ? quantum_ns : mode->gil->quantum_ns;
	if (mode_takes_param(mode, MODE_INTERVAL_US))
		return (uint64_t)values[MODE_INTERVAL_US] * 1000;
	return 0;
}

void mode_sync_setup(const struct mode *mode, const int64_t *values, struct sync_setup *setup)
{
	const bool processes = mode->vehicle == VEHICLE_PROCESSES;

	*setup = (struct sync_setup){
		.kind = mode->sync,
		.process_shared = processes,
		.policy = mode->gil,
		.gil =
			{
				.interval_ns = (uint64_t)values[MODE_INTERVAL_US] * 1000,
				.quantum_ns = (uint64_t)values[MODE_QUANTUM_MS] * 1000000,
				.ticks = (int32_t)values[MODE_TICKS],
				.check = (enum gil_check)values[MODE_CHECK],
				.process_shared = processes,
			},
		.gil_count = mode_takes_param(mode, MODE_N_GILS) ? (unsigned)values[MODE_N_GILS]
								 : 1,
		.stamps = values[MODE_STAMPS] != 0,
		.spins = (unsigned)values[MODE_SPINS],
		.fair_ns = (uint64_t)values[MODE_FAIR_US] * 1000,
	};
}
