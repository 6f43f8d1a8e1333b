/* SPDX-License-Identifier: MIT */
/*
 * The delay of a sleeper's wake-up beside workers that only compute. Worker 0 sleeps until a given
 * moment, again and again, and the latency is the time until it runs. All other workers are CPU
 * hogs: with one worker there are none, with two there is one on another core, and with more
 * workers than processors some hog occupies worker 0's processor.
 *
 * On a quiet processor the delay is the timer and the way out of idle. Beside a hog on the same
 * processor the scheduler decides: a sleeper is usually let in at once, but its credit is limited,
 * and then it waits for milliseconds. So the median says little, and p99 and p99.9 matter.
 *
 * The timer's slack, 50 us for a normal thread, is switched off for this thread alone.
 */
#include "harness/bench.h"
#include "harness/kit/hog.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

enum { PARAM_PERIOD_US };
enum { METRIC_HOG_STEPS_PER_S };

#define STEPS_PER_TICK 8
#define SECOND_NS      UINT64_C(1000000000)

struct alarm {
	_Alignas(SHARED_LINE) _Atomic bool done; /* worker 0 has finished its batch */
	uint64_t early;                          /* woken before its time */
	int error;
};

static void sleep_until(struct alarm *alarm, uint64_t due_ns)
{
	const struct timespec due = {(time_t)(due_ns / SECOND_NS), (long)(due_ns % SECOND_NS)};
	int error;

	do
		error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
	while (error == EINTR);
	if (error)
		alarm->error = error;
}

static inline __attribute__((always_inline)) void wake_up(struct worker *w,
							  const enum sync_kind kind)
{
	struct alarm *alarm = w->shared;
	const uint64_t period_ns = (uint64_t)w->params[PARAM_PERIOD_US] * 1000;

	for (uint64_t n = w->batch; n; n--) {
		/* from now on and not from the last moment, so that no delay is counted twice */
		const uint64_t due_ns = bench_now_ns() + period_ns;

		sync_block(w, kind);
		sleep_until(alarm, due_ns);
		sync_unblock(w, kind);
		const uint64_t now_ns = bench_now_ns();

		alarm->early += now_ns < due_ns;
		histogram_add(w->latency, now_ns < due_ns ? 0 : now_ns - due_ns);
	}
	atomic_store_explicit(&alarm->done, true, memory_order_relaxed);
}

static void wake_or_hog(struct worker *w, const enum sync_kind kind)
{
	struct alarm *alarm = w->shared;

	if (w->index == 0)
		wake_up(w, kind);
	else
		hog_run(w, kind, STEPS_PER_TICK, &alarm->done);
}
BENCH_SPECIALISE(wake_or_hog)

static void prepare(struct worker *w)
{
	if (w->index == 0)
		must_sys(prctl(PR_SET_TIMERSLACK, 1UL));
}

static void reset(struct trial *t)
{
	*(struct alarm *)t->shared = (struct alarm){0};
	hog_reset(t);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct alarm *alarm = t->shared;

	if (alarm->error)
		return refuse(why, "cannot sleep: %s", strerror(alarm->error));
	if (alarm->early)
		return refuse(why, "woken %llu times before its time",
			      (unsigned long long)alarm->early);
	if (epoch->ops != epoch->batch)
		return refuse(why, "%llu times woken instead of %llu",
			      (unsigned long long)epoch->ops, (unsigned long long)epoch->batch);
	return hog_check(t, epoch->wall_ns, &metrics[METRIC_HOG_STEPS_PER_S], why);
}

static const struct bench_case wake_latency = {
	.name = "wake_latency",
	.summary = "delay of a sleeper's wake-up beside CPU hogs: p50 to p99.9",
	.op = "wake-up",
	.family = BENCH_MIXED,
	.profile_min = BENCH_FROM_FULL,
	.shared_size = sizeof(struct alarm),
	.local_size = sizeof(struct hog),
	.params = {{"period_us", 500, 1, 1000000,
		    "duration of each sleep of worker 0, microseconds"}},
	.metrics = {{"hog_steps_per_s", "1/s", "higher", "steps of all CPU hogs together"}},
	.modes = "none,process",
	.steps = true,
	.epoch_ns_min = 30000000,
	.latency = true,
	.prepare = prepare,
	.reset = reset,
	.run = BENCH_RUN(wake_or_hog),
	.check = check,
};
BENCH_REGISTER(wake_latency);
