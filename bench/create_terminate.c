/* SPDX-License-Identifier: MIT */
/*
 * The time to end a process, from SIGKILL until it is reaped, for a process that sleeps. Python's
 * Process.terminate() and join() do this. One operation makes the process too, but terminate_ns and
 * the latencies cover only its end.
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

struct ends {
	struct births births;
	uint64_t total_ns;
};

static void end(struct worker *w)
{
	struct ends *ends = w->local;
	struct offspring child;

	for (uint64_t n = 0; n < w->batch; n++) {
		bool good = offspring_start_idle(&child, true);
		const uint64_t begin_ns = bench_now_ns();

		good = good && offspring_terminate(&child);
		const uint64_t took_ns = bench_now_ns() - begin_ns;

		if (!good) {
			ends->births.error = errno ? errno : EBADMSG;
			w->done = n;
			return;
		}
		ends->births.made++;
		ends->total_ns += took_ns;
		histogram_add(w->latency, took_ns);
	}
	ends->births.left |= !offspring_none_left();
}

static void reset(struct trial *t)
{
	*(struct ends *)t->slots[0].local = (struct ends){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct ends *ends = t->slots[0].local;
	double create_ns;

	if (!offspring_check(t, epoch, &create_ns, why))
		return false;
	metrics[0] = (double)ends->total_ns / (double)epoch->ops;
	return true;
}

static const struct bench_case create_terminate = {
	.name = "create_terminate",
	.summary = "kill a sleeping process and reap it: the time until it is gone",
	.op = "process",
	.family = BENCH_PROCESS,
	.local_size = sizeof(struct ends),
	.metrics = {{"terminate_ns", "ns", "lower", "from SIGKILL to reaped"}},
	.modes = "none,process",
	.modes_only = true,
	.workers = 1,
	.latency = true,
	.profile_min = BENCH_FROM_FULL,
	.reset = reset,
	.run = {[SYNC_NONE] = end, [SYNC_MUTEX] = end},
	.check = check,
};
BENCH_REGISTER(create_terminate);
