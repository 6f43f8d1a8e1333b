/* SPDX-License-Identifier: MIT */
#include "harness/gil.h"

#include <errno.h>
#include <time.h>

static const char *const event_names[GIL_EVENTS] = {
	[GIL_TAKES] = "gil_takes",
	[GIL_CONTENDED_TAKES] = "gil_contended_takes",
	[GIL_RETAKES] = "gil_retakes",
	[GIL_TIMEOUTS] = "gil_timeouts",
	[GIL_DROP_REQUESTS] = "gil_drop_requests",
	[GIL_FORCED_WAITS] = "gil_forced_waits",
};

const char *gil_event_name(enum gil_event event)
{
	return event_names[event];
}

static void init_mutex(pthread_mutex_t *mutex, int pshared)
{
	pthread_mutexattr_t attributes;

	must(pthread_mutexattr_init(&attributes));
	must(pthread_mutexattr_setpshared(&attributes, pshared));
	must(pthread_mutex_init(mutex, &attributes));
	must(pthread_mutexattr_destroy(&attributes));
}

static void init_cond(pthread_cond_t *cond, int pshared)
{
	pthread_condattr_t attributes;

	must(pthread_condattr_init(&attributes));
	must(pthread_condattr_setpshared(&attributes, pshared));
	must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
	must(pthread_cond_init(cond, &attributes));
	must(pthread_condattr_destroy(&attributes));
}

void gil_init(struct gil *gil, uint64_t interval_ns, bool process_shared)
{
	int pshared = process_shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;

	*gil = (struct gil){.interval_ns = interval_ns, .last_holder = -1};
	init_mutex(&gil->mutex, pshared);
	init_mutex(&gil->switch_mutex, pshared);
	init_cond(&gil->cond, pshared);
	init_cond(&gil->switch_cond, pshared);
}

void gil_destroy(struct gil *gil)
{
	must(pthread_cond_destroy(&gil->switch_cond));
	must(pthread_cond_destroy(&gil->cond));
	must(pthread_mutex_destroy(&gil->switch_mutex));
	must(pthread_mutex_destroy(&gil->mutex));
}

static void clear_request(struct gil *gil)
{
	atomic_store_explicit(&gil->drop_request, 0, memory_order_relaxed);
}

static struct timespec interval_from_now(const struct gil *gil)
{
	struct timespec at;

	must_sys(clock_gettime(CLOCK_MONOTONIC, &at));
	uint64_t ns = (uint64_t)at.tv_nsec + gil->interval_ns;

	at.tv_sec += (time_t)(ns / 1000000000u);
	at.tv_nsec = (long)(ns % 1000000000u);
	return at;
}

/* One patient wait; raise the request if it was in vain. The mutex is held. */
static void wait_an_interval(struct gil *gil)
{
	const uint64_t seen = gil->switch_number;
	const struct timespec until = interval_from_now(gil);
	int error = pthread_cond_timedwait(&gil->cond, &gil->mutex, &until);

	if (error != ETIMEDOUT) {
		must(error);
		return;
	}
	gil->events[GIL_TIMEOUTS]++;
	if (gil->locked && gil->switch_number == seen) {
		gil->events[GIL_DROP_REQUESTS]++;
		atomic_store_explicit(&gil->drop_request, 1, memory_order_relaxed);
	}
}

/* Become the holder and tell a releaser that was asked to switch. The mutex is held. */
static void become_holder(struct gil *gil, int me)
{
	must(pthread_mutex_lock(&gil->switch_mutex));
	gil->locked = true;
	if (atomic_load_explicit(&gil->last_holder, memory_order_relaxed) == me) {
		gil->events[GIL_RETAKES]++;
	} else {
		atomic_store_explicit(&gil->last_holder, me, memory_order_relaxed);
		gil->switch_number++;
	}
	must(pthread_cond_signal(&gil->switch_cond));
	must(pthread_mutex_unlock(&gil->switch_mutex));
}

void gil_take(struct gil *gil, int me)
{
	const int saved_errno = errno;

	must(pthread_mutex_lock(&gil->mutex));
	gil->events[GIL_TAKES]++;
	gil->events[GIL_CONTENDED_TAKES] += gil->locked;
	while (gil->locked)
		wait_an_interval(gil);
	become_holder(gil, me);
	if (gil_drop_requested(gil))
		clear_request(gil);
	must(pthread_mutex_unlock(&gil->mutex));
	errno = saved_errno;
}

/*
 * FORCE_SWITCHING: do not go on before somebody else has had the lock. One `if`, no loop: a
 * spurious wake-up ends the wait, exactly as in CPython.
 */
static void wait_for_taker(struct gil *gil, int me)
{
	must(pthread_mutex_lock(&gil->switch_mutex));
	if (atomic_load_explicit(&gil->last_holder, memory_order_relaxed) == me) {
		clear_request(gil);
		gil->events[GIL_FORCED_WAITS]++;
		must(pthread_cond_wait(&gil->switch_cond, &gil->switch_mutex));
	}
	must(pthread_mutex_unlock(&gil->switch_mutex));
}

void gil_drop(struct gil *gil, int me)
{
	atomic_store_explicit(&gil->last_holder, me, memory_order_relaxed);
	must(pthread_mutex_lock(&gil->mutex));
	gil->locked = false;
	must(pthread_cond_signal(&gil->cond));
	must(pthread_mutex_unlock(&gil->mutex));
	if (gil_drop_requested(gil))
		wait_for_taker(gil, me);
}

void gil_yield(struct gil *gil, int me)
{
	gil_drop(gil, me);
	gil_take(gil, me);
}
