/* SPDX-License-Identifier: MIT */
/* The JSON writer: valid whatever it is fed, and the numbers read back exactly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/data/json.h"

struct capture {
	struct json_writer json;
	FILE *file;
	char *text;
	size_t length;
};

static void capture_start(struct capture *capture)
{
	memset(capture, 0, sizeof(*capture));
	capture->file = open_memstream(&capture->text, &capture->length);
	assert_non_null(capture->file);
	json_start(&capture->json, capture->file);
}

static void capture_expect(struct capture *capture, const char *expected)
{
	assert_true(json_finish(&capture->json));
	assert_int_equal(fclose(capture->file), 0);
	assert_string_equal(capture->text, expected);
	free(capture->text);
}

static void expect_text(const char *text, const char *expected)
{
	struct capture capture;

	capture_start(&capture);
	json_text(&capture.json, NULL, text);
	capture_expect(&capture, expected);
}

static void expect_double(double value, const char *expected)
{
	struct capture capture;

	capture_start(&capture);
	json_double(&capture.json, NULL, value);
	capture_expect(&capture, expected);
}

static void test_nesting(void **state)
{
	struct capture capture;

	(void)state;
	capture_start(&capture);
	json_open(&capture.json, NULL, '{');
	json_text(&capture.json, "name", "x");
	json_open(&capture.json, "list", '[');
	json_u64(&capture.json, NULL, 1);
	json_open(&capture.json, NULL, '{');
	json_close(&capture.json, '}');
	json_open(&capture.json, NULL, '[');
	json_close(&capture.json, ']');
	json_close(&capture.json, ']');
	json_bool(&capture.json, "yes", true);
	json_bool(&capture.json, "no", false);
	json_text(&capture.json, "nothing", NULL);
	json_close(&capture.json, '}');
	capture_expect(&capture, "{\n"
				 "  \"name\": \"x\",\n"
				 "  \"list\": [\n"
				 "    1,\n"
				 "    {},\n"
				 "    []\n"
				 "  ],\n"
				 "  \"yes\": true,\n"
				 "  \"no\": false,\n"
				 "  \"nothing\": null\n"
				 "}\n");
}

static void test_escapes(void **state)
{
	(void)state;
	expect_text("", "\"\"\n");
	expect_text("say \"hi\" \\ /", "\"say \\\"hi\\\" \\\\ /\"\n");
	expect_text("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"\n");
	expect_text("\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\"\n");
}

static void test_every_control_character_is_escaped(void **state)
{
	(void)state;
	for (char byte = 1; byte < 0x20; byte++) {
		const char text[] = {byte, '\0'};
		struct capture capture;

		capture_start(&capture);
		json_text(&capture.json, NULL, text);
		assert_true(json_finish(&capture.json));
		assert_int_equal(fclose(capture.file), 0);
		assert_int_equal(capture.text[0], '"');
		assert_int_equal(capture.text[1], '\\');
		for (size_t i = 0; i + 1 < capture.length; i++)
			assert_true((unsigned char)capture.text[i] >= 0x20);
		free(capture.text);
	}
}

#define BAD "\xef\xbf\xbd"

static void test_utf8(void **state)
{
	(void)state;
	expect_text("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x92", /* 2, 3 and 4 bytes */
		    "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x92\"\n");
	expect_text("\xef\xbf\xbf\xf4\x8f\xbf\xbf", "\"\xef\xbf\xbf\xf4\x8f\xbf\xbf\"\n");
	expect_text("a\xff"
		    "b",
		    "\"a" BAD "b\"\n");
	expect_text("\x80\xbf", "\"" BAD BAD "\"\n");                 /* continuation alone */
	expect_text("\xc0\xaf", "\"" BAD BAD "\"\n");                 /* overlong '/' */
	expect_text("\xc1\xbf", "\"" BAD BAD "\"\n");                 /* overlong */
	expect_text("\xe0\x9f\xbf", "\"" BAD BAD BAD "\"\n");         /* overlong, 3 bytes */
	expect_text("\xed\xa0\x80", "\"" BAD BAD BAD "\"\n");         /* a surrogate */
	expect_text("\xf0\x8f\xbf\xbf", "\"" BAD BAD BAD BAD "\"\n"); /* overlong, 4 bytes */
	expect_text("\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\"\n"); /* above U+10FFFF */
	expect_text("\xf5", "\"" BAD "\"\n");
	expect_text("\xe2\x82", "\"" BAD "\"\n");     /* cut short */
	expect_text("\xf0\x9f\x94", "\"" BAD "\"\n"); /* and so is this: one mark for both */
	expect_text("\xc3\"", "\"" BAD "\\\"\"\n");   /* the quote is not swallowed */
}

