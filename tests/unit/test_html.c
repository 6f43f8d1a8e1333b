/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/report/html.h"

static char *page;
static size_t page_size;

static FILE *begin(void)
{
	FILE *out = open_memstream(&page, &page_size);

	assert_non_null(out);
	return out;
}

static void ends(FILE *out, const char *expected)
{
	assert_int_equal(fclose(out), 0);
	assert_string_equal(page, expected);
	free(page);
}

static void text_is(const char *text, const char *expected)
{
	FILE *out = begin();

	html_text(out, text);
	ends(out, expected);
}

static void json_is(const char *text, const char *expected)
{
	FILE *out = begin();

	html_json_text(out, text);
	ends(out, expected);
}

static void markup_becomes_text(void **state)
{
	(void)state;
	text_is("", "");
	text_is("plain ascii 123", "plain ascii 123");
	text_is("<script>alert(\"1\" & '2')</script>",
		"&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
	text_is("a\tb\nc", "a\tb\nc");
	text_is("2.30 µs ± 1 ≤ 😀", "2.30 µs ± 1 ≤ 😀");
}

/* U+FFFD is ef bf bd. */
#define BAD "\xef\xbf\xbd"

static void what_is_no_character_is_replaced(void **state)
{
	(void)state;
	text_is("a\x01\x1b[31m", "a" BAD BAD "[31m");
	text_is("\x7f", BAD);
	text_is("\xc2\x85", BAD);             /* C1 control */
	text_is("\xff\xfe", BAD BAD);         /* no lead bytes */
	text_is("\xc0\xaf", BAD BAD);         /* overlong '/' */
	text_is("\xe0\x80\xbc", BAD BAD BAD); /* overlong '<': no byte of it begins a character */
	text_is("\xf0\x80\x80\xbc", BAD BAD BAD BAD);
	text_is("\xed\xa0\x80", BAD BAD BAD);         /* a surrogate */
	text_is("\xf4\x90\x80\x80", BAD BAD BAD BAD); /* beyond the last */
	text_is("\xe2\x82", BAD);                     /* cut short */
	text_is("\xe2<b>", BAD "&lt;b&gt;");
	text_is("\xf0\x9f\x98", BAD);
}

static void marks_of_direction_do_not_pass(void **state)
{
	(void)state;
	text_is("a\u202eb\u202c", "a" BAD "b" BAD);
	text_is("\u2066\u2069\u200f\u061c", BAD BAD BAD BAD);
	text_is("\u2028\u2029\ufeff", BAD BAD BAD);
}

static void json_cannot_leave_its_script(void **state)
{
	(void)state;
	json_is("", "\"\"");
	json_is("a\"b\\c", "\"a\\u0022b\\u005cc\"");
	json_is("</script><!--&", "\"\\u003c/script\\u003e\\u003c!--\\u0026\"");
	json_is("tab\tline\n", "\"tab\\u0009line\\u000a\"");
	json_is("µ\u2028", "\"µ" BAD "\"");
	json_is("\x01", "\"" BAD "\"");
}

static void formats_escape_their_arguments_only(void **state)
{
	FILE *out = begin();

	(void)state;
	html(out, "<td title=\"%s\">%s %d %u %zu %%</td>", "\"><x", "a<b", -1, 2u, (size_t)3);
	ends(out, "<td title=\"&quot;&gt;&lt;x\">a&lt;b -1 2 3 %</td>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_becomes_text),
		cmocka_unit_test(what_is_no_character_is_replaced),
		cmocka_unit_test(marks_of_direction_do_not_pass),
		cmocka_unit_test(json_cannot_leave_its_script),
		cmocka_unit_test(formats_escape_their_arguments_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
