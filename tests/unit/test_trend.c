/* SPDX-License-Identifier: MIT */
/* trend: series put together from a history, the list of their changes, and the charts. */
#include "tests/unit/history_run.h"

#include <math.h>

#include "harness/chart/chart.h"
#include "harness/history/history.h"

/* One line; MINUTE orders the runs. */
static void put_line(FILE *file, unsigned minute, const char *anchor, const char *cpu,
		     double median, const char *ratio)
{
	fprintf(file,
		"2026-01-02T%02u:%02u:05Z,sha%u,%s,run%u,vm,%s,c,mutex,2,compact,n=1,op_ns,ns,"
		"lower,"
		"%g,,,%s,,\n",
		minute / 60, minute % 60, minute, anchor, minute, cpu, median, ratio);
}

/* A line of another row of the plan; PLAN is from case to better. */
static void put_row_of(FILE *file, unsigned minute, const char *plan, const char *ratio)
{
	fprintf(file, "2026-01-02T%02u:%02u:05Z,sha%u,base,run%u,vm,x,%s,1,,,%s,,\n", minute / 60,
		minute % 60, minute, minute, plan, ratio);
}

static void read_history(struct trend *trend)
{
	struct reason why = {""};

	if (!trend_read(trend, path_of("history.csv"), NULL, NULL, &why))
		fail_msg("%s", why.text);
}

static FILE *begin_history(void)
{
	FILE *file = fopen(path_of("history.csv"), "w");

	assert_non_null(file);
	fprintf(file, "%s\n", HISTORY_HEADER);
	return file;
}

/* Branches were merged: the lines are in disorder and some stand twice. */
static void runs_are_put_in_order(void **state)
{
	FILE *file = begin_history();
	struct trend trend;

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		put_line(file, i * 37 % 60, "", "x", i * 37 % 60 < 30 ? 100 : 110, "");
	put_line(file, 7, "", "x", 5000, "");
	assert_int_equal(fclose(file), 0);
	read_history(&trend);
	assert_int_equal(trend.series_count, 1);
	assert_int_equal(trend.repeated, 1);
	assert_int_equal(trend.series[0]->count, 60);
	assert_int_equal(trend.series[0]->change_count, 1);
	const struct change_point *change = &trend.series[0]->changes[0];

	assert_string_equal(trend.series[0]->points[change->onset].run->git_sha, "sha30");
	assert_string_equal(trend_verdict(trend.series[0], change), "worse");
	trend_free(&trend);
}

static void from_zero_there_is_no_per_cent(void **state)
{
	const struct change_point change = {.onset = 60, .before = 0, .after = 1};

	(void)state;
	assert_true(isnan(trend_percent(&change)));
}

/* Ratios to two anchors, and medians of two processors: four things, none a step in another. */
static void what_cannot_be_compared_is_kept_apart(void **state)
{
	FILE *file = begin_history();
	struct trend trend;

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		unsigned kind = i / 30;
		double value = 100 * (1 + kind);

		put_line(file, i,
			 kind == 0   ? "one"
			 : kind == 1 ? "two"
				     : "",
			 kind == 3 ? "y" : "x", value,
			 kind == 0   ? "1"
			 : kind == 1 ? "2"
				     : "");
	}
	assert_int_equal(fclose(file), 0);
	read_history(&trend);
	assert_int_equal(trend.series_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(trend.series[i]->count, 30);
		assert_int_equal(trend.series[i]->change_count, 0);
		assert_int_equal(trend.series[i]->is_ratio, i >= 2);
	}
	trend_free(&trend);
}

static void the_list_is_printed(void **state)
{
	static const char wanted[] = TREND_HEADER
		"\nc,mutex,2,compact,n=1,op_ns,ns,lower,vm,ratio,base,"
		"2026-01-02T00:30:05Z,sha30,run30,sha29,1,1.125,12.5,worse,30\n";
	FILE *file = begin_history();
	struct trend trend;
	struct reason why;
	char *text = NULL;
	size_t length;

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		put_line(file, i, "base", "x", 50, i < 30 ? "1" : "1.125");
	assert_int_equal(fclose(file), 0);
	read_history(&trend);
	for (enum trend_format format = TREND_TABLE; format <= TREND_MARKDOWN; format++) {
		FILE *memory = open_memstream(&text, &length);

		assert_non_null(memory);
		assert_true(trend_print(memory, &trend, format, &why));
		assert_int_equal(fclose(memory), 0);
		if (format == TREND_CSV)
			assert_string_equal(text, wanted);
		assert_non_null(strstr(text, format == TREND_CSV ? "12.5,worse" : "worse: +12.5%"));
		if (format != TREND_CSV)
			assert_non_null(strstr(text, "1 change in 1 series of 60 runs."));
		free(text);
	}
	trend_free(&trend);
}

