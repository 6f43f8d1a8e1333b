/* SPDX-License-Identifier: MIT */
/* history: a bad line is named with its place, and reading goes on behind it. */
#include "tests/unit/history_run.h"

#include "harness/history/history.h"

#define LINE                                                                                    \
	"2026-01-02T03:04:05Z,aaa,,20260102t030405z-aaa,vm-x86_64-4,CPU,c,mutex,2,compact,n=1," \
	"op_ns,ns,lower,18.5,18,19,,,\n"

static void bad_cells_are_named(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} edits[] = {
		{"2026-01-02T", "2026/01/02T", "column ts_utc: '2026/01/02T03:04:05Z' is no time"},
		{",2,compact", ",two,compact",
		 "column workers: 'two' is not a whole number from 1"},
		{",2,compact", ",0,compact", "column workers: '0' is not a whole number from 1"},
		{",lower,", ",sideways,", "column better: 'sideways' is none"},
		{",18.5,", ",,", "column median: '' is not a number"},
		{",18.5,", ",nan,", "column median: 'nan' is not a number"},
		{",18.5,", ",1e999,", "column median: '1e999' is not a number"},
		{",18,", ",1 8,", "column ci_lo: '1 8' is not a number"},
		{"19,,,\n", "19,1.5,,\n", "column anchor_sha: '' is empty"},
		{"aaa,,2", "aaa,b,2", NULL},
		{",op_ns,", ",,", "column metric: '' is empty"},
		{",op_ns,", ",op\x01ns,", "column metric: a control character"},
		{",op_ns,", ",op\xc3\xa4ns,", "column metric: 'op\xc3\xa4ns' is no printable"},
		{",op_ns,", ",\"op,ns\",", "column metric: 'op,ns' is no printable"},
		{",op_ns,", ",\"op\tns\",", "column metric: 'op?ns' is no printable"},
		{",op_ns,", ",op\"ns,", "column metric: a quote inside a cell"},
		{",op_ns,", ",\"op_ns\",", NULL},
		{",op_ns,", ",\"op_ns,", "column metric: a quote is opened and never closed"},
		{",op_ns,", ",op_ns,,", "21 cells, but the header has 20 columns"},
		{"19,,,\n", "19,,\n", "19 cells, but the header has 20 columns"},
		{"19,,,\n", "19,,,\r\n", NULL},
	};
	struct history_reader reader;
	struct reason why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		const char *at = strstr(LINE, edits[i].from);

		assert_non_null(at);
		char *text = xasprintf("%s\n%.*s%s%s" LINE, HISTORY_HEADER, (int)(at - LINE), LINE,
				       edits[i].to, at + strlen(edits[i].from));

		put_file("history.csv", text, strlen(text));
		assert_true(history_open(&reader, path_of("history.csv"), &why));
		assert_int_equal(history_next(&reader, &why),
				 edits[i].says ? HISTORY_BAD : HISTORY_GOOD);
		if (edits[i].says) {
			assert_non_null(strstr(why.text, "history.csv:2: "));
			assert_non_null(strstr(why.text, edits[i].says));
			assert_int_equal(reader.csv.offset, sizeof(HISTORY_HEADER));
			assert_int_equal(reader.next, strlen(text) - strlen(LINE));
		}
		/* whatever the line was, the next one is read */
		assert_int_equal(history_next(&reader, &why), HISTORY_GOOD);
		assert_int_equal(reader.csv.line, 3);
		assert_int_equal(history_next(&reader, &why), HISTORY_END);
		history_close(&reader);
		free(text);
	}
}

/* A cell that spans lines, a line of more than 1 MiB, a NUL: each is bad for itself. */
static void a_line_is_bad_for_itself(void **state)
{
	static const char *const says[] = {
		":2: column ts_utc: 'a?b' is no printable", ":3: column ts_utc: a quote inside",
		":4: column ts_utc: the row is longer than 1 MiB", ":5: column ts_utc: a NUL byte"};
	static const char head[] = HISTORY_HEADER "\n\"a\nb\",,,,,,,,,,,,,,,,,,,\n";
	static const char tail[] = "\nab\0c\n" LINE;
	const size_t longest = 3u << 20;
	char *text = xcalloc(sizeof(head) + longest + sizeof(tail), 1);
	size_t length = sizeof(head) - 1;
	struct history_reader reader;
	struct reason why;

	(void)state;
	memcpy(text, head, length);
	memset(text + length, 'a', longest);
	length += longest;
	memcpy(text + length, tail, sizeof(tail));
	put_file("history.csv", text, length + sizeof(tail) - 1);
	free(text);
	assert_true(history_open(&reader, path_of("history.csv"), &why));
	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		assert_int_equal(history_next(&reader, &why), HISTORY_BAD);
		if (!strstr(why.text, says[i]))
			fail_msg("'%s' is not in: %s", says[i], why.text);
	}
	assert_int_equal(history_next(&reader, &why), HISTORY_GOOD);
	assert_int_equal(history_next(&reader, &why), HISTORY_END);
	history_close(&reader);
}

static void a_file_of_bad_lines_is_refused(void **state)
{
	FILE *file = fopen(path_of("history.csv"), "w");
	struct history_reader reader;
	struct reason why;
	size_t bad = 0;

	(void)state;
	assert_non_null(file);
	fprintf(file, "%s\n", HISTORY_HEADER);
	for (size_t i = 0; i <= HISTORY_BAD_LINES_MAX; i++)
		fputc('\n', file);
	assert_int_equal(fclose(file), 0);
	assert_true(history_open(&reader, path_of("history.csv"), &why));
	while (history_next(&reader, &why) == HISTORY_BAD)
		bad++;
	assert_int_equal(bad, HISTORY_BAD_LINES_MAX);
	assert_non_null(strstr(why.text, "history.csv:1000002: more than 1000000 bad lines"));
	history_close(&reader);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(bad_cells_are_named),
		IN_FOLDER(a_line_is_bad_for_itself),
		IN_FOLDER(a_file_of_bad_lines_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
