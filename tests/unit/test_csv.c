/* SPDX-License-Identifier: MIT */
/* The CSV writer against what RFC 4180 says, and the reader against files that it must refuse. */
#include <fcntl.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/data/csv.h"

static char folder[256];

static const char *path_of(const char *name)
{
	static char path[320];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/test_csv.XXXXXX", base ? base : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path_of("t.csv"));
	return rmdir(folder);
}

static void write_bytes(const char *bytes, size_t length)
{
	FILE *file = fopen(path_of("t.csv"), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static void expect_file(const char *wanted)
{
	char got[4096];

	assert_true(read_text(path_of("t.csv"), got, sizeof(got)));
	/* read_text() cuts the last newline */
	assert_true(strlen(wanted) > 0 && wanted[strlen(wanted) - 1] == '\n');
	assert_int_equal(strlen(got) + 1, strlen(wanted));
	assert_memory_equal(got, wanted, strlen(got));
}

static void start(struct csv_writer *csv, const char *header)
{
	struct reason why;

	unlink(path_of("t.csv"));
	assert_true(csv_create(csv, path_of("t.csv"), header, &why));
}

/* ---- writer ---- */

static void writes_every_kind_of_cell(void **state)
{
	struct csv_writer csv;
	struct reason why;

	(void)state;
	start(&csv, "a,b,c,d,e");
	csv_text(&csv, "plain text");
	csv_u64(&csv, UINT64_MAX);
	csv_i64(&csv, INT64_MIN);
	csv_double(&csv, 0.1);
	csv_empty(&csv);
	assert_true(csv_end_row(&csv, &why));
	csv_text(&csv, NULL);
	csv_text(&csv, "");
	csv_text(&csv, "a,b");
	csv_text(&csv, "say \"hi\"\nthere");
	csv_text(&csv, "bell\a");
	assert_true(csv_end_row(&csv, &why));
	assert_int_equal(csv.rows, 2);
	assert_true(csv_close(&csv, &why));
	expect_file("a,b,c,d,e\n"
		    "plain text,18446744073709551615,-9223372036854775808,0.1,\n"
		    ",,\"a,b\",\"say \"\"hi\"\"\nthere\",\"bell?\"\n");
}

static void doubles_read_back_and_are_short(void **state)
{
	static const struct {
		double value;
		const char *text;
	} table[] = {
		{0, "0"},
		{-0.0, "0"},
		{1, "1"},
		{-1.5, "-1.5"},
		{1.0 / 3, "0.3333333333333333"},
		{1e15, "1e+15"},
		{123456789012345, "123456789012345"},
		{5e-324, "5e-324"},
		{0.1 + 0.2, "0.30000000000000004"},
		{NAN, ""},
		{INFINITY, ""},
		{-INFINITY, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char line[64];
		struct csv_writer csv;
		struct reason why;

		start(&csv, "v");
		csv_double(&csv, table[i].value);
		assert_true(csv_end_row(&csv, &why));
		assert_true(csv_close(&csv, &why));
		snprintf(line, sizeof(line), "v\n%s\n", table[i].text);
		if (*table[i].text)
			expect_file(line);
	}
}

static void random_doubles_survive(void **state)
{
	enum { COUNT = 1000 };
	struct random random;
	struct csv_writer csv;
	struct csv_table table;
	struct reason why;
	double values[COUNT], back;

	(void)state;
	random_seed(&random, 3);
	start(&csv, "v,w");
	for (unsigned i = 0; i < COUNT; i++) {
		uint64_t bits = random_next(&random);

		memcpy(&values[i], &bits, sizeof(bits));
		csv_double(&csv, values[i]);
		csv_u64(&csv, i);
		assert_true(csv_end_row(&csv, &why));
	}
	assert_true(csv_close(&csv, &why));
	assert_true(csv_read(&table, path_of("t.csv"), "v,w", &why));
	for (unsigned i = 0; i < COUNT; i++) {
		assert_true(csv_number(&table, i, 0, &back, &why));
		assert_true(isfinite(values[i]) ? back == values[i] : isnan(back));
	}
	csv_table_free(&table);
}

static void refuses_to_overwrite(void **state)
{
	struct csv_writer csv;
	struct reason why = {""};

	(void)state;
	write_bytes("precious\n", 9);
	assert_false(csv_create(&csv, path_of("t.csv"), "a", &why));
	assert_non_null(strstr(why.text, "t.csv"));
	expect_file("precious\n");
}

/* A full disk, played by a limit on the file's size: the file ends with its last whole row. */
static void full_disk_leaves_whole_rows(void **state)
{
	struct rlimit old, small = {.rlim_cur = 25, .rlim_max = RLIM_INFINITY};
	struct csv_writer csv;
	struct reason why = {""};
	unsigned rows = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	start(&csv, "a,b");
	must_sys(getrlimit(RLIMIT_FSIZE, &old));
	small.rlim_max = old.rlim_max;
	must_sys(setrlimit(RLIMIT_FSIZE, &small));
	do {
		csv_text(&csv, "12345");
		csv_text(&csv, "67");
	} while (csv_end_row(&csv, &why) && ++rows < 10);
	must_sys(setrlimit(RLIMIT_FSIZE, &old));
	assert_int_equal(rows, 2); /* 4 + 9 + 9 bytes, then 3 of the third row */
	assert_non_null(strstr(why.text, "t.csv: cannot write"));
	csv_text(&csv, "more");
	csv_text(&csv, "rows");
	assert_false(csv_end_row(&csv, &why)); /* failed once, failed for good */
	assert_false(csv_close(&csv, &why));
	expect_file("a,b\n12345,67\n12345,67\n");
}

static void full_device_is_an_error(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct csv_writer csv;
	struct reason why = {""};

	(void)state;
	if (!full)
		skip();
	csv_attach(&csv, full, "a");
	csv_text(&csv, "x");
	assert_false(csv_end_row(&csv, &why));
	assert_non_null(strstr(why.text, "No space left"));
	assert_false(csv_close(&csv, &why));
	fclose(full);
}

static void attached_stream_stays_open(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct csv_writer csv;
	struct reason why;

	(void)state;
	csv_attach(&csv, stream, "a,b");
	csv_u64(&csv, 1);
	csv_text(&csv, "x");
	assert_true(csv_end_row(&csv, &why));
	assert_true(csv_close(&csv, &why));
	assert_int_equal(fputs("after", stream) >= 0, 1);
	fclose(stream);
	assert_string_equal(text, "a,b\n1,x\nafter");
	free(text);
}

/* ---- reader ---- */

#define BYTES(text) text, sizeof(text) - 1

static void reads_back_what_was_written(void **state)
{
	static const char *const texts[] = {"",           "plain",    "a,b",       "\"", "\"\"",
					    "two\nlines", "cr\r\nlf", "tab\there", "µs", " blank "};
	struct csv_writer csv;
	struct csv_table table;
	struct reason why;

	(void)state;
	start(&csv, "n,text");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		csv_u64(&csv, i);
		csv_text(&csv, texts[i]);
		assert_true(csv_end_row(&csv, &why));
	}
	assert_true(csv_close(&csv, &why));
	assert_true(csv_read(&table, path_of("t.csv"), "n,text", &why));
	assert_int_equal(table.rows, ARRAY_SIZE(texts));
	assert_int_equal(csv_column(&table, "text"), 1);
	assert_int_equal(csv_column(&table, "absent"), -1);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_string_equal(csv_cell(&table, i, 1), texts[i]);
	assert_int_equal(table.line[5], 7);
	assert_int_equal(table.line[6], 9); /* behind a cell of two lines */
	csv_table_free(&table);
}

static void accepts_crlf_and_any_header(void **state)
{
	struct csv_table table;
	struct reason why;
	double number;

	(void)state;
	write_bytes(BYTES("x,y\r\n1,\r\n\"2\",-3.5e1\r\n"));
	assert_true(csv_read(&table, path_of("t.csv"), NULL, &why));
	assert_int_equal(table.rows, 2);
	assert_string_equal(table.header[1], "y");
	assert_true(csv_number(&table, 0, 1, &number, &why));
	assert_true(isnan(number));
	assert_true(csv_number(&table, 1, 1, &number, &why));
	assert_true(number == -35);
	csv_table_free(&table);
}

static void header_alone_is_an_empty_table(void **state)
{
	struct csv_table table;
	struct reason why;

	(void)state;
	write_bytes("a,b\n", 4);
	assert_true(csv_read(&table, path_of("t.csv"), "a,b", &why));
	assert_int_equal(table.rows, 0);
	csv_table_free(&table);
}

static void names_the_cell_that_is_no_number(void **state)
{
	static const char *const bad[] = {"x", "1x", " 1", "1,5", "nan", "inf", "1e999", "0x10"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[64];
		struct csv_table table;
		struct reason why = {""};
		double number;

		int length = snprintf(text, sizeof(text), "a,wall_ns\n1,2\n1,\"%s\"\n", bad[i]);

		write_bytes(text, (size_t)length);
		assert_true(csv_read(&table, path_of("t.csv"), "a,wall_ns", &why));
		assert_false(csv_number(&table, 1, 1, &number, &why));
		assert_non_null(strstr(why.text, "t.csv:3: column wall_ns: '"));
		csv_table_free(&table);
	}
}

static const struct hostile {
	const char *bytes;
	size_t length;
	const char *message;
} hostile[] = {
	{BYTES(""), "t.csv: empty"},
	{BYTES("\n"), "t.csv:1: column 1: a column without a name"},
	{BYTES("a,b"), "t.csv:1: column 2: the last line is cut short"},
	{BYTES("a,b\n1,2"), "t.csv:2: column b: the last line is cut short"},
	{BYTES("a,b\n1,"), "t.csv:2: column b: the last line is cut short"},
	{BYTES("a,b\n1"), "t.csv:2: column a: the last line is cut short"},
	{BYTES("a,b\n1,2\n3\n"), "t.csv:3: 1 cells, but the header has 2 columns"},
	{BYTES("a,b\n1,2,3\n"), "t.csv:2: 3 cells, but the header has 2 columns"},
	{BYTES("a,b\n1,2\n\n"), "t.csv:3: 1 cells"},
	{BYTES("a,b\n1,\"2\n"), "t.csv:2: column b: a quote is opened and never closed"},
	{BYTES("a,b\n1,\"2\"x\n"), "t.csv:2: column b: text behind a closing quote"},
	{BYTES("a,b\n1,x\"2\"\n"), "t.csv:2: column b: a quote inside"},
	{BYTES("a,b\n1,\"2\""), "t.csv:2: column b: the last line is cut short"},
	{BYTES("a,b\n1,\0\n"), "t.csv:2: column b: a NUL byte"},
	{BYTES("a,b\n1,\"\0\"\n"), "t.csv:2: column b: a NUL byte"},
	{BYTES("a,b\n1\r,2\n"), "t.csv:2: column a: a carriage return without"},
	{BYTES("a,b\r"), "t.csv:1: column 2: a carriage return without"},
	{BYTES("a,b\n1,\x1b[2J\n"), "t.csv:2: column b: a control character"},
	{BYTES("a,b\n1,\"\x1b[2J\"\n"), "t.csv:2: column b: a control character"},
	{BYTES("a,a\n"), "t.csv:1: column a: an earlier column has this name"},
	{BYTES("a,c\n"), "t.csv:1: column 2: the header says 'c', expected 'b'"},
	{BYTES("a\n"), "t.csv:1: the header lacks 'b'"},
	{BYTES("a,b,c\n"), "t.csv:1: column 3: the header says 'c'"},
	{BYTES("\xef\xbb\xbf"
	       "a,b\n"),
	 "t.csv:1: column 1: the header says"},
};

static void refuses_hostile_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		const char *header = hostile[i].bytes == hostile[0].bytes ? NULL : "a,b";
		struct csv_table table;
		struct reason why = {""};

		write_bytes(hostile[i].bytes, hostile[i].length);
		assert_false(csv_read(&table, path_of("t.csv"), header, &why));
		if (!strstr(why.text, hostile[i].message))
			fail_msg("file %zu: got '%s', wanted '%s'", i, why.text,
				 hostile[i].message);
	}
}

