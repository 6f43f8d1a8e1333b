/* SPDX-License-Identifier: MIT */
/*
 * arena - the one shared, anonymous mapping in which everything lies that workers share: gate,
 * sync, the case's block, and per worker its slot, record, local block and histogram. Threads and
 * processes use the same layout, so they differ in nothing but what they are; being anonymous, it
 * leaves nothing behind however the runner ends.
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
	/* The first worker that could not be set up says why; 0 = none, 1 = being written, 2 =
	 * there. */
	_Atomic uint32_t *trouble_state;
	struct reason *trouble;
	void *shared;
	struct worker *workers;
	struct worker_record *records;
	struct gil *gils;            /* room for one per worker; sync says how many there are */
	struct timeline *timelines;  /* one per worker, written under a GIL only */
	struct histogram *latencies; /* NULL unless the case has .latency */
};

/* Map and carve an arena for WORKERS workers of BENCH; zeroed. False and WHY if memory is short. */
bool arena_map(struct arena *arena, const struct bench_case *bench, unsigned workers,
	       struct reason *why);
void arena_unmap(struct arena *arena);

/* Any worker, any process: report trouble; only the first report is kept. */
void arena_report_trouble(struct arena *arena, const struct reason *why);
/* Parent: NULL or what was reported. */
const struct reason *arena_trouble(const struct arena *arena);

#endif
