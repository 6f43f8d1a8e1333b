/* SPDX-License-Identifier: MIT */
/*
 * The cost of a GIL-free interpreter for a single thread: the reference count of an object, up and
 * down. Under a GIL it is a plain number. Without one it must be atomic, which costs ten times as
 * much even with one thread, and far more when several cores want the same object. Biased counts
 * (PEP 703) let the thread that owns the object count plainly and leave the atomic to the others.
 *
 * object: 0 private to each worker, 1 one object of worker 0 used by all, 2 each uses its
 * neighbour's. scheme: 0 plain, 1 atomic, 2 biased.
 */
#include "harness/bench.h"

enum { PARAM_OBJECT, PARAM_SCHEME };
enum { PRIVATE, OWNED_BY_FIRST, FOREIGN };
enum { PLAIN, ATOMIC, BIASED };

/* The shared count starts above two flag bits, as in CPython's ob_ref_shared. */
#define SHARED_ONE 4

struct object {
	_Alignas(SHARED_LINE) uint64_t local; /* plain, or the owner's share of a biased count */
	_Atomic int64_t shared;               /* atomic, or all other threads' share times four */
	unsigned owner;
};

static struct object *object_of(const struct worker *w)
{
	struct object *objects = w->shared;

	if (w->params[PARAM_OBJECT] == OWNED_BY_FIRST)
		return &objects[0];
	if (w->params[PARAM_OBJECT] == FOREIGN)
		return &objects[(w->index + 1) % w->count];
	return &objects[w->index];
}

static inline __attribute__((always_inline)) void
count_plainly(struct worker *w, const enum sync_kind kind, struct object *object)
{
	for (uint64_t n = w->batch; n; n--) {
		object->local++;
		__asm__ volatile("" : : : "memory"); /* the interpreter uses the object here */
		object->local--;
		__asm__ volatile("" : : : "memory");
		sync_tick(w, kind);
	}
}

static inline __attribute__((always_inline)) void
count_atomically(struct worker *w, const enum sync_kind kind, struct object *object, int64_t one)
{
	for (uint64_t n = w->batch; n; n--) {
		atomic_fetch_add_explicit(&object->shared, one, memory_order_relaxed);
		__asm__ volatile("" : : : "memory");
		/* the thread that drops the last reference must see all earlier writes to it */
		atomic_fetch_sub_explicit(&object->shared, one, memory_order_acq_rel);
		__asm__ volatile("" : : : "memory");
		sync_tick(w, kind);
	}
}

static void count(struct worker *w, const enum sync_kind kind)
{
	struct object *object = object_of(w);
	const bool mine = object->owner == w->index;

	if (w->params[PARAM_SCHEME] == PLAIN || (w->params[PARAM_SCHEME] == BIASED && mine))
		count_plainly(w, kind, object);
	else
		count_atomically(w, kind, object,
				 w->params[PARAM_SCHEME] == BIASED ? SHARED_ONE : 1);
}
BENCH_SPECIALISE(count)

/* Plain counts of a shared object need a GIL. Without one the result would be an error. */
static bool setup(struct trial *t, struct reason *why)
{
	struct object *objects = t->shared;
	const bool shared = t->params[PARAM_OBJECT] != PRIVATE && t->workers > 1;
	const bool one_gil = sync_is_gil(t->sync) && t->sync != SYNC_GIL_OWN && !t->unlocked;

	for (unsigned i = 0; i < t->workers; i++)
		objects[i].owner = i;
	if (shared && t->params[PARAM_SCHEME] == PLAIN && !one_gil)
		return refuse(why, "plain counts need a GIL");
	return true;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct object *objects = t->shared;

	(void)epoch;
	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++)
		if (objects[i].local || atomic_load(&objects[i].shared))
			return refuse(why, "object %u has references left", i);
	return true;
}

static const struct bench_case refcount = {
	.name = "refcount",
	.summary = "a reference up and down: plain, atomic and biased; own, shared and foreign "
		   "objects",
	.op = "reference taken and dropped",
	.family = BENCH_SHARED,
	.shared_size_per_worker = sizeof(struct object),
	.params = {{"object", 0, 0, 2, "0 private, 1 the first worker's, 2 the neighbour's"},
		   {"scheme", 0, 0, 2, "0 plain, 1 atomic, 2 biased"}},
	.variants = {"object=0;scheme=0", "object=0;scheme=1", "object=0;scheme=2",
		     "object=1;scheme=0", "object=1;scheme=1", "object=1;scheme=2",
		     "object=2;scheme=1", "object=2;scheme=2"},
	.modes = "none,gil,process",
	.profile_min = BENCH_FROM_FULL,
	.setup = setup,
	.run = BENCH_RUN(count),
	.check = check,
};
BENCH_REGISTER(refcount);
