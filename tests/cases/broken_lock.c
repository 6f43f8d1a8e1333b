/* SPDX-License-Identifier: MIT */
/*
 * A lock that does not lock, as mode `broken` of the tests' program: it looks whether it is free,
 * and takes it a moment later. In between others look too. To leave nothing to luck, whoever has
 * seen it free waits until all workers have: then all of them go in. Workers who do not take it equally
 * often are waited for a while only.
 *
 * If a case runs under it and calls its result right, the case does not check what a lock is for.
 */
#include <sched.h>

#include "harness/sync/mode.h"

/* Yields before a worker goes in without those who did not come. */
#define PATIENCE 10000u

/* lock->test holds both words: how many workers have looked, and whether the lock is held. */
void lock_test_acquire(struct lock *lock)
{
	_Atomic uint32_t *looks = &lock->test.next, *held = &lock->test.serving;

	while (atomic_load(held))
		sched_yield();
	const uint32_t before = atomic_fetch_add(looks, 1);
	const uint32_t all = before - before % lock->workers + lock->workers;

	for (unsigned n = 0; n < PATIENCE && atomic_load(looks) < all; n++)
		sched_yield();
	atomic_store(held, 1);
}

void lock_test_release(struct lock *lock)
{
	atomic_store(&lock->test.serving, 0);
}

const struct mode mode_test_rows[] = {
	{
		.name = "broken",
		.summary = "threads, a lock that looks first and takes later: loses updates",
		.origin = "tests/cases/broken_lock.c",
		.group = MODE_LOCK,
		.vehicle = VEHICLE_THREADS,
		.sync = SYNC_TEST,
	},
	{
		.name = "broken-process",
		.summary = "processes, a lock that looks first and takes later: loses updates",
		.origin = "tests/cases/broken_lock.c",
		.group = MODE_LOCK,
		.vehicle = VEHICLE_PROCESSES,
		.sync = SYNC_TEST,
	},
};
const size_t mode_test_count = ARRAY_SIZE(mode_test_rows);
