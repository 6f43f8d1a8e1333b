/* SPDX-License-Identifier: MIT */
/*
 * One call that wakes all waiters. The first worker broadcasts on a condition variable as soon as
 * all the others wait for it. They wake up one after the other, because each must get the mutex
 * first: the more workers there are, the longer the last one waits for it. One operation is a round
 * in which all wait and all are woken.
 */
#include "harness/bench.h"

enum { PARAM_WORKERS };
enum { METRIC_ROUND, METRIC_WAKE };

/* All of it is guarded by the mutex. */
struct hall {
	_Alignas(SHARED_LINE) pthread_mutex_t mutex;
	pthread_cond_t go, all_wait;
	uint64_t round; /* broadcasts so far */
	unsigned waiting, guests;
};

/* No call below can fail on well-made objects, so they are unchecked in the hot loop. */
static void call_out(struct worker *w, struct hall *hall)
{
	for (uint64_t n = w->batch; n; n--) {
		pthread_mutex_lock(&hall->mutex);
		while (hall->waiting < hall->guests)
			pthread_cond_wait(&hall->all_wait, &hall->mutex);
		hall->waiting = 0;
		hall->round++;
		pthread_mutex_unlock(&hall->mutex);
		pthread_cond_broadcast(&hall->go);
	}
}

static void wait_to_be_called(struct worker *w, struct hall *hall)
{
	uint64_t *called = w->local;

	for (uint64_t n = w->batch; n; n--) {
		pthread_mutex_lock(&hall->mutex);
		const uint64_t round = hall->round;

		if (++hall->waiting == hall->guests)
			pthread_cond_signal(&hall->all_wait);
		while (hall->round == round)
			pthread_cond_wait(&hall->go, &hall->mutex);
		*called += hall->round - round;
		pthread_mutex_unlock(&hall->mutex);
	}
}

static void gather(struct worker *w)
{
	if (w->index)
		wait_to_be_called(w, w->shared);
	else
		call_out(w, w->shared);
}

static bool setup(struct trial *t, struct reason *why)
{
	struct hall *hall = t->shared;
	const int shared = t->processes ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
	pthread_condattr_t condition;

	(void)why;
	hall->guests = t->workers - 1;
	lock_mutex_init(&hall->mutex, t->processes);
	must(pthread_condattr_init(&condition));
	must(pthread_condattr_setpshared(&condition, shared));
	must(pthread_cond_init(&hall->go, &condition));
	must(pthread_cond_init(&hall->all_wait, &condition));
	must(pthread_condattr_destroy(&condition));
	return true;
}

static void teardown(struct trial *t)
{
	struct hall *hall = t->shared;

	must(pthread_cond_destroy(&hall->all_wait));
	must(pthread_cond_destroy(&hall->go));
	must(pthread_mutex_destroy(&hall->mutex));
}

static void reset(struct trial *t)
{
	((struct hall *)t->shared)->round = 0;
	for (unsigned i = 0; i < t->workers; i++)
		*(uint64_t *)t->slots[i].local = 0;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct hall *hall = t->shared;

	metrics[METRIC_ROUND] = (double)epoch->wall_ns / (double)epoch->batch;
	metrics[METRIC_WAKE] = metrics[METRIC_ROUND] / (double)hall->guests;
	if (hall->round != epoch->batch)
		return refuse(why, "%llu rounds instead of %llu", (unsigned long long)hall->round,
			      (unsigned long long)epoch->batch);
	for (unsigned i = 1; i < t->workers; i++)
		if (*(const uint64_t *)t->slots[i].local != epoch->batch)
			return refuse(why, "worker %u was woken in %llu of %llu rounds", i,
				      (unsigned long long)*(const uint64_t *)t->slots[i].local,
				      (unsigned long long)epoch->batch);
	return true;
}

static const struct bench_case condvar_broadcast = {
	.name = "condvar_broadcast",
	.summary = "wake all waiters of a condition variable: the time until all are awake",
	.op = "round, counted by each worker",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct hall),
	.local_size = sizeof(uint64_t),
	.params = {{"workers", 2, 2, 64, "the worker that calls, and those that wait"}},
	.metrics = {{"round_ns", "ns", "lower", "all wait, all are woken"},
		    {"wake_ns", "ns", "lower", "the same for each waiter"}},
	.variants = {"workers=2", "workers=5", "workers=17"},
	.modes = "none,process",
	.modes_only = true,
	.workers_param = "workers",
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = {[SYNC_NONE] = gather, [SYNC_MUTEX] = gather},
	.check = check,
};
BENCH_REGISTER(condvar_broadcast);
