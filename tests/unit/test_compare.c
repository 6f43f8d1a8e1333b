/* SPDX-License-Identifier: MIT */
/* From pairs to verdicts, and from a report to CSV, JSON, text and Markdown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/compare/internal.h"
#include "harness/data/csv.h"
#include "harness/data/json_read.h"
#include "harness/data/record.h"

static struct compare_report make_report(void)
{
	return (struct compare_report){
		.kind = "builds",
		.base = "ab12",
		.head = "cd34",
		.base_sha = "ab12",
		.head_sha = "cd34",
		.machine = "0123456789abcdef",
		.cpu_model = "A CPU",
		.kernel = "6.1",
		.pu_count = 4,
		.pairs = 10,
		.min_effect = VERDICT_EFFECT,
		.repeat = "tollgate compare --base BASE --head HEAD",
	};
}

/* Ten pairs in which head costs RATIO times as much. */
static void fill(struct compare_stage *stage, double ratio)
{
	const double base[3] = {100, 101, 99};
	double head[3];

	for (int i = 0; i < 3; i++)
		head[i] = base[i] * ratio;
	for (int pair = 0; pair < 10; pair++)
		compare_add_pair(stage, base, head, 3);
}

static struct compare_row *add(struct compare_report *report, const char *name, double ratio)
{
	struct compare_row *row = compare_add(report, name);

	snprintf(row->mode, sizeof(row->mode), "mutex");
	snprintf(row->placement, sizeof(row->placement), "cores");
	row->workers = 2;
	row->rounds = 3;
	fill(&row->screen, ratio);
	return row;
}

static void slower_needs_fresh_pairs(void **state)
{
	struct compare_report report = make_report();
	struct compare_row *row = add(&report, "a", 1.2);

	(void)state;
	compare_settle(&report, row, NULL);
	assert_int_equal(row->verdict, VERDICT_SLOWER);
	assert_string_equal(row->stage, "screen");
	assert_true(compare_is_flagged(row));
	fill(&row->confirmation, 1.1);
	compare_settle(&report, row, NULL);
	assert_int_equal(row->verdict, VERDICT_SLOWER);
	assert_string_equal(row->stage, "confirm");
	assert_true(fabs(row->head_median - 110) < 1e-9); /* the screen's own figure is biased */
	assert_true(fabs(row->base_median - 100) < 1e-9);
	compare_free(&report);
}

static void fresh_pairs_that_disagree_confirm_nothing(void **state)
{
	struct compare_report report = make_report();
	struct compare_row *row = add(&report, "a", 1.2);

	(void)state;
	fill(&row->confirmation, 1.0);
	compare_settle(&report, row, NULL);
	assert_int_equal(row->verdict, VERDICT_UNCONFIRMED);
	compare_free(&report);
}

static struct floor_row floor_row(const char *name, double floor)
{
	struct floor_row row = {.machine = "0123456789abcdef",
				.mode = "mutex",
				.placement = "cores",
				.metric = "op_ns",
				.workers = 2,
				.suites = 20,
				.pairs = 10,
				.rounds = 40,
				.floor = floor};

	snprintf(row.case_name, sizeof(row.case_name), "%s", name);
	return row;
}

static void floors_count(void **state)
{
	struct compare_report report = make_report();
	struct floor_table floors = {0};
	const struct floor_row quiet = floor_row("quiet", 0.01), loud = floor_row("loud", 0.12);
	const struct floor_row hopeless = floor_row("hopeless", 0.16);
	static const struct {
		const char *name;
		double ratio;
		enum verdict verdict;
		bool report_only;
	} table[] = {
		{"quiet", 1.05, VERDICT_SLOWER, false},
		{"loud", 1.05, VERDICT_SAME, false},
		{"loud", 1.20, VERDICT_SLOWER, false},
		{"hopeless", 1.50, VERDICT_INCONCLUSIVE, true},
		{"hopeless", 1.00, VERDICT_SAME, true},
		{"unknown", 1.05, VERDICT_SLOWER, false},
	};

	(void)state;
	floor_set(&floors, &quiet);
	floor_set(&floors, &loud);
	floor_set(&floors, &hopeless);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct compare_row *row = add(&report, table[i].name, table[i].ratio);

		compare_settle(&report, row, &floors);
		assert_int_equal(row->verdict, table[i].verdict);
		assert_int_equal(row->report_only, table[i].report_only);
	}
	assert_non_null(strstr(report.rows[3].reason, "report-only"));
	assert_int_equal(compare_count(&report).report_only, 1);
	strcpy(report.machine, "another");
	struct compare_row *row = add(&report, "loud", 1.05);

	compare_settle(&report, row, &floors);
	assert_int_equal(row->verdict, VERDICT_SLOWER); /* floors belong to one machine */
	floor_free(&floors);
	compare_free(&report);
}

