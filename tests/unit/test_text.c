/* SPDX-License-Identifier: MIT */
/* Text on its way to a terminal or a page: UTF-8, width, what is shown, escaping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/base/text.h"
#include "harness/base/util.h"

static void expect_next(const char *text, uint32_t character, size_t length)
{
	const char *at = text;

	assert_int_equal(text_next(&at), character);
	assert_int_equal(at - text, length);
}

static void characters_are_decoded(void **state)
{
	(void)state;
	expect_next("a", 'a', 1);
	expect_next("\x7f", 0x7f, 1);
	expect_next("\xc2\x80", 0x80, 2);
	expect_next("\xdf\xbf", 0x7ff, 2);
	expect_next("\xe0\xa0\x80", 0x800, 3);
	expect_next("\xed\x9f\xbf", 0xd7ff, 3);
	expect_next("\xee\x80\x80", 0xe000, 3);
	expect_next("\xef\xbf\xbf", 0xffff, 3);
	expect_next("\xf0\x90\x80\x80", 0x10000, 4);
	expect_next("\xf4\x8f\xbf\xbf", 0x10ffff, 4);
}

static void invalid_bytes_are_skipped_up_to_the_next_beginning(void **state)
{
	(void)state;
	expect_next("\x80z", TEXT_INVALID, 1);
	expect_next("\xc1\xbf", TEXT_INVALID, 1);         /* overlong */
	expect_next("\xe0\x9f\xbf", TEXT_INVALID, 1);     /* overlong */
	expect_next("\xed\xa0\x80", TEXT_INVALID, 1);     /* a surrogate */
	expect_next("\xf4\x90\x80\x80", TEXT_INVALID, 1); /* beyond Unicode */
	expect_next("\xf5\x80", TEXT_INVALID, 1);
	expect_next("\xe2\x82", TEXT_INVALID, 2); /* cut short: never past the end */
	expect_next("\xf0\x9f\x98z", TEXT_INVALID, 3);
}

static void width_is_counted_in_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("2.3 µs ±1%"), 10);
	assert_int_equal(text_width("线程、进程"), 10);
	assert_int_equal(text_width("锁GIL"), 5);
	assert_int_equal(text_width("（ｱ）"), 5); /* full width, half width */
	assert_int_equal(text_width("e\u0301"), 1);
	assert_int_equal(text_width("\U0001f512"), 2);
	assert_int_equal(text_width("a\xff"), 2);
}

static void what_is_ascii(void **state)
{
	(void)state;
	assert_true(text_is_ascii(""));
	assert_true(text_is_ascii(" ~"));
	assert_false(text_is_ascii("a\x7f"));
	assert_false(text_is_ascii("a\x1f"));
	assert_false(text_is_ascii("µ"));
}

static void expect_clean(const char *text, const char *keep, size_t size, const char *expected)
{
	char out[64];

	assert_true(size <= sizeof(out));
	text_clean(out, size, text, keep);
	assert_string_equal(out, expected);
}

static void text_is_cleaned_and_cut_between_characters(void **state)
{
	char same[] = "a\x1b[1mb";

	(void)state;
	expect_clean("plain µ", "", 64, "plain µ");
	expect_clean("\x1b[31m\tred\n", "", 64, "?[31m?red?");
	expect_clean("\x1b[31m\tred\n", "\n", 64, "?[31m?red\n");
	expect_clean("\xc2\x9b"
		     "31m",
		     "", 64, "?31m"); /* C1: another way to begin a command */
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): the override is what must go */
	expect_clean("a\xe2\x80\xae"
		     "b\xff",
		     "", 64, "a?b?");
	expect_clean("aµb", "", 4, "aµ");
	expect_clean("aµb", "", 3, "a");
	expect_clean("abc", "", 1, "");
	text_clean(same, sizeof(same), same, "");
	assert_string_equal(same, "a?[1mb");
}

static void expect_put(enum text_format format, const char *text, const char *expected)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	assert_non_null(out);
	text_put(out, text, format);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(got, expected);
	free(got);
}

/* Each ASCII character that means something to Markdown stays text; letters and digits stay as they are. */
static void text_is_escaped_by_format(void **state)
{
	(void)state;
	expect_put(TEXT_PLAIN, "a|b<c>&\t\n\x1b", "a|b<c>&  ?");
	expect_put(TEXT_MARKDOWN, "a|b*c_d`e\\f[g]~^$", "a\\|b\\*c\\_d\\`e\\\\f\\[g\\]\\~\\^\\$");
	expect_put(TEXT_MARKDOWN, "<b>&amp;\nrow\x1b", "&lt;b&gt;&amp;amp; row?");
	expect_put(TEXT_MARKDOWN, "1.5 (x2) \"µ\" a=b; 'c'", "1.5 (x2) \"µ\" a=b; 'c'");
	expect_put(TEXT_HTML, "<a href=\"'&\">\t\n\x1b|*",
		   "&lt;a href=&quot;&#39;&amp;&quot;&gt;\t\n" TEXT_REPLACEMENT "|*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_are_decoded),
		cmocka_unit_test(invalid_bytes_are_skipped_up_to_the_next_beginning),
		cmocka_unit_test(width_is_counted_in_columns),
		cmocka_unit_test(what_is_ascii),
		cmocka_unit_test(text_is_cleaned_and_cut_between_characters),
		cmocka_unit_test(text_is_escaped_by_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
