/* SPDX-License-Identifier: MIT */
/*
 * Places where a thread may keep a counter. A local variable is safe and private. A thread-local
 * one has a name that all functions know, like a global, and every thread has its own behind it. A
 * global that all share needs an atomic operation or a lock to be safe, and without either, counts
 * get lost. Private counters that lie side by side in memory are safe and slow.
 *
 * storage: 0 local, 1 thread-local, 2 thread-local by key (pthread_getspecific, for languages
 * without thread-local variables), 3 own but side by side, 4 shared and atomic, 5 shared under a
 * mutex, 6 shared and bare. Each count is really written to memory, a local one too, because the
 * compiler would otherwise add them up and write once.
 *
 * Each worker counts as often in a local variable, half before and half after, so that
 * to_local_ratio compares the two within one epoch, whichever part of it was disturbed. With
 * storage=0 that is the same work twice and must give 1.
 */
#include "harness/bench.h"

enum { PARAM_STORAGE };
enum { LOCAL, THREAD_LOCAL, KEYED, SIDE_BY_SIDE, SHARED_ATOMIC, SHARED_LOCKED, SHARED_BARE };
enum { METRIC_COUNT, METRIC_RATIO, METRIC_LOST };

/* The head of the shared block. The workers' own counters stand side by side behind it. */
struct counters {
	_Alignas(SHARED_LINE) _Atomic uint64_t shared;
	_Alignas(SHARED_LINE) pthread_mutex_t mutex;
	pthread_key_t key;
	_Alignas(SHARED_LINE) uint64_t side_by_side[];
};

/* A worker's own report of the epoch. */
struct account {
	_Alignas(SHARED_LINE) uint64_t counted; /* 0 if all count in one place */
	const void *place;           /* address of its own counter, NULL if there is none */
	uint64_t local_ns, count_ns; /* in the local variable, and in the chosen storage */
};

static _Thread_local uint64_t thread_local_counter;

/* Add one, in memory. */
static inline __attribute__((always_inline)) void add_one(uint64_t *counter)
{
	(*counter)++;
	__asm__ volatile("" : "+m"(*counter));
}

static uint64_t count_in_local(uint64_t batch)
{
	uint64_t counter = 0;

	for (uint64_t n = batch; n; n--)
		add_one(&counter);
	return counter;
}

static void count_in_thread_local(uint64_t batch)
{
	for (uint64_t n = batch; n; n--)
		add_one(&thread_local_counter);
}

static void count_by_key(pthread_key_t key, uint64_t batch)
{
	for (uint64_t n = batch; n; n--)
		add_one(pthread_getspecific(key));
}

static void count_side_by_side(uint64_t *mine, uint64_t batch)
{
	for (uint64_t n = batch; n; n--)
		add_one(mine);
}

static void count_atomically(_Atomic uint64_t *shared, uint64_t batch)
{
	for (uint64_t n = batch; n; n--)
		atomic_fetch_add_explicit(shared, 1, memory_order_relaxed);
}

/* Read, add, write: relaxed atomics, so that the race is defined, but not one atomic step. */
static inline __attribute__((always_inline)) void add_one_barely(_Atomic uint64_t *shared)
{
	uint64_t seen = atomic_load_explicit(shared, memory_order_relaxed);

	bench_keep(seen);
	atomic_store_explicit(shared, seen + 1, memory_order_relaxed);
}

static void count_locked(struct counters *counters, uint64_t batch)
{
	for (uint64_t n = batch; n; n--) {
		pthread_mutex_lock(
			&counters->mutex); /* cannot fail, so unchecked in the hot loop */
		add_one_barely(&counters->shared);
		pthread_mutex_unlock(&counters->mutex);
	}
}

static void count_barely(_Atomic uint64_t *shared, uint64_t batch)
{
	for (uint64_t n = batch; n; n--)
		add_one_barely(shared);
}

/* Counts batch times in the chosen storage and notes the final value of its own counter. */
static void count_somewhere(struct worker *w, struct counters *counters, struct account *mine)
{
	switch (w->params[PARAM_STORAGE]) {
	case LOCAL:
		mine->counted = count_in_local(w->batch);
		break;
	case THREAD_LOCAL:
		count_in_thread_local(w->batch);
		mine->counted = thread_local_counter;
		mine->place = &thread_local_counter;
		break;
	case KEYED:
		count_by_key(counters->key, w->batch);
		mine->counted = thread_local_counter;
		mine->place = pthread_getspecific(counters->key);
		break;
	case SIDE_BY_SIDE:
		count_side_by_side(&counters->side_by_side[w->index], w->batch);
		mine->counted = counters->side_by_side[w->index];
		mine->place = &counters->side_by_side[w->index];
		break;
	case SHARED_ATOMIC:
		count_atomically(&counters->shared, w->batch);
		break;
	case SHARED_LOCKED:
		count_locked(counters, w->batch);
		break;
	default:
		count_barely(&counters->shared, w->batch);
	}
}

