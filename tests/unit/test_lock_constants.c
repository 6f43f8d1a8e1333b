/* SPDX-License-Identifier: MIT */
/* The constants that a lock is made with: those of its source. */
#include "harness/lock/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct lock *make(enum lock_kind kind, unsigned workers)
{
	static struct lock lock;
	struct reason why;

	assert_true(lock_init(&lock, kind, workers, false, &why));
	return &lock;
}

static void the_parking_mutexes_are_those_of_cpython(void **state)
{
	(void)state;
	assert_int_equal(make(LOCK_PYMUTEX, 2)->pymutex.spins, 40);
	assert_int_equal(make(LOCK_PYMUTEX, 2)->pymutex.fair_ns, 1000000);
	assert_int_equal(make(LOCK_PYMUTEX_NOSPIN, 2)->pymutex_nospin.spins, 0);
	assert_int_equal(make(LOCK_PYMUTEX_NOSPIN, 2)->pymutex_nospin.fair_ns, 1000000);
}

/* glibc tells the kinds of a mutex apart by these bits; the plain one has none and is fastest. */
static void mutexes_differ_in_their_attributes(void **state)
{
	(void)state;
#ifdef __GLIBC__
	pthread_mutex_t plain;

	lock_mutex_init(&plain, false);
	assert_int_equal(plain.__data.__kind, 0);
	assert_int_equal(make(LOCK_PSHARED, 2)->pshared.__data.__kind, 128);
	assert_int_equal(make(LOCK_INHERIT, 2)->inherit.__data.__kind, 32);
	assert_int_equal(make(LOCK_ROBUST, 2)->robust.mutex.__data.__kind, 16 | 128);
	assert_int_equal(make(LOCK_ADAPTIVE, 2)->adaptive.__data.__kind, PTHREAD_MUTEX_ADAPTIVE_NP);
#else
	skip();
#endif
}

static void a_cohort_passes_the_lock_on_ten_times(void **state)
{
	(void)state;
#if TOLLGATE_CK
	if (LOCK_WATCHED)
		skip();
	const struct lock_cohorts *lock = &make(LOCK_CK_COHORT, 2)->ck_cohort;

	for (unsigned i = 0; i < LOCK_COHORTS_MAX; i++)
		assert_int_equal(lock->cohorts[i].cohort.local_pass_limit, 10);
#else
	skip();
#endif
}

static void the_array_lock_has_a_slot_for_each(void **state)
{
	(void)state;
#if TOLLGATE_CK
	static const unsigned workers[] = {1, 2, 3, 5, 64, 65, LOCK_SLOTS_MAX};
	static struct lock lock;
	struct reason why;

	for (size_t i = 0; i < ARRAY_SIZE(workers); i++) {
		if (!lock_init(&lock, LOCK_CK_ANDERSON, workers[i], false, &why))
			skip();
		assert_true(lock.ck_anderson.lock.count >= workers[i]);
		assert_true(lock.ck_anderson.lock.count < 2 * workers[i]);
		assert_true(lock.ck_anderson.lock.count <= LOCK_SLOTS_MAX);
		lock_destroy(&lock);
	}
#else
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parking_mutexes_are_those_of_cpython),
		cmocka_unit_test(mutexes_differ_in_their_attributes),
		cmocka_unit_test(a_cohort_passes_the_lock_on_ten_times),
		cmocka_unit_test(the_array_lock_has_a_slot_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
