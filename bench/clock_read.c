/* SPDX-License-Identifier: MIT */
/*
 * One read of the clock of record: the price of every time stamp that a latency histogram contains.
 */
#include "harness/bench.h"

struct reader {
	uint64_t last_ns, backwards;
};

static void read_clock(struct worker *w, const enum sync_kind kind)
{
	struct reader *reader = w->local;
	uint64_t last_ns = reader->last_ns, backwards = 0;

	(void)kind;
	for (uint64_t n = w->batch; n; n--) {
		uint64_t now_ns = bench_now_ns();

		backwards += now_ns < last_ns;
		last_ns = now_ns;
	}
	reader->last_ns = last_ns;
	reader->backwards += backwards;
}
BENCH_SPECIALISE(read_clock)

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)epoch;
	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct reader *reader = t->slots[i].local;

		if (reader->backwards)
			return refuse(why, "worker %u saw the clock run backwards %llu times", i,
				      (unsigned long long)reader->backwards);
	}
	return true;
}

static const struct bench_case clock_read = {
	.name = "clock_read",
	.summary = "one read of the clock of record (CLOCK_MONOTONIC)",
	.op = "read",
	.family = BENCH_HARNESS,
	.ladder = BENCH_LADDER_OP,
	.local_size = sizeof(struct reader),
	.run = BENCH_RUN(read_clock),
	.check = check,
};
BENCH_REGISTER(clock_read);
