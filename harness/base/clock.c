/* SPDX-License-Identifier: MIT */
#include "harness/base/clock.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/base/util.h"

#define PROBES 64
#define READS  200

void clock_sleep_us(int64_t us)
{
	struct timespec left = {us / 1000000, us % 1000000 * 1000};

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

static int compare_u64(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Time PROBES batches of READS reads. The median batch gives the cost of one read. */
static double cost_of_a_read(void)
{
	uint64_t batch_ns[PROBES];

	for (int i = 0; i < PROBES; i++) {
		uint64_t begin = clock_now_ns();

		for (int n = 0; n < READS; n++)
			(void)clock_now_ns();
		batch_ns[i] = clock_now_ns() - begin;
	}
	qsort(batch_ns, PROBES, sizeof(batch_ns[0]), compare_u64);
	const uint64_t median_ns = batch_ns[PROBES / 2];

	return (double)median_ns / (READS + 1);
}

static uint64_t smallest_step_ns(void)
{
	uint64_t smallest = UINT64_MAX, previous = clock_now_ns();

	for (int n = 0; n < PROBES * 10; n++) {
		uint64_t now = clock_now_ns();

		if (now != previous && now - previous < smallest)
			smallest = now - previous;
		previous = now;
	}
	return smallest == UINT64_MAX ? 0 : smallest;
}

void clock_probe(struct clock_facts *facts)
{
	struct timespec resolution;

	must_sys(clock_getres(CLOCK_MONOTONIC, &resolution));
	must_sys(clock_getres(CLOCK_THREAD_CPUTIME_ID, &resolution));
	must_sys(clock_getres(CLOCK_MONOTONIC_COARSE, &resolution));
	*facts = (struct clock_facts){
		.cost_ns = cost_of_a_read(),
		.step_ns = smallest_step_ns(),
		.tick_ns = (uint64_t)resolution.tv_nsec,
		.name = "CLOCK_MONOTONIC",
	};
}
