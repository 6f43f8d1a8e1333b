/* SPDX-License-Identifier: MIT */
/* The strict JSON reader: what it takes, and where it says what is wrong. */
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

#include "harness/data/json.h"
#include "harness/data/json_read.h"

static void refused(const char *text, size_t length, const char *expected)
{
	struct json_tree tree;
	struct reason why = {""};

	if (json_parse(&tree, "x.json", text, length, &why))
		fail_msg("taken: %s", text);
	assert_null(tree.root);
	if (strcmp(why.text, expected) != 0)
		fail_msg("'%s': said '%s', expected '%s'", text, why.text, expected);
}

static void values_are_found(void **state)
{
	static const char text[] =
		" {\"a\": {\"b\": [1, -2.5e1, true, false, null, \"t\"]}, \"s\" : "
		"\"q\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\xc3\xa9\", \"e\":{}, "
		"\"f\":[]}\n";
	struct json_tree tree;
	struct reason why;
	static const json_type types[] = {JSON_INTEGER, JSON_REAL, JSON_TRUE,
					  JSON_FALSE,   JSON_NULL, JSON_STRING};
	const json_t *item;
	size_t n;

	(void)state;
	assert_true(json_parse(&tree, "x", text, strlen(text), &why));
	const json_t *array = json_find(&tree, "a.b");

	json_array_foreach (array, n, item)
		assert_int_equal(json_typeof(item), types[n]);
	assert_int_equal(n, 6);
	assert_true(json_number_value(json_array_get(array, 1)) == -25);
	assert_string_equal(json_find_text(&tree, "s"),
			    "q\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9");
	assert_int_equal(json_object_size(json_find(&tree, "e")), 0);
	assert_int_equal(json_array_size(json_find(&tree, "f")), 0);
	assert_null(json_find(&tree, "a.c"));
	assert_null(json_find(&tree, "a.b.c"));
	assert_null(json_find(&tree, "s.x"));
	assert_string_equal(json_find_text(&tree, "a"), "");
	assert_true(isnan(json_find_number(&tree, "s")));
	json_tree_free(&tree);
}

