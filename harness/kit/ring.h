/* SPDX-License-Identifier: MIT */
/*
 * ring - a token that goes from worker to worker. The cases about context switches share it. On one
 * processing unit each hand-over is one switch. Between two visits of the token a worker may walk
 * over memory of its own, which shows the cache contents that were lost meanwhile.
 */
#ifndef TOLLGATE_KIT_RING_H
#define TOLLGATE_KIT_RING_H

#include <errno.h>
#include <stdatomic.h>

#include "harness/sync/worker.h"

struct trial;
struct epoch;

/* The parameters of every ring, and the two sizes that depend on the machine. */
enum { RING_WORKERS, RING_WORK };
#define RING_WORK_L2       (-1)
#define RING_WORK_TWICE_L2 (-2)

/* One worker's place: its local block. */
struct seat {
	_Alignas(SHARED_LINE) _Atomic uint32_t posted; /* visits of the token, a futex */
	uint32_t taken;                                /* visits that the worker has consumed */
	uint64_t token;
	_Alignas(SHARED_LINE) struct seat *next;
	int in, out; /* a pipe from the worker before, a pipe to the next. -1: none */
	uint64_t *set;
	size_t set_bytes;
	uint64_t walks; /* walks over the set so far */
	uint64_t alone_ns;
	uint64_t wrong; /* tokens other than the one that was due */
	uint64_t turns;
	bool broken;
	int error;
};

struct ring {
	void *memory;
	size_t memory_bytes, set_bytes;
	bool pipes;
};

/* Setup: the working sets and, if PIPES, a pipe between each two neighbours. */
bool ring_open(struct trial *t, bool pipes, struct reason *why);
void ring_prepare(struct worker *w);
void ring_reset(struct trial *t);
bool ring_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why);
void ring_teardown(struct trial *t);
/* Every worker gives the PU away once per turn. */
double ring_switches(const int64_t *params, unsigned workers, bool same_pu);

void ring_walk(struct seat *seat);
void ring_stop(struct worker *w, uint64_t ops);

/* Hand TOKEN to the next worker, then wait for the token, which arrives in seat->token. */
typedef bool ring_pass_fn(struct seat *seat, uint64_t token);
typedef bool ring_take_fn(struct seat *seat);

static inline __attribute__((always_inline)) bool ring_receive(struct seat *seat, uint64_t due,
							       ring_take_fn *take)
{
	if (!take(seat))
		return false;
	seat->wrong += seat->token != due;
	return true;
}

/* In turn T worker I gets token T * COUNT + I. Worker 0 gets that of the next turn. */
static inline __attribute__((always_inline)) void ring_run(struct worker *w, ring_pass_fn *pass,
							   ring_take_fn *take)
{
	struct seat *seat = w->local;

	for (uint64_t n = w->batch; n; n--) {
		const uint64_t mine = seat->turns * w->count + w->index;
		bool good = w->index == 0 || ring_receive(seat, mine, take);

		if (good) {
			ring_walk(seat);
			good = pass(seat, mine + 1);
		}
		if (good && w->index == 0)
			good = ring_receive(seat, mine + w->count, take);
		if (!good) {
			ring_stop(w, w->batch - n);
			return;
		}
		seat->turns++;
	}
}

#define RING(name, pass, take)                                      \
	static __attribute__((flatten)) void name(struct worker *w) \
	{                                                           \
		ring_run(w, pass, take);                            \
	}

#define RING_CASE(body)                                                                            \
	.op = "turn of the ring", .family = BENCH_PROCESS, .shared_size = sizeof(struct ring),     \
	.local_size = sizeof(struct seat),                                                         \
	.params = {{"ring", 2, 2, 64, "workers in the ring"},                                      \
		   {"work_kib", 0, RING_WORK_TWICE_L2, 65536,                                      \
		    "memory that each worker walks over per turn, KiB; -1: size of L2, -2: twice " \
		    "that"}},                                                                      \
	.metrics = {{"switch_ns", "ns", "lower", "one hand-over: wake, switch, walk"},             \
		    {"walk_ns", "ns", "info", "the walk alone, without a switch in between"},      \
		    {"walk_bytes", "bytes", "info", "memory that each worker walks over"}},        \
	.variants = {"ring=2",                                                                     \
		     "ring=2;work_kib=64",                                                         \
		     "ring=2;work_kib=16",                                                         \
		     "ring=2;work_kib=-1",                                                         \
		     "ring=2;work_kib=-2",                                                         \
		     "ring=4",                                                                     \
		     "ring=8",                                                                     \
		     "ring=16"},                                                                   \
	.workers_param = "ring", .modes = "none,process", .modes_only = true,                      \
	.placements = "same-core", .switches = ring_switches, .prepare = ring_prepare,             \
	.reset = ring_reset, .check = ring_check, .teardown = ring_teardown,                       \
	.run = {                                                                                   \
		[SYNC_NONE] = (body),                                                              \
		[SYNC_MUTEX] = (body),                                                             \
	}

#endif
