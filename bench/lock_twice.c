/* SPDX-License-Identifier: MIT */
/*
 * A thread takes a lock which it holds already: with a plain Lock it waits for itself for ever, and
 * with an RLock it goes on. The measurement must end, so each kind is asked in a way in which it
 * can answer. An error-checking mutex returns EDEADLK and a recursive one is taken again. On other
 * kinds the wait has a deadline, and kinds without a timed acquire are tried. A kind without a try
 * would hang and is skipped.
 *
 * `deadlock_share` is 1 if every second acquire was refused, and 0 if none was. Any value in
 * between is wrong. `detect_ns` is the time until the answer was known.
 */
#include "harness/bench.h"

#include <errno.h>

enum { PARAM_WAIT };
enum { METRIC_DEADLOCKS, METRIC_DETECT };

struct second {
	uint64_t taken, refused, detect_ns;
	int error; /* errno if neither taken nor refused, or EDEADLK of a kind that does not know its owner */
};

static bool knows_its_owner(enum sync_kind kind)
{
	return kind == SYNC_ERRORCHECK || kind == SYNC_RECURSIVE;
}

/* 0 if it could be taken again, else the reason as an errno. */
static inline __attribute__((always_inline)) int
take_again(struct worker *w, const enum sync_kind kind, uint64_t until_ns)
{
	if (knows_its_owner(kind))
		return sync_enter_checked(w, kind);
	if (sync_can(kind, LOCK_HAS_TIMED))
		return sync_timed(w, kind, until_ns);
	return sync_try(w, kind) ? 0 : EBUSY;
}

static void take_twice(struct worker *w, const enum sync_kind kind)
{
	struct second *second = w->local;
	const uint64_t wait_ns = (uint64_t)w->params[PARAM_WAIT] * 1000;

	for (uint64_t n = w->batch; n; n--) {
		sync_enter(w, kind);
		const uint64_t begin_ns = bench_now_ns();
		const int error = take_again(w, kind, begin_ns + wait_ns);

		second->detect_ns += bench_now_ns() - begin_ns;
		if (error == 0) {
			second->taken++;
			sync_leave(w, kind);
		} else if (error == EDEADLK || error == ETIMEDOUT || error == EBUSY) {
			second->refused++;
		} else {
			second->error = error;
		}
		sync_leave(w, kind);
	}
}
BENCH_SPECIALISE_LOCKS(take_twice)

static bool setup(struct trial *t, struct reason *why)
{
	return sync_can(t->sync, LOCK_HAS_TIMED) || sync_can(t->sync, LOCK_HAS_TRY) ||
	       refuse(why, "could only hang");
}

static void reset(struct trial *t)
{
	*(struct second *)t->slots[0].local = (struct second){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct second *second = t->slots[0].local;
	const uint64_t taken = sync_can(t->sync, LOCK_NESTS) ? epoch->ops : 0;

	metrics[METRIC_DEADLOCKS] = (double)second->refused / (double)epoch->ops;
	metrics[METRIC_DETECT] = (double)second->detect_ns / (double)epoch->ops;
	if (second->error)
		return refuse(why, "the second acquire ended with error %d", second->error);
	if (second->taken != taken || second->refused != epoch->ops - taken)
		return refuse(why, "%llu second acquires, of which %llu succeeded instead of %llu",
			      (unsigned long long)epoch->ops, (unsigned long long)second->taken,
			      (unsigned long long)taken);
	return true;
}

static const struct bench_case lock_twice = {
	.name = "lock_twice",
	.summary = "take a lock twice in one thread: a detected deadlock, or an RLock",
	.op = "second acquire",
	.family = BENCH_SHARED,
	.local_size = sizeof(struct second),
	.params = {{"wait_us", 100, 1, 1000000, "timeout of the second acquire, us"}},
	.metrics = {{"deadlock_share", "ratio", "info", "second acquires that were refused"},
		    {"detect_ns", "ns", "info", "mean time until the answer was known"}},
	.modes = "mutex,errorcheck,recursive,pylock-sem,pthread-spin",
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.reset = reset,
	.run = BENCH_RUN_LOCKS(take_twice),
	.check = check,
};
BENCH_REGISTER(lock_twice);
