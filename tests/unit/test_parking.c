/* SPDX-License-Identifier: MIT */
/* The parking mutex: who is parked, who is handed the lock, what giving up leaves behind. */
#include "harness/lock/parking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>

#include "harness/base/clock.h"

#define NEVER_NS (UINT64_MAX / 2)

struct waiting {
	struct parking_mutex *mutex;
	struct parking_waiter me;
	pthread_t thread;
	uint64_t until_ns;
	bool handed_over, got_it;
	_Atomic bool may_go;
};

static void *wait_for_it(void *argument)
{
	struct waiting *w = argument;

	w->got_it = parking_try(w->mutex) || parking_wait(w->mutex, &w->me, w->until_ns);
	if (!w->got_it)
		return NULL;
	w->handed_over = w->me.handed_over;
	while (!atomic_load(&w->may_go))
		sched_yield();
	parking_unlock(w->mutex);
	return NULL;
}

static bool is_parked(struct parking_mutex *mutex, const struct parking_waiter *waiter)
{
	bool parked = false;

	must(pthread_mutex_lock(&mutex->queue));
	for (const struct parking_waiter *at = mutex->first; at; at = at->next)
		parked |= at == waiter;
	must(pthread_mutex_unlock(&mutex->queue));
	return parked;
}

static void start(struct waiting *w, struct parking_mutex *mutex, uint64_t until_ns)
{
	*w = (struct waiting){.mutex = mutex, .until_ns = until_ns};
	must(pthread_create(&w->thread, NULL, wait_for_it, w));
	while (until_ns == FUTEX_FOREVER && !is_parked(mutex, &w->me))
		sched_yield();
}

static void finish(struct waiting *w)
{
	atomic_store(&w->may_go, true);
	must(pthread_join(w->thread, NULL));
}

static void who_has_waited_long_is_handed_the_lock(void **state)
{
	struct parking_mutex mutex;
	struct waiting w;

	(void)state;
	parking_init(&mutex, 0, 0, false); /* any wait is long */
	assert_true(parking_try(&mutex));
	start(&w, &mutex, FUTEX_FOREVER);
	const uint64_t parked_ns = clock_now_ns();

	while (clock_now_ns() <= parked_ns)
		;
	parking_unlock(&mutex);
	assert_false(parking_try(&mutex)); /* it was never free */
	finish(&w);
	assert_true(w.handed_over);
	assert_true(parking_try(&mutex));
	parking_unlock(&mutex);
	parking_destroy(&mutex);
}

static void who_has_not_must_win_it(void **state)
{
	struct parking_mutex mutex;
	struct waiting w;

	(void)state;
	parking_init(&mutex, 0, NEVER_NS, false);
	assert_true(parking_try(&mutex));
	start(&w, &mutex, FUTEX_FOREVER);
	parking_unlock(&mutex);
	finish(&w);
	assert_true(w.got_it);
	assert_false(w.handed_over);
	parking_destroy(&mutex);
}

static void the_first_in_the_queue_comes_first(void **state)
{
	struct parking_mutex mutex;
	struct waiting w[3];

	(void)state;
	parking_init(&mutex, PARKING_SPINS_DEFAULT, 0, false);
	assert_true(parking_try(&mutex));
	for (int i = 0; i < 3; i++)
		start(&w[i], &mutex, FUTEX_FOREVER);
	for (int i = 0; i < 3; i++) {
		assert_true(is_parked(&mutex, &w[i].me));
		assert_ptr_equal(mutex.first, &w[i].me);
		const uint64_t parked_ns = clock_now_ns();

		while (clock_now_ns() <= parked_ns)
			;
		if (i == 0)
			parking_unlock(&mutex);
		else
			finish(&w[i - 1]);
		while (is_parked(&mutex, &w[i].me))
			sched_yield();
	}
	finish(&w[2]);
	assert_int_equal(mutex.bits, 0);
	assert_null(mutex.first);
	parking_destroy(&mutex);
}

static void giving_up_leaves_the_queue(void **state)
{
	struct parking_mutex mutex;
	struct waiting late, patient;

	(void)state;
	parking_init(&mutex, PARKING_SPINS_DEFAULT, NEVER_NS, false);
	assert_true(parking_try(&mutex));
	start(&late, &mutex, clock_now_ns() + 1000000);
	finish(&late);
	assert_false(late.got_it);
	assert_false(is_parked(&mutex, &late.me));
	start(&patient, &mutex, FUTEX_FOREVER);
	parking_unlock(&mutex);
	finish(&patient);
	assert_true(patient.got_it);
	/* again with a single waiter that gave up: the lock is marked as parked, but no worker waits */
	assert_true(parking_try(&mutex));
	start(&late, &mutex, clock_now_ns() + 1000000);
	finish(&late);
	assert_int_equal(mutex.bits, PARKING_LOCKED | PARKING_PARKED);
	parking_unlock(&mutex);
	assert_int_equal(mutex.bits, 0);
	parking_destroy(&mutex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_waited_long_is_handed_the_lock),
		cmocka_unit_test(who_has_not_must_win_it),
		cmocka_unit_test(the_first_in_the_queue_comes_first),
		cmocka_unit_test(giving_up_leaves_the_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
