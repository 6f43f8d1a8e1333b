/* SPDX-License-Identifier: MIT */
#include "harness/summary/ladder.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/registry.h"

static const struct summary_row plain = {
	.run_id = "r",
	.build = "b",
	.git_sha = "g",
	.case_name = "floor_syscall",
	.mode = "none",
	.placement = "cores",
	.param = "",
	.workers = 1,
	.metric = "op_ns",
	.unit = "ns",
	.better = "lower",
	.median = 100,
	.ci_reached = 2,
	.flags = "",
	.status = "ok",
};

static struct summary_row row(const char *case_name, const char *mode, const char *metric,
			      double median)
{
	struct summary_row one = plain;

	one.case_name = case_name;
	one.mode = mode;
	one.metric = metric;
	one.median = median;
	return one;
}

static struct ladder ladder;

static void make(const struct summary_row *rows, size_t count)
{
	ladder_free(&ladder);
	ladder_make(&ladder, rows, count);
}

static void expect(size_t rung, const char *case_name, const char *mode, double median)
{
	assert_true(rung < ladder.count);
	assert_string_equal(ladder.rungs[rung].case_name, case_name);
	assert_string_equal(ladder.rungs[rung].mode, mode);
	assert_true(ladder.rungs[rung].median == median);
}

/* Cases on the ladder that are linked in: measured ones and others together are always all of them. */
static size_t cases_on_it(void)
{
	static const struct summary_row nothing;
	size_t all;

	make(&nothing, 0);
	assert_int_equal(ladder.all, 0); /* no run, nothing that it lacks */
	make(&(struct summary_row){.case_name = "gone", .metric = "op_ns"}, 1);
	assert_int_equal(ladder.count, 0);
	all = ladder.all;
	return all;
}

static void test_cheapest_first(void **state)
{
	const struct summary_row rows[] = {
		row("rt_pipe", "process", "rt_ns", 9000),
		row("floor_syscall", "none", "op_ns", 300),
		row("create_fork", "process", "create_ns", 3e5),
		row("rt_pipe", "none", "rt_ns", 8000),
	};

	(void)state;
	make(rows, ARRAY_SIZE(rows));
	assert_int_equal(ladder.count, 4);
	expect(0, "floor_syscall", "none", 300);
	expect(1, "rt_pipe", "none", 8000);
	expect(2, "rt_pipe", "process", 9000);
	expect(3, "create_fork", "process", 3e5);
}

/* A rung is a case's own time, in a mode that measures it, of a case that is a mechanism. */
static void test_what_is_no_rung(void **state)
{
	const struct summary_row rows[] = {
		row("rt_pipe", "process", "op_ns", 1), /* rt_ns is its figure */
		row("rt_pipe", "process", "latency_p50_ns", 1),
		row("bw_pipe", "process", "bytes_per_s", 1e9), /* a throughput */
		row("bw_pipe", "process", "op_ns", 1),
		row("cpu_int", "none", "op_ns", 1),     /* work, not a mechanism */
		row("sync_pair", "none", "op_ns", 1),   /* no lock at all */
		row("sync_pair", "gil", "op_ns", 1),    /* taken already */
		row("clock_read", "mutex", "op_ns", 1), /* the same as without */
		row("no_such_case", "none", "rt_ns", 1),
		row("rt_pipe", "no-such-mode", "rt_ns", 1),
		row("sync_pair", "mutex", "op_ns", 17),
	};

	(void)state;
	make(rows, ARRAY_SIZE(rows));
	assert_int_equal(ladder.count, 1);
	expect(0, "sync_pair", "mutex", 17);
}

