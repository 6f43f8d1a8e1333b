/* SPDX-License-Identifier: MIT */
/* Epochs of a length that is known beforehand, so that a test can act in the middle of one. */
#include "tests/cases/fault.h"

#include <errno.h>
#include <time.h>

enum { PARAM_OPS, PARAM_US };

static void sleep_a_while(struct worker *w, const enum sync_kind kind)
{
	for (uint64_t n = w->batch; n; n--) {
		struct timespec left = {
			.tv_sec = w->params[PARAM_US] / 1000000,
			.tv_nsec = w->params[PARAM_US] % 1000000 * 1000,
		};

		const uint64_t start_ns = bench_now_ns();

		sync_block(w, kind);
		while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
			;
		sync_unblock(w, kind);
		histogram_add(w->latency, bench_now_ns() - start_ns);
	}
}
BENCH_SPECIALISE(sleep_a_while)

static const struct bench_case test_sleepy = {
	.name = "test_sleepy",
	.summary = "workers sleep",
	.op = "nap",
	.family = BENCH_HARNESS,
	.params = {{"ops", 1, 1, 1000000, "naps of an epoch"},
		   {"us", 1000, 0, 10000000, "microseconds of a nap"}},
	.batch_param = "ops",
	.latency = true,
	.run = BENCH_RUN(sleep_a_while),
	.check = fault_check,
};
BENCH_REGISTER(test_sleepy);
