/* SPDX-License-Identifier: MIT */
/*
 * sync - how workers keep out of each other's way: the kinds, and the five verbs by which a case
 * marks its work. Every verb is always inlined and KIND is a constant in each specialised copy, so
 * it compiles to that kind's instructions or to nothing.
 *
 *   verb                  marks                                   none  mutex        gil
 *   sync_enter / leave    an access to shared state               -     lock/unlock  - (it is held)
 *   sync_tick             the gap between two interpreter steps   -     -            yield if asked
 *   sync_block / unblock  a call that may sleep in the kernel     -     -            drop / take
 */
#ifndef TOLLGATE_SYNC_H
#define TOLLGATE_SYNC_H

#include "harness/gil.h"
#include "harness/lock.h"
#include "harness/worker.h"

/*
 * One row per kind: a macro that is called with (ENUM SUFFIX, lower-case name, arguments...). The base
 * kinds serve every case; the locks serve cases with shared state, so that others get no needless
 * copies.
 */
#define SYNC_FOR_EACH_BASE(X, ...) \
	X(NONE, none, __VA_ARGS__) X(MUTEX, mutex, __VA_ARGS__) GIL_FOR_EACH(X, __VA_ARGS__)
#define SYNC_FOR_EACH(X, ...) SYNC_FOR_EACH_BASE(X, __VA_ARGS__) LOCK_FOR_EACH(X, __VA_ARGS__)

#define SYNC_ENUM_(KIND, kind, ...) SYNC_##KIND,
enum sync_kind { SYNC_FOR_EACH(SYNC_ENUM_, ) SYNC_KINDS };

struct sync {
	_Alignas(SHARED_LINE) pthread_mutex_t mutex;
	struct gil gil;
};

/* Prepare SYNC (in the arena) for threads or, if PROCESS_SHARED, for processes. */
void sync_init(struct sync *sync, uint64_t gil_interval_ns, bool process_shared);
void sync_destroy(struct sync *sync);

/* A worker begins or ends its batch: whoever runs under a GIL holds it in between. */
void sync_begin(struct worker *w, enum sync_kind kind);
void sync_end(struct worker *w, enum sync_kind kind);

/* Does a worker of this kind hold a GIL while it runs? A constant in each copy. */
static inline __attribute__((always_inline)) bool sync_is_gil(const enum sync_kind kind)
{
	return kind == SYNC_GIL;
}

#define SYNC_VERB       static inline __attribute__((always_inline)) void
#define SYNC_RARELY(is) __builtin_expect(!!(is), 0)

SYNC_VERB sync_enter(struct worker *w, const enum sync_kind kind)
{
	if (kind == SYNC_MUTEX)
		pthread_mutex_lock(
			&w->sync->mutex); /* a plain mutex cannot fail here; unchecked, hot */
}

SYNC_VERB sync_leave(struct worker *w, const enum sync_kind kind)
{
	if (kind == SYNC_MUTEX)
		pthread_mutex_unlock(&w->sync->mutex);
}

SYNC_VERB sync_tick(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_gil(kind) && SYNC_RARELY(gil_drop_requested(&w->sync->gil)))
		gil_yield(&w->sync->gil, (int)w->index);
}

SYNC_VERB sync_block(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_gil(kind))
		gil_drop(&w->sync->gil, (int)w->index);
}

SYNC_VERB sync_unblock(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_gil(kind))
		gil_take(&w->sync->gil, (int)w->index);
}

#endif
