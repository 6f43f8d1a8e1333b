/* SPDX-License-Identifier: MIT */
#include "harness/kit/supply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "harness/bench.h"

#define TEAM  4u
#define BATCH 100u

/* Four workers one after another, around a list that a test can falsify. */
struct stage {
	int64_t params[BENCH_PARAMS_MAX];
	struct supplier suppliers[TEAM];
	struct worker workers[TEAM];
	struct trial trial;
	struct supply_item items[2 * TEAM * BATCH];
	unsigned head, tail;
	bool broken;
	struct reason why;
	double metrics[BENCH_METRICS_MAX];
};

static struct stage stage;

static bool put(struct worker *w, const struct supply_item *item)
{
	(void)w;
	errno = EPIPE;
	if (stage.broken)
		return false;
	stage.items[stage.tail++] = *item;
	return true;
}

static bool get(struct worker *w, struct supply_item *item)
{
	(void)w;
	errno = EPIPE;
	if (stage.head == stage.tail)
		return false;
	*item = stage.items[stage.head++];
	return true;
}

static uint64_t depth(struct worker *w)
{
	(void)w;
	return stage.tail - stage.head;
}

SUPPLY(trade, put, get, depth)

static void set(int64_t producers)
{
	stage = (struct stage){.params = {TEAM, producers, 0}};
	for (unsigned i = 0; i < TEAM; i++)
		stage.workers[i] = (struct worker){
			.batch = BATCH,
			.done = BATCH,
			.index = i,
			.count = TEAM,
			.local = &stage.suppliers[i],
			.params = stage.params,
		};
	stage.trial = (struct trial){
		.workers = TEAM, .params = stage.params, .slots = stage.workers};
	supply_reset(&stage.trial);
}

static void run(unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		trade(&stage.workers[i]);
}

static bool judge(void)
{
	struct epoch epoch = {.batch = BATCH, .wall_ns = UINT64_C(1000) * BATCH};

	for (unsigned i = 0; i < TEAM; i++)
		epoch.ops += stage.workers[i].done;
	return supply_check(&stage.trial, &epoch, stage.metrics, &stage.why);
}

static void test_what_went_well_is_counted(void **state)
{
	(void)state;
	for (int64_t producers = 1; producers < TEAM; producers++) {
		set(producers);
		assert_true(supply_setup(&stage.trial, &stage.why));
		for (int epoch = 0; epoch < 2; epoch++) {
			stage.head = stage.tail = 0;
			supply_reset(&stage.trial);
			run(0, TEAM);
			if (!judge())
				fail_msg("%s", stage.why.text);
			/* one consumer after another: each takes what lies before its last mark */
			assert_int_equal(stage.head, stage.tail);
			assert_true(stage.metrics[SUPPLY_ITEM_NS] == 1000.0 / (double)producers);
			assert_true(stage.metrics[SUPPLY_DEPTH_MAX] >= 85);
			assert_true(stage.metrics[SUPPLY_MISDELIVERED] == 0);
			assert_true(stage.metrics[SUPPLY_SHARE_MAX] <= 1);
		}
	}
}

static void test_a_team_without_consumers_is_skipped(void **state)
{
	(void)state;
	set(TEAM);
	assert_false(supply_setup(&stage.trial, &stage.why));
	assert_non_null(strstr(stage.why.text, "leave nobody to consume"));
}

static void expect_refused(const char *what)
{
	run(2, TEAM);
	assert_false(judge());
	if (!strstr(stage.why.text, what))
		fail_msg("'%s', not '%s'", stage.why.text, what);
}

static void test_a_lost_item_is_noticed(void **state)
{
	(void)state;
	set(2);
	run(0, 2);
	memmove(&stage.items[10], &stage.items[11], (stage.tail - 11) * sizeof(stage.items[0]));
	stage.tail--;
	expect_refused("200 items put and 199 got");
}

static void test_an_item_instead_of_another_is_noticed(void **state)
{
	(void)state;
	set(2);
	run(0, 2);
	stage.items[10] = stage.items[9]; /* the right count, but one item comes twice */
	expect_refused("not the same ones");
}

static void test_another_order_is_noticed(void **state)
{
	const struct supply_item first = {.producer = 0, .number = 10};

	(void)state;
	set(2);
	run(0, 2);
	assert_int_equal(stage.items[9].number, first.number);
	stage.items[9] = stage.items[10];
	stage.items[10] = first;
	expect_refused("1 items came after a later one");
}

static void test_the_same_item_again_is_out_of_order(void **state)
{
	const struct supply_item item = {.producer = 1, .number = 3};
	struct supplier me = {0};

	(void)state;
	supply_count_got(&me, &item);
	assert_int_equal(me.disorder, 0);
	supply_count_got(&me, &item);
	assert_int_equal(me.disorder, 1);
}

static void test_a_queue_that_breaks_is_told(void **state)
{
	(void)state;
	set(2);
	stage.broken = true;
	run(0, 2);
	expect_refused("worker 0 stopped after 0 items: Broken pipe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_went_well_is_counted),
		cmocka_unit_test(test_a_team_without_consumers_is_skipped),
		cmocka_unit_test(test_a_lost_item_is_noticed),
		cmocka_unit_test(test_an_item_instead_of_another_is_noticed),
		cmocka_unit_test(test_another_order_is_noticed),
		cmocka_unit_test(test_the_same_item_again_is_out_of_order),
		cmocka_unit_test(test_a_queue_that_breaks_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
