/* SPDX-License-Identifier: MIT */
/*
 * Tests whether empty(), full() and qsize() of Python's multiprocessing.Queue are reliable. Two
 * producers ask full() and put at once, two consumers ask empty() and get at once. Every second
 * time all ask qsize() instead. An answer is stale if the very next call contradicts it: Full after
 * "not full", or an item after "empty". Another process may come in between, and a new item is not
 * in the pipe until the feeder has written it.
 */
#include "harness/bench.h"
#include "harness/python/hooks.h"

#define WORKERS   4u
#define PRODUCERS 2u
#define END       UINT64_MAX

enum { PARAM_MAXSIZE };
enum question { ASK_FULL, ASK_EMPTY, ASK_QSIZE, QUESTIONS };

struct asker {
	struct twin_queue queue;
	uint64_t asked[QUESTIONS], stale[QUESTIONS];
	uint64_t moved, sum; /* items that this worker put or got */
	uint64_t broken;
};

static bool setup(struct trial *t, struct reason *why)
{
	return twin_hook_setup(t, (unsigned)t->params[PARAM_MAXSIZE], sizeof(uint64_t), why);
}

static void count(struct asker *me, enum question question, bool refusal_foretold, bool refused)
{
	me->asked[question]++;
	me->stale[question] += refusal_foretold != refused;
}

static void keep(struct asker *me, uint64_t item)
{
	me->moved++;
	me->sum += item;
}

static void put_as_told(struct asker *me, uint64_t item, bool by_size, unsigned maxsize)
{
	const bool full = by_size ? twin_queue_size(&me->queue) >= maxsize
				  : twin_queue_is_full(&me->queue);
	const enum twin_result result = twin_queue_put(&me->queue, &item, sizeof(item),
						       TWIN_AT_ONCE);

	count(me, by_size ? ASK_QSIZE : ASK_FULL, full, result == TWIN_FULL);
	if (result == TWIN_OK)
		keep(me, item);
}

/* Count an end mark if that is what came. */
static unsigned get_as_told(struct asker *me, bool by_size)
{
	const bool empty = by_size ? twin_queue_size(&me->queue) == 0
				   : twin_queue_is_empty(&me->queue);
	uint64_t item = 0;
	size_t size;
	const enum twin_result result = twin_queue_get(&me->queue, &item, sizeof(item), &size,
						       TWIN_AT_ONCE);

	count(me, by_size ? ASK_QSIZE : ASK_EMPTY, empty, result == TWIN_EMPTY);
	if (result == TWIN_OK && item != END)
		keep(me, item);
	return result == TWIN_OK && item == END;
}

static void produce(struct worker *w)
{
	struct asker *me = w->local;
	const uint64_t end = END;

	for (uint64_t n = w->batch; n; n--)
		put_as_told(me, n, n & 1, (unsigned)w->params[PARAM_MAXSIZE]);
	for (unsigned i = PRODUCERS; i < WORKERS; i++)
		me->broken += twin_queue_put(&me->queue, &end, sizeof(end), TWIN_FOREVER) !=
			      TWIN_OK;
}

/*
 * Ask so many questions, then take the remaining items. Each consumer gets as many end marks as
 * there are producers.
 */
static void consume(struct worker *w)
{
	struct asker *me = w->local;
	unsigned ends = 0;
	uint64_t item;
	size_t size;

	for (uint64_t n = w->batch; n && ends < PRODUCERS; n--)
		ends += get_as_told(me, n & 1);
	while (ends < PRODUCERS && !me->broken) {
		me->broken += twin_queue_get(&me->queue, &item, sizeof(item), &size,
					     TWIN_FOREVER) != TWIN_OK;
		if (item == END)
			ends++;
		else
			keep(me, item);
	}
}

static void ask(struct worker *w)
{
	if (w->index < PRODUCERS)
		produce(w);
	else
		consume(w);
}

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct asker *me = t->slots[i].local;

		for (int q = 0; q < QUESTIONS; q++)
			me->asked[q] = me->stale[q] = 0;
		me->moved = me->sum = me->broken = 0;
	}
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	uint64_t asked[QUESTIONS] = {0}, stale[QUESTIONS] = {0};
	uint64_t moved[2] = {0}, sum[2] = {0}, broken = 0;

	(void)epoch;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct asker *one = t->slots[i].local;
		const bool consumes = i >= PRODUCERS;

		for (int q = 0; q < QUESTIONS; q++) {
			asked[q] += one->asked[q];
			stale[q] += one->stale[q];
		}
		moved[consumes] += one->moved;
		sum[consumes] += one->sum;
		broken += one->broken;
	}
	if (broken || moved[0] != moved[1] || sum[0] != sum[1])
		return refuse(why, "%llu items put, %llu got, %llu calls failed",
			      (unsigned long long)moved[0], (unsigned long long)moved[1],
			      (unsigned long long)broken);
	for (int q = 0; q < QUESTIONS; q++)
		if (asked[q])
			metrics[q] = (double)stale[q] / (double)asked[q];
	return true;
}

static const struct bench_case queue_stale = {
	.name = "queue_stale",
	.summary = "share of stale answers of Python's Queue: full(), empty(), qsize()",
	.op = "question",
	.family = BENCH_IPC,
	.shared_size = sizeof(struct twin_queue_shared),
	.local_size = sizeof(struct asker),
	.params = {{"maxsize", 4, 1, 1000000, "capacity of the queue in items"}},
	/* in the order of enum question */
	.metrics = {{"full_stale", "ratio", "info", "answers of full() that the put contradicts"},
		    {"empty_stale", "ratio", "info", "answers of empty() that the get contradicts"},
		    {"qsize_stale", "ratio", "info", "answers of qsize() that either contradicts"}},
	.modes = "process",
	.modes_only = true,
	.workers = WORKERS,
	.profile_min = BENCH_FROM_FULL,
	.epoch_ns_min =
		20000000, /* several time slices, or one side would finish before the other begins */
	.setup = setup,
	.prepare = twin_hook_prepare,
	.reset = reset,
	.teardown = twin_hook_teardown,
	.run = {[SYNC_MUTEX] = ask},
	.check = check,
};
BENCH_REGISTER(queue_stale);
