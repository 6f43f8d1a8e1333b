/* SPDX-License-Identifier: MIT */
#include "harness/sync/sync.h"

#include <sched.h>

static void init_gils(struct sync *sync, const struct sync_setup *setup, struct worker *workers,
		      unsigned count, struct gil *gils)
{
	unsigned wanted = setup->gil_count && setup->gil_count < count ? setup->gil_count : count;

	sync->gils = gils;
	sync->gil_count = sync_is_emulated(setup->kind) ? wanted : 0;
	for (unsigned i = 0; i < sync->gil_count; i++)
		gil_init(&gils[i], setup->policy, &setup->gil);
	for (unsigned i = 0; i < count && sync->gil_count; i++)
		gil_seat_init(&workers[i].seat, &gils[i % sync->gil_count], i, &setup->gil);
}

void sync_init(struct sync *sync, const struct sync_setup *setup, struct worker *workers,
	       unsigned count, struct gil *gils, struct timeline *timelines)
{
	sync->workers = workers;
	sync->worker_count = count;
	init_gils(sync, setup, workers, count, gils);
	for (unsigned i = 0; i < count; i++) {
		const bool stamped = timelines && setup->stamps && sync_is_gil(setup->kind);

		workers[i].seat.index = i; /* also at a lock that is not emulated */
		workers[i].seat.timeline = stamped ? &timelines[i] : NULL;
	}
	sync->has_parking = setup->kind == SYNC_FREE;
	if (sync->has_parking)
		parking_init(&sync->parking, setup->spins, setup->fair_ns, setup->process_shared);
	lock_mutex_init(&sync->mutex, setup->process_shared);
}

bool sync_init_lock(struct sync *sync, enum sync_kind kind, unsigned count, bool process_shared,
		    struct reason *why)
{
	return !sync_is_lock(kind) ||
	       lock_init(&sync->lock, sync_lock(kind), count, process_shared, why);
}

bool sync_can(enum sync_kind kind, enum lock_trait trait)
{
	/* the plain mutex has the traits of the process-shared one */
	return lock_can(kind == SYNC_MUTEX ? LOCK_PSHARED : sync_lock(kind), trait);
}

void sync_settle(struct worker *w)
{
	unsigned cpu, numa_node;

	must_sys(getcpu(&cpu, &numa_node));
	lock_join(&w->sync->lock, &w->lock_node, numa_node);
}

void sync_destroy(struct sync *sync)
{
	lock_destroy(&sync->lock);
	for (unsigned i = 0; i < sync->worker_count && sync->gil_count; i++)
		gil_seat_destroy(&sync->workers[i].seat);
	for (unsigned i = 0; i < sync->gil_count; i++)
		gil_destroy(&sync->gils[i]);
	if (sync->has_parking)
		parking_destroy(&sync->parking);
	must(pthread_mutex_destroy(&sync->mutex));
}

void sync_start(struct sync *sync)
{
	for (unsigned i = 0; i < sync->gil_count; i++)
		gil_start(&sync->gils[i]);
}

void sync_stop(struct sync *sync)
{
	for (unsigned i = 0; i < sync->gil_count; i++)
		gil_stop(&sync->gils[i]);
}

void sync_new_epoch(struct sync *sync)
{
	for (unsigned i = 0; i < sync->gil_count; i++)
		gil_new_epoch(&sync->gils[i]);
}

void sync_wait_shared(struct worker *w)
{
	gil_block(&w->seat);
	must(pthread_mutex_lock(&w->sync->mutex));
	gil_unblock(&w->seat);
}

void sync_begin(struct worker *w, enum sync_kind kind)
{
	if (sync_is_emulated(kind))
		gil_begin(&w->seat);
	if (kind == SYNC_CPYTHON)
		cpython_take(w);
}

void sync_end(struct worker *w, enum sync_kind kind)
{
	if (sync_is_emulated(kind))
		gil_end(&w->seat);
	if (kind != SYNC_CPYTHON)
		return;
	cpython_drop(w);
	if (w->seat.timeline)
		timeline_is_over(w->seat.timeline);
}
