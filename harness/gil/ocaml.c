/* SPDX-License-Identifier: MIT */
/*
 * ocaml - the master lock of OCaml 4 (otherlibs/systhreads, st_stubs.c and st_posix.h of 4.13). A
 * thread of its own ticks every 50 ms and sets a flag that the holder finds at its next check point.
 * If somebody waits, the holder lets go and then waits itself until the lock is free again. That is
 * when somebody has taken it and let go, or when it wakes up first for no reason.
 */
#include "harness/gil/gil.h"

#define QUANTUM_NS UINT64_C(50000000)

/* The lock is taken. A tick that came while nobody held it is for this owner. The mutex is held. */
static void become_owner(struct gil_seat *me)
{
	struct gil_ocaml *own = &me->gil->state.ocaml;

	own->owner = me;
	if (own->beaten)
		atomic_fetch_or_explicit(&me->breaker, me->gil->poll_bits, memory_order_relaxed);
}

static bool take(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;

	(void)after_call;
	gil->os->lock(&gil->mutex);
	const bool waited = gil_set_flag(me);

	become_owner(me);
	gil->os->unlock(&gil->mutex);
	return waited;
}

/* The mutex is held. */
static void let_go(struct gil *gil)
{
	gil->locked = false;
	gil->state.ocaml.owner = NULL;
}

static void drop(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->mutex);
	/* the flag belongs to the program: the next owner looks at it */
	atomic_store_explicit(&me->breaker, 0, memory_order_relaxed);
	let_go(gil);
	gil->os->unlock(&gil->mutex);
	gil->os->signal(&gil->cond);
}

/* A tick that was seen matters only if somebody waits. */
static bool wants_yield(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_ocaml *own = &gil->state.ocaml;

	gil->os->lock(&gil->mutex);
	own->beaten = false;
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
		let_go(gil);
		gil->os->signal(&gil->cond);
		gil_count(me, GIL_FORCED_WAITS);
		do
			gil_wait(me);
		while (gil->locked);
		gil->locked = true;
		become_owner(me);
	}
	gil->os->unlock(&gil->mutex);
	return wanted;
}

static void beat(struct gil *gil)
{
	struct gil_ocaml *own = &gil->state.ocaml;

	gil->os->lock(&gil->mutex);
	own->beaten = true;
	if (own->owner)
		atomic_fetch_or_explicit(&own->owner->breaker, gil->poll_bits,
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
