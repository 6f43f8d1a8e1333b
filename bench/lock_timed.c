/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a lock until a deadline, Python's acquire(timeout=...). If the lock is free, this
 * costs a plain acquire and one look at the clock to compute the deadline. If it is held too long,
 * the wait ends without the lock. `expired_share` is the share of these waits, and `late_ns` and
 * the latencies are the time after the deadline at which they end. A wait that ends before its
 * deadline without the lock is wrong and fails the check. Kinds without a timed acquire are
 * skipped.
 */
#include "harness/bench.h"

#include <errno.h>

enum { PARAM_WAIT, PARAM_CRITICAL };
enum { METRIC_EXPIRED, METRIC_LATE };

struct guarded {
	_Alignas(SHARED_LINE) uint64_t turns; /* plain, because the lock alone must keep it right */
};

struct waits {
	uint64_t taken, expired, early, late_ns;
	int error; /* errno of a wait that was neither successful nor expired */
};

/* Count a wait whose deadline has passed. */
static void count_expiry(struct worker *w, uint64_t until_ns)
{
	struct waits *waits = w->local;
	const uint64_t now_ns = bench_now_ns(), late_ns = now_ns < until_ns ? 0 : now_ns - until_ns;

	waits->expired++;
	waits->early += now_ns < until_ns;
	waits->late_ns += late_ns;
	histogram_add(w->latency, late_ns);
}

static void take_in_time(struct worker *w, const enum sync_kind kind)
{
	struct guarded *guarded = w->shared;
	struct waits *waits = w->local;
	const uint64_t wait_ns = (uint64_t)w->params[PARAM_WAIT] * 1000;
	const int64_t critical = w->params[PARAM_CRITICAL];
	uint64_t thought = w->index;

	for (uint64_t n = w->batch; n; n--) {
		const uint64_t until_ns = bench_now_ns() + wait_ns;
		const int error = sync_timed(w, kind, until_ns);

		if (error == 0) {
			guarded->turns++;
			for (int64_t i = critical; i; i--)
				bench_step(&thought);
			sync_leave(w, kind);
			waits->taken++;
		} else if (error == ETIMEDOUT) {
			count_expiry(w, until_ns);
		} else {
			waits->error = error;
		}
	}
}
BENCH_SPECIALISE_LOCKS(take_in_time)

static bool setup(struct trial *t, struct reason *why)
{
	return sync_can(t->sync, LOCK_HAS_TIMED) || refuse(why, "has no timed acquire");
}

static void reset(struct trial *t)
{
	*(struct guarded *)t->shared = (struct guarded){0};
	for (unsigned i = 0; i < t->workers; i++)
		*(struct waits *)t->slots[i].local = (struct waits){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct guarded *guarded = t->shared;
	struct waits all = {0};

	for (unsigned i = 0; i < t->workers; i++) {
		const struct waits *waits = t->slots[i].local;

		all.taken += waits->taken;
		all.expired += waits->expired;
		all.early += waits->early;
		all.late_ns += waits->late_ns;
		all.error = waits->error ? waits->error : all.error;
	}
	metrics[METRIC_EXPIRED] = (double)all.expired / (double)epoch->ops;
	if (all.expired)
		metrics[METRIC_LATE] = (double)all.late_ns / (double)all.expired;
	if (all.error)
		return refuse(why, "a wait ended with error %d", all.error);
	if (all.early)
		return refuse(why, "%llu waits ended before their deadline, without the lock",
			      (unsigned long long)all.early);
	if (guarded->turns != all.taken || all.taken + all.expired != epoch->ops)
		return refuse(why, "%llu turns counted, %llu waits got the lock, %llu did not",
			      (unsigned long long)guarded->turns, (unsigned long long)all.taken,
			      (unsigned long long)all.expired);
	return true;
}

static const struct bench_case lock_timed_case = {
	.name = "lock_timed",
	.summary = "wait for a lock until a deadline: its cost, and the delay after the deadline",
	.op = "wait",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct guarded),
	.local_size = sizeof(struct waits),
	.params = {{"wait_us", 10000, 0, 1000000, "timeout of the wait, us"},
		   {"critical", 0, 0, 10000000, "steps while the lock is held"}},
	.metrics = {{"expired_share", "ratio", "info", "waits that ended without the lock"},
		    {"late_ns", "ns", "lower", "mean delay of these after their deadline"}},
	.variants = {"", "wait_us=50;critical=100000"},
	.modes = "mutex,futex,semaphore,pymutex",
	.latency = true,
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.reset = reset,
	.run = BENCH_RUN_LOCKS(take_in_time),
	.check = check,
};
BENCH_REGISTER(lock_timed_case);