static void test_what_is_not_to_be_believed(void **state)
{
	struct summary_row rows[] = {
		row("rt_pipe", "none", "rt_ns", 1),     row("rt_fifo", "none", "rt_ns", 1),
		row("rt_futex", "none", "rt_ns", 1),    row("rt_tcp", "none", "rt_ns", NAN),
		row("floor_yield", "none", "op_ns", 0),
	};

	(void)state;
	rows[0].status = "wrong";
	rows[1].flags = "v";
	rows[2].flags = "oi";
	make(rows, ARRAY_SIZE(rows));
	assert_int_equal(ladder.count, 0);
	assert_int_equal(ladder.all, cases_on_it());
}

/* The parameters that a case has by itself, and among placements and widths the cheapest. */
static void test_which_of_several(void **state)
{
	struct summary_row rows[] = {
		row("create_fork", "none", "create_ns", 5000),
		row("create_fork", "none", "create_ns", 300),
		row("create_fork", "none", "create_ns", 400),
		row("create_fork", "none", "create_ns", 200),
	};

	(void)state;
	rows[0].param = "touched_mib=64;huge=0";
	rows[1].param = rows[2].param = "touched_mib=0;huge=0";
	rows[3].param = "touched_mib=0;huge=1";
	rows[1].placement = "same-core";
	make(rows, ARRAY_SIZE(rows));
	assert_int_equal(ladder.count, 1);
	expect(0, "create_fork", "none", 300);
	assert_string_equal(ladder.rungs[0].placement, "same-core");
	make(&rows[3], 1); /* not measured with those: then with others */
	expect(0, "create_fork", "none", 200);
}

static void test_what_was_not_measured_is_told(void **state)
{
	const struct summary_row rows[] = {row("rt_pipe", "none", "rt_ns", 8000)};
	const size_t all = cases_on_it();
	bool found = false;

	(void)state;
	assert_true(all > 30);
	make(rows, 1);
	assert_int_equal(ladder.count, 1);
	assert_int_equal(ladder.all, all);
	for (size_t i = 1; i < ladder.all; i++) {
		const struct summary_row *one = &ladder.rungs[i];

		assert_string_equal(one->status, LADDER_NOT_MEASURED);
		assert_true(isnan(one->median));
		assert_string_not_equal(one->case_name, "rt_pipe");
		assert_string_equal(one->run_id, "r");
		found |= strcmp(one->case_name, "create_fork_exec") == 0;
	}
	assert_true(found);
}

static bool wants(const void *context, const char *case_name)
{
	return strncmp(case_name, context, strlen(context)) == 0;
}

/* To be freed. */
static char *print(const struct summary_view *view, size_t printed)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(ladder_print(out, &ladder, view), printed);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_printed(void **state)
{
	const struct summary_row rows[] = {row("rt_pipe", "process", "rt_ns", 8000),
					   row("rt_posix_mq", "none", "rt_ns", 12300),
					   row("floor_syscall", "none", "op_ns", 300)};
	struct summary_view view = {.wants_case = wants, .context = "rt_p", .width = 60};
	char *text;

	(void)state;
	make(rows, ARRAY_SIZE(rows));
	text = print(&view, 2);
	assert_non_null(strstr(
		text,
		"   cost  interval  case         mode     what                 where\n"
		"8.00 us    +-2.0%  rt_pipe      process  one full round trip  1 worker, cores\n"
		"12.3 us"));
	assert_null(strstr(text, "floor_syscall"));
	assert_non_null(
		strstr(text, "Not measured in this run, 2: rt_posix_sem\n  rt_process_vm_readv"));
	free(text);
	view.markdown = view.utf8 = true;
	text = print(&view, 2);
	assert_non_null(strstr(text,
			       "| 8.00 µs | ±2.0% | rt\\_pipe | process | one full round trip | "
			       "1 worker, cores |\n"));
	free(text);
}

static int clean_up(void **state)
{
	(void)state;
	ladder_free(&ladder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cheapest_first),
		cmocka_unit_test(test_what_is_no_rung),
		cmocka_unit_test(test_what_is_not_to_be_believed),
		cmocka_unit_test(test_which_of_several),
		cmocka_unit_test(test_what_was_not_measured_is_told),
		cmocka_unit_test(test_printed),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
