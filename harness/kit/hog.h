/* SPDX-License-Identifier: MIT */
/*
 * hog - a worker that only computes, beside the one worker that a case is about. The cases about
 * I/O beside busy threads share it. A hog computes until it is told that the other worker is done,
 * and then reports the steps that it did. Its result is checked like any other.
 */
#ifndef TOLLGATE_KIT_HOG_H
#define TOLLGATE_KIT_HOG_H

#include <stdatomic.h>

#include "harness/sync/step.h"
#include "harness/sync/sync.h"

struct trial;

#define HOG_STEPS_PER_LOOK 512 /* steps between two looks for the end: a microsecond or less */

/* The local block of every worker of such a case. Worker 0 is no hog. */
struct hog {
	uint64_t state, steps;
};

/*
 * The body of a hog: STEPS (at least 1) between two check points, until DONE is set, at the latest
 * a microsecond or one such stretch later. Sets w->done to 0, because the work of a hog is no
 * operation.
 */
static inline __attribute__((always_inline)) void
hog_run(struct worker *w, const enum sync_kind kind, uint64_t steps, const _Atomic bool *done)
{
	struct hog *hog = w->local;
	const uint64_t ticks = steps > HOG_STEPS_PER_LOOK ? 1 : HOG_STEPS_PER_LOOK / steps;
	uint64_t state = hog->state, all = 0;

	do {
		for (uint64_t tick = ticks; tick; tick--) {
			for (uint64_t i = steps; i; i--)
				bench_step(&state);
			sync_tick(w, kind);
		}
		all += ticks * steps;
		/* relaxed: no other data depends on it */
	} while (!atomic_load_explicit(done, memory_order_relaxed));
	hog->state = state;
	hog->steps = all;
	w->done = 0;
}

/* Parent, before each epoch. */
void hog_reset(struct trial *t);
/*
 * Parent, after an epoch of WALL_NS: STEPS_PER_S of all hogs together, unchanged if there is none.
 * False and WHY if one of them computed a wrong state.
 */
bool hog_check(const struct trial *t, uint64_t wall_ns, double *steps_per_s, struct reason *why);

#endif
