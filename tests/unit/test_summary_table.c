/* SPDX-License-Identifier: MIT */
/* A golden run: summary.csv and percentiles.csv as computed elsewhere, and the tables of it. */
#include "harness/summary/open.h"
#include "tests/unit/summary_run.h"

#define GOLDEN "tests/golden/summary"

static void copy_golden(const char *name)
{
	char path[128], buffer[4096];
	size_t length;

	snprintf(path, sizeof(path), GOLDEN "/run/%s", name);
	FILE *from = fopen(path, "r"), *to = fopen(path_of(name), "w");

	assert_non_null(from);
	assert_non_null(to);
	while ((length = fread(buffer, 1, sizeof(buffer), from)) > 0)
		assert_int_equal(fwrite(buffer, 1, length, to), length);
	fclose(from);
	assert_int_equal(fclose(to), 0);
}

/* Same text, or the same number but for what another C library makes of log and exp. */
static bool same_cell(const char *got, const char *wanted)
{
	double a, b;

	if (strcmp(got, wanted) == 0)
		return true;
	return parse_double(got, &a) && parse_double(wanted, &b) &&
	       fabs(a - b) <= 1e-7 * fabs(b) + 1e-12;
}

static void expect_golden(const char *name)
{
	struct csv_table got = {0}, wanted = {0};
	struct reason why = {""};
	char path[128];

	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	if (!csv_read(&got, path_of(name), NULL, &why) || !csv_read(&wanted, path, NULL, &why))
		fail_msg("%s", why.text);
	assert_int_equal(got.columns, wanted.columns);
	assert_int_equal(got.rows, wanted.rows);
	for (size_t row = 0; row < got.rows; row++)
		for (unsigned column = 0; column < got.columns; column++)
			if (!same_cell(csv_cell(&got, row, column), csv_cell(&wanted, row, column)))
				fail_msg("%s:%zu: column %s: got '%s', wanted '%s'", name,
					 got.line[row], got.header[column],
					 csv_cell(&got, row, column),
					 csv_cell(&wanted, row, column));
	csv_table_free(&got);
	csv_table_free(&wanted);
}

static void golden_run(void **state)
{
	struct reason why = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(raw_files); i++)
		copy_golden(raw_files[i]);
	if (!summary_build(folder, &why))
		fail_msg("%s", why.text);
	expect_golden("summary.csv");
	expect_golden("percentiles.csv");
	assert_true(summary_build(folder, &why)); /* again, over the old files */
	expect_golden("summary.csv");
}

static void a_run_without_summary_gets_one_when_it_is_opened(void **state)
{
	struct summary summary = {0};
	struct reason why = {""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(raw_files); i++)
		copy_golden(raw_files[i]);
	assert_false(summary_read(&summary, folder, &why));
	if (!summary_open(&summary, folder, &why))
		fail_msg("%s", why.text);
	summary_free(&summary);
	expect_golden("summary.csv");
	assert_int_equal(unlink(path_of("scaling.csv")), 0);
	assert_true(summary_need(folder, "scaling.csv", &why));
	assert_int_equal(access(path_of("scaling.csv"), F_OK), 0);
	assert_false(summary_open(&summary, path_of("summary.csv"), &why));
	assert_non_null(strstr(why.text, "this is not a folder"));
	assert_false(summary_open(&summary, path_of("none"), &why));
	assert_non_null(strstr(why.text, "No such file"));
}

static char *print_golden(const struct summary_view *view, size_t *figures)
{
	struct summary summary = {0};
	struct reason why = {""};
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!summary_read(&summary, GOLDEN, &why))
		fail_msg("%s", why.text);
	*figures = summary_print(stream, &summary, view);
	assert_int_equal(fclose(stream), 0);
	summary_free(&summary);
	return text;
}

static void expect_table(const char *name, const struct summary_view *view)
{
	char path[128], wanted[8192];
	size_t figures;
	char *got = print_golden(view, &figures);

	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	if (getenv("TOLLGATE_WRITE_GOLDEN")) { /* to renew it, and then to look at it */
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(got, file);
		fclose(file);
	}
	assert_true(read_text(path, wanted, sizeof(wanted)));
	got[strlen(got) - 1] = '\0'; /* read_text() cut the last newline */
	assert_string_equal(got, wanted);
	assert_int_equal(figures, 19);
	free(got);
}

