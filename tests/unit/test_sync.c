/* SPDX-License-Identifier: MIT */
#include "harness/sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct block {
	struct sync sync;
	uint64_t plain;
	struct worker workers[2];
};

static struct block *block;

static int make(void **state)
{
	(void)state;
	block = mmap(NULL, sizeof(*block), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (block == MAP_FAILED)
		return -1;
	for (unsigned i = 0; i < 2; i++)
		block->workers[i] = (struct worker){.sync = &block->sync, .index = i, .count = 2};
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	return munmap(block, sizeof(*block));
}

static bool mutex_is_free(void)
{
	int error = pthread_mutex_trylock(&block->sync.mutex);

	if (error == EBUSY)
		return false;
	must(error);
	must(pthread_mutex_unlock(&block->sync.mutex));
	return true;
}

static uint64_t gil_takes(void)
{
	return block->sync.gil.events[GIL_TAKES];
}

static void without_a_lock_the_verbs_do_nothing(void **state)
{
	struct worker *w = &block->workers[0];

	(void)state;
	sync_init(&block->sync, GIL_INTERVAL_NS_DEFAULT, false);
	sync_begin(w, SYNC_NONE);
	sync_enter(w, SYNC_NONE);
	assert_true(mutex_is_free());
	sync_leave(w, SYNC_NONE);
	sync_tick(w, SYNC_NONE);
	sync_block(w, SYNC_NONE);
	sync_unblock(w, SYNC_NONE);
	sync_end(w, SYNC_NONE);
	assert_int_equal(gil_takes(), 0);
	sync_destroy(&block->sync);
}

static void a_mutex_is_held_between_enter_and_leave(void **state)
{
	struct worker *w = &block->workers[0];

	(void)state;
	sync_init(&block->sync, GIL_INTERVAL_NS_DEFAULT, false);
	sync_begin(w, SYNC_MUTEX);
	assert_true(mutex_is_free());
	sync_enter(w, SYNC_MUTEX);
	assert_false(mutex_is_free());
	sync_tick(w, SYNC_MUTEX);
	assert_false(mutex_is_free());
	sync_leave(w, SYNC_MUTEX);
	assert_true(mutex_is_free());
	sync_block(w, SYNC_MUTEX);
	sync_unblock(w, SYNC_MUTEX);
	sync_end(w, SYNC_MUTEX);
	assert_int_equal(gil_takes(), 0);
	sync_destroy(&block->sync);
}

static void a_gil_is_held_but_while_blocked(void **state)
{
	struct worker *w = &block->workers[1];
	struct gil *gil = &block->sync.gil;

	(void)state;
	sync_init(&block->sync, GIL_INTERVAL_NS_DEFAULT, false);
	assert_int_equal(gil->interval_ns, GIL_INTERVAL_NS_DEFAULT);
	sync_begin(w, SYNC_GIL);
	assert_true(gil->locked);
	assert_int_equal(gil->last_holder, 1);
	sync_enter(w, SYNC_GIL);
	assert_true(mutex_is_free());
	sync_leave(w, SYNC_GIL);
	sync_tick(w, SYNC_GIL);
	assert_true(gil->locked);
	assert_int_equal(gil_takes(), 1); /* nobody asked */
	sync_block(w, SYNC_GIL);
	assert_false(gil->locked);
	sync_unblock(w, SYNC_GIL);
	assert_true(gil->locked);
	sync_end(w, SYNC_GIL);
	assert_false(gil->locked);
	assert_int_equal(gil_takes(), 2);
	sync_destroy(&block->sync);
}

/* The other worker waits for the lock; the first gives way at a tick, and not before. */
static void *other(void *argument)
{
	struct worker *w = argument;

	sync_begin(w, SYNC_GIL);
	block->plain++;
	sync_end(w, SYNC_GIL);
	return NULL;
}

static void a_tick_yields_on_request(void **state)
{
	struct worker *w = &block->workers[0];
	pthread_t thread;

	(void)state;
	block->plain = 0;
	sync_init(&block->sync, 100000, false);
	sync_begin(w, SYNC_GIL);
	must(pthread_create(&thread, NULL, other, &block->workers[1]));
	while (!gil_drop_requested(&block->sync.gil))
		sched_yield();
	assert_int_equal(block->plain, 0);
	sync_tick(w, SYNC_GIL);
	assert_int_equal(block->plain, 1);
	sync_end(w, SYNC_GIL);
	must(pthread_join(thread, NULL));
	sync_destroy(&block->sync);
}

static void add_under_the_mutex(struct worker *w)
{
	for (int i = 0; i < 200000; i++) {
		sync_enter(w, SYNC_MUTEX);
		block->plain++;
		sync_leave(w, SYNC_MUTEX);
	}
}

static void processes_share_the_mutex(void **state)
{
	int status;

	(void)state;
	block->plain = 0;
	sync_init(&block->sync, GIL_INTERVAL_NS_DEFAULT, true);
	for (int i = 0; i < 2; i++)
		if (must_sys(fork()) == 0) {
			alarm(60);
			add_under_the_mutex(&block->workers[i]);
			_exit(0);
		}
	for (int i = 0; i < 2; i++) {
		must_sys(wait(&status));
		assert_int_equal(status, 0);
	}
	assert_int_equal(block->plain, 400000);
	sync_destroy(&block->sync);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_lock_the_verbs_do_nothing),
		cmocka_unit_test(a_mutex_is_held_between_enter_and_leave),
		cmocka_unit_test(a_gil_is_held_but_while_blocked),
		cmocka_unit_test(a_tick_yields_on_request),
		cmocka_unit_test(processes_share_the_mutex),
	};

	alarm(120);
	return cmocka_run_group_tests(tests, make, unmake);
}
