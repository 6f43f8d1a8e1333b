/* SPDX-License-Identifier: MIT */
/*
 * sync - the ways in which workers exclude each other: the kinds, and the verbs by which a case marks
 * its work. Every verb is always inlined and KIND is a constant in each specialised copy, so it
 * compiles to the instructions of that kind or to nothing.
 *
 *   verb                  marks                                   none  mutex        gil
 *   sync_enter / leave    an access to shared state               -     lock/unlock  - (it is held)
 *   sync_tick             a back-edge or call of an interpreter   -     -            yield if asked
 *   sync_step             a gap within an expression              -     -            the same
 *   sync_block / unblock  a call that may sleep in the kernel     -     -            drop / take
 *
 * There is more than one GIL kind, see gil.h. sync_step is a check point only if the mode's parameter
 * `check` says so, as in interpreters that may switch after every instruction.
 */
#ifndef TOLLGATE_SYNC_SYNC_H
#define TOLLGATE_SYNC_SYNC_H

#include "harness/gil/gil.h"
#include "harness/lock/lock.h"
#include "harness/sync/cpython.h"
#include "harness/sync/worker.h"

/*
 * X(enum suffix, lower-case name, arguments...) for each kind. The base kinds serve every case. The
 * locks serve cases with shared state, so that other cases get no needless copies.
 */
#define SYNC_FOR_EACH_BASE(X, ...)   \
	X(NONE, none, __VA_ARGS__)   \
	X(MUTEX, mutex, __VA_ARGS__) \
	GIL_FOR_EACH(X, __VA_ARGS__) \
	X(CPYTHON, cpython, __VA_ARGS__)
#define SYNC_FOR_EACH(X, ...) SYNC_FOR_EACH_BASE(X, __VA_ARGS__) LOCK_FOR_EACH(X, __VA_ARGS__)
/* The kinds that are a plain lock: for cases about the verbs of a lock. */
#define SYNC_FOR_EACH_LOCK(X, ...) X(MUTEX, mutex, __VA_ARGS__) LOCK_FOR_EACH(X, __VA_ARGS__)

#define SYNC_INLINE static inline __attribute__((always_inline))

#define SYNC_ENUM_(KIND, kind, ...) SYNC_##KIND,
enum sync_kind { SYNC_FOR_EACH(SYNC_ENUM_, ) SYNC_KINDS };

struct sync {
	_Alignas(SHARED_LINE) pthread_mutex_t mutex;
	struct gil *gils; /* gil_count of them, in the arena */
	unsigned gil_count;
	struct worker *workers; /* worker_count of them */
	unsigned worker_count;
	bool has_parking;
	struct parking_mutex parking; /* of free-threaded workers */
	struct lock lock;             /* of the one kind that the mode has, if any */
};

/* The wishes of a mode. */
struct sync_setup {
	enum sync_kind kind;
	bool process_shared;
	const struct gil_policy *policy; /* of an emulated GIL */
	struct gil_options gil;
	unsigned gil_count; /* 0: one per worker */
	bool stamps;        /* stamp each take and drop of the lock */
	unsigned spins;     /* of the parking mutex */
	uint64_t fair_ns;
};

/*
 * Prepare SYNC and the seats of the COUNT WORKERS, all in the arena. GILS has room for one per worker,
 * TIMELINES one per worker, or NULL.
 */
void sync_init(struct sync *sync, const struct sync_setup *setup, struct worker *workers,
	       unsigned count, struct gil *gils, struct timeline *timelines);
/* Start and end the lock's own threads, if it has any: after all forks, before sync_destroy(). */
void sync_start(struct sync *sync);
void sync_stop(struct sync *sync);
/* Parent, between epochs. */
void sync_new_epoch(struct sync *sync);
void sync_destroy(struct sync *sync);
/*
 * If KIND is a lock: make it for COUNT workers. False and WHY if this build or this machine has no
 * such lock.
 */
bool sync_init_lock(struct sync *sync, enum sync_kind kind, unsigned count, bool process_shared,
		    struct reason *why);
/* A worker, bound to its processing unit, joins the lock: once, before its first epoch. */
void sync_settle(struct worker *w);

/* A worker begins or ends its batch. Under a GIL it holds the lock in between. */
void sync_begin(struct worker *w, enum sync_kind kind);
void sync_end(struct worker *w, enum sync_kind kind);

/* Own GILs: wait for the mutex around the shared state, and let go of the GIL meanwhile. */
void sync_wait_shared(struct worker *w);

/* Is the GIL of this kind an emulated one? A constant in each copy. */
SYNC_INLINE bool sync_is_emulated(const enum sync_kind kind)
{
	return kind == SYNC_GIL || kind == SYNC_GIL_TICKS || kind == SYNC_GIL_OWN;
}

/* Does a worker of this kind hold a GIL while it runs? A constant in each copy. */
SYNC_INLINE bool sync_is_gil(const enum sync_kind kind)
{
	return sync_is_emulated(kind) || kind == SYNC_CPYTHON;
}

/* The lock kind of KIND, or LOCK_NOTHING. The locks are the last kinds, in the same order. */
SYNC_INLINE enum lock_kind sync_lock(const enum sync_kind kind)
{
	return (int)kind > (int)SYNC_KINDS - (int)LOCK_KINDS
		       ? (enum lock_kind)((int)kind - ((int)SYNC_KINDS - (int)LOCK_KINDS))
		       : LOCK_NOTHING;
}

SYNC_INLINE bool sync_is_lock(const enum sync_kind kind)
{
	return sync_lock(kind) != LOCK_NOTHING;
}

