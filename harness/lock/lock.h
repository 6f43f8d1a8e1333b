/* SPDX-License-Identifier: MIT */
/*
 * lock - a lock of any kind of the table in table.h. docs/locks.md describes the kinds.
 *
 * A lock and the nodes of its workers lie in the arena, on cache lines of their own. A kind that the
 * build, the machine or the situation does not allow still has its row: lock_init() says why not.
 */
#ifndef TOLLGATE_LOCK_LOCK_H
#define TOLLGATE_LOCK_LOCK_H

#include "harness/lock/table.h"

/* X(enum suffix, lower-case name, arguments...) for each kind, as SYNC_FOR_EACH. */
#define LOCK_FOR_EACH(X, ...) LOCK_TABLE(LOCK_NAMED_, X, __VA_ARGS__)
#define LOCK_NAMED_(KIND, kind, library, traits, type, node, join, init, destroy, acquire, \
		    release, try, timed, read, read_done, mode, origin, what, X, ...)      \
	X(KIND, kind, __VA_ARGS__)

#define LOCK_ENUM_(KIND, kind, ...) LOCK_##KIND,
enum lock_kind { LOCK_NOTHING, LOCK_FOR_EACH(LOCK_ENUM_, ) LOCK_KINDS };

/* The abilities and habits of a kind. */
enum lock_trait {
	LOCK_SPINS = 1,        /* a waiter burns its processing unit until the holder is done */
	LOCK_IN_PROCESSES = 2, /* works between processes */
	LOCK_HAS_TRY = 4,      /* has lock_try() */
	LOCK_HAS_TIMED = 8,    /* has lock_timed() */
	LOCK_HAS_READ = 16,    /* lets readers in side by side */
	LOCK_NESTS = 32,       /* the holder may take it again */
	LOCK_IN_ORDER = 64,    /* first come, first served */
	LOCK_NEEDS_NUMA = 128, /* means nothing on a machine with one NUMA node */
};

struct lock_traits {
	const char *name; /* as in LOCK_FOR_EACH */
	unsigned traits;  /* of enum lock_trait */
	size_t bytes;     /* of the lock itself, without nodes; 0: not in this build */
	/* Why the thread sanitizer cannot follow it; NULL: it can. */
	const char *opaque;
};

const struct lock_traits *lock_traits(enum lock_kind kind);
bool lock_can(enum lock_kind kind, enum lock_trait trait);

/* The code of a row, or nothing in a build without the library that it needs. */
#define LOCK_WITH_POSIX(...) __VA_ARGS__
#define LOCK_WITH_C11(...)   __VA_ARGS__
#define LOCK_WITH_OWN(...)   __VA_ARGS__
#if TOLLGATE_CK
#define LOCK_WITH_CK(...) __VA_ARGS__
#else
#define LOCK_WITH_CK(...)
#endif

#define LOCK_STATE_(KIND, kind, library, traits, type, ...)      LOCK_WITH_##library(type kind;)
#define LOCK_NODE_(KIND, kind, library, traits, type, node, ...) LOCK_WITH_##library(node kind;)

struct lock {
	_Alignas(SHARED_LINE) union {
		LOCK_TABLE(LOCK_STATE_, )
	};
	_Alignas(SHARED_LINE) enum lock_kind kind;
	unsigned workers; /* how many may want it */
};

/* A worker's part of a lock, in the worker's slot in the arena. */
struct lock_node {
	union {
		LOCK_TABLE(LOCK_NODE_, )
	};
};

/*
 * Parent, before any worker exists: make a lock of KIND for WORKERS workers. False and WHY: this
 * build or this machine has no such lock.
 */
bool lock_init(struct lock *lock, enum lock_kind kind, unsigned workers, bool processes,
	       struct reason *why);
void lock_destroy(struct lock *lock);
/* Worker, bound to a processing unit of NUMA_NODE, once before its first acquire. */
void lock_join(struct lock *lock, struct lock_node *nodes, unsigned numa_node);

/* A test program may bring a lock along. */
void lock_test_acquire(struct lock *lock) __attribute__((weak));
void lock_test_release(struct lock *lock) __attribute__((weak));

