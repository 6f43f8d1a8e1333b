/* SPDX-License-Identifier: MIT */
/*
 * interval - the locks that switch by time: CPython 3.2 to 3.12 (Python/ceval_gil.h of 3.2 and 3.6,
 * Python/ceval_gil.c of 3.12), 3.13 (the request is a bit in the holder's own eval_breaker), and for
 * comparison two proposals and one lock that leaves a step out.
 *
 * In 3.2 the request is one flag, which the evaluator sees through eval_breaker. Here a copy of the
 * flag lies in the breaker of the holder's seat, so that a check point costs the same in all policies.
 * The copy is made with the mutex held and the lock taken, so its holder is known, and a worker that
 * takes the lock clears its own breaker. No worker can see the difference.
 */
#include "harness/gil/gil.h"

#include "harness/lock/posix.h"

static void init(struct gil *gil, bool processes)
{
	struct gil_interval *own = &gil->state.interval;

	lock_mutex_init(&own->switch_mutex, processes);
	lock_cond_init(&own->switch_cond, processes);
}

static void destroy(struct gil *gil)
{
	struct gil_interval *own = &gil->state.interval;

	must(pthread_cond_destroy(&own->switch_cond));
	must(pthread_mutex_destroy(&own->switch_mutex));
}

static struct gil_seat *holder(const struct gil *gil)
{
	return atomic_load_explicit(&gil->state.interval.last_holder, memory_order_relaxed);
}

static void set_holder(struct gil_seat *me)
{
	atomic_store_explicit(&me->gil->state.interval.last_holder, me, memory_order_relaxed);
}

static void set_request(struct gil *gil, uint32_t request)
{
	if (!gil->policy->own_request)
		atomic_store_explicit(&gil->state.interval.drop_request, request,
				      memory_order_relaxed);
}

static bool was_asked(const struct gil_seat *me)
{
	if (me->gil->policy->own_request)
		return gil_seat_asked(me, GIL_ASKED);
	return atomic_load_explicit(&me->gil->state.interval.drop_request, memory_order_relaxed);
}

static void clear_request(struct gil_seat *me)
{
	set_request(me->gil, 0);
	atomic_store_explicit(&me->breaker, 0, memory_order_relaxed);
}

/* The mutex is held and the lock is taken. */
static void ask(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil_count(me, GIL_DROP_REQUESTS);
	set_request(gil, 1);
	atomic_fetch_or_explicit(&holder(gil)->breaker, gil->poll_bits | GIL_ASKED,
				 memory_order_relaxed);
}

/* Wait for one interval, and ask if it was in vain. The mutex is held. */
static void wait_an_interval(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_interval *own = &gil->state.interval;
	const uint64_t seen = own->switch_number;
	const uint64_t until_ns = gil->os->now_ns() + gil->interval_ns;

	gil_count(me, GIL_SLEEPING_WAITS);
	gil->waiting++;
	bool in_time = gil->os->wait_until(&gil->cond, &gil->mutex, until_ns);

	gil->waiting--;
	if (in_time)
		return;
	gil_count(me, GIL_TIMEOUTS);
	if (gil->locked && own->switch_number == seen)
		ask(me);
}

/* Become the holder and tell a releaser that waits for a taker. The mutex is held. */
static void become_holder(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_interval *own = &gil->state.interval;

	gil->os->lock(&own->switch_mutex);
	gil->locked = true;
	if (holder(gil) != me) {
		set_holder(me);
		own->switch_number++;
	}
	gil->os->signal(&own->switch_cond);
	gil->os->unlock(&own->switch_mutex);
}

static bool take(struct gil_seat *me, bool after_call)
{
	struct gil *gil = me->gil;

	gil->os->lock(&gil->mutex);
	const bool waited = gil_is_locked(me);

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
 * FORCE_SWITCHING: do not go on before somebody else has had the lock. This is an `if` and no loop,
 * exactly as in CPython: a spurious wake-up ends the wait.
 */
static void wait_for_taker(struct gil_seat *me)
{
	struct gil *gil = me->gil;
	struct gil_interval *own = &gil->state.interval;

	gil->os->lock(&own->switch_mutex);
	if (holder(gil) == me) {
		clear_request(me);
		gil_count(me, GIL_FORCED_WAITS);
		gil->os->wait(&own->switch_cond, &own->switch_mutex);
	}
	gil->os->unlock(&own->switch_mutex);
}

static void drop(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	set_holder(me);
	gil->os->lock(&gil->mutex);
	gil->locked = false;
	gil->os->signal(&gil->cond);
	gil->os->unlock(&gil->mutex);
	if (gil->policy->forces_switch && was_asked(me))
		wait_for_taker(me);
}

/* What all of them have in common. */
#define INTERVAL .init = init, .destroy = destroy, .take = take, .drop = drop

const struct gil_policy gil_policy_32 = {
	INTERVAL,
	.forces_switch = true,
};

const struct gil_policy gil_policy_32_noforce = {
	INTERVAL,
};

const struct gil_policy gil_policy_313 = {
	INTERVAL,
	.forces_switch = true,
	.own_request = true,
};

/* PRIO_REQUESTS of the sandbox of 2009 that led to the lock of 3.2. It was removed before 3.2. */
const struct gil_policy gil_policy_prio = {
	INTERVAL,
	.forces_switch = true,
	.asks_after_call = true,
};

/* A remedy discussed in bpo-7946: let go only if the call would sleep. */
const struct gil_policy gil_policy_io_hold = {
	INTERVAL,
	.forces_switch = true,
	.holds_ready_calls = true,
};
