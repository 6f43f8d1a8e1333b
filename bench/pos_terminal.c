/* SPDX-License-Identifier: MIT */
/*
 * The point-of-sale terminal: ten people swipe one card, one yuan each time, and the card must end
 * up poorer by exactly the number of swipes. A swipe reads the balance, thinks, and writes it back.
 * If another person swipes in between, one of the two payments is lost.
 *
 * Without a lock the number of lost payments is the measurement. Under a mutex none may be lost.
 * Under a GIL it depends on the place where the interpreter may switch: with split=0 the check
 * point comes after the swipe, as in CPython since 3.10, and no payment is lost. With split=1 there
 * is one between read and write. A race needs time: 20000 swipes of each person fit into one turn
 * of 5 ms, and then no payment is lost either. With block=1 a swipe asks the bank in between, and
 * this wait releases the GIL. Then nearly all payments are lost, because the ten fall into step,
 * read the same balance and write the same one.
 */
#include "harness/bench.h"

#define PEOPLE 10

enum { PARAM_SWIPES, PARAM_THINK, PARAM_SPLIT, PARAM_BLOCK };
enum { METRIC_LOST, METRIC_BALANCE };

struct card {
	/* relaxed atomics: the race is intended and must not be undefined behaviour */
	_Alignas(SHARED_LINE) _Atomic int64_t balance;
};

static void swipe(struct worker *w, const enum sync_kind kind)
{
	struct card *card = w->shared;
	const uint64_t think = (uint64_t)w->params[PARAM_THINK];
	const bool split = w->params[PARAM_SPLIT] != 0, block = w->params[PARAM_BLOCK] != 0;
	uint64_t thought = w->index;

	for (uint64_t n = w->batch; n; n--) {
		sync_enter(w, kind);
		int64_t balance = atomic_load_explicit(&card->balance, memory_order_relaxed);

		bench_keep(balance); /* or clang folds load and store into one instruction */
		for (uint64_t i = think; i; i--)
			bench_step(&thought);
		bench_keep(thought);
		if (split)
			sync_step(w, kind);
		if (block) {
			sync_block(w, kind);
			bench_sleep_us(0); /* ask the bank: a timer is some 50 us late */
			sync_unblock(w, kind);
		}
		atomic_store_explicit(&card->balance, balance - 1, memory_order_relaxed);
		sync_leave(w, kind);
		sync_tick(w, kind);
	}
}
BENCH_SPECIALISE_SHARED(swipe)

static void reset(struct trial *t)
{
	struct card *card = t->shared;

	atomic_store(&card->balance, t->params[PARAM_SWIPES] * t->workers);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct card *card = t->shared;
	const int64_t balance = atomic_load(&card->balance);
	const bool may_lose = t->sync == SYNC_NONE ||
			      (sync_is_gil(t->sync) &&
			       (t->params[PARAM_SPLIT] || t->params[PARAM_BLOCK])) ||
			      t->unlocked;

	(void)epoch;
	metrics[METRIC_LOST] = (double)balance; /* it started as the number of swipes */
	metrics[METRIC_BALANCE] = (double)balance;
	if (balance < 0)
		return refuse(why, "balance %lld: more was paid than was swiped",
			      (long long)balance);
	if (balance && !may_lose)
		return refuse(why, "%lld swipes were lost under a lock", (long long)balance);
	return true;
}

static const struct bench_case pos_terminal = {
	.name = "pos_terminal",
	.summary = "ten people swipe one card: the lost payments, and the cost of a lock",
	.op = "swipe",
	.family = BENCH_SHARED,
	.shared_size = sizeof(struct card),
	.params = {{"swipes", 500, 1, 100000000, "payments of one yuan per person"},
		   {"think", 100, 0, 100000000, "steps between reading and writing the balance"},
		   {"split", 0, 0, 1, "1: the interpreter may switch between read and write"},
		   {"block", 0, 0, 1, "1: a blocking call between read and write"}},
	.metrics = {{"lost_updates", "swipes", "zero", "payments that had no effect"},
		    {"final_balance", "yuan", "zero", "balance of a card that should be empty"}},
	.variants = {"", "swipes=20000", "swipes=200000", "swipes=200000;split=1"},
	.batch_param = "swipes",
	.workers = PEOPLE,
	.reset = reset,
	.run = BENCH_RUN_SHARED(swipe),
	.check = check,
};
BENCH_REGISTER(pos_terminal);
