/* SPDX-License-Identifier: MIT */
/*
 * join(timeout): wait for a thread or process that does not end, and give up in time. overshoot_ns is
 * the time by which the wait ends too late. In mode none a thread waits for a thread (a timed
 * join). In mode process it waits for a process (poll on its pidfd: there is no race with another
 * that reaps it, and no inherited descriptor can keep it open). A wait that ends too early is wrong
 * and fails the check.
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

enum { PARAM_TIMEOUT };

struct waits {
	uint64_t late_ns, early, ended;
	int error;
	bool is_process;
};

static void wait_in_vain(struct worker *w)
{
	struct waits *waits = w->local;
	const uint64_t timeout_ns = (uint64_t)w->params[PARAM_TIMEOUT] * 1000;
	struct offspring child;

	if (!offspring_start_idle(&child, waits->is_process)) {
		waits->error = errno;
		w->done = 0;
		return;
	}
	for (uint64_t n = w->batch; n; n--) {
		const uint64_t deadline_ns = bench_now_ns() + timeout_ns;

		waits->ended += offspring_wait_until(&child, deadline_ns);
		const uint64_t now_ns = bench_now_ns();

		waits->early += now_ns < deadline_ns;
		waits->late_ns += now_ns - deadline_ns;
		histogram_add(w->latency, now_ns < deadline_ns ? 0 : now_ns - deadline_ns);
	}
	if (!offspring_stop(&child))
		waits->error = EBADMSG;
}

static void reset(struct trial *t)
{
	*(struct waits *)t->slots[0].local = (struct waits){.is_process = t->processes};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct waits *waits = t->slots[0].local;

	if (waits->error)
		return refuse(why, "nothing to wait for (errno %d)", waits->error);
	if (waits->ended || waits->early)
		return refuse(why, "%llu waits saw an end that was none, %llu came back early",
			      (unsigned long long)waits->ended, (unsigned long long)waits->early);
	metrics[0] = (double)waits->late_ns / (double)epoch->ops;
	return true;
}

static const struct bench_case create_join_timeout = {
	.name = "create_join_timeout",
	.summary = "join with a timeout: how late the wait ends",
	.op = "wait",
	.family = BENCH_PROCESS,
	.local_size = sizeof(struct waits),
	.params = {{"timeout_us", 1000, 1, 1000000, "timeout of the wait, us"}},
	.metrics = {{"overshoot_ns", "ns", "lower", "how late the wait ended, on average"}},
	.variants = {"timeout_us=1000", "timeout_us=100", "timeout_us=10000"},
	.modes = "none,process",
	.modes_only = true,
	.workers = 1,
	.latency = true,
	.profile_min = BENCH_FROM_FULL,
	.reset = reset,
	.run = {[SYNC_NONE] = wait_in_vain, [SYNC_MUTEX] = wait_in_vain},
	.check = check,
};
BENCH_REGISTER(create_join_timeout);
