/* SPDX-License-Identifier: MIT */
/*
 * worker - all that a case's hot loop may see of the harness. One per thread or process, in the
 * arena, on lines of its own.
 */
#ifndef TOLLGATE_SYNC_WORKER_H
#define TOLLGATE_SYNC_WORKER_H

#include "harness/gil/gil.h"
#include "harness/lock/lock.h"
#include "harness/stats/stats.h"

struct sync;

struct worker {
	_Alignas(SHARED_LINE) uint64_t batch; /* operations to do in this call */
	uint64_t done;         /* operations done; preset to batch, a body may set it */
	unsigned index, count; /* worker `index` of `count` */
	void *shared;          /* the case's shared block, the same for all workers */
	void *local;           /* this worker's own block */
	struct sync *sync;
	uint32_t ticks_left;       /* until a real interpreter's next check point */
	uint64_t tick_steps;       /* bench_step()s that make a tick, see bench_case.tick_param */
	double step_ns;            /* worker 0: what one took just before this epoch */
	const int64_t *params;     /* in the order of the case's table */
	struct histogram *latency; /* NULL unless the case has .latency */
	struct gil_seat seat;      /* at the GIL; its breaker is polled at every check point */
	_Alignas(SHARED_LINE) struct lock_node lock_node; /* its place in the queue of a lock */
};

#endif
