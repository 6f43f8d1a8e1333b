/* SPDX-License-Identifier: MIT */
/*
 * timeline - the holdings of a lock: a bounded ring of them per worker, in the arena, and the figures
 * that the rings of all workers give for an epoch: tenures, gaps, successors.
 *
 * A worker writes only into its own ring, and only when it takes or lets go of the lock,
 * never between two ticks. Letting go at a check point ends a holding only if somebody else took the
 * lock. A full ring forgets its oldest holdings and counts them.
 */
#ifndef TOLLGATE_GIL_TIMELINE_H
#define TOLLGATE_GIL_TIMELINE_H

#include "harness/base/util.h"

#define TIMELINE_LENGTH 1024u /* holdings per worker; a power of two */
#define TIMELINE_ROWS   400u  /* holdings per launch that timeline.csv shows */
#define TENURES_MAX     65536u

/* Why a holding ended. */
enum let_go {
	LET_GO_YIELD, /* at a check point */
	LET_GO_CALL,  /* for a call that may sleep */
	LET_GO_END,   /* the batch was done: says nothing about the lock */
};

/* From the return of a take to the entry of the next drop, CLOCK_MONOTONIC. */
struct holding {
	uint64_t take_ns, drop_ns;
	bool waited;   /* the lock was not free when it was wanted */
	uint8_t ended; /* enum let_go */
};

struct timeline {
	_Alignas(SHARED_LINE) uint64_t written; /* so many since timeline_clear() */
	uint64_t take_ns;                       /* of the holding that goes on */
	bool waited;
	struct holding ring[TIMELINE_LENGTH];
};

static inline void timeline_take(struct timeline *timeline, uint64_t now_ns, bool waited)
{
	timeline->take_ns = now_ns;
	timeline->waited = waited;
}

static inline void timeline_drop(struct timeline *timeline, uint64_t now_ns, enum let_go ended)
{
	timeline->ring[timeline->written++ % TIMELINE_LENGTH] = (struct holding){
		.take_ns = timeline->take_ns,
		.drop_ns = now_ns,
		.waited = timeline->waited,
		.ended = (uint8_t)ended,
	};
}

/* The last holding ended because its worker was done, not for a call. */
static inline void timeline_is_over(struct timeline *timeline)
{
	if (timeline->written)
		timeline->ring[(timeline->written - 1) % TIMELINE_LENGTH].ended = LET_GO_END;
}

/* One holding as timeline.csv shows it. Times count from the common release of its epoch. */
struct timeline_row {
	uint32_t worker, reserved;
	int64_t take_ns, drop_ns;
};

/*
 * Values of which at most TENURES_MAX are kept: when full, every second one is dropped, and from
 * then on only every second (fourth, eighth ...) new one is taken.
 */
struct value_set {
	double *values;
	unsigned count, stride, skipped;
};

/* The figures of all epochs of a launch, in the runner. Zeroed is empty; end it by turns_free(). */
struct turns {
	struct value_set tenure_ns, gap_ns;
	uint64_t forgotten; /* holdings that a full ring lost */
	struct timeline_row rows[TIMELINE_ROWS];
	unsigned row_count;
};

/* The metrics of a launch that come from its turns. */
enum turn_figure {
	TENURE_P10_NS,
	TENURE_P50_NS,
	TENURE_P90_NS,
	TENURE_P99_NS,
	GAP_P50_NS,
	GAP_P90_NS,
	RETAKE_SHARE,
	HANDOFFS_PER_S,
	STAMPS_LOST,
	TURN_FIGURES
};
struct turn_figure_name {
	const char *name, *unit, *better;
};
extern const struct turn_figure_name turn_figure_names[TURN_FIGURES];

void timeline_clear(struct timeline *timelines, unsigned workers);
/*
 * Add one epoch of TIMELINES (one per worker; workers i and j shared a lock if they are equal modulo
 * LOCKS). ORIGIN_NS is the common release. The rows are those of the first epoch that has any.
 */
void turns_add(struct turns *turns, const struct timeline *timelines, unsigned workers,
	       unsigned locks, uint64_t origin_ns);
void turns_free(struct turns *turns);
/* Quantile Q of the values that were kept. It sorts them. NAN if there is none. */
double turns_quantile(struct value_set *set, double q);

#endif
