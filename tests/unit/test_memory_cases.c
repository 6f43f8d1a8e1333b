/* SPDX-License-Identifier: MIT */
/*
 * The cases about memory between cores, one worker after the other and without a harness: whatever
 * storage or operation, the check passes; and fails once a count is missing, which proves that it looks.
 */
#include "harness/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WORKERS 2
#define BATCH   UINT64_C(100)

static struct trial trial;
static struct worker slots[WORKERS];
static int64_t params[BENCH_PARAMS_MAX];
static double metrics[BENCH_METRICS_MAX];
static struct reason why;

static void *zeroed(size_t size)
{
	const size_t whole = (size / SHARED_LINE + 1) * SHARED_LINE;
	void *memory = aligned_alloc(SHARED_LINE, whole);

	assert_non_null(memory);
	return memset(memory, 0, whole);
}

static void open_trial(const char *name, const char *variant)
{
	const struct bench_case *bench = registry_find(name);

	assert_non_null(bench);
	assert_true(bench_params_apply(bench, variant, params, &why));
	trial = (struct trial){
		.bench = bench,
		.workers = WORKERS,
		.params = params,
		.slots = slots,
		.shared = zeroed(bench->shared_size + WORKERS * bench->shared_size_per_worker)};
	for (unsigned i = 0; i < WORKERS; i++)
		slots[i] = (struct worker){.batch = BATCH,
					   .done = BATCH,
					   .index = i,
					   .count = WORKERS,
					   .shared = trial.shared,
					   .local = zeroed(bench->local_size),
					   .params = params};
}

static void close_trial(void)
{
	if (trial.bench->teardown)
		trial.bench->teardown(&trial);
	for (unsigned i = 0; i < WORKERS; i++)
		free(slots[i].local);
	free(trial.shared);
}

static void run_all(void)
{
	if (trial.bench->setup)
		assert_true(trial.bench->setup(&trial, &why));
	trial.bench->reset(&trial);
	for (unsigned i = 0; i < WORKERS; i++) {
		if (trial.bench->prepare)
			trial.bench->prepare(&slots[i]);
		trial.bench->run[SYNC_NONE](&slots[i]);
	}
}

static bool check(void)
{
	const struct epoch epoch = {
		.batch = BATCH, .ops = (uint64_t)WORKERS * BATCH, .wall_ns = 1000};

	for (unsigned i = 0; i < BENCH_METRICS_MAX; i++)
		metrics[i] = NAN;
	return trial.bench->check(&trial, &epoch, metrics, &why);
}

static void change(_Atomic uint64_t *word, uint64_t by)
{
	atomic_store(word, atomic_load(word) + by);
}

static void false_sharing_counts_everything(void **state)
{
	static const char *const variants[] = {"distance=0", "distance=64", "distance=128",
					       "distance=8"};
	static const size_t distances[] = {8, 64, 128, 8};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		open_trial("false_sharing", variants[i]);
		run_all();
		assert_true(check());
		/* the second worker's counter is where the parameter says */
		change((_Atomic uint64_t *)(void *)((char *)trial.shared + distances[i]),
		       UINT64_MAX);
		assert_false(check());
		close_trial();
	}
	open_trial("false_sharing", "distance=12");
	assert_false(trial.bench->setup(&trial, &why));
	close_trial();
}

static void atomic_operations_lose_nothing(void **state)
{
	static const char *const variants[] = {"operation=0", "operation=1", "operation=2",
					       "operation=3", "operation=4"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		open_trial("atomic_op", variants[i]);
		run_all();
		if (!check())
			fail_msg("%s: %s", variants[i], why.text);
		assert_true(i == 3 ? metrics[0] == 0 : isnan(metrics[0]));
		change(trial.shared, UINT64_MAX - 200); /* out of what any of them leaves */
		assert_false(check());
		close_trial();
	}
}

/* The sums catch what the variable does not show: a value that two workers drew. */
static void atomic_operations_are_summed(void **state)
{
	static const char *const variants[] = {"operation=0", "operation=2", "operation=3",
					       "operation=4"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		open_trial("atomic_op", variants[i]);
		run_all();
		*(uint64_t *)slots[1].local -= 1; /* its sum */
		assert_false(check());
		close_trial();
	}
}

static void every_storage_counts_everything(void **state)
{
	static const char *const variants[] = {"storage=0", "storage=2", "storage=3",
					       "storage=4", "storage=5", "storage=6"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		const bool by_key = strcmp(variants[i], "storage=2") == 0;

		open_trial("thread_local", variants[i]);
		run_all();
		/* both ran in this thread, so the key gave both the same variable */
		if (check() == by_key)
			fail_msg("%s: %s", variants[i], why.text);
		assert_true(metrics[0] >= 0 && metrics[2] == 0);
		close_trial();
	}
}

static void missing_counts_are_found(void **state)
{
	(void)state;
	open_trial("thread_local", "storage=4");
	run_all();
	change(trial.shared, UINT64_MAX);
	assert_false(check());
	assert_true(metrics[2] == 1);
	close_trial();

	/* without a lock lost counts are the result, but too many counts are an error there too */
	open_trial("thread_local", "storage=6");
	run_all();
	change(trial.shared, UINT64_MAX);
	assert_true(check());
	assert_true(metrics[2] == 1);
	change(trial.shared, 2);
	assert_false(check());
	close_trial();
}

static void threads_that_share_a_variable_are_found(void **state)
{
	(void)state;
	open_trial("thread_local", "storage=1");
	run_all();
	assert_false(check());
	assert_non_null(strstr(why.text, "count in one place"));
	close_trial();
}

static void a_transfer_that_is_missing_is_found(void **state)
{
	(void)state;
	open_trial("line_transfer", "");
	trial.bench->reset(&trial);
	change(trial.shared, 2 * BATCH);
	assert_true(check());
	change(trial.shared, UINT64_MAX);
	assert_false(check());
	trial.same_pu = true;
	assert_false(trial.bench->setup(&trial, &why));
	close_trial();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(false_sharing_counts_everything),
		cmocka_unit_test(atomic_operations_lose_nothing),
		cmocka_unit_test(atomic_operations_are_summed),
		cmocka_unit_test(every_storage_counts_everything),
		cmocka_unit_test(missing_counts_are_found),
		cmocka_unit_test(threads_that_share_a_variable_are_found),
		cmocka_unit_test(a_transfer_that_is_missing_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
