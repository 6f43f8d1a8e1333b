/* SPDX-License-Identifier: MIT */
#include "harness/step.h"

uint64_t bench_step_jump(uint64_t state, uint64_t steps)
{
	/* Brown, "Random number generation with arbitrary strides" (1994): square the affine map.
	 */
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
