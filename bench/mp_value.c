/* SPDX-License-Identifier: MIT */
/*
 * The point-of-sale terminal between processes: ten of them count one of Python's Value up. It has
 * a lock, and still `v.value += 1` loses updates: reading takes and releases the lock, writing does
 * so again, and another process may come in between (guard=1). `with v.get_lock():` around both
 * loses none (guard=2). It is hardly dearer, because the inner two acquires are further levels of
 * an RLock. A RawValue has no lock at all (guard=0).
 */
#include "harness/bench.h"
#include "harness/python/counter.h"

enum { PARAM_SWIPES, PARAM_GUARD };
enum { GUARD_NONE, GUARD_EACH, GUARD_BOTH };

/* `value` of a Synchronized: each access takes the lock by itself. */
static inline __attribute__((always_inline)) void add_one(struct twin_counter *counter,
							  struct twin_lock *lock, bool locked)
{
	if (locked)
		twin_acquire(lock, TWIN_FOREVER);
	uint64_t value = twin_counter_read(counter);

	bench_keep(value); /* or a compiler merges reading and writing into one instruction */
	if (locked) {
		twin_release(lock);
		twin_acquire(lock, TWIN_FOREVER);
	}
	twin_counter_write(counter, value + 1);
	if (locked)
		twin_release(lock);
}

static void swipe(struct worker *w)
{
	struct twin_counter *counter = w->shared;
	struct twin_lock *lock = w->local;
	const int64_t guard = w->params[PARAM_GUARD];

	for (uint64_t n = w->batch; n; n--) {
		if (guard == GUARD_BOTH)
			twin_acquire(lock, TWIN_FOREVER);
		add_one(counter, lock, guard != GUARD_NONE);
		if (guard == GUARD_BOTH)
			twin_release(lock);
	}
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const uint64_t counted = twin_counter_counted(t);

	if (counted > epoch->ops)
		return refuse(why, "counted to %llu, only %llu were made",
			      (unsigned long long)counted, (unsigned long long)epoch->ops);
	metrics[0] = (double)(epoch->ops - counted);
	return t->params[PARAM_GUARD] != GUARD_BOTH || twin_counter_check(t, epoch, metrics, why);
}

static const struct bench_case mp_value = {
	.name = "mp_value",
	.summary = "ten processes count one of Python's Value up, with its lock and without",
	.op = "swipe",
	.params = {{"swipes", 2000, 1, 100000000, "additions per process"},
		   {"guard", GUARD_BOTH, 0, 2,
		    "0: no lock, 1: one for each access, 2: one for both"}},
	.metrics = {{"lost_updates", "swipes", "zero", "additions that had no effect"}},
	.variants = {"guard=2", "guard=1", "guard=0"},
	.batch_param = "swipes",
	.workers = 10,
	.setup = twin_counter_setup_rlock,
	.run = {[SYNC_MUTEX] = swipe},
	.check = check,
	TWIN_COUNTER_CASE,
};
BENCH_REGISTER(mp_value);
