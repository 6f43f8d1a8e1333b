/* SPDX-License-Identifier: MIT */
#include "harness/runner/canary.h"

#include <math.h>
#include <pthread.h>

#include "harness/kit/shuttle.h"
#include "harness/machine/binding.h"

/* The remainder beyond the blocks warms up. */
#define ROUNDS (UINT64_C(32) * SHUTTLE_BLOCKS + SHUTTLE_BLOCKS - 1)
/* Number of looks: tens of milliseconds at least, longer than a busy machine delays a thread. */
#define PATIENCE (UINT64_C(200) * 1000 * 1000)

struct side {
	struct shuttle_side line;
	struct shuttle *shuttle;
	unsigned number;
	int pu;
	bool answered;
};

bool canary_seats(const int32_t *cpus, unsigned count, int seats[2])
{
	for (unsigned i = 1; i < count; i++)
		if (cpus[0] >= 0 && cpus[i] >= 0 && cpus[i] != cpus[0]) {
			seats[0] = cpus[0];
			seats[1] = cpus[i];
			return true;
		}
	return false;
}

static void *sing(void *argument)
{
	struct side *me = argument;
	struct reason why;

	/* a thread that cannot be bound never answers, and the other side gives up */
	me->answered = binding_apply(me->pu, &why) &&
		       shuttle_run(me->shuttle, me->number, ROUNDS, PATIENCE, &me->line);
	return NULL;
}

double canary_ns(const int seats[2])
{
	struct shuttle shuttle = {0};
	struct side sides[2];
	pthread_t threads[2];

	for (unsigned i = 0; i < 2; i++) {
		sides[i] = (struct side){.shuttle = &shuttle, .number = i, .pu = seats[i]};
		must(pthread_create(&threads[i], NULL, sing, &sides[i]));
	}
	for (unsigned i = 0; i < 2; i++)
		must(pthread_join(threads[i], NULL));
	return sides[0].answered && sides[1].answered ? shuttle_transfer_ns(&sides[0].line, ROUNDS)
						      : (double)NAN;
}
