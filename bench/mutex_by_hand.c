/* SPDX-License-Identifier: MIT */
/*
 * The control for sync_pair: a mutex locked and unlocked in the plainest loop written by hand,
 * without the verbs. If the verbs of the suite cost anything, mode mutex of sync_pair is slower
 * than this. It has one mode only, because it uses its own lock instead of the mode's.
 */
#include "harness/bench.h"

struct shared {
	_Alignas(SHARED_LINE) pthread_mutex_t mutex;
};

static void lock_by_hand(struct worker *w)
{
	struct shared *shared = w->shared;

	for (uint64_t n = w->batch; n; n--) {
		pthread_mutex_lock(&shared->mutex); /* cannot fail, so unchecked in the hot loop */
		pthread_mutex_unlock(&shared->mutex);
	}
}

static bool setup(struct trial *t, struct reason *why)
{
	struct shared *shared = t->shared;

	(void)why;
	must(pthread_mutex_init(&shared->mutex, NULL));
	return true;
}

static void teardown(struct trial *t)
{
	struct shared *shared = t->shared;

	must(pthread_mutex_destroy(&shared->mutex));
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu pairs counted instead of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	return true;
}

static const struct bench_case mutex_by_hand = {
	.name = "mutex_by_hand",
	.summary = "a mutex locked and unlocked by hand: the control for sync_pair",
	.op = "pair",
	.family = BENCH_HARNESS,
	.shared_size = sizeof(struct shared),
	.setup = setup,
	.teardown = teardown,
	.run = {[SYNC_NONE] = lock_by_hand},
	.check = check,
};
BENCH_REGISTER(mutex_by_hand);
