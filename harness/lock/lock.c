/* SPDX-License-Identifier: MIT */
#include "harness/lock/lock.h"

#include <string.h>

#include "harness/machine/placement.h"

/* Why the thread sanitizer cannot follow the locks of a library. */
#define OPAQUE_POSIX NULL
#define OPAQUE_OWN   NULL
#define OPAQUE_C11   "its calls into libc are not watched by the sanitizer"
#define OPAQUE_CK    "its atomic operations are inline assembly"

#define TRAIT(column, trait) (LOCK_GIVEN_(column) ? (trait) : 0)
#define ROW(KIND, kind_, library, traits_, type, node, join, init, destroy, acquire, release, try, \
	    timed, read, ...)                                                                      \
	[LOCK_##KIND] = {                                                                          \
		.name = #kind_,                                                                    \
		.traits = (traits_) | TRAIT(try, LOCK_HAS_TRY) | TRAIT(timed, LOCK_HAS_TIMED) |    \
			  TRAIT(read, LOCK_HAS_READ),                                              \
		.bytes = 0 LOCK_WITH_##library(+sizeof(type)),                                     \
		.opaque = OPAQUE_##library,                                                        \
	},
static const struct lock_traits table[LOCK_KINDS] = {LOCK_TABLE(ROW, )};

#define WHOLE(KIND, kind, library, traits, type, node, join, init, destroy, acquire, release, try, \
	      timed, read, read_done, ...)                                                         \
	_Static_assert(LOCK_GIVEN_(acquire) && LOCK_GIVEN_(release) &&                             \
			       LOCK_GIVEN_(read) == LOCK_GIVEN_(read_done),                        \
		       "lock " #kind ": taken, but never let go, or the other way round");
LOCK_TABLE(WHOLE, )

const struct lock_traits *lock_traits(enum lock_kind kind)
{
	return &table[kind];
}

bool lock_can(enum lock_kind kind, enum lock_trait trait)
{
	return (table[kind].traits & trait) != 0;
}

#if TOLLGATE_CK
_Static_assert(LOCK_SLOTS_MAX >= WORKERS_MAX, "the array lock needs a slot for each worker");
#endif

static bool is_possible(enum lock_kind kind, bool processes, struct reason *why)
{
	const struct lock_traits *traits = lock_traits(kind);

	if (kind == LOCK_TEST)
		return lock_test_acquire || refuse(why, "only in a test program");
	if (!traits->bytes)
		return refuse(why, "built without ck");
	if (LOCK_WATCHED && traits->opaque)
		return refuse(why, "opaque to the thread sanitizer: %s", traits->opaque);
	if (processes && !(traits->traits & LOCK_IN_PROCESSES))
		return refuse(why, "%s works between threads only", traits->name);
	return true;
}

#define INIT(KIND, kind, library, traits, type, node, join, init, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, init)
static bool init_kind(struct lock *lock, bool processes, struct reason *why)
{
	struct lock_node unused, *const nodes = &unused;

	switch (lock->kind) {
		LOCK_TABLE(INIT, )
	default:
		break;
	}
	return true;
}

bool lock_init(struct lock *lock, enum lock_kind kind, unsigned workers, bool processes,
	       struct reason *why)
{
	if (!is_possible(kind, processes, why))
		return false;
	memset(lock, 0, sizeof(*lock));
	lock->kind = kind;
	lock->workers = workers;
	return init_kind(lock, processes, why);
}

#define DESTROY(KIND, kind, library, traits, type, node, join, init, destroy, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, destroy)
void lock_destroy(struct lock *lock)
{
	struct lock_node unused, *const nodes = &unused;

	switch (lock->kind) {
		LOCK_TABLE(DESTROY, )
	default:
		break;
	}
	lock->kind = LOCK_NOTHING;
}

#define JOIN(KIND, kind, library, traits, type, node, join, ...) \
	LOCK_CASE_(KIND, kind, library, type, node, join)
void lock_join(struct lock *lock, struct lock_node *nodes, unsigned numa_node)
{
	memset(nodes, 0, sizeof(*nodes));
	(void)numa_node; /* without Concurrency Kit no lock asks for it */
	switch (lock->kind) {
		LOCK_TABLE(JOIN, )
	default:
		break;
	}
}