/* Every beginning of a good file is either whole rows or refused. */
static void every_truncation_is_noticed(void **state)
{
	static const char text[] = "a,b\n1,\"x\"\"y\"\n22,\"p\nq\"\n";

	(void)state;
	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		bool whole = length == 4 || length == 13;
		struct csv_table table;
		struct reason why;

		write_bytes(text, length);
		assert_int_equal(csv_read(&table, path_of("t.csv"), "a,b", &why), whole);
		if (whole)
			csv_table_free(&table);
	}
}

static void refuses_what_is_too_large(void **state)
{
	size_t length = (1u << 20) + 16;
	char *text = xcalloc(length, 1);
	struct csv_table table;
	struct reason why = {""};

	(void)state;
	snprintf(text, length, "a,b\n1,");
	memset(text + 6, 'x', length - 6);
	text[length - 1] = '\n';
	write_bytes(text, length);
	assert_false(csv_read(&table, path_of("t.csv"), "a,b", &why));
	assert_non_null(strstr(why.text, "t.csv:2: column b: the row is longer than 1 MiB"));
	memset(text, ',', 300);
	write_bytes(text, 300);
	assert_false(csv_read(&table, path_of("t.csv"), NULL, &why));
	assert_non_null(strstr(why.text, "more than 256 columns"));
	free(text);
	must_sys(truncate(path_of("t.csv"), (off_t)CSV_BYTES_MAX + 1)); /* a hole, not a gigabyte */
	assert_false(csv_read(&table, path_of("t.csv"), NULL, &why));
	assert_non_null(strstr(why.text, "larger than 1 GiB"));
}

