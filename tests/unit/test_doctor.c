/* SPDX-License-Identifier: MIT */
/* `tollgate doctor` on this machine: exit 0, whole JSON, no escape codes for a file, no host name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/cli/cli.h"
#include "harness/cli/doctor.h"

struct output {
	int code;
	size_t length;
	char text[1 << 17];
};

/* Run SHOW in a child with its standard output in a file. */
static void capture(struct output *output, int (*show)(const void *), const void *context)
{
	FILE *file = tmpfile();
	int status = 0;

	assert_non_null(file);
	assert_int_equal(fflush(stdout), 0);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (dup2(fileno(file), STDOUT_FILENO) < 0)
			_exit(99);
		int code = show(context);

		_exit(fflush(stdout) == 0 ? code : 98);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	output->code = WEXITSTATUS(status);
	rewind(file);
	output->length = fread(output->text, 1, sizeof(output->text) - 1, file);
	output->text[output->length] = '\0';
	assert_true(output->length < sizeof(output->text) - 1);
	assert_int_equal(fclose(file), 0);
}

static int execute(const void *context)
{
	char name[] = "doctor";
	char *words[] = {name, xstrdup(context), NULL};

	return command_execute(&command_doctor, 2, words);
}

/* Outside strings every bracket is closed, and the document is one object. */
static void expect_balanced(const char *text)
{
	char open[64] = "";
	size_t depth = 0;
	bool quoted = false;

	assert_int_equal(text[0], '{');
	for (; *text; text++) {
		if (quoted && *text == '\\') {
			text++;
		} else if (*text == '"') {
			quoted = !quoted;
		} else if (!quoted && strchr("{[", *text)) {
			assert_true(depth < sizeof(open));
			open[depth++] = *text;
		} else if (!quoted && strchr("}]", *text)) {
			assert_true(depth > 0);
			assert_int_equal(open[--depth], *text == '}' ? '{' : '[');
		}
	}
	assert_int_equal(depth, 0);
	assert_false(quoted);
}

static void test_json_on_this_machine(void **state)
{
	static struct output output;
	static const char *const parts[] = {
		"\"checks\": [",     "\"clock\": {",        "\"counters\": [", "\"facts\": {",
		"\"clocksource\": ", "\"verdict\": \"ok\"", "\"cost_ns\": "};

	(void)state;
	capture(&output, execute, "--format=json");
	assert_int_equal(output.code, EXIT_OK);
	expect_balanced(output.text);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		assert_non_null(strstr(output.text, parts[i]));
}

static void test_human_on_this_machine(void **state)
{
	static struct output output;

	(void)state;
	capture(&output, execute, "--format=table");
	assert_int_equal(output.code, EXIT_OK);
	assert_null(strchr(output.text, '\033'));
	assert_non_null(strstr(output.text, "Nothing was changed."));
	assert_non_null(strstr(output.text, "CLOCK_MONOTONIC"));
	assert_non_null(strstr(output.text, "instructions"));
}

static void test_unknown_format(void **state)
{
	static struct output output;

	(void)state;
	capture(&output, execute, "--format=xml");
	assert_int_equal(output.code, EXIT_USAGE);
	assert_int_equal(output.length, 0);
}

static int show_human(const void *context)
{
	doctor_print_human(context);
	return 0;
}

static int show_json(const void *context)
{
	doctor_print_json(context);
	return 0;
}

static const struct examination sample = {
	.clock = {.name = "CLOCK_MONOTONIC"},
	.count = 3,
	.findings =
		{
			{.section = "one", .check = "calm", .fact = "as it should be"},
			{.section = "one",
			 .check = "loud",
			 .verdict = VERDICT_WARNING,
			 .fact = "found",
			 .text = "why it matters",
			 .fix = "echo performance | sudo tee "
				"a-command-that-is-much-longer-than-one-line"
				"-of-a-terminal-and-must-stay-in-one-piece-to-be-copied /x/y"},
			{.section = "two", .check = "dark", .verdict = VERDICT_UNKNOWN},
		},
};

static void test_layout(void **state)
{
	static struct output output;

	(void)state;
	capture(&output, show_human, &sample);
	assert_string_equal(
		output.text,
		"one\n"
		"  ok       calm                  as it should be\n"
		"  warning  loud                  found\n"
		"                                 why it matters\n"
		"                                 fix: echo performance | sudo tee "
		"a-command-that-is"
		"-much-longer-than-one-line-of-a-terminal-and-must-stay-in-one-piece-to-be-copied "
		"/x/y\n"
		"\n"
		"two\n"
		"  unknown  dark                  not told here\n"
		"\n"
		"1 ok, 1 warning, 1 unknown. Nothing was changed.\n");
}

static void test_json_without_a_topology(void **state)
{
	static struct output output;

	(void)state;
	capture(&output, show_json, &sample);
	assert_int_equal(output.code, 0);
	expect_balanced(output.text);
	assert_non_null(strstr(output.text, "\"topology\": null"));
	assert_non_null(strstr(output.text, "\"fact\": null"));
	assert_non_null(strstr(output.text, "\"warnings\": 1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_on_this_machine),
		cmocka_unit_test(test_human_on_this_machine),
		cmocka_unit_test(test_unknown_format),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_json_without_a_topology),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
