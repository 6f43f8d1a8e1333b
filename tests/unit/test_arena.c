/* SPDX-License-Identifier: MIT */
#include "harness/runner/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCKS_MAX 2000

static const struct bench_case bench = {
	.name = "bench",
	.shared_size = 10,
	.shared_size_per_worker = 3,
	.local_size = 129,
	.latency = true,
};

struct extent {
	const char *begin;
	size_t size;
};

struct extents {
	struct extent list[BLOCKS_MAX];
	size_t count;
};

static void note_extent(struct extents *extents, const void *begin, size_t size)
{
	assert_true(extents->count < BLOCKS_MAX);
	extents->list[extents->count++] = (struct extent){begin, size};
}

static void gather(struct extents *extents, const struct arena *arena, unsigned workers)
{
	extents->count = 0;
	note_extent(extents, arena->gate, sizeof(*arena->gate));
	note_extent(extents, arena->sync, sizeof(*arena->sync));
	note_extent(extents, arena->trouble_state, sizeof(*arena->trouble_state));
	note_extent(extents, arena->trouble, sizeof(*arena->trouble));
	note_extent(extents, arena->shared, 10 + 3 * workers);
	note_extent(extents, arena->records, workers * sizeof(*arena->records));
	note_extent(extents, arena->latencies, workers * sizeof(*arena->latencies));
	for (unsigned i = 0; i < workers; i++) {
		note_extent(extents, &arena->workers[i], sizeof(arena->workers[i]));
		note_extent(extents, arena->workers[i].local, 129);
	}
}

static size_t last_line(const struct extent *extent, const char *base)
{
	return (size_t)(extent->begin + extent->size - 1 - base) / SHARED_LINE;
}

/* Every block begins on a line and shares none with another. */
static void check_lines(const struct extents *extents, const struct arena *arena)
{
	static bool taken[1u << 20];

	assert_true(arena->size / SHARED_LINE < ARRAY_SIZE(taken));
	memset(taken, 0, sizeof(taken));
	for (size_t i = 0; i < extents->count; i++) {
		const struct extent *extent = &extents->list[i];

		assert_int_equal((uintptr_t)extent->begin % SHARED_LINE, 0);
		assert_true(extent->begin >= (char *)arena->base);
		assert_true(extent->begin + extent->size <= (char *)arena->base + arena->size);
		size_t line = (size_t)(extent->begin - (char *)arena->base) / SHARED_LINE;

		for (; line <= last_line(extent, arena->base); line++) {
			assert_false(taken[line]);
			taken[line] = true;
		}
	}
}

static void blocks_stand_on_lines_of_their_own(void **state)
{
	static const unsigned counts[] = {1, 2, 3, 64, 500};
	static struct extents extents;
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		assert_true(arena_map(&arena, &bench, counts[i], NULL));
		gather(&extents, &arena, counts[i]);
		check_lines(&extents, &arena);
		arena_unmap(&arena);
		assert_null(arena.base);
		arena_unmap(&arena); /* twice is harmless */
	}
}

static void all_of_it_is_zero_and_writable(void **state)
{
	static struct extents extents;
	struct arena arena;

	(void)state;
	assert_true(arena_map(&arena, &bench, 3, NULL));
	gather(&extents, &arena, 3);
	for (size_t i = 0; i < 7; i++) /* the worker slots are filled */
		for (size_t n = 0; n < extents.list[i].size; n++)
			assert_int_equal(extents.list[i].begin[n], 0);
	for (unsigned i = 0; i < 3; i++)
		memset(arena.workers[i].local, 1, 129);
	memset(arena.shared, 2, 10 + 3 * 3);
	memset(arena.latencies, 3, 3 * sizeof(struct histogram));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(*(char *)arena.workers[i].local, 1);
	arena_unmap(&arena);
}

static void workers_know_their_blocks(void **state)
{
	struct arena arena;

	(void)state;
	assert_true(arena_map(&arena, &bench, 5, NULL));
	for (unsigned i = 0; i < 5; i++) {
		const struct worker *w = &arena.workers[i];

		assert_int_equal(w->index, i);
		assert_int_equal(w->count, 5);
		assert_ptr_equal(w->shared, arena.shared);
		assert_ptr_equal(w->sync, arena.sync);
		assert_ptr_equal(w->latency, &arena.latencies[i]);
	}
	arena_unmap(&arena);
}

static void a_case_without_blocks_needs_none(void **state)
{
	static const struct bench_case plain = {.name = "plain"};
	struct arena arena;

	(void)state;
	assert_true(arena_map(&arena, &plain, 2, NULL));
	assert_null(arena.latencies);
	assert_null(arena.workers[1].latency);
	assert_null(arena_trouble(&arena));
	arena_unmap(&arena);
}

static void too_much_is_refused(void **state)
{
	static const struct bench_case huge = {.name = "huge", .local_size = (size_t)1 << 46};
	struct arena arena;
	struct reason why = {""};

	(void)state;
	assert_false(arena_map(&arena, &huge, 4, &why));
	assert_non_null(strstr(why.text, "no memory for an arena"));
	assert_null(arena.base);
	arena_unmap(&arena);
}

/* A child process reports, and its parent reads. The second report changes nothing. */
static void the_first_trouble_is_kept(void **state)
{
	struct arena arena;
	struct reason why;
	int status;

	(void)state;
	assert_true(arena_map(&arena, &bench, 1, NULL));
	assert_null(arena_trouble(&arena));
	pid_t child = (pid_t)must_sys(fork());

	if (!child) {
		refuse(&why, "first");
		arena_report_trouble(&arena, &why);
		_exit(0);
	}
	must_sys(waitpid(child, &status, 0));
	refuse(&why, "second");
	arena_report_trouble(&arena, &why);
	assert_string_equal(arena_trouble(&arena)->text, "first");
	arena_unmap(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_stand_on_lines_of_their_own),
		cmocka_unit_test(all_of_it_is_zero_and_writable),
		cmocka_unit_test(workers_know_their_blocks),
		cmocka_unit_test(a_case_without_blocks_needs_none),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(the_first_trouble_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