static void one_side_that_cannot(void **state)
{
	(void)state;
	assert_int_equal(pair_verdict(RUN_OK, RUN_CRASHED), VERDICT_FAILED);
	assert_int_equal(pair_verdict(RUN_OK, RUN_WRONG), VERDICT_FAILED);
	assert_int_equal(pair_verdict(RUN_CRASHED, RUN_CRASHED), VERDICT_FAILED);
	assert_int_equal(pair_verdict(RUN_CRASHED, RUN_OK), VERDICT_NEW);
	assert_int_equal(pair_verdict(RUN_SKIPPED, RUN_OK), VERDICT_NEW);
	assert_int_equal(pair_verdict(RUN_OK, RUN_SKIPPED), VERDICT_GONE);
	assert_int_equal(pair_verdict(RUN_SKIPPED, RUN_SKIPPED), VERDICT_SKIPPED);
	assert_int_equal(pair_verdict(RUN_SKIPPED, RUN_TIMEOUT), VERDICT_FAILED);
}

static void stored_runs_never_fail_by_themselves(void **state)
{
	struct compare_report report = make_report();

	(void)state;
	compare_refuse(compare_add(&report, "a"), VERDICT_SLOWER, "x");
	assert_int_equal(compare_exit_code(&report, false), EXIT_REGRESSION);
	report.kind = "runs";
	assert_int_equal(compare_exit_code(&report, false), EXIT_OK);
	assert_int_equal(compare_exit_code(&report, true), EXIT_REGRESSION);
	report.interrupted = true;
	assert_int_equal(compare_exit_code(&report, true), EXIT_INTERRUPTED);
	compare_free(&report);
}

/* A report that holds one of everything, with hostile texts. */
static struct compare_report make_rich_report(void)
{
	struct compare_report report = make_report();
	struct compare_row *row = add(&report, "worse", 1.25);

	fill(&row->confirmation, 1.25);
	row->injected = true;
	snprintf(report.injected, sizeof(report.injected), "worse:1.25");
	snprintf(report.head, sizeof(report.head), "evil`\033[31m");
	compare_settle(&report, row, NULL);
	row = add(&report, "equal", 1);
	compare_settle(&report, row, NULL);
	compare_refuse(compare_add(&report, "broken"), VERDICT_FAILED,
		       "head: crashed: <b>|\n\033[2J, \"quoted\"");
	compare_refuse(compare_add(&report, "lost"), VERDICT_GONE, "not in head");
	compare_sort(&report);
	return report;
}

static char *written(const struct compare_report *report, char what)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	struct reason why;

	if (what == 't')
		compare_show_text(report, file, false, 0);
	else if (what == 'm')
		compare_show_markdown(report, file);
	else if (what == 'j')
		assert_true(compare_write_json(report, file, false));
	else
		assert_true(compare_write_csv(report, file, &why));
	fclose(file);
	return text;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
}

static void gravest_stands_first(void **state)
{
	struct compare_report report = make_rich_report();

	(void)state;
	assert_string_equal(report.rows[0].case_name, "worse");
	assert_string_equal(report.rows[1].case_name, "broken");
	assert_string_equal(report.rows[3].case_name, "equal");
	compare_free(&report);
}

static void text_is_for_people(void **state)
{
	struct compare_report report = make_rich_report();
	char *text = written(&report, 't');

	(void)state;
	assert_true(strncmp(text, "FAILED: 1 slower, 1 failed, 1 gone, 1 same\n", 43) == 0);
	has(text, "INJECTED: head is slowed down on purpose (TOLLGATE_INJECT=worse:1.25)");
	has(text, "+25.0 %");
	has(text, "10/10");
	has(text, "INJECTED, not a measurement");
	assert_null(strchr(text, '\033'));
	free(text);
	compare_free(&report);
}

static void markdown_is_a_comment(void **state)
{
	struct compare_report report = make_rich_report();
	char *text = written(&report, 'm');

	(void)state;
	assert_true(strncmp(text, "### tollgate: FAILED\n", 21) == 0);
	has(text, "| slower | worse | mutex | 2 |");
	has(text, "&lt;b&gt;\\| ?\\[2J");
	has(text, "`evil'?[31m`");
	has(text, "<details><summary>1 more rows:");
	has(text, "Machine: A CPU, 4 processors, kernel 6.1.");
	has(text, "`tollgate compare --base BASE --head HEAD`");
	/* what did not change is folded away */
	assert_true(strstr(text, "| same |") > strstr(text, "<details>"));
	assert_true(strstr(text, "| gone |") < strstr(text, "<details>"));
	assert_null(strchr(text, '\033'));
	free(text);
	compare_free(&report);
}