/* Has the lock of KIND this TRAIT? */
bool sync_can(enum sync_kind kind, enum lock_trait trait);

#define SYNC_VERB       SYNC_INLINE void
#define SYNC_RARELY(is) __builtin_expect(!!(is), 0)

SYNC_VERB sync_enter(struct worker *w, const enum sync_kind kind)
{
	if (kind == SYNC_MUTEX)
		pthread_mutex_lock(&w->sync->mutex); /* hot, so unchecked: it cannot fail here */
	else if (kind == SYNC_FREE)
		parking_lock(&w->sync->parking, &w->lock_node.pymutex);
	else if (kind == SYNC_GIL_OWN && SYNC_RARELY(pthread_mutex_trylock(&w->sync->mutex)))
		sync_wait_shared(w);
	else if (sync_is_lock(kind))
		lock_acquire(&w->sync->lock, &w->lock_node, sync_lock(kind));
}

SYNC_VERB sync_leave(struct worker *w, const enum sync_kind kind)
{
	if (kind == SYNC_MUTEX || kind == SYNC_GIL_OWN)
		pthread_mutex_unlock(&w->sync->mutex);
	else if (kind == SYNC_FREE)
		parking_unlock(&w->sync->parking);
	else if (sync_is_lock(kind))
		lock_release(&w->sync->lock, &w->lock_node, sync_lock(kind));
}

/* The same beside other readers. Kinds without readers let one in at a time. */
SYNC_VERB sync_enter_read(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_lock(kind))
		lock_acquire_read(&w->sync->lock, &w->lock_node, sync_lock(kind));
	else
		sync_enter(w, kind);
}

SYNC_VERB sync_leave_read(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_lock(kind))
		lock_release_read(&w->sync->lock, &w->lock_node, sync_lock(kind));
	else
		sync_leave(w, kind);
}

/* Enter at once or not at all. Always true without a lock, and false if the kind cannot try. */
SYNC_INLINE bool sync_try(struct worker *w, const enum sync_kind kind)
{
	if (kind == SYNC_MUTEX || kind == SYNC_GIL_OWN)
		return !pthread_mutex_trylock(&w->sync->mutex);
	if (kind == SYNC_FREE)
		return parking_try(&w->sync->parking);
	if (sync_is_lock(kind))
		return lock_try(&w->sync->lock, &w->lock_node, sync_lock(kind));
	return true;
}

/*
 * The same with a deadline of the clock of record: 0, or an error number such as ETIMEDOUT. ENOSYS
 * without a lock, or if the lock knows no deadline.
 */
SYNC_INLINE int sync_timed(struct worker *w, const enum sync_kind kind, uint64_t until_ns)
{
	if (kind == SYNC_MUTEX)
		return lock_mutex_timed(&w->sync->mutex, until_ns);
	return lock_timed(&w->sync->lock, &w->lock_node, sync_lock(kind), until_ns);
}

/* Enter: 0, EDEADLK (error-checking) or EOWNERDEAD (robust). Other locks always say 0. */
SYNC_INLINE int sync_enter_checked(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_lock(kind))
		return lock_acquire_checked(&w->sync->lock, &w->lock_node, sync_lock(kind));
	sync_enter(w, kind);
	return 0;
}

SYNC_VERB sync_tick(struct worker *w, const enum sync_kind kind)
{
	if ((kind == SYNC_GIL || kind == SYNC_GIL_OWN) &&
	    SYNC_RARELY(gil_seat_asked(&w->seat, GIL_AT_TICK)))
		gil_yield(&w->seat);
	if (kind == SYNC_GIL_TICKS && SYNC_RARELY(--w->seat.ticker < 0))
		gil_ticks_over(&w->seat);
	if (kind == SYNC_CPYTHON && SYNC_RARELY(--w->ticks_left == 0))
		cpython_check(w);
}

SYNC_VERB sync_step(struct worker *w, const enum sync_kind kind)
{
	if ((kind == SYNC_GIL || kind == SYNC_GIL_OWN) &&
	    SYNC_RARELY(gil_seat_asked(&w->seat, GIL_AT_STEP)))
		gil_yield(&w->seat);
	if (kind == SYNC_GIL_TICKS && SYNC_RARELY((w->seat.ticker -= w->seat.step_weight) < 0))
		gil_ticks_over(&w->seat);
	if (kind == SYNC_CPYTHON)
		sync_tick(w, kind);
}

SYNC_VERB sync_block(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_emulated(kind))
		gil_block(&w->seat);
	if (kind == SYNC_CPYTHON)
		cpython_drop(w);
}

/* The same for a call that waits for EVENTS (poll(2)) on FD: some GILs are kept if it is ready. */
SYNC_VERB sync_block_fd(struct worker *w, const enum sync_kind kind, int fd, short events)
{
	if (sync_is_emulated(kind))
		gil_block_fd(&w->seat, fd, events);
	else
		sync_block(w, kind);
}

SYNC_VERB sync_unblock(struct worker *w, const enum sync_kind kind)
{
	if (sync_is_emulated(kind))
		gil_unblock(&w->seat);
	if (kind == SYNC_CPYTHON)
		cpython_take(w);
}

#define SYNC_SAME_(KIND, kind, ...)                                                         \
	_Static_assert((int)SYNC_##KIND - (int)SYNC_KINDS == (int)LOCK_##KIND - LOCK_KINDS, \
		       "the locks stand last in SYNC_FOR_EACH");
LOCK_FOR_EACH(SYNC_SAME_, )

#endif