static void test_keys_are_escaped_too(void **state)
{
	struct capture capture;

	(void)state;
	capture_start(&capture);
	json_open(&capture.json, NULL, '{');
	json_u64(&capture.json, "a\"\xff", 0);
	json_close(&capture.json, '}');
	capture_expect(&capture, "{\n  \"a\\\"" BAD "\": 0\n}\n");
}

static void test_integers(void **state)
{
	struct capture capture;

	(void)state;
	capture_start(&capture);
	json_open(&capture.json, NULL, '[');
	json_u64(&capture.json, NULL, UINT64_MAX);
	json_i64(&capture.json, NULL, INT64_MIN);
	json_i64(&capture.json, NULL, INT64_MAX);
	json_close(&capture.json, ']');
	capture_expect(&capture, "[\n"
				 "  18446744073709551615,\n"
				 "  -9223372036854775808,\n"
				 "  9223372036854775807\n"
				 "]\n");
}

static void test_doubles(void **state)
{
	(void)state;
	expect_double((double)NAN, "null\n");
	expect_double((double)INFINITY, "null\n");
	expect_double(-(double)INFINITY, "null\n");
	expect_double(0.0, "0\n");
	expect_double(-0.0, "0\n");
	expect_double(30, "30\n");
	expect_double(-1000000, "-1000000\n");
	expect_double(0.1, "0.1\n");
	expect_double(0.1 + 0.2, "0.30000000000000004\n");
	expect_double(1234.5, "1234.5\n");
	expect_double(1.0 / 3, "0.3333333333333333\n");
	expect_double(1e300, "1e+300\n");
	expect_double(5e-324, "5e-324\n");
	expect_double(DBL_MAX, "1.7976931348623157e+308\n");
}

static void test_doubles_read_back(void **state)
{
	struct random random;

	(void)state;
	random_seed(&random, 42);
	for (int i = 0; i < 5000; i++) {
		uint64_t bits = random_next(&random);
		struct capture capture;
		double value;

		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			continue;
		capture_start(&capture);
		json_double(&capture.json, NULL, value);
		assert_true(json_finish(&capture.json));
		assert_int_equal(fclose(capture.file), 0);
		double again = strtod(capture.text, NULL);

		assert_memory_equal(&again, &value, sizeof(value));
		free(capture.text);
	}
}

static void test_decimal_comma_locale(void **state)
{
	static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
	const char *found = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names) && !found; i++)
		found = setlocale(LC_NUMERIC, names[i]);
	if (!found)
		skip(); /* no such locale is installed here */
	expect_double(0.25, "0.25\n");
	assert_non_null(setlocale(LC_NUMERIC, "C"));
}

static void expect_failure(int buffering)
{
	FILE *full = fopen("/dev/full", "w");
	struct json_writer json;

	if (!full)
		skip();
	assert_int_equal(setvbuf(full, NULL, buffering, BUFSIZ), 0);
	json_start(&json, full);
	json_text(&json, NULL, "x");
	assert_false(json_finish(&json));
	(void)fclose(full);
}

static void test_a_full_disk_is_told(void **state)
{
	(void)state;
	expect_failure(_IOFBF); /* seen when the end is flushed */
	expect_failure(_IONBF); /* seen long before the end */
}

/* Run ABUSE in a child, and return its exit code. */
static int exit_code_of(void (*abuse)(struct json_writer *))
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		FILE *nowhere = fopen("/dev/null", "w");
		struct json_writer json;

		if (!nowhere || !freopen("/dev/null", "w", stderr))
			_exit(99);
		json_start(&json, nowhere);
		abuse(&json);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void nest(struct json_writer *json, int levels)
{
	for (int i = 0; i < levels; i++)
		json_open(json, NULL, '[');
}

static void nest_deepest(struct json_writer *json)
{
	nest(json, 31);
	for (int i = 0; i < 31; i++)
		json_close(json, ']');
	if (!json_finish(json))
		_exit(98);
}

static void nest_too_deep(struct json_writer *json)
{
	nest(json, 32);
}

static void close_too_often(struct json_writer *json)
{
	json_close(json, '}');
}

static void forget_to_close(struct json_writer *json)
{
	json_open(json, NULL, '{');
	(void)json_finish(json);
}

static void test_misuse_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(exit_code_of(nest_deepest), 0);
	assert_int_equal(exit_code_of(nest_too_deep), EXIT_INTERNAL);
	assert_int_equal(exit_code_of(close_too_often), EXIT_INTERNAL);
	assert_int_equal(exit_code_of(forget_to_close), EXIT_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_every_control_character_is_escaped),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_keys_are_escaped_too),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_doubles_read_back),
		cmocka_unit_test(test_decimal_comma_locale),
		cmocka_unit_test(test_a_full_disk_is_told),
		cmocka_unit_test(test_misuse_ends_the_process),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
