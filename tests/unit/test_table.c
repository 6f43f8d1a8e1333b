/* SPDX-License-Identifier: MIT */
/* The printer of tables: widths, alignment, parts, line breaks, Markdown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/base/table.h"

static char *text;
static size_t text_size;

static FILE *begin(void)
{
	FILE *out = open_memstream(&text, &text_size);

	assert_non_null(out);
	return out;
}

static void ends(FILE *out, const char *expected)
{
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void prints(struct table *table, enum text_format format, int width, const char *expected)
{
	FILE *out = begin();

	table_print(table, out, format, width);
	ends(out, expected);
}

static const struct table_column plain[] = {
	{.title = "name"},
	{.title = "value", .align = TABLE_RIGHT},
	{.title = "gone", .optional = true},
	{.title = "remark"},
};

static struct table *make_plain(void)
{
	struct table *table = table_new(plain, ARRAY_SIZE(plain));

	table_cell(table, "a");
	table_cell(table, "%d", 1234567);
	table_end_row(table);
	table_cell(table, "互斥锁");
	table_cell(table, "±%d", 1);
	table_cell(table, "%s", "");
	table_cell(table, "one two|three four\x1b five six");
	return table;
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
	struct table *table = make_plain();

	(void)state;
	assert_int_equal(table_rows(table), 2);
	prints(table, TEXT_PLAIN, 0,
	       "name      value  remark\n"
	       "a       1234567\n"
	       "互斥锁       ±1  one two|three four? five six\n");
	assert_int_equal(table_width(table), 6 + 2 + 7 + 2 + 28);
	table_free(table);
}

static void the_last_text_is_broken_between_words(void **state)
{
	struct table *table = make_plain();

	(void)state;
	prints(table, TEXT_PLAIN, 37,
	       "name      value  remark\n"
	       "a       1234567\n"
	       "互斥锁       ±1  one two|three four?\n"
	       "                 five six\n");
	/* fewer than 20 columns are no room for a text */
	prints(table, TEXT_PLAIN, 36,
	       "name      value  remark\n"
	       "a       1234567\n"
	       "互斥锁       ±1  one two|three four? five six\n");
	table_free(table);
}

static void markdown_is_escaped(void **state)
{
	struct table *table = make_plain();

	(void)state;
	prints(table, TEXT_MARKDOWN, 10,
	       "| name | value | remark |\n"
	       "| --- | ---: | --- |\n"
	       "| a | 1234567 |  |\n"
	       "| 互斥锁 | ±1 | one two\\|three four? five six |\n");
	table_free(table);
}

static const struct table_column grouped[] = {
	{.title = "n", .align = TABLE_RIGHT},
	{.part = true},
	{.title = "first", .align = TABLE_RIGHT},
	{.part = true},
	{.part = true, .gap = 1},
	{.title = "the second one", .align = TABLE_RIGHT},
	{.part = true, .gap = 1},
};

static struct table *make_grouped(void)
{
	struct table *table = table_new(grouped, ARRAY_SIZE(grouped));

	table_cell(table, "1");
	table_cell(table, "%s", "");
	table_cell(table, "12.3");
	table_cell(table, "?");
	table_cell(table, "±1%%");
	table_cell(table, "7");
	table_end_row(table);
	table_cell(table, "16");
	table_cell(table, "*");
	table_span(table, "timed out");
	table_cell(table, "1000");
	table_cell(table, "x");
	return table;
}

static void parts_line_up_under_one_title(void **state)
{
	struct table *table = make_grouped();

	(void)state;
	prints(table, TEXT_PLAIN, 0,
	       "n    first      the second one\n"
	       " 1   12.3? ±1%             7\n"
	       "16*  timed out          1000 x\n");
	prints(table, TEXT_MARKDOWN, 0,
	       "| n | first | the second one |\n"
	       "| ---: | ---: | ---: |\n"
	       "| 1 | 12.3? ±1% | 7 |\n"
	       "| 16\\* | timed out | 1000 x |\n");
	table_free(table);
}

static void a_wide_table_is_split_behind_its_first_column(void **state)
{
	struct table *table = make_grouped();
	FILE *out = begin();

	(void)state;
	table_print_split(table, out, 29);
	ends(out, "n    first\n"
		  " 1   12.3? ±1%\n"
		  "16*  timed out\n"
		  "n    the second one\n"
		  " 1              7\n"
		  "16*          1000 x\n");
	out = begin();
	table_print_split(table, out, 30);
	ends(out, "n    first      the second one\n"
		  " 1   12.3? ±1%             7\n"
		  "16*  timed out          1000 x\n");
	table_free(table);
}

static void without_titles_there_is_no_line_of_them(void **state)
{
	static const struct table_column columns[] = {{.title = NULL}, {.title = NULL}};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	(void)state;
	prints(table, TEXT_PLAIN, 0, "");
	table_cell(table, "long word");
	table_cell(table, "x");
	table_cell(table, "y");
	table_cell(table, "z");
	prints(table, TEXT_PLAIN, 0, "long word  x\ny          z\n");
	table_free(table);
}

static void texts_are_broken_with_an_indent(void **state)
{
	FILE *out = begin();

	(void)state;
	table_wrap(out, "aa  bb 互斥锁 dd", 3, 2, 11);
	ends(out, "aa bb\n  互斥锁 dd");
	out = begin();
	table_wrap(out, "aa bb averyverylongword c", 0, 1, 5);
	ends(out, "aa bb\n averyverylongword\n c");
	out = begin();
	table_wrap(out, "aa bb", 100, 0, 0);
	ends(out, "aa bb");
}

static void the_page_is_as_wide_as_columns_says(void **state)
{
	(void)state;
	must_sys(setenv("COLUMNS", "57", 1));
	assert_int_equal(table_page_width(0), 57);
	must_sys(setenv("COLUMNS", "20", 1));
	assert_int_equal(table_page_width(0), 20);
	must_sys(setenv("COLUMNS", "19", 1)); /* too narrow to mean it */
	assert_int_not_equal(table_page_width(120), 19);
	must_sys(setenv("COLUMNS", "10000", 1));
	assert_int_equal(table_page_width(0), 10000);
	must_sys(setenv("COLUMNS", "10001", 1));
	assert_int_not_equal(table_page_width(0), 10001);
	must_sys(unsetenv("COLUMNS"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(the_last_text_is_broken_between_words),
		cmocka_unit_test(markdown_is_escaped),
		cmocka_unit_test(parts_line_up_under_one_title),
		cmocka_unit_test(a_wide_table_is_split_behind_its_first_column),
		cmocka_unit_test(without_titles_there_is_no_line_of_them),
		cmocka_unit_test(texts_are_broken_with_an_indent),
		cmocka_unit_test(the_page_is_as_wide_as_columns_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