static void malformed_is_named_with_its_place(void **state)
{
	static const struct {
		const char *text, *expected;
	} table[] = {
		{"", "x.json:1:1: the file ends too early"},
		{"  \n ", "x.json:2:2: the file ends too early"},
		{"{", "x.json:1:2: the file ends too early"},
		{"{\"a\"}", "x.json:1:5: ':' expected"},
		{"{\"a\":1", "x.json:1:7: the file ends too early"},
		{"{\"a\":1,}", "x.json:1:8: string or '}' expected"},
		{"{\"a\":1,\n\"a\":2}", "x.json:2:3: duplicate object key"},
		{"{a:1}", "x.json:1:2: string or '}' expected"},
		{"[1,]", "x.json:1:4: unexpected token"},
		{"[1 2]", "x.json:1:4: ']' expected"},
		{"[1", "x.json:1:3: the file ends too early"},
		{"[01]", "x.json:1:2: invalid token"},
		{"[+1]", "x.json:1:2: invalid token"},
		{"[.5]", "x.json:1:2: invalid token"},
		{"[1.]", "x.json:1:3: invalid token"},
		{"[1e]", "x.json:1:3: invalid token"},
		{"[-]", "x.json:1:2: invalid token"},
		{"[1e999]", "x.json:1:6: real number overflow"},
		{"[NaN]", "x.json:1:4: invalid token"},
		{"[Infinity]", "x.json:1:9: invalid token"},
		{"[tru]", "x.json:1:4: invalid token"},
		{"'a'", "x.json:1:1: invalid token"},
		{"\"a", "x.json:1:3: the file ends too early"},
		{"\"a\\", "x.json:1:3: invalid escape"},
		{"\"a\nb\"", "x.json:1:2: unexpected newline"},
		{"\"\\x41\"", "x.json:1:3: invalid escape"},
		{"\"\\u12g4\"", "x.json:1:6: invalid escape"},
		{"\"\\u0000\"", "x.json:1:8: a NUL inside a text"},
		{"\"\\ud800\"", "x.json:1:8: invalid Unicode '\\uD800'"},
		{"\"\\ud800\\u0041\"", "x.json:1:14: invalid Unicode '\\uD800\\u0041'"},
		{"\"\\udc00\"", "x.json:1:8: invalid Unicode '\\uDC00'"},
		{"\"\xff\"", "x.json:1:2: unable to decode byte 0xff"},
		{"\"\xc0\xaf\"", "x.json:1:2: unable to decode byte 0xc0"},
		{"\"\xed\xa0\x80\"", "x.json:1:2: unable to decode byte 0xed"},
		{"\"\xe2\x82", "x.json:1:2: unable to decode byte 0xe2"},
		{"1 2", "x.json:1:3: end of file expected"},
		{"{}}", "x.json:1:3: end of file expected"},
		{"/* c */ 1", "x.json:1:1: invalid token"},
		{"\xef\xbb\xbf{}", "x.json:1:3: invalid token"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		refused(table[i].text, strlen(table[i].text), table[i].expected);
	refused("1\0", 2, "x.json:1:2: a NUL byte");
	refused("[1,\0]", 5, "x.json:1:4: a NUL byte");
	refused("\"a\0b\"", 5, "x.json:1:3: a NUL byte");
	refused("\"a\\\0\"", 5, "x.json:1:4: invalid escape");
}

static void size_and_depth_are_bounded(void **state)
{
	const size_t many = JSON_VALUES_MAX * 2u + 10;
	char *text = xcalloc(many + 1, 1);
	struct json_tree tree;
	struct reason why;

	(void)state;
	memset(text, '[', 33);
	refused(text, 33, "x.json:1:33: nested deeper than 32 levels");
	memset(text + 32, ']', 32);
	assert_true(json_parse(&tree, "x", text, 64, &why));
	json_tree_free(&tree);
	for (size_t i = 0; i < many; i += 2)
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): ended below */
		memcpy(text + i, i ? ",1" : "[1", 2);
	assert_false(json_parse(&tree, "x.json", text, many, &why));
	assert_non_null(strstr(why.text, "more than 100000 values"));
	refused(text, JSON_BYTES_MAX + 1u, "x.json: larger than 4 MiB");
	memset(text, '1', 65);
	refused(text, 65, "x.json:1:65: a number of more than 64 characters");
	text[1] = '.';
	assert_true(json_parse(&tree, "x", text, 64, &why));
	json_tree_free(&tree);
	free(text);
}

static void one_object_has_not_too_many_keys(void **state)
{
	char *text = xcalloc(20000, 1);
	size_t used = 1;

	(void)state;
	text[0] = '{';
	for (int i = 0; i < 1001; i++)
		used += (size_t)sprintf(text + used, "\"k%d\":0,", i);
	assert_true(used < 20000);
	struct json_tree tree;
	struct reason why = {""};

	assert_false(json_parse(&tree, "x", text, used, &why));
	assert_non_null(strstr(why.text, "more than 1000 keys in one object"));
	free(text);
}

static void what_we_write_we_read(void **state)
{
	char path[] = "/tmp/tollgate-json-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	struct json_writer json;
	struct json_tree tree;
	struct reason why = {""};

	(void)state;
	json_start(&json, file);
	json_open(&json, NULL, '{');
	json_text(&json, "text", "a\"\\\n\x01\xc3\xa9");
	json_double(&json, "number", 0.1);
	json_double(&json, "nothing", NAN);
	json_close(&json, '}');
	assert_true(json_finish(&json));
	fclose(file);
	const bool good = json_read(&tree, path, &why);

	unlink(path);
	if (!good)
		fail_msg("%s", why.text);
	assert_string_equal(json_find_text(&tree, "text"), "a\"\\\n\x01\xc3\xa9");
	assert_true(json_find_number(&tree, "number") == 0.1);
	assert_true(json_is_null(json_find(&tree, "nothing")));
	json_tree_free(&tree);
}

static void files_that_are_none(void **state)
{
	struct json_tree tree;
	struct reason why;

	(void)state;
	assert_false(json_read(&tree, "/nowhere/run.json", &why));
	assert_string_equal(why.text, "run.json: No such file or directory");
	assert_false(json_read(&tree, "/dev/zero", &why));
	assert_string_equal(why.text, "zero: not a regular file");
	assert_false(json_read(&tree, "/tmp", &why));
}

/* Every prefix of a good file is refused, and no changed byte makes the reader fall. */
static void damaged_files_never_crash(void **state)
{
	static const char good[] = "{\"a\":[1,2.5,{\"b\":\"x\\u00e9\\n\",\"c\":null}],\"d\":{\"e\":"
				   "[[],{}]},\"f\":true}";
	char text[sizeof(good)];
	struct json_tree tree;
	struct reason why;
	struct random random;

	(void)state;
	for (size_t length = 0; length < strlen(good); length++)
		assert_false(json_parse(&tree, "x", good, length, &why));
	random_seed(&random, 1);
	for (int i = 0; i < 20000; i++) {
		memcpy(text, good, sizeof(good));
		text[random_below(&random, sizeof(good) - 1)] = (char)random_below(&random, 256);
		if (json_parse(&tree, "x", text, strlen(text), &why))
			json_tree_free(&tree);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(malformed_is_named_with_its_place),
		cmocka_unit_test(size_and_depth_are_bounded),
		cmocka_unit_test(one_object_has_not_too_many_keys),
		cmocka_unit_test(what_we_write_we_read),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(damaged_files_never_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
