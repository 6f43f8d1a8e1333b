/* SPDX-License-Identifier: MIT */
/*
 * gil_ocaml - the master lock of OCaml 4 (otherlibs/systhreads, st_stubs.c and st_posix.h of 4.13): a
 * thread of its own ticks every 50 ms and sets a flag that the holder finds at its next check point.
 * If somebody waits, the holder lets go and then waits itself until the lock is free again: until
 * somebody has taken it and let go, or until it wakes up first for no reason.
 */
#include "harness/gil/gil.h"

#define QUANTUM_NS UINT64_C(50000000)

/* The mutex is held. A tick while nobody holds the lock is for the next one who does. */
static void become_owner(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->locked = true;
	gil->owner = me;
	if (gil->beaten)
		atomic_fetch_or_explicit(&me->breaker, gil->poll_bits, memory_order_relaxed);
}

static void wait_until_free(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->waiting++;
	gil_count(me, GIL_SLEEPING_WAITS);
	gil->os->wait(&gil->cond, &gil->mutex);
	gil->waiting--;
}

static bool take(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;

	(void)after_call;
	gil->os->lock(&gil->mutex);
	const bool waited = gil->locked;

	if (!waited && gil->waiting)
		gil_count(me, GIL_BARGES);
	while (gil->locked)
		wait_until_free(me);
	become_owner(me);
	gil->os->unlock(&gil->mutex);
	return waited;
}

static void drop(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->mutex);
	/* the flag is not the thread's but the program's: whoever runs next looks at it */
	atomic_store_explicit(&me->breaker, 0, memory_order_relaxed);
	gil->locked = false;
	gil->owner = NULL;
	gil->os->unlock(&gil->mutex);
	gil->os->signal(&gil->cond);
}

/* The tick has been seen; it matters only if somebody waits. */
static bool wants_yield(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->mutex);
	gil->beaten = false;
	atomic_store_explicit(&me->breaker, 0, memory_order_relaxed);
	bool wanted = gil->waiting > 0;

	gil->os->unlock(&gil->mutex);
	return wanted;
}

static bool yield(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->mutex);
	const bool wanted = gil->waiting > 0;

	if (wanted) {
		gil->locked = false;
		gil->owner = NULL;
		gil->os->signal(&gil->cond);
		gil_count(me, GIL_FORCED_WAITS);
		do
			wait_until_free(me);
		while (gil->locked);
		become_owner(me);
	}
	gil->os->unlock(&gil->mutex);
	return wanted;
}

static void beat(struct gil *gil)
{
	gil->os->lock(&gil->mutex);
	gil->beaten = true;
	if (gil->owner)
		atomic_fetch_or_explicit(&gil->owner->breaker, gil->poll_bits,
					 memory_order_relaxed);
	gil->os->unlock(&gil->mutex);
}

const struct gil_policy gil_policy_ocaml = {
	.take = take,
	.drop = drop,
	.yield = yield,
	.wants_yield = wants_yield,
	.beat = beat,
	.quantum_ns = QUANTUM_NS,
};
