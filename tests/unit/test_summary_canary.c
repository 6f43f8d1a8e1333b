/* SPDX-License-Identifier: MIT */
/* Flag c: the canary of a row moved, within a launch or from launch to launch. */
#include "tests/unit/summary_run.h"

static char *metrics_text;
static size_t metrics_size;
static FILE *metrics;

static void start(void)
{
	begin();
	metrics = open_memstream(&metrics_text, &metrics_size);
	assert_non_null(metrics);
	fprintf(metrics, "%s\n", METRICS_HEADER);
}

/* One launch of two rounds of KEY, and what a line took before and after it. */
static void launch(const char *key, unsigned number, double before_ns, double after_ns)
{
	epoch(key, "time", number, 1, 1000, "");
	epoch(key, "time", number, 2, 1000, "");
	fprintf(metrics, "%s,%u,,canary_before_ns,ns,info,%g\n", key, number, before_ns);
	fprintf(metrics, "%s,%u,,canary_after_ns,ns,info,%g\n", key, number, after_ns);
}

static void finish(struct summary *summary)
{
	assert_int_equal(fclose(metrics), 0);
	put_file("metrics.csv", metrics_text);
	free(metrics_text);
	build_and_read(summary);
}

static const char *flags_of(const struct summary *summary, const char *mode, const char *metric)
{
	const struct summary_row *row = find(summary, mode, 2, metric);

	assert_non_null(row);
	return row->flags;
}

#define MUTEX_2 KEY("c", "mutex", "2")

/* COUNT launches at 100 ns, of which the first MOVED take BEFORE and AFTER. */
static const char *flags_of_launches(unsigned count, unsigned moved, double before_ns,
				     double after_ns)
{
	static char flags[16];
	struct summary summary;

	start();
	for (unsigned i = 0; i < count; i++)
		launch(NONE_2, i, i < moved ? before_ns : 100, i < moved ? after_ns : 100);
	finish(&summary);
	snprintf(flags, sizeof(flags), "%s", flags_of(&summary, "none", "ops_per_s"));
	summary_free(&summary);
	return flags;
}

static const char *flags_with(unsigned moved, double before_ns, double after_ns)
{
	return flags_of_launches(10, moved, before_ns, after_ns);
}

static void a_steady_line_is_no_flag(void **state)
{
	(void)state;
	assert_string_equal(flags_with(0, 0, 0), "");
	assert_string_equal(flags_with(10, 110, 95), ""); /* all alike, and near enough */
	assert_string_equal(flags_with(5, 100, 120), ""); /* a fifth is not more than a fifth */
	assert_string_equal(flags_with(5, 100, 121), "c");
}

static void one_launch_in_ten_may_move(void **state)
{
	(void)state;
	assert_string_equal(flags_with(1, 100, 300), "");
	assert_string_equal(flags_with(1, 300, 300), "");
	assert_string_equal(flags_with(2, 100, 300), "c");
	assert_string_equal(flags_of_launches(20, 2, 100, 300), "");
	assert_string_equal(flags_of_launches(20, 3, 100, 300), "c");
	assert_string_equal(flags_with(2, 100, 40), "c");
}

/* Within each launch nothing moves, but the last ones are on another line than the first. */
static void a_line_may_change_between_launches(void **state)
{
	(void)state;
	assert_string_equal(flags_with(2, 170, 170), "c");
	assert_string_equal(flags_with(5, 32, 32), "c");
	assert_string_equal(flags_with(10, 32, 32), "");
}

static void the_flag_is_of_the_row_that_it_happened_to(void **state)
{
	struct summary summary;

	(void)state;
	start();
	for (unsigned i = 0; i < 4; i++) {
		launch(NONE_2, i, 100, 150);
		launch(MUTEX_2, i, 100, 100);
	}
	finish(&summary);
	assert_string_equal(flags_of(&summary, "none", "op_ns"), "cn"); /* with other flags */
	assert_string_equal(flags_of(&summary, "none", "canary_before_ns"), "cn");
	assert_string_equal(flags_of(&summary, "mutex", "op_ns"), "n");
	near(find(&summary, "none", 2, "canary_after_ns")->median, 150);
	summary_free(&summary);
}

static void a_launch_without_a_second_canary(void **state)
{
	struct summary summary;

	(void)state;
	start();
	for (unsigned i = 0; i < 6; i++) {
		epoch(NONE_2, "time", i, 1, 1000, "");
		fprintf(metrics, "%s,%u,,canary_before_ns,ns,info,100\n", NONE_2, i);
	}
	finish(&summary);
	assert_string_equal(flags_of(&summary, "none", "op_ns"), "");
	summary_free(&summary);
}

static void the_table_marks_it(void **state)
{
	const struct summary_view view = {.width = 100};
	struct summary summary;
	char *text = NULL;
	size_t size;

	(void)state;
	start();
	for (unsigned i = 0; i < 6; i++)
		launch(NONE_2, i, 100, 50);
	finish(&summary);
	FILE *stream = open_memstream(&text, &size);

	summary_print(stream, &summary, &view);
	assert_int_equal(fclose(stream), 0);
	assert_non_null(strstr(text, "1.00 G/s~"));
	assert_non_null(strstr(text, "\n~ cache lines"));
	free(text);
	summary_free(&summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_steady_line_is_no_flag, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(one_launch_in_ten_may_move, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_line_may_change_between_launches, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(the_flag_is_of_the_row_that_it_happened_to,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_launch_without_a_second_canary, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(the_table_marks_it, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
