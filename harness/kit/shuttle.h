/* SPDX-License-Identifier: MIT */
/*
 * shuttle - one cache line that two threads or processes hand back and forth without entering the
 * kernel. A case measures it, and the canary watches it beside the rows of other cases. It is
 * inline, because a call would be a part of the measurement.
 */
#ifndef TOLLGATE_KIT_SHUTTLE_H
#define TOLLGATE_KIT_SHUTTLE_H

#include <stdatomic.h>

#include "harness/base/clock.h"
#include "harness/base/util.h"

/* A run is timed in this number of blocks, so that one interruption spoils only one of them. */
#define SHUTTLE_BLOCKS 64

/* The turn: side 0 at even numbers, side 1 at odd ones. Starts at 0. */
struct shuttle {
	_Alignas(SHARED_LINE) _Atomic uint64_t turn;
};

/* One side's view of a run. */
struct shuttle_side {
	_Alignas(SHARED_LINE) uint64_t block_ns[SHUTTLE_BLOCKS];
};

/* The patience of a side whose partner is sure to come. */
#define SHUTTLE_FOREVER UINT64_MAX

/*
 * ROUNDS times: wait for the line and hand it over. *TURN is this side's next turn. It starts as
 * the side's number (0 or 1) and moves on. False if the other side did not answer within PATIENCE
 * looks, and then both sides return false. There is no pause between two looks, because it would
 * delay the answer by up to a hundred cycles.
 */
static inline __attribute__((always_inline)) bool
shuttle_pass(struct shuttle *shuttle, uint64_t *turn, uint64_t rounds, const uint64_t patience)
{
	uint64_t mine = *turn;

	for (uint64_t n = rounds; n; n--) {
		uint64_t left = patience;

		/* acquire and release: this side sees all writes that the other made before */
		while (atomic_load_explicit(&shuttle->turn, memory_order_acquire) != mine)
			if (patience != SHUTTLE_FOREVER && !left--)
				return false;
		atomic_store_explicit(&shuttle->turn, mine + 1, memory_order_release);
		mine += 2;
	}
	*turn = mine;
	return true;
}

/*
 * SIDE (0 or 1) of ROUNDS round trips from turn 0 on. The remainder that fills no block comes first
 * and warms up, then come the blocks, timed into ME. Both sides call it. False as above.
 */
static inline __attribute__((always_inline)) bool shuttle_run(struct shuttle *shuttle,
							      unsigned side, uint64_t rounds,
							      const uint64_t patience,
							      struct shuttle_side *me)
{
	const uint64_t block = rounds / SHUTTLE_BLOCKS;
	uint64_t turn = side;

	if (!shuttle_pass(shuttle, &turn, rounds % SHUTTLE_BLOCKS, patience))
		return false;
	for (unsigned i = 0; i < SHUTTLE_BLOCKS; i++) {
		const uint64_t begin_ns = clock_now_ns();

		if (!shuttle_pass(shuttle, &turn, block, patience))
			return false;
		me->block_ns[i] = clock_now_ns() - begin_ns;
	}
	return true;
}

/* One way, ns: half a round trip, median over the blocks. NAN below SHUTTLE_BLOCKS rounds. */
double shuttle_transfer_ns(const struct shuttle_side *side, uint64_t rounds);

#endif
