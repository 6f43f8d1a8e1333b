/* SPDX-License-Identifier: MIT */
/* The tables: does every lock kind have a name, a mode and a word about itself, and do they agree? */
#include "harness/sync/mode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct mode *row_of(enum lock_kind kind, enum vehicle vehicle)
{
	size_t count;
	const struct mode *table = mode_table(&count);

	for (size_t i = 0; i < count; i++)
		if (table[i].group == MODE_LOCK && sync_lock(table[i].sync) == kind &&
		    table[i].vehicle == vehicle)
			return &table[i];
	return NULL;
}

static void every_kind_has_its_name(void **state)
{
	static const char *const names[] = {
#define NAME(KIND, kind, ...) [LOCK_##KIND] = #kind,
		LOCK_FOR_EACH(NAME, )};

	(void)state;
	for (int kind = LOCK_NOTHING + 1; kind < LOCK_KINDS; kind++) {
		assert_non_null(lock_traits(kind)->name);
		assert_string_equal(lock_traits(kind)->name, names[kind]);
	}
}

static void every_kind_has_its_rows(void **state)
{
	(void)state;
	for (int kind = LOCK_NOTHING + 1; kind < LOCK_TEST; kind++) {
		const struct mode *process = row_of(kind, VEHICLE_PROCESSES);

		if (!row_of(kind, VEHICLE_THREADS))
			fail_msg("%s has no mode", lock_traits(kind)->name);
		/* the mutex between processes is mode process of the base group */
		if (kind != LOCK_PSHARED && (process != NULL) != lock_can(kind, LOCK_IN_PROCESSES))
			fail_msg("%s: between processes or not?", lock_traits(kind)->name);
	}
	assert_null(row_of(LOCK_TEST, VEHICLE_THREADS));
	assert_null(row_of(LOCK_TEST, VEHICLE_PROCESSES));
}

static void rows_say_what_kinds_do(void **state)
{
	size_t count, locks = 0;
	const struct mode *table = mode_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct mode *row = &table[i];

		if (row->group != MODE_LOCK)
			continue;
		locks++;
		const enum lock_kind kind = sync_lock(row->sync);
		const char *tail = strstr(row->name, "-process");

		assert_true(sync_is_lock(row->sync));
		assert_true(row->spins == lock_can(kind, LOCK_SPINS));
		assert_true(row->needs_numa == lock_can(kind, LOCK_NEEDS_NUMA));
		assert_true((tail != NULL) == (row->vehicle == VEHICLE_PROCESSES));
		assert_ptr_equal(mode_find(row->name)->name, row->name); /* no name twice */
		assert_true(strlen(row->summary) > 20 && strlen(row->summary) < 90);
		assert_true(strlen(row->origin) > 5);
	}
	assert_true(locks >= LOCK_TEST - LOCK_NOTHING - 1u);
}

static void sync_kinds_and_lock_kinds_correspond(void **state)
{
	(void)state;
	assert_int_equal(sync_lock(SYNC_NONE), LOCK_NOTHING);
	assert_int_equal(sync_lock(SYNC_MUTEX), LOCK_NOTHING);
	assert_int_equal(sync_lock(SYNC_GIL), LOCK_NOTHING);
	assert_int_equal(sync_lock(SYNC_ERRORCHECK), LOCK_ERRORCHECK);
	assert_int_equal(sync_lock(SYNC_CK_MCS), LOCK_CK_MCS);
	assert_int_equal(sync_lock(SYNC_TEST), LOCK_TEST);
}

static void without_a_test_program_there_is_no_test_lock(void **state)
{
	struct reason why;
	struct lock lock;

	(void)state;
	assert_false(lock_init(&lock, LOCK_TEST, 2, false, &why));
	assert_null(mode_find("broken"));
}

static void what_the_build_lacks_is_refused(void **state)
{
	struct reason why;
	static struct lock lock;

	(void)state;
	for (int kind = LOCK_NOTHING + 1; kind < LOCK_TEST; kind++) {
		if (lock_traits(kind)->bytes)
			continue;
		assert_false(lock_init(&lock, kind, 2, false, &why));
		assert_string_equal(why.text, "built without ck");
	}
	assert_true(lock_traits(LOCK_FUTEX)->bytes > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_its_name),
		cmocka_unit_test(every_kind_has_its_rows),
		cmocka_unit_test(rows_say_what_kinds_do),
		cmocka_unit_test(sync_kinds_and_lock_kinds_correspond),
		cmocka_unit_test(without_a_test_program_there_is_no_test_lock),
		cmocka_unit_test(what_the_build_lacks_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
