/* SPDX-License-Identifier: MIT */
/*
 * A process dies while it holds a lock that others want. A plain lock stays taken for ever. A
 * robust mutex is given to the next process by the kernel, which walks over the locks of the dead
 * process, with EOWNERDEAD: the new owner finds an incomplete change, must repair it, and declares
 * the mutex consistent. `recovery_ns` and the latencies are the time from sending the signal until
 * the other process holds the lock. One operation includes making the victim.
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "harness/bench.h"
#include "harness/kit/offspring.h"

enum { METRIC_RECOVERY };

struct estate {
	_Alignas(SHARED_LINE) pthread_mutex_t mutex;
	uint64_t first, second; /* equal whenever the lock is free */
	sem_t held;
};

struct heir {
	uint64_t recovered, mended, total_ns;
	int error; /* errno of the failure. EBADMSG: the victim ended in another way than it should */
};

/* The victim is in the middle of a change when it is killed. */
static void take_and_wait(void *argument)
{
	struct estate *estate = argument;

	if (pthread_mutex_lock(&estate->mutex) != 0)
		return;
	estate->first++;
	sem_post(&estate->held);
	for (;;)
		pause();
}

/* Wait for a lock whose owner was killed. Gives 0, or an errno if the lock did not come to us. */
static int inherit(struct estate *estate, struct heir *heir)
{
	const int error = pthread_mutex_lock(&estate->mutex);

	if (error != EOWNERDEAD) {
		if (!error)
			pthread_mutex_unlock(&estate->mutex);
		return error ? error : EBADMSG;
	}
	heir->mended += estate->first == estate->second + 1;
	estate->second = estate->first;
	pthread_mutex_consistent(&estate->mutex);
	pthread_mutex_unlock(&estate->mutex);
	return 0;
}

static int kill_one(struct worker *w)
{
	struct estate *estate = w->shared;
	struct heir *heir = w->local;
	struct offspring victim;

	if (!offspring_start(&victim, true, take_and_wait, estate))
		return errno;
	while (sem_wait(&estate->held) != 0)
		; /* interrupted: try again */
	const uint64_t begin_ns = bench_now_ns();

	kill(victim.pid, SIGKILL);
	const int error = inherit(estate, heir);
	const uint64_t took_ns = bench_now_ns() - begin_ns;

	if (!offspring_terminate(&victim))
		return EBADMSG;
	heir->recovered++;
	heir->total_ns += took_ns;
	histogram_add(w->latency, took_ns);
	return error;
}

static void bereave(struct worker *w)
{
	struct heir *heir = w->local;

	for (uint64_t n = 0; n < w->batch; n++) {
		heir->error = kill_one(w);
		if (heir->error) {
			w->done = n;
			return;
		}
	}
}

static bool setup(struct trial *t, struct reason *why)
{
	struct estate *estate = t->shared;
	pthread_mutexattr_t attributes;

	(void)why;
	must(pthread_mutexattr_init(&attributes));
	must(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
	must(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
	must(pthread_mutex_init(&estate->mutex, &attributes));
	must(pthread_mutexattr_destroy(&attributes));
	must_sys(sem_init(&estate->held, 1, 0));
	return true;
}

static void teardown(struct trial *t)
{
	struct estate *estate = t->shared;

	must_sys(sem_destroy(&estate->held));
	must(pthread_mutex_destroy(&estate->mutex));
}

static void reset(struct trial *t)
{
	struct estate *estate = t->shared;

	estate->first = estate->second = 0;
	*(struct heir *)t->slots[0].local = (struct heir){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct estate *estate = t->shared;
	const struct heir *heir = t->slots[0].local;

	if (heir->error)
		return refuse(why, "owner %llu: error %d", (unsigned long long)heir->recovered + 1,
			      heir->error);
	metrics[METRIC_RECOVERY] = (double)heir->total_ns / (double)epoch->ops;
	if (heir->recovered != epoch->ops || heir->mended != epoch->ops ||
	    estate->first != epoch->ops || estate->second != epoch->ops)
		return refuse(why, "%llu owners killed, %llu locks inherited, %llu changes mended",
			      (unsigned long long)epoch->ops, (unsigned long long)heir->recovered,
			      (unsigned long long)heir->mended);
	return true;
}

static const struct bench_case lock_owner_killed = {
	.name = "lock_owner_killed",
	.summary = "kill the owner of a robust mutex: the time until the next one has it",
	.op = "owner",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct estate),
	.local_size = sizeof(struct heir),
	.metrics = {{"recovery_ns", "ns", "lower", "from the signal until the lock is held"}},
	.modes = "none,process",
	.modes_only = true,
	.workers = 1,
	.latency = true,
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = {[SYNC_NONE] = bereave, [SYNC_MUTEX] = bereave},
	.check = check,
};
BENCH_REGISTER(lock_owner_killed);
