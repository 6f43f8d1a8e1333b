/* SPDX-License-Identifier: MIT */
#include "harness/gil/gil.h"

#include <errno.h>
#include <poll.h>

#include "harness/base/clock.h"
#include "harness/lock/posix.h"

static const char *const event_names[GIL_EVENTS] = {
	[GIL_TAKES] = "gil_takes",
	[GIL_CONTENDED_TAKES] = "gil_contended_takes",
	[GIL_RETAKES] = "gil_retakes",
	[GIL_HANDOFFS] = "gil_handoffs",
	[GIL_YIELDS] = "gil_yields",
	[GIL_SLEEPING_WAITS] = "gil_sleeping_waits",
	[GIL_TIMEOUTS] = "gil_timeouts",
	[GIL_DROP_REQUESTS] = "gil_drop_requests",
	[GIL_FORCED_WAITS] = "gil_forced_waits",
	[GIL_BARGES] = "gil_barges",
	[GIL_HELD_CALLS] = "gil_held_calls",
};

const char *gil_event_name(enum gil_event event)
{
	return event_names[event];
}

/* ---- making and ending --------------------------------------------------------------------- */

static uint32_t bits_of(enum gil_check check)
{
	switch (check) {
	case GIL_EVERY_STEP:
		return GIL_AT_TICK | GIL_AT_STEP;
	case GIL_BACK_EDGES:
		return GIL_AT_TICK;
	case GIL_NEVER:
		break;
	}
	return 0;
}

void gil_init(struct gil *gil, const struct gil_policy *policy, const struct gil_options *options)
{
	*gil = (struct gil){
		.policy = policy,
		.os = options->os ? options->os : &gil_os_real,
		.interval_ns = options->interval_ns,
		.quantum_ns = options->quantum_ns ? options->quantum_ns : policy->quantum_ns,
		.ticks = options->ticks,
		.ticker = options->ticks,
		.check_never = options->check == GIL_NEVER,
		.poll_bits = bits_of(options->check),
	};
	lock_mutex_init(&gil->mutex, options->process_shared);
	lock_cond_init(&gil->cond, options->process_shared);
	lock_mutex_init(&gil->clock_mutex, options->process_shared);
	lock_cond_init(&gil->clock_cond, options->process_shared);
	if (policy->init)
		policy->init(gil, options->process_shared);
}

void gil_destroy(struct gil *gil)
{
	if (gil->policy->destroy)
		gil->policy->destroy(gil);
	must(pthread_cond_destroy(&gil->clock_cond));
	must(pthread_mutex_destroy(&gil->clock_mutex));
	must(pthread_cond_destroy(&gil->cond));
	must(pthread_mutex_destroy(&gil->mutex));
}

void gil_seat_init(struct gil_seat *seat, struct gil *gil, unsigned index,
		   const struct gil_options *options)
{
	*seat = (struct gil_seat){
		.index = index,
		.gil = gil,
		.step_weight = options->check == GIL_EVERY_STEP,
	};
	if (gil->policy->init_seat)
		gil->policy->init_seat(seat, options->process_shared);
}

void gil_seat_destroy(struct gil_seat *seat)
{
	if (seat->gil->policy->destroy_seat)
		seat->gil->policy->destroy_seat(seat);
}

void gil_new_epoch(struct gil *gil)
{
	gil->previous = NULL;
}

/* ---- the thread that beats ----------------------------------------------------------------- */

/* Sleep for one quantum. False when it is time to leave. */
static bool clock_sleep(struct gil *gil)
{
	const uint64_t until_ns = gil->os->now_ns() + gil->quantum_ns;

	must(pthread_mutex_lock(&gil->clock_mutex));
	while (!gil->clock_stops &&
	       gil->os->wait_until(&gil->clock_cond, &gil->clock_mutex, until_ns))
		;
	bool goes_on = !gil->clock_stops;

	must(pthread_mutex_unlock(&gil->clock_mutex));
	return goes_on;
}

static void *clock_main(void *argument)
{
	struct gil *gil = argument;

	while (clock_sleep(gil))
		gil->policy->beat(gil);
	return NULL;
}

void gil_start(struct gil *gil)
{
	if (!gil->policy->beat)
		return;
	gil->clock_runs = true;
	must(pthread_create(&gil->clock, NULL, clock_main, gil));
}

void gil_stop(struct gil *gil)
{
	if (!gil->clock_runs)
		return;
	must(pthread_mutex_lock(&gil->clock_mutex));
	gil->clock_stops = true;
	must(pthread_cond_signal(&gil->clock_cond));
	must(pthread_mutex_unlock(&gil->clock_mutex));
	must(pthread_join(gil->clock, NULL));
	gil->clock_runs = gil->clock_stops = false;
}

/* ---- the calls of a worker ----------------------------------------------------------------- */

