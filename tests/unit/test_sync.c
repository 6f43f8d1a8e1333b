/* SPDX-License-Identifier: MIT */
#include "harness/sync/sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct block {
	struct sync sync;
	uint64_t plain;
	struct worker workers[2];
	struct gil gils[2];
	struct timeline timelines[2];
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

static void start(enum sync_kind kind, const struct gil_policy *policy, uint64_t interval_ns)
{
	const struct sync_setup setup = {
		.kind = kind,
		.process_shared = kind == SYNC_MUTEX,
		.policy = policy,
		.gil = {.interval_ns = interval_ns, .ticks = 2},
		.stamps = true,
		.spins = PARKING_SPINS_DEFAULT,
		.fair_ns = PARKING_FAIR_NS_DEFAULT,
	};

	for (unsigned i = 0; i < 2; i++)
		memset(&block->workers[i].seat, 0, sizeof(block->workers[i].seat));
	memset(block->timelines, 0, sizeof(block->timelines));
	sync_init(&block->sync, &setup, block->workers, 2, block->gils, block->timelines);
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
	uint64_t takes = 0;

	for (unsigned i = 0; i < 2; i++)
		takes += atomic_load(&block->workers[i].seat.events[GIL_TAKES]);
	return takes;
}

static void without_a_lock_the_verbs_do_nothing(void **state)
{
	struct worker *w = &block->workers[0];

	(void)state;
	start(SYNC_NONE, NULL, 0);
	sync_begin(w, SYNC_NONE);
	sync_enter(w, SYNC_NONE);
	assert_true(mutex_is_free());
	sync_leave(w, SYNC_NONE);
	sync_tick(w, SYNC_NONE);
	sync_step(w, SYNC_NONE);
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
	start(SYNC_MUTEX, NULL, 0);
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

static void a_mutex_can_be_asked(void **state)
{
	struct worker *w = &block->workers[0];

	(void)state;
	start(SYNC_MUTEX, NULL, 0);
	assert_true(sync_can(SYNC_MUTEX, LOCK_HAS_TRY) && sync_can(SYNC_MUTEX, LOCK_HAS_TIMED));
	assert_false(sync_can(SYNC_MUTEX, LOCK_NESTS));
	assert_true(sync_can(SYNC_RECURSIVE, LOCK_NESTS));
	assert_false(sync_can(SYNC_TICKET, LOCK_HAS_TIMED));
	assert_false(sync_can(SYNC_NONE, LOCK_HAS_TRY) || sync_can(SYNC_GIL, LOCK_HAS_TRY));
	assert_int_equal(sync_enter_checked(w, SYNC_MUTEX), 0);
	assert_false(mutex_is_free());
	assert_int_equal(sync_timed(w, SYNC_MUTEX, 1), ETIMEDOUT); /* long over */
	sync_leave(w, SYNC_MUTEX);
	/* a free lock is taken without a look at the clock */
	assert_int_equal(sync_timed(w, SYNC_MUTEX, 1), 0);
	assert_false(mutex_is_free());
	sync_leave(w, SYNC_MUTEX);
	sync_destroy(&block->sync);
}

static void error_checking_locks_answer(void **state)
{
	struct worker *w = &block->workers[0];
	struct reason why;

	(void)state;
	start(SYNC_ERRORCHECK, NULL, 0);
	assert_true(sync_init_lock(&block->sync, SYNC_ERRORCHECK, 2, false, &why));
	assert_int_equal(sync_enter_checked(w, SYNC_ERRORCHECK), 0);
	assert_int_equal(sync_enter_checked(w, SYNC_ERRORCHECK), EDEADLK);
	sync_leave(w, SYNC_ERRORCHECK);
	assert_int_equal(sync_timed(w, SYNC_NONE, 1), ENOSYS);
	sync_destroy(&block->sync);
}

static void a_gil_is_held_but_while_blocked(void **state)
{
	struct worker *w = &block->workers[1];
	struct gil *gil = &block->gils[1];

	(void)state;
	start(SYNC_GIL, &gil_policy_32, GIL_INTERVAL_NS_DEFAULT);
	assert_int_equal(gil->interval_ns, GIL_INTERVAL_NS_DEFAULT);
	sync_begin(w, SYNC_GIL);
	assert_true(gil->locked);
	sync_enter(w, SYNC_GIL);
	assert_true(mutex_is_free());
	sync_leave(w, SYNC_GIL);
	sync_tick(w, SYNC_GIL);
	sync_step(w, SYNC_GIL);
	assert_true(gil->locked);
	assert_int_equal(gil_takes(), 1); /* no worker asked */
	sync_block(w, SYNC_GIL);
	assert_false(gil->locked);
	sync_unblock(w, SYNC_GIL);
	assert_true(gil->locked);
	sync_block_fd(w, SYNC_GIL, -1, 0);
	assert_false(gil->locked);
	sync_unblock(w, SYNC_GIL);
	sync_end(w, SYNC_GIL);
	assert_false(gil->locked);
	assert_int_equal(gil_takes(), 3);
	assert_int_equal(block->timelines[1].written, 3);
	sync_destroy(&block->sync);
}

/* The other worker waits for the lock. The first yields at a check point, and not before. */
static void *other(void *argument)
{
	struct worker *w = argument;

	sync_begin(w, SYNC_GIL);
	block->plain++;
	sync_end(w, SYNC_GIL);
	return NULL;
}

static void yields_on_request(bool at_step)
{
	struct worker *w = &block->workers[0];
	const struct sync_setup setup = {
		.kind = SYNC_GIL,
		.policy = &gil_policy_32,
		.gil = {.interval_ns = 100000},
		.gil_count = 1,
	};
	pthread_t thread;

	block->plain = 0;
	sync_init(&block->sync, &setup, block->workers, 2, block->gils, NULL);
	assert_int_equal(block->sync.gil_count, 1);
	sync_begin(w, SYNC_GIL);
	must(pthread_create(&thread, NULL, other, &block->workers[1]));
	while (!gil_seat_asked(&w->seat, GIL_AT_TICK))
		sched_yield();
	assert_int_equal(block->plain, 0);
	if (at_step)
		sync_step(w, SYNC_GIL);
	else
		sync_tick(w, SYNC_GIL);
	assert_int_equal(block->plain, 1);
	sync_end(w, SYNC_GIL);
	must(pthread_join(thread, NULL));
	sync_destroy(&block->sync);
}

static void a_check_point_yields_on_request(void **state)
{
	(void)state;
	yields_on_request(false);
	yields_on_request(true);
}

static void so_many_ticks_make_a_release(void **state)
{
	struct worker *w = &block->workers[0];

	(void)state;
	start(SYNC_GIL_TICKS, &gil_policy_27, 0);
	sync_begin(w, SYNC_GIL_TICKS);
	for (int i = 0; i < 6; i++) { /* the counter starts at 2 and must fall below zero */
		assert_int_equal(gil_takes(), 1 + i / 3);
		if (i % 2)
			sync_tick(w, SYNC_GIL_TICKS);
		else
			sync_step(w, SYNC_GIL_TICKS);
	}
	assert_int_equal(gil_takes(), 3);
	sync_end(w, SYNC_GIL_TICKS);
	sync_destroy(&block->sync);
}

static void own_gils_need_a_mutex_around_what_is_shared(void **state)
{
	struct worker *a = &block->workers[0], *b = &block->workers[1];

	(void)state;
	start(SYNC_GIL_OWN, &gil_policy_313, GIL_INTERVAL_NS_DEFAULT);
	assert_int_equal(block->sync.gil_count, 2);
	sync_begin(a, SYNC_GIL_OWN);
	sync_begin(b, SYNC_GIL_OWN); /* beside the other */
	assert_true(block->gils[0].locked && block->gils[1].locked);
	sync_enter(a, SYNC_GIL_OWN);
	assert_false(mutex_is_free());
	assert_false(sync_try(b, SYNC_GIL_OWN));
	sync_leave(a, SYNC_GIL_OWN);
	assert_true(mutex_is_free());
	sync_end(a, SYNC_GIL_OWN);
	sync_end(b, SYNC_GIL_OWN);
	sync_destroy(&block->sync);
}

static void *enter_and_leave(void *argument)
{
	struct worker *w = argument;

	sync_begin(w, SYNC_GIL_OWN);
	sync_enter(w, SYNC_GIL_OWN);
	block->plain++;
	sync_leave(w, SYNC_GIL_OWN);
	sync_end(w, SYNC_GIL_OWN);
	return NULL;
}

/* A worker that waits for the mutex lets others of its interpreter run. */
static void a_gil_is_not_held_while_waiting_for_the_mutex(void **state)
{
	pthread_t thread;

	(void)state;
	block->plain = 0;
	start(SYNC_GIL_OWN, &gil_policy_313, GIL_INTERVAL_NS_DEFAULT);
	must(pthread_mutex_lock(&block->sync.mutex));
	must(pthread_create(&thread, NULL, enter_and_leave, &block->workers[1]));
	while (!gil_takes())
		sched_yield();
	gil_begin(&block->workers[0].seat);
	block->workers[0].seat.gil = &block->gils[1];
	gil_begin(&block->workers[0].seat); /* returns: the other has let go of it */
	gil_end(&block->workers[0].seat);
	block->workers[0].seat.gil = &block->gils[0];
	gil_end(&block->workers[0].seat);
	assert_int_equal(block->plain, 0);
	must(pthread_mutex_unlock(&block->sync.mutex));
	must(pthread_join(thread, NULL));
	assert_int_equal(block->plain, 1);
	sync_destroy(&block->sync);
}

static void free_threads_share_a_parking_mutex(void **state)
{
	struct worker *a = &block->workers[0], *b = &block->workers[1];

	(void)state;
	start(SYNC_FREE, NULL, 0);
	sync_begin(a, SYNC_FREE);
	sync_enter(a, SYNC_FREE);
	assert_int_equal(atomic_load(&block->sync.parking.bits), PARKING_LOCKED);
	assert_false(sync_try(b, SYNC_FREE));
	sync_tick(a, SYNC_FREE);
	sync_step(a, SYNC_FREE);
	sync_block(a, SYNC_FREE);
	sync_unblock(a, SYNC_FREE);
	sync_leave(a, SYNC_FREE);
	assert_int_equal(atomic_load(&block->sync.parking.bits), 0);
	sync_end(a, SYNC_FREE);
	assert_int_equal(gil_takes(), 0);
	assert_false(sync_is_gil(SYNC_FREE));
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
	start(SYNC_MUTEX, NULL, 0);
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
		cmocka_unit_test(a_mutex_can_be_asked),
		cmocka_unit_test(error_checking_locks_answer),
		cmocka_unit_test(a_gil_is_held_but_while_blocked),
		cmocka_unit_test(a_check_point_yields_on_request),
		cmocka_unit_test(so_many_ticks_make_a_release),
		cmocka_unit_test(own_gils_need_a_mutex_around_what_is_shared),
		cmocka_unit_test(a_gil_is_not_held_while_waiting_for_the_mutex),
		cmocka_unit_test(free_threads_share_a_parking_mutex),
		cmocka_unit_test(processes_share_the_mutex),
	};

	alarm(120);
	return cmocka_run_group_tests(tests, make, unmake);
}