static void json_reads_back(void **state)
{
	struct compare_report report = make_rich_report();
	char *text = written(&report, 'j');
	struct json_tree tree;
	struct reason why;

	(void)state;
	if (!json_parse(&tree, "compare.json", text, strlen(text), &why))
		fail_msg("%s", why.text);
	assert_string_equal(json_find_text(&tree, "verdict"), "failed");
	assert_true(json_find_number(&tree, "exit_code") == EXIT_WRONG);
	assert_true(json_find_number(&tree, "counts.slower") == 1);
	assert_string_equal(json_find_text(&tree, "injected"), "worse:1.25");
	const json_t *rows = json_find(&tree, "rows"), *row = json_array_get(rows, 0);

	assert_string_equal(json_string_value(json_object_get(row, "case")), "worse");
	assert_true(json_is_true(json_object_get(row, "injected")));
	assert_true(json_is_null(json_object_get(json_array_get(rows, 1), "screen")));
	json_tree_free(&tree);
	free(text);
	compare_free(&report);
}

static void csv_reads_back(void **state)
{
	struct compare_report report = make_rich_report();
	char *text = written(&report, 'c'), path[] = "/tmp/tollgate-compare-XXXXXX";
	int fd = mkstemp(path);
	struct csv_table table;
	struct reason why;
	static const char *const expected[][2] = {
		{"schema", "1"},        {"base_sha", "ab12"},   {"head_sha", "cd34"},
		{"case", "worse"},      {"mode", "mutex"},      {"workers", "2"},
		{"placement", "cores"}, {"metric", "op_ns"},    {"unit", "ns"},
		{"better", "lower"},    {"n_pairs", "10"},      {"n_rounds", "3"},
		{"base_median", "100"}, {"head_median", "125"}, {"pairs_slower", "10"},
		{"min_effect", "0.03"}, {"noise_floor", ""},    {"stage", "confirm"},
		{"verdict", "slower"},  {"flags", "i"},         {"reason", ""},
	};

	(void)state;
	assert_true(write_all(fd, text, strlen(text)));
	close(fd);
	const bool good = csv_read(&table, path, COMPARE_HEADER, &why);

	unlink(path);
	if (!good)
		fail_msg("%s", why.text);
	assert_int_equal(table.rows, 4);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const int column = csv_column(&table, expected[i][0]);

		assert_true(column >= 0);
		assert_string_equal(csv_cell(&table, 0, (unsigned)column), expected[i][1]);
	}
	/* what was not measured is empty, never 0 */
	for (int column = csv_column(&table, "n_pairs");
	     column <= csv_column(&table, "pairs_slower"); column++)
		assert_string_equal(csv_cell(&table, 1, (unsigned)column), "");
	csv_table_free(&table);
	free(text);
	compare_free(&report);
}

static void files_are_never_overwritten(void **state)
{
	struct compare_report report = make_rich_report();
	char folder[] = "/tmp/tollgate-compare-XXXXXX";
	struct reason why = {""};

	(void)state;
	assert_non_null(mkdtemp(folder));
	char *deep = xasprintf("%s/a/b", folder);

	assert_true(compare_check_folder(deep, &why));
	assert_true(compare_write_files(&report, deep, false, &why));
	assert_false(compare_check_folder(deep, &why));
	has(why.text, "not overwritten");
	assert_false(compare_write_files(&report, deep, false, &why));
	char *command = xasprintf("rm -r '%s'", folder);

	/* NOLINTNEXTLINE(cert-env33-c): a fixed command on the test's own folder */
	assert_int_equal(system(command), 0);
	free(command);
	free(deep);
	compare_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slower_needs_fresh_pairs),
		cmocka_unit_test(fresh_pairs_that_disagree_confirm_nothing),
		cmocka_unit_test(floors_count),
		cmocka_unit_test(one_side_that_cannot),
		cmocka_unit_test(stored_runs_never_fail_by_themselves),
		cmocka_unit_test(gravest_stands_first),
		cmocka_unit_test(text_is_for_people),
		cmocka_unit_test(markdown_is_a_comment),
		cmocka_unit_test(json_reads_back),
		cmocka_unit_test(csv_reads_back),
		cmocka_unit_test(files_are_never_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
