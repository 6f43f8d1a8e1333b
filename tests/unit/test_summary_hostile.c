/* SPDX-License-Identifier: MIT */
/* Broken run folders: the file, line and column are named, nothing is written. */
#include "tests/unit/summary_run.h"

#define GOOD NONE_1 ",time,0,1,0,1000,500,500,1000,0,0,0,0,,ok\n"

static void bad_samples_are_named(void **state)
{
	static const struct {
		const char *row, *message;
	} table[] = {
		{GOOD, "samples.csv:3: repeats the epoch of line 2"},
		{"2,r,b,c,none,1,compact,,time,0,1,0,1,1,1,1,0,0,0,0,,ok\n",
		 "samples.csv:3: column schema: '2'"},
		{"1,r,b,c,none,0,compact,,time,0,1,0,1,1,1,1,0,0,0,0,,ok\n", "column workers: '0'"},
		{"1,r,b,,none,1,compact,,time,0,1,0,1,1,1,1,0,0,0,0,,ok\n", "column case: ''"},
		{"1,r,b,c,no\xc2\x9bne,1,compact,,time,0,1,0,1,1,1,1,0,0,0,0,,ok\n",
		 "column mode: '"},
		{NONE_1 ",warm,0,2,0,1,1,1,1,0,0,0,0,,ok\n",
		 "column pass: 'warm' is neither 'time' nor 'count'"},
		{NONE_1 ",time,-1,2,0,1,1,1,1,0,0,0,0,,ok\n", "column launch: '-1'"},
		{NONE_1 ",time,0,4294967295,0,1,1,1,1,0,0,0,0,,ok\n", "column round: '4294967295'"},
		{NONE_1 ",time,0,2,0,1,,1,1,0,0,0,0,,ok\n", "column wall_ns: ''"},
		{NONE_1 ",time,0,2,0,1,1.5,1,1,0,0,0,0,,ok\n", "column wall_ns: '1.5'"},
		{NONE_1 ",time,0,2,0,1,1,1,1,0,0,0,0,x,ok\n", "column flags: 'x'"},
		{NONE_1 ",time,0,2,0,1,1,1,1,0,0,0,0,,great\n", "column status: 'great'"},
		{NONE_1 ",time,0,2,0,1,1,1,1,0,0,0,0,ok\n", "21 cells"},
		{NONE_1 ",time,0,2,0,1,1", "cut short"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct reason why = {""};

		unlink(path_of("summary.csv"));
		begin();
		fputs(GOOD, samples);
		fputs(table[i].row, samples);
		assert_false(build(&why));
		if (!strstr(why.text, table[i].message))
			fail_msg("row %zu: got '%s', wanted '%s'", i, why.text, table[i].message);
		assert_int_equal(access(path_of("summary.csv"), F_OK), -1);
	}
}

static void bad_other_files_are_named(void **state)
{
	static const struct {
		const char *file, *header, *row, *message;
	} table[] = {
		{"metrics.csv", METRICS_HEADER, NONE_1 ",0,1,m,ns,best,1\n",
		 "metrics.csv:2: column better: 'best'"},
		{"metrics.csv", METRICS_HEADER, NONE_1 ",0,1,op_ns,ns,lower,1\n",
		 "column metric: 'op_ns'"},
		{"metrics.csv", METRICS_HEADER, NONE_1 ",0,1,m,ns,lower,abc\n",
		 "column value: 'abc'"},
		{"metrics.csv", METRICS_HEADER,
		 NONE_1 ",0,1,m,ns,lower,1\n" NONE_1 ",0,1,m,us,lower,1\n",
		 "metrics.csv:3: column unit: 'us'"},
		{"metrics.csv", METRICS_HEADER,
		 NONE_1 ",0,1,m,ns,lower,1\n" NONE_1 ",0,1,m,ns,lower,1\n",
		 "metrics.csv: metric m of case c appears twice"},
		{"workers.csv", WORKERS_HEADER, NONE_1 ",time,0,x,0,0,0,0,500,1,1000,9,0,0\n",
		 "workers.csv:2: column round: 'x'"},
		{"counters.csv", COUNTERS_HEADER, NONE_1 ",0,1,0,cycles,u,,9,9,ok\n",
		 "counters.csv:2: column value: ''"},
		{"histogram.csv", HISTOGRAM_HEADER, NONE_1 ",ns,65,67,1\n",
		 "histogram.csv:2: column hi_ns: '67'"},
		{"histogram.csv", HISTOGRAM_HEADER, NONE_1 ",ns,129,130,1\n",
		 "column lo_ns: '129'"},
		{"histogram.csv", HISTOGRAM_HEADER, NONE_1 ",us,1,2,1\n", "column unit: 'us'"},
		{"histogram.csv", "lo_ns,hi_ns,count", "1,2,3\n", "histogram.csv:1: column 1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char text[512];
		struct reason why = {""};

		snprintf(text, sizeof(text), "%s\n%s", table[i].header, table[i].row);
		put_file(table[i].file, text);
		begin();
		fputs(GOOD, samples);
		assert_false(build(&why));
		if (!strstr(why.text, table[i].message))
			fail_msg("file %zu: got '%s', wanted '%s'", i, why.text, table[i].message);
		unlink(path_of(table[i].file));
	}
}

static void folder_without_samples_is_refused(void **state)
{
	struct reason why = {""};

	(void)state;
	assert_false(summary_build(folder, &why));
	assert_non_null(strstr(why.text, "samples.csv: there is no such file"));
	assert_false(summary_build("/nonexistent/folder", &why));
}

static void edited_summary_is_refused(void **state)
{
	static const struct {
		const char *from, *to, *message;
	} table[] = {
		{",higher,", ",,", "column better: '' is empty"},
		{"1,r,b,c,", "7,r,b,c,", "column schema: '7'"},
		{",1/s,", ",\"1\x07\",", "summary.csv:"},
		{"compact", "comp\xff", "column placement"},
		{",1,1,1000,", ",1,-1,1000,", "column n_round: '-1'"},
		{",1000,", ",1000x,", "column iters: '1000x'"},
	};
	char good[8192], bad[8192];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct summary summary;
		struct reason why = {""};

		begin();
		fputs(GOOD, samples);
		assert_true(build(&why));
		assert_true(read_text(path_of("summary.csv"), good, sizeof(good)));
		char *rest = strchr(good, '\n'), *place = strstr(rest, table[i].from);

		assert_non_null(place);
		snprintf(bad, sizeof(bad), "%.*s%s%s\n", (int)(place - good), good, table[i].to,
			 place + strlen(table[i].from));
		put_file("summary.csv", bad);
		assert_false(summary_read(&summary, folder, &why));
		if (!strstr(why.text, table[i].message))
			fail_msg("edit %zu: got '%s', wanted '%s'", i, why.text, table[i].message);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(bad_samples_are_named),
		TEST(bad_other_files_are_named),
		TEST(folder_without_samples_is_refused),
		TEST(edited_summary_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
