/* SPDX-License-Identifier: MIT */
/*
 * Python's multiprocessing.RLock, taken `depth` times in a row and released as often. It is the
 * semaphore of a Lock, and beside it, in each process, the owning thread and its count. The second
 * level touches no state that processes share. On a Lock it would wait for ever.
 */
#include "harness/bench.h"
#include "harness/python/counter.h"

enum { PARAM_DEPTH };

static void count_up(struct worker *w)
{
	struct twin_counter *counter = w->shared;
	struct twin_lock *lock = w->local;
	const int64_t depth = w->params[PARAM_DEPTH];

	for (uint64_t n = w->batch; n; n--) {
		for (int64_t level = depth; level; level--)
			twin_acquire(lock, TWIN_FOREVER);
		twin_counter_write(counter, twin_counter_read(counter) + 1);
		for (int64_t level = depth; level; level--)
			twin_release(lock);
	}
}

static const struct bench_case mp_rlock = {
	.name = "mp_rlock",
	.summary = "take and release Python's multiprocessing.RLock, on one level and on several",
	.op = "acquire and release",
	.ladder = BENCH_LADDER_OP,
	.params = {{"depth", 1, 1, 1000, "number of levels taken in a row"}},
	.variants = {"depth=1", "depth=3"},
	.setup = twin_counter_setup_rlock,
	.run = {[SYNC_MUTEX] = count_up},
	.check = twin_counter_check,
	TWIN_COUNTER_CASE,
};
BENCH_REGISTER(mp_rlock);
