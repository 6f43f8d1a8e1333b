/* SPDX-License-Identifier: MIT */
/* export: each format against its own rules, by checkers that know nothing of the writers. */
#include "tests/unit/history_run.h"
#include "tests/unit/openmetrics_reader.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>

#include "harness/data/csv.h"
#include "harness/export/export.h"

#define RUN "20260102t030405z-abc123"

static struct export_run run;
static struct export_counts counts;

static void near(double got, double wanted)
{
	if (!(fabs(got - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("got %.17g, wanted %.17g", got, wanted);
}

/* Two rows with hostile texts, a row that was not measured, and a row that crashed. */
static void put_run(void)
{
	static const char c[] = "c,mutex,2,compact,size=64;n=1";
	static const char pipe_in_name[] = "\"a|b\"\"\\c\",none,1,pair:smt,";
	FILE *file = begin_summary("run");

	put_row(file, RUN, "abc123", pipe_in_name, "op_ns,ns,lower", "250,,", "ok");
	put_row(file, RUN, "abc123", c, "cpu_ns_per_op,ns,lower", "15,14,16", "ok");
	put_row(file, RUN, "abc123", c, "instructions_per_op,1/op,info", ",,", "skipped:no_pmu");
	put_row(file, RUN, "abc123", c, "jain,ratio,higher", "0.5,,", "ok");
	put_row(file, RUN, "abc123", c, "lost_total,swipes,zero", "0,0,0", "ok");
	put_row(file, RUN, "abc123", c, "op_ns,ns,lower", "18,17.5,20", "ok");
	put_row(file, RUN, "abc123", c, "ops_per_s,1/s,higher", "1.25e8,1.2e8,1.3e8", "ok");
	put_row(file, RUN, "abc123", "d,gil,2,compact,", "op_ns,ns,lower", "7,,", "wrong");
	assert_int_equal(fclose(file), 0);
	put_run_json("run", "CPU");
}

static int read_run(void **state)
{
	struct reason why = {""};

	if (make_folder(state) != 0)
		return -1;
	put_run();
	return export_read(&run, path_of("run"), &why) ? 0 : -1;
}

static int free_run(void **state)
{
	export_free(&run);
	return remove_folder(state);
}

static enum exit_code try_export(const struct export_format *format, const char *metric,
				 bool bigger, char **text, struct reason *why)
{
	const struct export_choice choice = {.format = format, .metric = metric, .bigger = bigger};
	size_t length;
	FILE *memory = open_memstream(text, &length);

	assert_non_null(memory);
	enum exit_code code = export_write(memory, &run, &choice, &counts, why);

	assert_int_equal(fclose(memory), 0);
	return code;
}

static char *export(const struct export_format *format, const char *metric, bool bigger)
{
	struct reason why = {""};
	char *text;

	if (try_export(format, metric, bigger, &text, &why) != EXIT_OK)
		fail_msg("%s", why.text);
	assert_null(strcasestr(text, ": nan"));
	assert_null(strcasestr(text, "} nan"));
	assert_null(strcasestr(text, "inf,"));
	return text;
}

/* The JSON formats, read by the strict reader. */
static struct json_tree parse(char *text)
{
	struct json_tree tree;
	struct reason why = {""};

	if (!json_parse(&tree, "export", text, strlen(text), &why))
		fail_msg("%s", why.text);
	free(text);
	return tree;
}

static double number_of(const json_t *object, const char *key)
{
	const json_t *member = json_object_get(object, key);

	assert_true(json_is_number(member));
	return json_number_value(member);
}

static const char *text_of(const json_t *object, const char *key)
{
	const json_t *member = json_object_get(object, key);

	assert_true(json_is_string(member));
	return json_string_value(member);
}

/* ---- google ---- */

static void google_context(void **state)
{
	struct json_tree tree = parse(export(&export_google, NULL, false));

	(void)state;
	assert_string_equal(json_find_text(&tree, "context.date"), "2026-01-02T03:04:05+00:00");
	assert_string_equal(json_find_text(&tree, "context.host_name"), "redacted");
	near(json_find_number(&tree, "context.num_cpus"), 4);
	near(json_find_number(&tree, "context.mhz_per_cpu"), 3500);
	near(json_find_number(&tree, "context.json_schema_version"), 1);
	assert_true(json_is_false(json_find(&tree, "context.cpu_scaling_enabled")));
	assert_true(json_is_true(json_find(&tree, "context.aslr_enabled")));
	assert_true(json_is_array(json_find(&tree, "context.caches")));
	near(json_number_value(json_array_get(json_find(&tree, "context.load_avg"), 0)), 0.25);
	json_tree_free(&tree);
}

static void google_benchmarks(void **state)
{
	struct json_tree tree = parse(export(&export_google, NULL, false));
	const json_t *list = json_find(&tree, "benchmarks");
	const json_t *hostile = json_array_get(list, 0), *c = json_array_get(list, 1);

	(void)state;
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(text_of(hostile, "run_name"), "a|b\"\\c/none/pair:smt/workers:1");
	assert_null(json_object_get(hostile, "cpu_time"));
	assert_null(json_object_get(hostile, "op_ci_lo_ns"));
	assert_string_equal(text_of(c, "name"), "c/mutex/size:64/n:1/compact/workers:2_median");
	assert_string_equal(text_of(c, "run_type"), "aggregate");
	assert_string_equal(text_of(c, "aggregate_name"), "median");
	assert_string_equal(text_of(c, "aggregate_unit"), "time");
	assert_string_equal(text_of(c, "time_unit"), "ns");
	near(number_of(c, "family_index"), 1);
	near(number_of(c, "per_family_instance_index"), 0);
	near(number_of(c, "repetitions"), 10);
	near(number_of(c, "threads"), 2);
	near(number_of(c, "iterations"), 1000);
	near(number_of(c, "real_time"), 18);
	near(number_of(c, "cpu_time"), 15);
	near(number_of(c, "items_per_second"), 1.25e8);
	near(number_of(c, "op_ci_hi_ns"), 20);
	near(number_of(c, "lost_total"), 0);
	assert_null(json_object_get(c, "instructions_per_op"));
	assert_int_equal(counts.unmeasured, 2);
	json_tree_free(&tree);
}

/* ---- github-action-benchmark ---- */

static void github_of_one_direction(void **state)
{
	struct json_tree tree = parse(export(&export_github, "all", true));
	const json_t *point = json_array_get(tree.root, 1);

	(void)state;
	assert_int_equal(json_array_size(tree.root), 2); /* jain and ops_per_s */
	assert_string_equal(text_of(point, "name"),
			    "c/mutex/size:64/n:1/compact/workers:2/ops_per_s");
	assert_string_equal(text_of(point, "unit"), "1/s");
	near(number_of(point, "value"), 1.25e8);
	assert_string_equal(text_of(point, "range"), "\302\261 5e+06");
	assert_non_null(strstr(text_of(point, "extra"), "launches: 10"));
	json_tree_free(&tree);
	tree = parse(export(&export_github, NULL, false));
	assert_int_equal(json_array_size(tree.root), 3); /* two times, one lost_total */
	/* no interval: no range */
	assert_null(json_object_get(json_array_get(tree.root, 0), "range"));
	json_tree_free(&tree);
}

static void github_refuses_the_other_direction(void **state)
{
	struct reason why;
	char *text;

	(void)state;
	assert_int_equal(try_export(&export_github, "op_ns", true, &text, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "'op_ns' is not better when bigger"));
	free(text);
	assert_int_equal(try_export(&export_github, "op_n", false, &text, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "did you mean 'op_ns'?"));
	free(text);
	assert_int_equal(try_export(&export_csv, "instructions_per_op", false, &text, &why),
			 EXIT_NOTHING);
	free(text);
}

/* ---- Bencher ---- */

static bool is_slug(const char *text)
{
	size_t length = strlen(text);

	for (const char *c = text; *c; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '-')
			return false;
	return length > 0 && length <= 64 && text[0] != '-' && text[length - 1] != '-';
}

static void bencher_measures(void **state)
{
	struct json_tree tree = parse(export(&export_bencher, NULL, false));
	const json_t *c;
	json_t *measures, *measure;
	const char *name, *slug;

	(void)state;
	json_object_foreach (tree.root, name, measures) {
		assert_true(strlen(name) <= 1024);
		json_object_foreach (measures, slug, measure) {
			assert_true(is_slug(slug));
			(void)number_of(measure, "value");
		}
	}
	c = json_object_get(tree.root, "c/mutex/size:64/n:1/compact/workers:2");
	assert_non_null(c);
	assert_int_equal(json_object_size(c), 5); /* all that have a direction */
	near(number_of(json_object_get(c, "latency"), "lower_value"), 17.5);
	near(number_of(json_object_get(c, "throughput"), "value"), 1.25e8);
	near(number_of(json_object_get(c, "lost-total"), "upper_value"), 0);
	json_tree_free(&tree);
}

static void bencher_slugs_are_told_apart(void **state)
{
	FILE *file = begin_summary("run");
	struct reason why = {""};
	char *text;

	(void)state;
	put_row(file, RUN, "abc", "c,mutex,2,compact,", "a_b,ns,lower", "1,,", "ok");
	put_row(file, RUN, "abc", "c,mutex,2,compact,", "a.b,ns,lower", "2,,", "ok");
	assert_int_equal(fclose(file), 0);
	export_free(&run);
	assert_true(export_read(&run, path_of("run"), &why));
	assert_int_equal(try_export(&export_bencher, NULL, false, &text, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "both 'a-b'"));
	free(text);
	assert_int_equal(try_export(&export_openmetrics, NULL, false, &text, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "both tollgate_a_b"));
	free(text);
}

/* ---- OpenMetrics ---- */

static void openmetrics_families(void **state)
{
	char *text = export(&export_openmetrics, NULL, false);
	struct om_reader reader = om_read(text);

	(void)state;
	/* run_info, then op, cpu_per_op, ops_per_second and lost with two ends each, then jain */
	assert_int_equal(reader.families, 1 + 3 + 3 + 3 + 3 + 1);
	assert_int_equal(reader.samples, 1 + 4 + 3 + 3 + 3 + 1);
	assert_non_null(strstr(text, "# UNIT tollgate_op_seconds seconds\n"));
	assert_non_null(strstr(text, "tollgate_op_seconds{case=\"c\",mode=\"mutex\",workers=\"2\","
				     "placement=\"compact\",param=\"size=64;n=1\"} 1.8e-08\n"));
	assert_non_null(strstr(text, "tollgate_op_seconds{case=\"a|b\\\"\\\\c\","));
	assert_non_null(strstr(text, "\ntollgate_cpu_per_op_seconds{"));
	assert_non_null(strstr(text, "\ntollgate_ops_per_second{"));
	assert_non_null(strstr(text, "\ntollgate_jain_ratio{"));
	/* "_total" belongs to counters */
	assert_non_null(strstr(text, "\ntollgate_lost_total_value{"));
	assert_non_null(strstr(text, "\ntollgate_op_ci_hi_seconds{"));
	free(text);
}

/* ---- Markdown and CSV ---- */

static void markdown_columns(void **state)
{
	char *text = export(&export_md, NULL, false), *rest = text, *line;
	size_t lines = 0;

	(void)state;
	while ((line = strsep(&rest, "\n")) && *line) {
		size_t bars = 0;

		for (const char *c = line; *c; c++) {
			if (*c == '\\')
				c++;
			else
				bars += *c == '|';
		}
		assert_int_equal(bars, 10);
		lines++;
	}
	assert_int_equal(lines, 2 + 3);
	free(text);
}

static void csv_is_a_summary(void **state)
{
	char *text = export(&export_csv, "op_ns", false);
	struct csv_table table;
	struct reason why = {""};

	(void)state;
	put_file("out.csv", text, strlen(text));
	free(text);
	assert_true(csv_read(&table, path_of("out.csv"), SUMMARY_HEADER, &why));
	assert_int_equal(table.rows, 2);
	assert_string_equal(csv_cell(&table, 0, 3), "a|b\"\\c");
	csv_table_free(&table);
}

/* ---- what is refused ---- */

static void repeated_rows_are_refused(void **state)
{
	struct export_run other;
	struct reason why = {""};
	FILE *file = begin_summary("run");

	(void)state;
	put_row(file, RUN, "abc", "c,mutex,2,compact,", "op_ns,ns,lower", "1,,", "ok");
	put_row(file, RUN, "abc", "d,mutex,2,compact,", "op_ns,ns,lower", "1,,", "ok");
	put_row(file, RUN, "abc", "c,mutex,2,compact,", "op_ns,ns,lower", "2,,", "ok");
	assert_int_equal(fclose(file), 0);
	assert_false(export_read(&other, path_of("run"), &why));
	assert_non_null(strstr(why.text, "summary.csv:4: column metric: 'op_ns'"));
	assert_non_null(strstr(why.text, "also in line 2"));
}

/* The decimal point is '.' whatever the locale says. */
static void numbers_of_another_locale(void **state)
{
	char *here = export(&export_openmetrics, NULL, false);

	(void)state;
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8")) {
		free(here);
		skip();
		return;
	}
	char *there = export(&export_openmetrics, NULL, false);

	setlocale(LC_NUMERIC, "C");
	assert_string_equal(here, there);
	free(here);
	free(there);
}

int main(void)
{
#define OF_A_RUN(test) cmocka_unit_test_setup_teardown(test, read_run, free_run)
	const struct CMUnitTest tests[] = {
		OF_A_RUN(google_context),
		OF_A_RUN(google_benchmarks),
		OF_A_RUN(github_of_one_direction),
		OF_A_RUN(github_refuses_the_other_direction),
		OF_A_RUN(bencher_measures),
		OF_A_RUN(bencher_slugs_are_told_apart),
		OF_A_RUN(openmetrics_families),
		OF_A_RUN(markdown_columns),
		OF_A_RUN(csv_is_a_summary),
		OF_A_RUN(repeated_rows_are_refused),
		OF_A_RUN(numbers_of_another_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