static void count(struct worker *w)
{
	struct account *mine = w->local;
	const uint64_t half = w->batch / 2, begin_ns = bench_now_ns();

	thread_local_counter = 0;
	(void)count_in_local(half);
	const uint64_t from_ns = bench_now_ns();

	count_somewhere(w, w->shared, mine);
	const uint64_t to_ns = bench_now_ns();

	(void)count_in_local(w->batch - half);
	mine->count_ns = to_ns - from_ns;
	mine->local_ns = from_ns - begin_ns + bench_now_ns() - to_ns;
}

static bool setup(struct trial *t, struct reason *why)
{
	struct counters *counters = t->shared;

	(void)why;
	must(pthread_mutex_init(&counters->mutex, NULL));
	must(pthread_key_create(&counters->key, NULL));
	return true;
}

/* The value behind the key differs from thread to thread, while the key is the same. */
static void prepare(struct worker *w)
{
	const struct counters *counters = w->shared;

	must(pthread_setspecific(counters->key, &thread_local_counter));
}

static void teardown(struct trial *t)
{
	struct counters *counters = t->shared;

	must(pthread_key_delete(counters->key));
	must(pthread_mutex_destroy(&counters->mutex));
}

static void reset(struct trial *t)
{
	struct counters *counters = t->shared;

	atomic_store(&counters->shared, 0);
	for (unsigned i = 0; i < t->workers; i++) {
		counters->side_by_side[i] = 0;
		*(struct account *)t->slots[i].local = (struct account){0};
	}
}

/* Private counters must have addresses of their own. */
static bool places_differ(const struct trial *t, struct reason *why)
{
	for (unsigned i = 0; i < t->workers; i++)
		for (unsigned j = 0; j < i; j++) {
			const struct account *a = t->slots[i].local, *b = t->slots[j].local;

			if (a->place && a->place == b->place)
				return refuse(why, "workers %u and %u count in one place", j, i);
		}
	return true;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct counters *counters = t->shared;
	uint64_t counted = atomic_load(&counters->shared), count_ns = 0, local_ns = 0;
	const bool may_lose = t->params[PARAM_STORAGE] == SHARED_BARE && t->workers > 1;

	for (unsigned i = 0; i < t->workers; i++) {
		const struct account *one = t->slots[i].local;

		counted += one->counted;
		count_ns += one->count_ns;
		local_ns += one->local_ns;
	}
	metrics[METRIC_COUNT] = (double)count_ns / (double)epoch->ops;
	if (local_ns)
		metrics[METRIC_RATIO] = (double)count_ns / (double)local_ns;
	metrics[METRIC_LOST] = (double)epoch->ops - (double)counted;
	if (counted > epoch->ops || (counted < epoch->ops && !may_lose))
		return refuse(why, "%llu counts instead of %llu", (unsigned long long)counted,
			      (unsigned long long)epoch->ops);
	return places_differ(t, why);
}

static const struct bench_case thread_local_case = {
	.name = "thread_local",
	.summary = "a private or shared counter: local, thread-local, atomic, locked, bare",
	.op = "count there and in a local variable",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct counters),
	.shared_size_per_worker = sizeof(uint64_t),
	.local_size = sizeof(struct account),
	.params = {{"storage", THREAD_LOCAL, LOCAL, SHARED_BARE,
		    "0 local, 1 thread-local, 2 by key, 3 side by side, 4 atomic, 5 locked, "
		    "6 bare"}},
	.metrics = {{"count_ns", "ns", "lower", "one count in the chosen storage"},
		    {"to_local_ratio", "ratio", "lower",
		     "time of the counts / time of as many in a local variable"},
		    {"lost_counts", "counts", "zero", "counts that had no effect"}},
	.variants = {"storage=1", "storage=4", "storage=0", "storage=2", "storage=3", "storage=5",
		     "storage=6"},
	.modes = "none",
	.modes_only = true,
	.profile_min = BENCH_FROM_STANDARD,
	.setup = setup,
	.prepare = prepare,
	.teardown = teardown,
	.reset = reset,
	.run = {[SYNC_NONE] = count},
	.check = check,
};
BENCH_REGISTER(thread_local_case);