/*
 * The verbs of a worker. All are always inlined with a constant KIND, so that each becomes the
 * instructions of one kind. A pthread call cannot fail here unless the caller broke the rules, so the
 * hot verbs drop its error.
 */

/* Is there code in COLUMN of a row? A constant. */
#define LOCK_GIVEN_(column) (sizeof(#column) > 1)

/* clang-format off */
/* Run the code of one kind. It sees its part of the lock as `state` and its part of NODES as `node`. */
#define LOCK_CASE_(KIND, kind, library, type, node_type, ...) \
	LOCK_WITH_##library(case LOCK_##KIND: { \
		type *const state = &lock->kind; \
		node_type *const node = &nodes->kind; \
		(void)state, (void)node; \
		__VA_ARGS__; \
		break; \
	})
#define LOCK_ACQUIRE_(KIND, kind, library, traits, type, node, join, init, destroy, acquire, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, acquire)
#define LOCK_RELEASE_(KIND, kind, library, traits, type, node, join, init, destroy, acquire, \
		      release, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, release)
#define LOCK_TRY_(KIND, kind, library, traits, type, node, join, init, destroy, acquire, release, \
		  try, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, try)
#define LOCK_TIMED_(KIND, kind, library, traits, type, node, join, init, destroy, acquire, \
		    release, try, timed, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, timed)
#define LOCK_READ_(KIND, kind, library, traits, type, node, join, init, destroy, acquire, release, \
		   try, timed, read, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, if (LOCK_GIVEN_(read)) { read; return; })
#define LOCK_READ_DONE_(KIND, kind, library, traits, type, node, join, init, destroy, acquire, \
			release, try, timed, read, read_done, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, if (LOCK_GIVEN_(read)) { read_done; return; })
/* clang-format on */

/* Take it: 0, EDEADLK (error-checking) or EOWNERDEAD (robust). Other kinds always say 0. */
LOCK_INLINE int lock_acquire_checked(struct lock *lock, struct lock_node *nodes,
				     const enum lock_kind kind)
{
	switch (kind) {
		LOCK_TABLE(LOCK_ACQUIRE_, )
	default:
		break;
	}
	return 0;
}

LOCK_INLINE void lock_acquire(struct lock *lock, struct lock_node *nodes, const enum lock_kind kind)
{
	lock_acquire_checked(lock, nodes, kind);
}

LOCK_INLINE void lock_release(struct lock *lock, struct lock_node *nodes, const enum lock_kind kind)
{
	switch (kind) {
		LOCK_TABLE(LOCK_RELEASE_, )
	default:
		break;
	}
}

/* Take it beside other readers. A kind without LOCK_HAS_READ lets one in at a time. */
LOCK_INLINE void lock_acquire_read(struct lock *lock, struct lock_node *nodes,
				   const enum lock_kind kind)
{
	switch (kind) {
		LOCK_TABLE(LOCK_READ_, )
	default:
		break;
	}
	lock_acquire(lock, nodes, kind);
}

LOCK_INLINE void lock_release_read(struct lock *lock, struct lock_node *nodes,
				   const enum lock_kind kind)
{
	switch (kind) {
		LOCK_TABLE(LOCK_READ_DONE_, )
	default:
		break;
	}
	lock_release(lock, nodes, kind);
}

/* Take it at once or not at all. Always false without LOCK_HAS_TRY. */
LOCK_INLINE bool lock_try(struct lock *lock, struct lock_node *nodes, const enum lock_kind kind)
{
	switch (kind) {
		LOCK_TABLE(LOCK_TRY_, )
	default:
		break;
	}
	return false;
}

/* Take it before UNTIL_NS of CLOCK_MONOTONIC, or ETIMEDOUT. ENOSYS without LOCK_HAS_TIMED. */
LOCK_INLINE int lock_timed(struct lock *lock, struct lock_node *nodes, const enum lock_kind kind,
			   uint64_t until_ns)
{
	switch (kind) {
		LOCK_TABLE(LOCK_TIMED_, )
	default:
		break;
	}
	return ENOSYS;
}

#endif
