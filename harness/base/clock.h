/* SPDX-License-Identifier: MIT */
/*
 * clock - the clock of record: CLOCK_MONOTONIC, in integer nanoseconds. Its cost is measured and
 * reported, never subtracted.
 */
#ifndef TOLLGATE_BASE_CLOCK_H
#define TOLLGATE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_of(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t); /* cannot fail for the ids used here: clock_probe() has checked it */
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Nanoseconds since an arbitrary point. Every process of this machine reads the same clock. */
static inline uint64_t clock_now_ns(void)
{
	return clock_of(CLOCK_MONOTONIC);
}

/* A time or a duration of NS nanoseconds in the form of the kernel and the C library. */
static inline struct timespec clock_timespec(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / 1000000000u),
		.tv_nsec = (long)(ns % 1000000000u),
	};
}

/* CPU time of the calling thread in nanoseconds. It costs about 1 us: keep it out of timed loops. */
static inline uint64_t clock_thread_cpu_ns(void)
{
	return clock_of(CLOCK_THREAD_CPUTIME_ID);
}

/* Sleep US microseconds (0 or more). Signals do not end it early. Timers are late: 0 sleeps too. */
void clock_sleep_us(int64_t us);

struct clock_facts {
	double cost_ns;   /* median of one read */
	uint64_t step_ns; /* smallest step seen between two reads */
	uint64_t tick_ns; /* the kernel's tick (CLOCK_MONOTONIC_COARSE resolution) */
	const char *name; /* "CLOCK_MONOTONIC" */
};

/* Measure the clock in about a millisecond. Ends the process if the clock does not work. */
void clock_probe(struct clock_facts *facts);

#endif
