/* SPDX-License-Identifier: MIT */
/*
 * The refusals of Python's multiprocessing.Queue: Full from a full one and Empty from an empty one,
 * at once or after a timeout. One operation fills a queue of four, is refused a fifth item at once
 * and with a timeout, takes all four out in order, and is refused an item both ways. An early
 * refusal or another answer fails the check. The delay of a refusal after its timeout is measured.
 */
#include "harness/bench.h"
#include "harness/python/hooks.h"

#define SLOTS 4u

enum { PARAM_TIMEOUT };
enum { METRIC_AT_ONCE, METRIC_PUT_LATE, METRIC_GET_LATE };

struct asker {
	struct twin_queue queue;
	uint64_t at_once_ns, put_late_ns, get_late_ns; /* sums */
	uint64_t next, early, wrong;
};

static bool setup(struct trial *t, struct reason *why)
{
	return twin_hook_setup(t, SLOTS, sizeof(uint64_t), why);
}

/* The time that the refusal EXPECTED took, ns. */
static uint64_t be_refused(struct asker *me, enum twin_result expected, int64_t timeout_ns)
{
	const uint64_t begin_ns = bench_now_ns();
	uint64_t item = 0;
	size_t size;
	const enum twin_result got =
		expected == TWIN_FULL
			? twin_queue_put(&me->queue, &item, sizeof(item), timeout_ns)
			: twin_queue_get(&me->queue, &item, sizeof(item), &size, timeout_ns);

	me->wrong += got != expected;
	return bench_now_ns() - begin_ns;
}

/* The same with a timeout: the delay after the deadline. */
static uint64_t be_refused_late(struct asker *me, enum twin_result expected, int64_t timeout_ns)
{
	const uint64_t took_ns = be_refused(me, expected, timeout_ns);

	me->early += took_ns < (uint64_t)timeout_ns;
	return took_ns < (uint64_t)timeout_ns ? 0 : took_ns - (uint64_t)timeout_ns;
}

static void fill_and_drain(struct worker *w)
{
	struct asker *me = w->local;
	const int64_t timeout_ns = w->params[PARAM_TIMEOUT] * 1000;
	uint64_t item = 0;
	size_t size;

	for (uint64_t n = w->batch; n; n--) {
		for (uint64_t i = 0; i < SLOTS; i++) {
			item = me->next + i;
			me->wrong += twin_queue_put(&me->queue, &item, sizeof(item),
						    TWIN_AT_ONCE) != TWIN_OK;
		}
		me->at_once_ns += be_refused(me, TWIN_FULL, TWIN_AT_ONCE);
		me->put_late_ns += be_refused_late(me, TWIN_FULL, timeout_ns);
		for (uint64_t i = 0; i < SLOTS; i++)
			me->wrong += twin_queue_get(&me->queue, &item, sizeof(item), &size,
						    TWIN_FOREVER) != TWIN_OK ||
				     item != me->next + i;
		me->next += SLOTS;
		me->at_once_ns += be_refused(me, TWIN_EMPTY, TWIN_AT_ONCE);
		me->get_late_ns += be_refused_late(me, TWIN_EMPTY, timeout_ns);
	}
}

static void reset(struct trial *t)
{
	struct asker *me = t->slots[0].local;

	me->at_once_ns = me->put_late_ns = me->get_late_ns = 0;
	me->early = me->wrong = 0;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct asker *me = t->slots[0].local;
	const double ops = (double)epoch->ops;

	if (me->wrong || me->early)
		return refuse(why, "%llu wrong answers, %llu refusals before their time",
			      (unsigned long long)me->wrong, (unsigned long long)me->early);
	metrics[METRIC_AT_ONCE] = (double)me->at_once_ns / (2 * ops);
	metrics[METRIC_PUT_LATE] = (double)me->put_late_ns / ops;
	metrics[METRIC_GET_LATE] = (double)me->get_late_ns / ops;
	return true;
}

static const struct bench_case mp_queue_modes = {
	.name = "mp_queue_modes",
	.summary = "Python's Queue refuses: Full and Empty, at once and after a timeout",
	.op = "round of four items",
	.family = BENCH_IPC,
	.shared_size = sizeof(struct twin_queue_shared),
	.local_size = sizeof(struct asker),
	.params = {{"timeout_us", 200, 1, 1000000, "timeout of a refusal with a timeout, us"}},
	.metrics = {{"at_once_ns", "ns", "lower", "time of a refusal at once, Full or Empty"},
		    {"put_late_ns", "ns", "lower", "delay of Full after its deadline"},
		    {"get_late_ns", "ns", "lower", "delay of Empty after its deadline"}},
	.modes = "process",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_STANDARD,
	.setup = setup,
	.prepare = twin_hook_prepare,
	.reset = reset,
	.teardown = twin_hook_teardown,
	.run = {[SYNC_MUTEX] = fill_and_drain},
	.check = check,
};
BENCH_REGISTER(mp_queue_modes);
