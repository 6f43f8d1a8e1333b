/* SPDX-License-Identifier: MIT */
#include "harness/sync/step.h"

#include <math.h>

#include "harness/base/clock.h"

#define STEPS_PER_TRY 1000

uint64_t bench_step_jump(uint64_t state, uint64_t steps)
{
	/* Brown, "Random number generation with arbitrary strides" (1994): square the map */
	uint64_t multiply = UINT64_C(6364136223846793005), add = UINT64_C(1442695040888963407);
	uint64_t total_multiply = 1, total_add = 0;

	for (; steps; steps >>= 1) {
		if (steps & 1) {
			total_multiply *= multiply;
			total_add = total_add * multiply + add;
		}
		add *= multiply + 1;
		multiply *= multiply;
	}
	return state * total_multiply + total_add;
}

double step_measure_ns(unsigned tries)
{
	uint64_t state = 1, shortest_ns = UINT64_MAX;

	for (; tries; tries--) {
		const uint64_t begin_ns = clock_now_ns();

		bench_steps(&state, STEPS_PER_TRY);
		const uint64_t took_ns = clock_now_ns() - begin_ns;

		shortest_ns = took_ns < shortest_ns ? took_ns : shortest_ns;
	}
	return (double)shortest_ns / STEPS_PER_TRY;
}

uint64_t step_count(double step_ns, uint64_t tick_ns)
{
	const double steps = rint((double)tick_ns / step_ns);

	return steps < 1 ? 1 : (uint64_t)steps;
}

bool step_pace_moved(double step_ns, double pace_ns)
{
	return fabs(step_ns / pace_ns - 1) > STEP_PACE_MARGIN;
}
