/* SPDX-License-Identifier: MIT */
/*
 * The atomic operations that every lock is made of, on one variable, in C's default memory order.
 * With one worker an operation costs what the processor needs to keep the order. With several it
 * costs the transfer of the cache line from core to core, since only one core may write it at a
 * time. A load alone needs no transfer: every core keeps a copy as long as none writes.
 *
 * Compare-and-swap is a loop: a worker that was overtaken between reading and swapping tries again.
 * cas_failures_per_op counts these retries. The other operations never fail, which is why a ticket
 * lock draws its tickets with fetch_add.
 */
#include "harness/bench.h"

enum { PARAM_OPERATION };
enum { LOAD, STORE, FETCH_ADD, COMPARE_EXCHANGE, EXCHANGE };
enum { METRIC_FAILURES };

/* The value that a load finds when no worker writes. */
#define LOADED 7

/* A worker's own record: the sum of the values that it got out, and its failed swaps. */
struct takings {
	uint64_t sum, failures;
};

static uint64_t load_it(_Atomic uint64_t *shared, uint64_t batch)
{
	uint64_t sum = 0;

	for (uint64_t n = batch; n; n--)
		sum += atomic_load(shared);
	return sum;
}

static void store_it(_Atomic uint64_t *shared, uint64_t batch, uint64_t value)
{
	for (uint64_t n = batch; n; n--)
		atomic_store(shared, value);
}

static uint64_t add_to_it(_Atomic uint64_t *shared, uint64_t batch)
{
	uint64_t sum = 0;

	for (uint64_t n = batch; n; n--)
		sum += atomic_fetch_add(shared, 1);
	return sum;
}

static uint64_t swap_it_if_same(_Atomic uint64_t *shared, uint64_t batch, uint64_t *failures)
{
	uint64_t sum = 0, failed = 0;

	for (uint64_t n = batch; n; n--) {
		uint64_t seen = atomic_load(shared);

		while (!atomic_compare_exchange_weak(shared, &seen, seen + 1))
			failed++;
		sum += seen;
	}
	*failures = failed;
	return sum;
}

/* Puts in FIRST, FIRST + 1 ... No value occurs twice, so a lost one changes the sums. */
static uint64_t exchange_it(_Atomic uint64_t *shared, uint64_t batch, uint64_t first)
{
	uint64_t sum = 0;

	for (uint64_t n = 0; n < batch; n++)
		sum += atomic_exchange(shared, first + n);
	return sum;
}

static uint64_t first_value(unsigned worker, uint64_t batch)
{
	return 1 + worker * batch;
}

static void operate(struct worker *w)
{
	_Atomic uint64_t *shared = w->shared;
	struct takings *mine = w->local;

	switch (w->params[PARAM_OPERATION]) {
	case LOAD:
		mine->sum = load_it(shared, w->batch);
		break;
	case STORE:
		store_it(shared, w->batch, w->index + 1);
		break;
	case FETCH_ADD:
		mine->sum = add_to_it(shared, w->batch);
		break;
	case COMPARE_EXCHANGE:
		mine->sum = swap_it_if_same(shared, w->batch, &mine->failures);
		break;
	default:
		mine->sum = exchange_it(shared, w->batch, first_value(w->index, w->batch));
	}
}

static void reset(struct trial *t)
{
	_Atomic uint64_t *shared = t->shared;

	atomic_store(shared, t->params[PARAM_OPERATION] == LOAD ? LOADED : 0);
	for (unsigned i = 0; i < t->workers; i++)
		*(struct takings *)t->slots[i].local = (struct takings){0};
}

/* The sum of all values that were put in by exchanging: 1, 2 ... ops. */
static uint64_t sum_to(uint64_t n)
{
	return n % 2 ? (n + 1) / 2 * n : n / 2 * (n + 1);
}

/*
 * SUM is the total that all took out and FINAL the value at the end. Both follow from OPS if no
 * operation was lost.
 */
static bool adds_up(int64_t operation, unsigned workers, uint64_t ops, uint64_t sum, uint64_t final)
{
	switch (operation) {
	case LOAD:
		return final == LOADED && sum == LOADED * ops;
	case STORE:
		return final >= 1 && final <= workers;
	case EXCHANGE:
		return sum + final == sum_to(ops);
	default: /* each of 0, 1 ... ops - 1 was seen by exactly one worker, which added one to it */
		return final == ops && sum == sum_to(ops) - ops;
	}
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const uint64_t final = atomic_load((_Atomic uint64_t *)t->shared);
	struct takings all = {0};

	for (unsigned i = 0; i < t->workers; i++) {
		const struct takings *one = t->slots[i].local;

		all.sum += one->sum;
		all.failures += one->failures;
	}
	if (t->params[PARAM_OPERATION] == COMPARE_EXCHANGE)
		metrics[METRIC_FAILURES] = (double)all.failures / (double)epoch->ops;
	if (!adds_up(t->params[PARAM_OPERATION], t->workers, epoch->ops, all.sum, final))
		return refuse(why, "%llu operations left %llu and took out %llu in sum",
			      (unsigned long long)epoch->ops, (unsigned long long) final,
			      (unsigned long long)all.sum);
	return true;
}

static const struct bench_case atomic_op = {
	.name = "atomic_op",
	.summary = "one atomic variable: load, store, add, swap, alone and together",
	.op = "operation",
	.family = BENCH_SHARED,
	.ladder = BENCH_LADDER_OP,
	.shared_size = sizeof(_Atomic uint64_t),
	.local_size = sizeof(struct takings),
	.params = {{"operation", FETCH_ADD, LOAD, EXCHANGE,
		    "0 load, 1 store, 2 fetch_add, 3 compare_exchange, 4 exchange"}},
	.metrics = {{"cas_failures_per_op", "1/op", "lower",
		     "swaps that failed because another worker was faster"}},
	.variants = {"operation=2", "operation=3", "operation=4", "operation=0", "operation=1"},
	.modes = "none",
	.modes_only = true,
	.profile_min = BENCH_FROM_FULL,
	.reset = reset,
	.run = {[SYNC_NONE] = operate},
	.check = check,
};
BENCH_REGISTER(atomic_op);