/* The program of gnuplot that draws the charts, to be freed; NULL and WHY. */
static char *draw_charts(const struct trend *trend, struct reason *why)
{
	char *text = NULL;
	size_t length;
	FILE *memory = open_memstream(&text, &length);

	assert_non_null(memory);
	bool good = chart_write_trend(memory, trend, why);

	assert_int_equal(fclose(memory), 0);
	if (good)
		return text;
	free(text);
	return NULL;
}

static void expect_in(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("'%s' is not in: %s", wanted, text);
}

/* Two sets, 100 runs left out; the one with two workers changed at sha350, run 251 of 300. */
static void the_charts_show_the_set_that_changed(void **state)
{
	FILE *file = begin_history();
	struct trend trend;
	struct reason why;

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		put_line(file, i, "base", "x", 50, i < 350 ? "1" : "1.125");
		put_row_of(file, i, "c,mutex,8,compact,n=1,op_ns,ns,lower", "1");
		put_row_of(file, i, "c,mutex,8,compact,n=1,lost,swipes,zero", "");
	}
	assert_int_equal(fclose(file), 0);
	read_history(&trend);
	char *text = draw_charts(&trend, &why);

	expect_in(text, "out = \"trend-c.svg\"\n");
	expect_in(text, "title = 'c: +12.5 % (worse) since sha350, one mutex'\n");
	expect_in(text, "workers 2, n=1, placement compact'\n");
	expect_in(text, "ratio to anchor base");
	expect_in(text, "last 300 runs of 400");
	expect_in(text, "one of 2 sets");
	expect_in(text, "mark_x_1 = 250.5\nmark_text_1 = 'sha350'\nmarks = 1\n");
	expect_in(text, "\n250 0\n251 12.5\n");
	expect_in(text, "\n300 12.5\nend_of_data\n");
	expect_in(text, "label_text_1 = '+12.5 %'\n");
	assert_null(strstr(text, "sha99"));
	assert_ptr_equal(strstr(text, "undefine opened"), text); /* one chart */
	assert_null(strstr(text + 1, "undefine opened"));
	free(text);
	trend_free(&trend);
}

/* A change for the worse is the title, though a later one is for the better; a mode that style.gp does not
 * know, or a second one that looks the same, gets a look of its own. */
static void the_title_tells_the_worst_change(void **state)
{
	static const char *const modes[] = {"gil", "gil32", "somelock"};
	FILE *file = begin_history();
	struct trend trend;
	struct reason why;

	(void)state;
	for (unsigned i = 0; i < 90; i++)
		for (unsigned m = 0; m < 3; m++) {
			char *row = xasprintf("c,%s,1,compact,,op_ns,ns,lower", modes[m]);

			put_row_of(file, i, row,
				   m == 2 && i >= 30   ? "2"
				   : m == 0 && i >= 60 ? ".5"
						       : "1");
			free(row);
		}
	assert_int_equal(fclose(file), 0);
	read_history(&trend);
	char *text = draw_charts(&trend, &why);

	expect_in(text, "title = 'c: +100.0 % (worse) since sha30, somelock'\n");
	expect_in(text, "modes = \"gil x1 x2\"\n");
	expect_in(text, "T_x1 = 'gil32'\n");
	expect_in(text, "T_x2 = 'somelock'\n");
	expect_in(text, "marks = 2\n");
	assert_null(strstr(text, "one of"));
	assert_null(strstr(text, "last 90"));
	free(text);
	trend_free(&trend);
}

static void a_case_that_no_file_can_be_called_is_refused(void **state)
{
	FILE *file = begin_history();
	struct trend trend;
	struct reason why;

	(void)state;
	put_row_of(file, 0, "../x,mutex,1,compact,,op_ns,ns,lower", "1");
	assert_int_equal(fclose(file), 0);
	read_history(&trend);
	assert_null(draw_charts(&trend, &why));
	expect_in(why.text, "column case: '../x'");
	trend_free(&trend);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(runs_are_put_in_order),
		cmocka_unit_test(from_zero_there_is_no_per_cent),
		IN_FOLDER(what_cannot_be_compared_is_kept_apart),
		IN_FOLDER(the_list_is_printed),
		IN_FOLDER(the_charts_show_the_set_that_changed),
		IN_FOLDER(the_title_tells_the_worst_change),
		IN_FOLDER(a_case_that_no_file_can_be_called_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
