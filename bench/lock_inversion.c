/* SPDX-License-Identifier: MIT */
/*
 * Two people, two accounts, two locks: each transfers to the other, takes its own account first and
 * then the other's. If both have taken their first lock, neither gets its second: a deadlock. Here
 * the wait for the second lock has a deadline. A worker that misses it releases its first lock,
 * stands back until the other is done, and tries again. So no deadlock lasts: `broken_per_op`
 * counts the deadlocks and `detect_ns` is their duration. The two deadlines differ, so that the two
 * do not give up together for ever. With ordered=1 both take the first account first and no
 * deadlock can occur: that is the cure.
 *
 * With meet=1 each waits a moment for the other to hold its first lock, so that they do meet.
 */
#include <errno.h>
#include <sched.h>

#include "harness/bench.h"

#define MEET_NS UINT64_C(1000000) /* bounded, because the other may be preempted */
#define WEALTH  1000000

enum { PARAM_ORDERED, PARAM_MEET, PARAM_WAIT };
enum { METRIC_BROKEN, METRIC_DETECT };

struct account {
	_Alignas(SHARED_LINE) pthread_mutex_t mutex;
	int64_t balance;
};

struct person {
	_Alignas(SHARED_LINE) _Atomic bool holds_first, has_left;
	_Atomic uint64_t transfers;
	uint64_t broken, detect_ns;
	int error;
};

struct bank {
	struct account accounts[2];
	struct person people[2];
};

/*
 * Wait until the other one holds its first lock, for a bounded time, because it may have left or be
 * off the processor.
 */
static void meet_the_other(const struct person *other)
{
	const uint64_t until_ns = bench_now_ns() + MEET_NS;

	while (!atomic_load(&other->holds_first) && !atomic_load(&other->has_left) &&
	       bench_now_ns() < until_ns)
		sched_yield();
}

/* Stand back, or we would have our first lock again before the sleeping other noticed. */
static void stand_back(const struct person *other, uint64_t wait_ns)
{
	const uint64_t until_ns = bench_now_ns() + wait_ns, seen = atomic_load(&other->transfers);

	while (atomic_load(&other->holds_first) && atomic_load(&other->transfers) == seen &&
	       bench_now_ns() < until_ns)
		sched_yield();
}

/* With the first lock held: take the second in time, or count a deadlock. */
static bool take_second(struct person *me, struct account *second, uint64_t wait_ns)
{
	const uint64_t begin_ns = bench_now_ns();
	const int error = lock_mutex_timed(&second->mutex, begin_ns + wait_ns);

	if (!error)
		return true;
	me->broken++;
	me->detect_ns += bench_now_ns() - begin_ns;
	if (error != ETIMEDOUT)
		me->error = error;
	return false;
}

static bool try_transfer(struct person *me, struct person *other, struct account *accounts[2],
			 bool meet, uint64_t wait_ns)
{
	pthread_mutex_lock(
		&accounts[0]
			 ->mutex); /* no worker holds it for ever, so unchecked in the hot loop */
	atomic_store(&me->holds_first, true);
	if (meet)
		meet_the_other(other);
	const bool both = take_second(me, accounts[1], wait_ns);

	if (both) {
		accounts[0]->balance--;
		accounts[1]->balance++;
		pthread_mutex_unlock(&accounts[1]->mutex);
		atomic_fetch_add(&me->transfers, 1);
	}
	atomic_store(&me->holds_first, false);
	pthread_mutex_unlock(&accounts[0]->mutex);
	if (!both)
		stand_back(other, wait_ns);
	return both;
}

static void transfer(struct worker *w)
{
	struct bank *bank = w->shared;
	struct person *me = &bank->people[w->index], *other = &bank->people[!w->index];
	const unsigned first = w->params[PARAM_ORDERED] ? 0 : w->index;
	struct account *accounts[2] = {&bank->accounts[first], &bank->accounts[!first]};
	const uint64_t wait_ns = (uint64_t)w->params[PARAM_WAIT] * 1000 * (1 + w->index);

	for (uint64_t n = w->batch; n && !me->error; n--) {
		bool meet = w->params[PARAM_MEET] && !w->params[PARAM_ORDERED];

		while (!try_transfer(me, other, accounts, meet, wait_ns) && !me->error)
			meet = false; /* once is enough */
	}
	atomic_store(&me->has_left, true);
}

static bool setup(struct trial *t, struct reason *why)
{
	struct bank *bank = t->shared;

	(void)why;
	for (unsigned i = 0; i < 2; i++)
		lock_mutex_init(&bank->accounts[i].mutex, t->processes);
	return true;
}

static void teardown(struct trial *t)
{
	struct bank *bank = t->shared;

	for (unsigned i = 0; i < 2; i++)
		must(pthread_mutex_destroy(&bank->accounts[i].mutex));
}

static void reset(struct trial *t)
{
	struct bank *bank = t->shared;

	for (unsigned i = 0; i < 2; i++) {
		bank->accounts[i].balance = WEALTH;
		bank->people[i] = (struct person){0};
	}
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct bank *bank = t->shared;
	const struct person *people = bank->people;
	const uint64_t broken = people[0].broken + people[1].broken;
	/* each gave as often as the other, unless both took the accounts in one order */
	const int64_t gone = t->params[PARAM_ORDERED] ? (int64_t)epoch->ops : 0;

	metrics[METRIC_BROKEN] = (double)broken / (double)epoch->ops;
	if (broken)
		metrics[METRIC_DETECT] = (double)(people[0].detect_ns + people[1].detect_ns) /
					 (double)broken;
	for (unsigned i = 0; i < 2; i++)
		if (people[i].error)
			return refuse(why, "the second lock of person %u: error %d", i,
				      people[i].error);
	if (bank->accounts[0].balance != WEALTH - gone ||
	    bank->accounts[1].balance != WEALTH + gone)
		return refuse(why, "balances %lld and %lld after %llu transfers",
			      (long long)bank->accounts[0].balance,
			      (long long)bank->accounts[1].balance, (unsigned long long)epoch->ops);
	return true;
}

static const struct bench_case lock_inversion = {
	.name = "lock_inversion",
	.summary = "two locks taken in opposite order: deadlocks that are detected and broken",
	.op = "transfer",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct bank),
	.params = {{"ordered", 0, 0, 1, "1: both take the locks in the same order"},
		   {"meet", 1, 0, 1, "1: wait for the other to hold its first lock"},
		   {"wait_us", 100, 1, 1000000, "deadline of the first of the two, us"}},
	.metrics = {{"broken_per_op", "1/op", "info", "deadlocks broken per transfer"},
		    {"detect_ns", "ns", "lower", "mean duration of a deadlock"}},
	.variants = {"", "ordered=1", "meet=0"},
	.modes = "none,process",
	.modes_only = true,
	.workers = 2,
	.placements = "cores same-core",
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = {[SYNC_NONE] = transfer, [SYNC_MUTEX] = transfer},
	.check = check,
};
BENCH_REGISTER(lock_inversion);
