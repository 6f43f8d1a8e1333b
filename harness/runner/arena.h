/* SPDX-License-Identifier: MIT */
/*
 * arena - the one shared, anonymous mapping that holds all state of the workers: gate, sync, the
 * case's block, and per worker its slot, record, local block and histogram. Threads and processes
 * use the same layout, so the layout makes no difference between them. The mapping is anonymous, so
 * it leaves nothing behind however the runner ends.
 */
#ifndef TOLLGATE_RUNNER_ARENA_H
#define TOLLGATE_RUNNER_ARENA_H

#include "harness/runner/protocol.h"
#include "harness/sync/gate.h"

struct arena {
	void *base;
	size_t size;
	struct gate *gate;
	struct sync *sync;
	/* State of the first failure report: 0 = none, 1 = being written, 2 = present. */
	_Atomic uint32_t *trouble_state;
	struct reason *trouble;
	void *shared;
	struct worker *workers;
	struct worker_record *records;
	struct gil *gils;            /* room for one per worker. sync has their number */
	struct timeline *timelines;  /* one per worker, written under a GIL only */
	struct histogram *latencies; /* NULL unless the case has .latency */
};

/* Map a zeroed arena for WORKERS workers of BENCH and divide it. False and WHY if memory is short. */
bool arena_map(struct arena *arena, const struct bench_case *bench, unsigned workers,
	       struct reason *why);
void arena_unmap(struct arena *arena);

/* Report trouble, from any worker of any process. Only the first report is kept. */
void arena_report_trouble(struct arena *arena, const struct reason *why);
/* In the parent: the report, or NULL. */
const struct reason *arena_trouble(const struct arena *arena);

#endif
