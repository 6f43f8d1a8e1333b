/* SPDX-License-Identifier: MIT */
/*
 * lock_team - for the tests of the lock kinds: a lock with its nodes in a shared mapping, two words
 * that it guards, and workers, threads or processes, that change them.
 */
#ifndef TOLLGATE_TESTS_LOCK_TEAM_H
#define TOLLGATE_TESTS_LOCK_TEAM_H

#include "harness/lock/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"

#define TEAM_MAX 4u

struct team_worker {
	_Alignas(SHARED_LINE) struct lock_node node;
	struct team *team;
	unsigned index;
	uint64_t torn; /* how often it saw the two words differ */
};

struct team {
	struct lock lock;
	enum lock_kind kind;
	unsigned count, rounds;
	/* plain on purpose: only the lock keeps them equal, and the thread sanitizer watches */
	_Alignas(SHARED_LINE) uint64_t first, second;
	struct team_worker workers[TEAM_MAX];
};

/* A team under a lock of KIND, or the test is skipped with the reason. */
static inline struct team *team_make(enum lock_kind kind, unsigned count, bool processes)
{
	struct reason why = {""};
	struct team *team = mmap(NULL, sizeof(*team), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(team != MAP_FAILED);
	team->kind = kind;
	team->count = count;
	if (!lock_init(&team->lock, kind, count, processes, &why)) {
		print_message("%s: %s\n", lock_traits(kind)->name, why.text);
		munmap(team, sizeof(*team));
		skip();
	}
	for (unsigned i = 0; i < TEAM_MAX; i++) {
		team->workers[i].team = team;
		team->workers[i].index = i;
		lock_join(&team->lock, &team->workers[i].node, i % 2); /* two NUMA nodes */
	}
	return team;
}

static inline void team_free(struct team *team)
{
	lock_destroy(&team->lock);
	assert_int_equal(munmap(team, sizeof(*team)), 0);
}

static inline void team_lock(struct team_worker *w)
{
	lock_acquire(&w->team->lock, &w->node, w->team->kind);
}

static inline void team_unlock(struct team_worker *w)
{
	lock_release(&w->team->lock, &w->node, w->team->kind);
}

static inline bool team_try(struct team_worker *w)
{
	return lock_try(&w->team->lock, &w->node, w->team->kind);
}

/* Change the two words. Sometimes leave a gap between them, in which another worker may look. */
static inline void team_change(struct team_worker *w, unsigned round)
{
	struct team *team = w->team;

	w->torn += team->first != team->second;
	team->first++;
	if (round % 16 == 0)
		sched_yield();
	team->second++;
}

static inline void *team_work(void *argument)
{
	struct team_worker *w = argument;

	for (unsigned round = 0; round < w->team->rounds; round++) {
		team_lock(w);
		team_change(w, round);
		team_unlock(w);
	}
	return NULL;
}

/* Run WORK in a thread for each worker, and join them. */
static inline void team_run_threads(struct team *team, void *(*work)(void *))
{
	pthread_t threads[TEAM_MAX];

	for (unsigned i = 0; i < team->count; i++)
		must(pthread_create(&threads[i], NULL, work, &team->workers[i]));
	for (unsigned i = 0; i < team->count; i++)
		must(pthread_join(threads[i], NULL));
}

static inline uint64_t team_torn(const struct team *team)
{
	uint64_t torn = 0;

	for (unsigned i = 0; i < team->count; i++)
		torn += team->workers[i].torn;
	return torn;
}

#endif
