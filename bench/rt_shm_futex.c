/* SPDX-License-Identifier: MIT */
/*
 * A message in shared memory. The waiting side looks at a counter for a while and then sleeps on
 * it, as good locks and runtimes do. On two processing units it should cost as much as spinning
 * while the partner is quick, and use no core when it is not. On one unit looking is wasted,
 * because the partner cannot run meanwhile.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

enum { PARAM_SPINS = TALK_PARAMS };

static bool setup(struct trial *t, struct reason *why)
{
	if (!talk_open(t, TALK_IN_MEMORY, why))
		return false;
	for (unsigned side = 0; side < 2; side++)
		((struct talk *)t->slots[side].local)->spins = (uint32_t)t->params[PARAM_SPINS];
	return true;
}

/* Enter the kernel only if the other side has announced that it sleeps. */
static bool post(struct talk *talk)
{
	atomic_fetch_add(&talk->his->posted, 1);
	if (atomic_load(&talk->his->sleeping))
		talk_futex_wake(talk);
	return true;
}

static bool await(struct talk *talk)
{
	struct talk_line *mine = talk->mine;

	for (uint32_t n = talk->spins; n && !talk_is_posted(talk); n--)
		talk_relax();
	if (!talk_is_posted(talk)) {
		atomic_store(&mine->sleeping, 1);
		/* look once more after the announcement, or a post in between would not wake us */
		while (atomic_load(&mine->posted) == mine->taken)
			talk_futex_wait(talk);
		atomic_store(&mine->sleeping, 0);
	}
	mine->taken++;
	return true;
}

ROUND_TRIP(converse, post, await)

static const struct bench_case rt_shm_futex = {
	.name = "rt_shm_futex",
	.summary = "message in shared memory, both sides spin for a while, then sleep",
	.profile_min = BENCH_FROM_FULL,
	.params =
		{
			ROUND_TRIP_PARAMS,
			{"spins", 1000, 0, 100000000, "looks before going to sleep"},
		},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_shm_futex);
