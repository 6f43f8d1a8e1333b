/* SPDX-License-Identifier: MIT */
/*
 * Python's multiprocessing.Lock between processes: a POSIX semaphore, taken by a try and, if that
 * fails, a wait. Uncontended it costs a few instructions and no system call, so nearly all of the
 * cost in Python is the interpreter. The lock guards a counter, and no count may get lost.
 */
#include "harness/bench.h"
#include "harness/python/counter.h"

static void count_up(struct worker *w)
{
	struct twin_counter *counter = w->shared;
	struct twin_lock *lock = w->local;

	for (uint64_t n = w->batch; n; n--) {
		twin_acquire(lock, TWIN_FOREVER);
		twin_counter_write(counter, twin_counter_read(counter) + 1);
		twin_release(lock);
	}
}

static const struct bench_case mp_lock = {
	.name = "mp_lock",
	.summary = "take and release Python's multiprocessing.Lock",
	.op = "acquire and release",
	.ladder = BENCH_LADDER_OP,
	.setup = twin_counter_setup_lock,
	.run = {[SYNC_MUTEX] = count_up},
	.check = twin_counter_check,
	TWIN_COUNTER_CASE,
};
BENCH_REGISTER(mp_lock);
