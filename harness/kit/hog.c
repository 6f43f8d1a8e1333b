/* SPDX-License-Identifier: MIT */
#include "harness/kit/hog.h"

#include "harness/bench.h"

void hog_reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++)
		*(struct hog *)t->slots[i].local = (struct hog){.state = i};
}

bool hog_check(const struct trial *t, uint64_t wall_ns, double *steps_per_s, struct reason *why)
{
	uint64_t steps = 0;

	for (unsigned i = 1; i < t->workers; i++) {
		const struct hog *hog = t->slots[i].local;

		if (hog->state != bench_step_jump(i, hog->steps))
			return refuse(why, "hog %u computed a wrong state", i);
		steps += hog->steps;
	}
	if (t->workers > 1 && wall_ns)
		*steps_per_s = (double)steps * 1e9 / (double)wall_ns;
	return true;
}
