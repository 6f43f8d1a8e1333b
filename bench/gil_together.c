/* SPDX-License-Identifier: MIT */
/*
 * The experiment that made the old GIL famous: two threads that only compute, first one after the
 * other, then at the same time. On two cores, running together should take half as long, and under
 * a lock that works well just as long. Under the old GIL it took twice as long, because the threads
 * fought for the lock.
 */
#include <semaphore.h>

#include "harness/bench.h"

enum { METRIC_RATIO };

/* Each worker's own results and stamps. */
struct runner {
	_Alignas(SHARED_LINE) uint64_t state;
	uint64_t alone_begin_ns, alone_end_ns, together_begin_ns, together_end_ns;
};

struct track {
	sem_t turn, start; /* turn: worker 1 may run alone. start: both may run together */
	_Atomic unsigned ready;
	struct runner runners[2];
};

static inline __attribute__((always_inline)) uint64_t
run_a_while(struct worker *w, const enum sync_kind kind, uint64_t state)
{
	const uint64_t steps = w->tick_steps;

	for (uint64_t n = w->batch; n; n--) {
		bench_steps(&state, steps);
		sync_tick(w, kind);
	}
	return state;
}

/* A wait is a blocking call like any other, without the GIL. A signal cannot arrive here. */
static inline __attribute__((always_inline)) void
wait_for(struct worker *w, const enum sync_kind kind, sem_t *semaphore)
{
	sync_block(w, kind);
	sem_wait(semaphore);
	sync_unblock(w, kind);
}

static void race(struct worker *w, const enum sync_kind kind)
{
	struct track *track = w->shared;
	struct runner *me = &track->runners[w->index];

	if (w->index == 1)
		wait_for(w, kind, &track->turn);
	me->alone_begin_ns = bench_now_ns();
	me->state = run_a_while(w, kind, me->state);
	me->alone_end_ns = bench_now_ns();
	if (w->index == 0) {
		sem_post(&track->turn);
		wait_for(w, kind, &track->start);
	} else {
		sem_post(&track->start);
	}
	me->together_begin_ns = bench_now_ns();
	me->state = run_a_while(w, kind, me->state);
	me->together_end_ns = bench_now_ns();
	w->done = 2 * w->batch;
}
BENCH_SPECIALISE(race)

static bool setup(struct trial *t, struct reason *why)
{
	struct track *track = t->shared;

	(void)why;
	must_sys(sem_init(&track->turn, 1, 0));
	must_sys(sem_init(&track->start, 1, 0));
	return true;
}

static void teardown(struct trial *t)
{
	struct track *track = t->shared;

	must_sys(sem_destroy(&track->turn));
	must_sys(sem_destroy(&track->start));
}

static void reset(struct trial *t)
{
	struct track *track = t->shared;

	for (unsigned i = 0; i < 2; i++)
		track->runners[i].state = i;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct track *track = t->shared;
	const struct runner *a = &track->runners[0], *b = &track->runners[1];
	const uint64_t begin_ns = a->together_begin_ns < b->together_begin_ns
					  ? a->together_begin_ns
					  : b->together_begin_ns;
	const uint64_t end_ns = a->together_end_ns > b->together_end_ns ? a->together_end_ns
									: b->together_end_ns;

	for (unsigned i = 0; i < 2; i++)
		if (track->runners[i].state != bench_step_jump(i, 2 * epoch->batch * t->tick_steps))
			return refuse(why, "worker %u computed a wrong state", i);
	metrics[METRIC_RATIO] = (double)(end_ns - begin_ns) /
				(double)(b->alone_end_ns - a->alone_begin_ns);
	return true;
}

static const struct bench_case gil_together = {
	.name = "gil_together",
	.summary = "two threads compute one after the other, then together: how much longer that "
		   "takes",
	.op = "interpreter step",
	.family = BENCH_CPU,
	.shared_size = sizeof(struct track),
	.params = {BENCH_TICK_PARAM(15)},
	.tick_param = "tick_ns",
	.metrics = {{"together_ratio", "ratio", "lower",
		     "time together / time one after the other; 0.5 is ideal on two cores"}},
	.modes = "none,gil,gil27,gil27-cond,gil313,free-threaded,process",
	.workers = 2,
	.placements = "cores same-core",
	.profile_min = BENCH_FROM_STANDARD,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = BENCH_RUN(race),
	.check = check,
};
BENCH_REGISTER(gil_together);