static void tables(void **state)
{
	(void)state;
	expect_table("table-120.txt", &(struct summary_view){.width = 120});
	expect_table("table-50.txt", &(struct summary_view){.width = 50, .utf8 = true});
	expect_table("table.md", &(struct summary_view){.markdown = true, .utf8 = true});
}

/* Widths are in characters. Only the title line may be longer, if a name is long. */
static void table_keeps_to_its_width(void **state)
{
	static const unsigned widths[] = {80, 120};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		size_t figures;
		char *text = print_golden(
			&(struct summary_view){.width = widths[i], .metric = "op_ns"}, &figures);

		assert_int_equal(figures, 16);
		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
			if (strncmp(line, "workers", 7) == 0 || line[0] == ' ')
				assert_true(strlen(line) <= widths[i]);
		free(text);
	}
}

static bool only_pos(const void *context, const char *case_name)
{
	assert_string_equal(context, "context");
	return strncmp(case_name, "pos", 3) == 0;
}

static void view_chooses_cases_and_metric(void **state)
{
	struct summary_view view = {.wants_case = only_pos, .context = "context"};
	size_t figures;
	char *text = print_golden(&view, &figures);

	(void)state;
	assert_int_equal(figures, 6);
	assert_null(strstr(text, "cpu_int"));
	assert_non_null(strstr(text, "lost_updates"));
	free(text);
	view.metric = "no_such_metric";
	text = print_golden(&view, &figures);
	assert_int_equal(figures, 0);
	assert_string_equal(text, "");
	free(text);
}

/* All named pairs of a case stand in one table. Another placement has its own table. */
static void pairs_share_a_table(void **state)
{
	static const char *const keys[] = {"1,r,b,c,none,2,pair:same_llc:0+2,",
					   "1,r,b,c,process,2,pair:same_llc:0+2,",
					   "1,r,b,c,none,2,pair:smt:0+1,", "1,r,b,c,none,2,cores,"};
	const struct summary_view view = {.width = 100};
	struct summary pairs;
	char *text = NULL;
	size_t size;

	(void)state;
	begin();
	for (unsigned k = 0; k < ARRAY_SIZE(keys); k++)
		for (unsigned launch = 0; launch < 6; launch++)
			epoch(keys[k], "time", launch, 1, 1000 * (k + 1), "");
	build_and_read(&pairs);
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(summary_print(stream, &pairs, &view), 4);
	assert_int_equal(fclose(stream), 0);
	assert_non_null(strstr(text, "c, placement pair:each: ops_per_s"));
	assert_non_null(strstr(text, "\npair          none "));
	assert_non_null(strstr(text, "\nsame_llc:0+2  1.00 G/s"));
	assert_non_null(strstr(text, "\nsmt:0+1        333 M/s"));
	assert_non_null(strstr(text, "c, placement cores: ops_per_s"));
	assert_non_null(strstr(text, "\n      2  250 M/s"));
	free(text);
	summary_free(&pairs);
}

/* A long reason is cut to 24 characters, and a remark names eight cases at most. */
static void long_reasons_and_lists_are_cut(void **state)
{
	static const char *const names[] = {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"};
	struct summary_row failed[ARRAY_SIZE(names)];
	const struct summary many = {.rows = failed, .count = ARRAY_SIZE(names)};
	const struct summary eight = {.rows = failed, .count = 8};
	char *text = NULL;
	size_t size;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		failed[i] = (struct summary_row){.case_name = names[i],
						 .mode = "none",
						 .placement = "cores",
						 .param = "",
						 .workers = 1,
						 .metric = "ops_per_s",
						 .unit = "1/s",
						 .better = "higher",
						 .median = NAN,
						 .flags = "",
						 .status = "error:45678901234567890123456"};
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(summary_print(stream, &many, &(struct summary_view){0}), 9);
	assert_int_equal(summary_print(stream, &eight, &(struct summary_view){0}), 8);
	assert_int_equal(fclose(stream), 0);
	assert_non_null(strstr(text, "      1  error:456789012345678901\n"));
	assert_non_null(strstr(text, "9 of 9 figures: c1, c2, c3, c4, c5, c6, c7, c8, ...\n"));
	assert_non_null(strstr(text, "8 of 8 figures: c1, c2, c3, c4, c5, c6, c7, c8\n"));
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(pairs_share_a_table),
		TEST(golden_run),
		TEST(long_reasons_and_lists_are_cut),
		TEST(a_run_without_summary_gets_one_when_it_is_opened),
		TEST(tables),
		TEST(table_keeps_to_its_width),
		TEST(view_chooses_cases_and_metric),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
