/* SPDX-License-Identifier: MIT */
/*
 * I/O-bound work in its purest form: waiting. Each operation arms a timer and sleeps until it
 * fires, like a program that waits for a disk or for a remote server. A sleeping thread needs no
 * core and, having released it, no GIL, so any number of them wait side by side. This is why
 * threads suit I/O-bound work even under a GIL.
 *
 * The wait is a read of a timerfd, a real blocking call on a real descriptor. Unlike nanosleep it
 * has no timer slack.
 */
#include "harness/bench.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { PARAM_WAIT_US };

struct waiter {
	int fd; /* made by the worker, in its own process */
	int error;
	uint64_t expirations;
};

/* Arm, sleep, wake. Gives the number of expirations, which is one. 0 and errno on failure. */
static uint64_t wait_once(int fd, const struct itimerspec *when)
{
	uint64_t expirations = 0;

	if (timerfd_settime(fd, 0, when, NULL) ||
	    read_all(fd, &expirations, sizeof(expirations)) != 1)
		return 0;
	return expirations;
}

static void wait_for_timers(struct worker *w, const enum sync_kind kind)
{
	struct waiter *waiter = w->local;
	const int64_t wait_us = w->params[PARAM_WAIT_US];
	const struct itimerspec when = {.it_value = {wait_us / 1000000, wait_us % 1000000 * 1000}};

	for (uint64_t n = w->batch; n; n--) {
		sync_block(w, kind);
		uint64_t expirations = wait_once(waiter->fd, &when);

		sync_unblock(w, kind);
		waiter->expirations += expirations;
		if (!expirations) {
			waiter->error = errno;
			w->done = w->batch - n;
			return;
		}
	}
}
BENCH_SPECIALISE(wait_for_timers)

static void prepare(struct worker *w)
{
	struct waiter *waiter = w->local;

	waiter->fd = (int)must_sys(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
}

static void teardown(struct trial *t)
{
	for (unsigned i = 0; !t->processes && i < t->workers; i++) {
		struct waiter *waiter = t->slots[i].local;

		if (waiter->fd)
			must_sys(close(waiter->fd));
	}
}

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct waiter *waiter = t->slots[i].local;

		waiter->expirations = 0;
	}
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const uint64_t asked_ns = epoch->batch * (uint64_t)t->params[PARAM_WAIT_US] * 1000;

	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct waiter *waiter = t->slots[i].local;

		if (waiter->error)
			return refuse(why, "worker %u: timer: %s", i, strerror(waiter->error));
		if (waiter->expirations != epoch->batch)
			return refuse(why, "worker %u: %llu timers fired, %llu were armed", i,
				      (unsigned long long)waiter->expirations,
				      (unsigned long long)epoch->batch);
	}
	if (epoch->wall_ns < asked_ns) /* a timer may be late, never early */
		return refuse(why, "%llu ns passed while every worker waited for %llu ns",
			      (unsigned long long)epoch->wall_ns, (unsigned long long)asked_ns);
	return true;
}

static const struct bench_case io_timer = {
	.name = "io_timer",
	.summary = "I/O-bound: arm a timer and sleep until it fires",
	.op = "wait",
	.family = BENCH_IO,
	.local_size = sizeof(struct waiter),
	.params = {{"wait_us", 1000, 1, 10000000, "microseconds per wait"}},
	.teardown = teardown,
	.prepare = prepare,
	.reset = reset,
	.run = BENCH_RUN(wait_for_timers),
	.check = check,
};
BENCH_REGISTER(io_timer);