static void refuses_what_is_no_file(void **state)
{
	struct csv_table table;
	struct reason why = {""};

	(void)state;
	unlink(path_of("t.csv"));
	assert_false(csv_read(&table, path_of("t.csv"), "a", &why));
	assert_non_null(strstr(why.text, "t.csv: cannot read: No such file"));
	assert_false(csv_read(&table, folder, "a", &why));
	must_sys(mkfifo(path_of("t.csv"), 0600));
	assert_false(csv_read(&table, path_of("t.csv"), "a", &why)); /* and does not wait for it */
	assert_non_null(strstr(why.text, "not a regular file"));
	unlink(path_of("t.csv"));
}

static void cells_as_whole_numbers(void **state)
{
	static const char *const bad[] = {"", "-1", "+1", "1.0", "101", "99999999999999999999"};
	struct csv_reader reader;
	struct reason why = {""};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[64];
		int length = snprintf(text, sizeof(text), "n,ops\n0,100\n0,%s\n", bad[i]);

		write_bytes(text, (size_t)length);
		assert_true(csv_open(&reader, path_of("t.csv"), "n,ops", &why));
		assert_int_equal(csv_next(&reader, &why), 1);
		assert_true(csv_cell_u64(&reader, 1, 0, 100, &value, &why));
		assert_int_equal(value, 100);
		assert_int_equal(csv_next(&reader, &why), 1);
		assert_false(csv_cell_u64(&reader, 1, 0, 100, &value, &why));
		assert_non_null(strstr(why.text, "t.csv:3: column ops: '"));
		assert_int_equal(csv_next(&reader, &why), 0);
		csv_reader_close(&reader);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_every_kind_of_cell),
		cmocka_unit_test(doubles_read_back_and_are_short),
		cmocka_unit_test(random_doubles_survive),
		cmocka_unit_test(refuses_to_overwrite),
		cmocka_unit_test(full_disk_leaves_whole_rows),
		cmocka_unit_test(full_device_is_an_error),
		cmocka_unit_test(attached_stream_stays_open),
		cmocka_unit_test(reads_back_what_was_written),
		cmocka_unit_test(accepts_crlf_and_any_header),
		cmocka_unit_test(header_alone_is_an_empty_table),
		cmocka_unit_test(names_the_cell_that_is_no_number),
		cmocka_unit_test(refuses_hostile_files),
		cmocka_unit_test(every_truncation_is_noticed),
		cmocka_unit_test(refuses_what_is_too_large),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(cells_as_whole_numbers),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
