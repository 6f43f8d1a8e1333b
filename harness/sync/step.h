/* SPDX-License-Identifier: MIT */
/*
 * step - the work of an interpreter that only computes: steps of dependent integer arithmetic, each
 * a few ns long, that no compiler can shorten and whose result can be checked afterwards.
 */
#ifndef TOLLGATE_SYNC_STEP_H
#define TOLLGATE_SYNC_STEP_H

#include <stdbool.h>
#include <stdint.h>

/* Make the compiler believe that X is used and may have changed. Costs no instruction. */
#define bench_keep(x) __asm__ volatile("" : "+r"(x))

/* One step of an interpreter-like workload: dependent integer work of a few ns on *STATE. */
static inline __attribute__((always_inline)) void bench_step(uint64_t *state)
{
	/* Knuth's MMIX generator: one multiply and one add, each waiting for the one before */
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	bench_keep(*state); /* or clang folds several steps into one */
}

/* The work between two check points. STEPS may be 0. */
static inline __attribute__((always_inline)) void bench_steps(uint64_t *state, uint64_t steps)
{
	for (; steps; steps--)
		bench_step(state);
}

/* The state after STEPS calls of bench_step() from STATE, in logarithmic time: checks use it. */
uint64_t bench_step_jump(uint64_t state, uint64_t steps);

/* Tries of a step_measure_ns() by which a run sets its pace, and of one before each epoch. */
#define STEP_TRIES_PACE  400
#define STEP_TRIES_EPOCH 24
/* A pace that is off by more than this share is not the one that was set. */
#define STEP_PACE_MARGIN 0.10

/*
 * The time of a step on this core, now, in nanoseconds: the shortest of TRIES (at least 1) tries of some
 * 1.5 us each, so that a disturbance of some of them does not show.
 */
double step_measure_ns(unsigned tries);
/* How many steps of STEP_NS (above 0) make TICK_NS: the nearest number, at least 1. */
uint64_t step_count(double step_ns, uint64_t tick_ns);
/* Does a step take so much more or less than PACE_NS (above 0) that a tick is another one? */
bool step_pace_moved(double step_ns, double pace_ns);

#endif
