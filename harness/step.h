/* SPDX-License-Identifier: MIT */
/*
 * step - the work of an interpreter that only computes: steps of dependent integer arithmetic, each
 * a few ns long, that no compiler can shorten and whose result can be checked afterwards.
 */
#ifndef TOLLGATE_STEP_H
#define TOLLGATE_STEP_H

#include <stdint.h>

/* The compiler must believe that X is used and may have changed; costs no instruction. */
#define bench_keep(x) __asm__ volatile("" : "+r"(x))

/* One step of an interpreter-like workload: dependent integer work of a few ns on *STATE. */
static inline __attribute__((always_inline)) void bench_step(uint64_t *state)
{
	/* Knuth's MMIX generator: one multiply and one add, each waiting for the one before */
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	bench_keep(*state); /* or clang folds several steps into one */
}

/* The state after STEPS calls of bench_step() from STATE, in logarithmic time: checks use it. */
uint64_t bench_step_jump(uint64_t state, uint64_t steps);

#endif
