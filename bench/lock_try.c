/* SPDX-License-Identifier: MIT */
/*
 * Try instead of wait: take the lock if it is free, else go on with other work. With one worker a
 * try costs as much as an acquire. With more workers `refused_share` is the share of tries that
 * fail. One operation is an attempt, successful or not. Kinds without a try are skipped.
 */
#include "harness/bench.h"

enum { PARAM_CRITICAL, PARAM_PARALLEL };
enum { METRIC_REFUSED };

struct guarded {
	_Alignas(SHARED_LINE) uint64_t turns; /* plain, because the lock alone must keep it right */
};

static void attempt(struct worker *w, const enum sync_kind kind)
{
	struct guarded *guarded = w->shared;
	const int64_t critical = w->params[PARAM_CRITICAL], parallel = w->params[PARAM_PARALLEL];
	uint64_t *taken = w->local, thought = w->index, got = 0;

	for (uint64_t n = w->batch; n; n--) {
		if (sync_try(w, kind)) {
			guarded->turns++;
			for (int64_t i = critical; i; i--)
				bench_step(&thought);
			sync_leave(w, kind);
			got++;
		}
		for (int64_t i = parallel; i; i--)
			bench_step(&thought);
	}
	*taken = got;
}
BENCH_SPECIALISE_LOCKS(attempt)

static bool setup(struct trial *t, struct reason *why)
{
	return sync_can(t->sync, LOCK_HAS_TRY) || refuse(why, "cannot be tried");
}

static void reset(struct trial *t)
{
	*(struct guarded *)t->shared = (struct guarded){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct guarded *guarded = t->shared;
	uint64_t taken = 0;

	for (unsigned i = 0; i < t->workers; i++)
		taken += *(const uint64_t *)t->slots[i].local;
	metrics[METRIC_REFUSED] = 1 - (double)taken / (double)epoch->ops;
	if (guarded->turns != taken || taken == 0)
		return refuse(why, "%llu turns counted, %llu attempts succeeded",
			      (unsigned long long)guarded->turns, (unsigned long long)taken);
	if (t->workers == 1 && taken != epoch->ops)
		return refuse(why, "a free lock was refused");
	return true;
}

static const struct bench_case lock_try_case = {
	.name = "lock_try",
	.summary =
		"try a lock and go on if it is taken: the price of a try, and the share that fail",
	.op = "attempt",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct guarded),
	.local_size = sizeof(uint64_t),
	.params = {{"critical", 100, 0, 1000000, "steps while the lock is held"},
		   {"parallel", 100, 0, 1000000, "steps between two attempts"}},
	.metrics = {{"refused_share", "ratio", "info", "attempts that found the lock taken"}},
	.variants = {"", "critical=0;parallel=0"},
	.modes = "mutex,futex,pthread-spin,pymutex",
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.reset = reset,
	.run = BENCH_RUN_LOCKS(attempt),
	.check = check,
};
BENCH_REGISTER(lock_try_case);