/* Count a take that has just succeeded. True if nobody else had the lock since. */
static bool has_taken(struct gil_seat *me, bool waited)
{
	struct gil *gil = me->gil;
	const bool again = gil->previous == me;

	gil_count(me, GIL_TAKES);
	if (waited)
		gil_count(me, GIL_CONTENDED_TAKES);
	if (gil->previous)
		gil_count(me, again ? GIL_RETAKES : GIL_HANDOFFS);
	gil->previous = me;
	return again;
}

static uint64_t stamp(const struct gil_seat *me)
{
	return me->timeline ? me->gil->os->now_ns() : 0;
}

static void take(struct gil_seat *me, bool after_call)
{
	const int saved_errno = errno;

	bool waited = me->gil->policy->take(me, after_call);

	has_taken(me, waited);
	if (me->timeline)
		timeline_take(me->timeline, stamp(me), waited);
	errno = saved_errno;
}

static void drop(struct gil_seat *me, enum let_go why)
{
	const int saved_errno = errno;

	if (me->timeline)
		timeline_drop(me->timeline, stamp(me), why);
	me->gil->policy->drop(me);
	errno = saved_errno;
}

void gil_begin(struct gil_seat *me)
{
	take(me, false);
}

void gil_end(struct gil_seat *me)
{
	drop(me, LET_GO_END);
}

void gil_block(struct gil_seat *me)
{
	drop(me, LET_GO_CALL);
}

void gil_unblock(struct gil_seat *me)
{
	if (me->holds_call)
		me->holds_call = false;
	else
		take(me, true);
}

/* It asks the kernel instead of trying the call with MSG_DONTWAIT: poll() takes any descriptor. */
static bool would_not_sleep(int fd, short events)
{
	struct pollfd watch = {.fd = fd, .events = events};
	const int saved_errno = errno;
	bool ready = poll(&watch, 1, 0) == 1;

	errno = saved_errno;
	return ready;
}

void gil_block_fd(struct gil_seat *me, int fd, short events)
{
	me->holds_call = me->gil->policy->holds_ready_calls && would_not_sleep(fd, events);
	if (me->holds_call)
		gil_count(me, GIL_HELD_CALLS);
	else
		gil_block(me);
}

static bool drop_and_take(struct gil_seat *me)
{
	me->gil->policy->drop(me);
	return me->gil->policy->take(me, false);
}

/* A holding goes on if nobody else got the lock: else the old GIL would fill any ring with them. */
static void yield(struct gil_seat *me)
{
	const struct gil_policy *policy = me->gil->policy;
	const int saved_errno = errno;
	const uint64_t drop_ns = stamp(me);

	gil_count(me, GIL_YIELDS);
	bool waited = policy->yield ? policy->yield(me) : drop_and_take(me);

	if (!has_taken(me, waited) && me->timeline) {
		timeline_drop(me->timeline, drop_ns, LET_GO_YIELD);
		timeline_take(me->timeline, stamp(me), waited);
	}
	errno = saved_errno;
}

void gil_yield(struct gil_seat *me)
{
	const struct gil_policy *policy = me->gil->policy;

	if (!policy->wants_yield || policy->wants_yield(me))
		yield(me);
}

void gil_ticks_over(struct gil_seat *me)
{
	me->ticker = me->gil->ticks;
	if (!me->gil->check_never)
		yield(me);
}

/* ---- the flag that policies share ----------------------------------------------------------- */

bool gil_is_locked(struct gil_seat *me)
{
	const struct gil *gil = me->gil;

	if (!gil->locked && gil->waiting)
		gil_count(me, GIL_BARGES);
	return gil->locked;
}

void gil_wait(struct gil_seat *me)
{
	struct gil *gil = me->gil;

	gil_count(me, GIL_SLEEPING_WAITS);
	gil->waiting++;
	gil->os->wait(&gil->cond, &gil->mutex);
	gil->waiting--;
}

bool gil_set_flag(struct gil_seat *me)
{
	const bool waited = gil_is_locked(me);

	while (me->gil->locked)
		gil_wait(me);
	me->gil->locked = true;
	return waited;
}

/* ---- a lock that is not emulated ------------------------------------------------------------- */

void gil_note_take(struct gil_seat *me, uint64_t now_ns, int before)
{
	const bool foreign = before != GIL_NOBODY && before != (int)me->index;

	gil_count(me, GIL_TAKES);
	if (before != GIL_NOBODY)
		gil_count(me, foreign ? GIL_HANDOFFS : GIL_RETAKES);
	if (me->timeline)
		timeline_take(me->timeline, now_ns, foreign);
}

void gil_note_retake(struct gil_seat *me)
{
	gil_count(me, GIL_TAKES);
	gil_count(me, GIL_RETAKES);
}

void gil_note_drop(struct gil_seat *me, uint64_t now_ns, enum let_go why)
{
	if (me->timeline)
		timeline_drop(me->timeline, now_ns, why);
}
