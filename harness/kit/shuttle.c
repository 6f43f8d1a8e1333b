/* SPDX-License-Identifier: MIT */
#include "harness/kit/shuttle.h"

#include <math.h>

#include "harness/stats/stats.h"

double shuttle_transfer_ns(const struct shuttle_side *side, uint64_t rounds)
{
	const uint64_t block = rounds / SHUTTLE_BLOCKS;
	double one_way_ns[SHUTTLE_BLOCKS];

	if (!block)
		return NAN;
	for (unsigned i = 0; i < SHUTTLE_BLOCKS; i++)
		one_way_ns[i] = (double)side->block_ns[i] / (double)(2 * block);
	return stats_median(one_way_ns, SHUTTLE_BLOCKS);
}
