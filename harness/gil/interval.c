/* SPDX-License-Identifier: MIT */
/*
 * gil_interval - the locks that switch by time: CPython 3.2 to 3.12 (Python/ceval_gil.h of 3.2 and
 * 3.6, Python/ceval_gil.c of 3.12), 3.13 (the request is a bit in the holder's own eval_breaker), and
 * what was proposed or is left out for comparison.
 *
 * In 3.2 the request is one flag that the evaluator looks at through eval_breaker. Here the flag has
 * a copy in the breaker of the holder's seat, so that a check point costs the same in all policies.
 * The copy is made with the mutex held and the lock taken, so its holder is known, and whoever takes
 * the lock begins with a clean one: nobody can tell the difference.
 */
#include "harness/gil/gil.h"

static struct gil_seat *holder(const struct gil *gil)
{
	return atomic_load_explicit(&gil->last_holder, memory_order_relaxed);
}

static bool was_asked(const struct gil_seat *me)
{
	if (me->gil->policy->own_request)
		return gil_seat_asked(me, GIL_ASKED);
	return atomic_load_explicit(&me->gil->drop_request, memory_order_relaxed) != 0;
}

static void clear_request(struct gil_seat *me)
{
	if (!me->gil->policy->own_request)
		atomic_store_explicit(&me->gil->drop_request, 0, memory_order_relaxed);
	atomic_store_explicit(&me->breaker, 0, memory_order_relaxed);
}

/* The mutex is held and the lock is taken. */
static void ask(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil_count(me, GIL_DROP_REQUESTS);
	if (!gil->policy->own_request)
		atomic_store_explicit(&gil->drop_request, 1, memory_order_relaxed);
	atomic_fetch_or_explicit(&holder(gil)->breaker, gil->poll_bits | GIL_ASKED,
				 memory_order_relaxed);
}

/* One patient wait; ask if it was in vain. The mutex is held. */
static void wait_an_interval(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	const uint64_t seen = gil->switch_number;
	const uint64_t until_ns = gil->os->now_ns() + gil->interval_ns;

	gil_count(me, GIL_SLEEPING_WAITS);
	gil->waiting++;
	bool in_time = gil->os->wait_until(&gil->cond, &gil->mutex, until_ns);

	gil->waiting--;
	if (in_time)
		return;
	gil_count(me, GIL_TIMEOUTS);
	if (gil->locked && gil->switch_number == seen)
		ask(me);
}

/* Become the holder and tell a releaser that was asked to switch. The mutex is held. */
static void become_holder(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->switch_mutex);
	gil->locked = true;
	if (holder(gil) != me) {
		atomic_store_explicit(&gil->last_holder, me, memory_order_relaxed);
		gil->switch_number++;
	}
	gil->os->signal(&gil->switch_cond);
	gil->os->unlock(&gil->switch_mutex);
}

static bool take(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->mutex);
	const bool waited = gil->locked;

	if (!waited && gil->waiting)
		gil_count(me, GIL_BARGES);
	if (waited && after_call && gil->policy->asks_after_call)
		ask(me);
	while (gil->locked)
		wait_an_interval(me);
	become_holder(me);
	clear_request(me);
	gil->os->unlock(&gil->mutex);
	return waited;
}

/*
 * FORCE_SWITCHING: do not go on before somebody else has had the lock. One `if`, no loop: a spurious
 * wake-up ends the wait, exactly as in CPython.
 */
static void wait_for_taker(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->switch_mutex);
	if (holder(gil) == me) {
		clear_request(me);
		gil_count(me, GIL_FORCED_WAITS);
		gil->os->wait(&gil->switch_cond, &gil->switch_mutex);
	}
	gil->os->unlock(&gil->switch_mutex);
}

static void drop(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	atomic_store_explicit(&gil->last_holder, me, memory_order_relaxed);
	gil->os->lock(&gil->mutex);
	gil->locked = false;
	gil->os->signal(&gil->cond);
	gil->os->unlock(&gil->mutex);
	if (gil->policy->forces_switch && was_asked(me))
		wait_for_taker(me);
}

const struct gil_policy gil_policy_32 = {
	.take = take,
	.drop = drop,
	.forces_switch = true,
};

const struct gil_policy gil_policy_32_noforce = {
	.take = take,
	.drop = drop,
};

const struct gil_policy gil_policy_313 = {
	.take = take,
	.drop = drop,
	.forces_switch = true,
	.own_request = true,
};

/* PRIO_REQUESTS of the sandbox from which the lock of 3.2 came (2009); switched off, then removed. */
const struct gil_policy gil_policy_prio = {
	.take = take,
	.drop = drop,
	.forces_switch = true,
	.asks_after_call = true,
};

/* The remedy discussed in bpo-7946: try the call first, let go only if it would sleep. */
const struct gil_policy gil_policy_io_hold = {
	.take = take,
	.drop = drop,
	.forces_switch = true,
	.holds_ready_calls = true,
};
