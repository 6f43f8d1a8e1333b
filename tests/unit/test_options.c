/* SPDX-License-Identifier: MIT */
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

#include "harness/base/options.h"

/* A command that prints its arguments, so that one text shows order and values. */
static bool take_text(void *context, const char *value, struct reason *why)
{
	(void)why;
	printf("%s[%s] ", (const char *)context, value);
	return true;
}

static bool take_number(void *context, const char *value, struct reason *why)
{
	uint64_t number;

	(void)context;
	if (!parse_u64(value, 1, 9, &number))
		return refuse(why, "a whole number from 1 to 9");
	printf("number[%d] ", (int)number);
	return true;
}

static bool take_switch(void *context, const char *value, struct reason *why)
{
	(void)context;
	(void)why;
	printf("switch[%s] ", value ? value : "-");
	return true;
}

static int print_operands(int count, char **operands)
{
	printf("operands:%d", count);
	for (int n = 0; n < count; n++)
		printf(" %s", operands[n]);
	return EXIT_INCONCLUSIVE;
}

static const struct option_spec options[] = {
	{.name = "filter", .letter = 'f', .argument = "REGEX", .help = "a\nb", .take = take_text},
	{.name = "number", .letter = 'n', .argument = "N", .help = "count", .take = take_number},
	{.name = "quiet", .letter = 'q', .help = "say less", .take = take_switch},
	{.name = "quick", .help = "be quick", .take = take_switch},
	{.name = "maybe",
	 .letter = 'm',
	 .argument = "[=WORD]",
	 .help = "or not",
	 .take = take_switch},
	{.name = NULL},
};

static char context[] = "filter";

static const struct command command = {
	.name = "probe",
	.summary = "prints its options",
	.usage = "[OPTION]... [RUN]...",
	.examples = "tollgate probe -f x   # one\ntollgate probe -q     # two\n",
	.notes = "Some more words.",
	.options = options,
	.operands_min = 0,
	.operands_max = 3,
	.run = print_operands,
	.context = context,
};

struct outcome {
	int code;
	char out[4096], err[4096];
};

static void slurp(FILE *file, char *text, size_t size)
{
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	assert_int_equal(fclose(file), 0);
}

/* Options end the process on errors, so each line is read by a child. */
static struct outcome execute(const struct command *which, const char *const *words)
{
	struct outcome outcome = {0};
	FILE *out = tmpfile(), *err = tmpfile();
	char *argv[16] = {NULL};
	int argc = 0, status;

	assert_non_null(out);
	assert_non_null(err);
	for (; words[argc]; argc++)
		argv[argc] = xstrdup(words[argc]);
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		if (dup2(fileno(out), 1) < 0 || dup2(fileno(err), 2) < 0)
			_exit(99);
		int code = command_execute(which, argc, argv);

		fflush(NULL);
		_exit(code);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	outcome.code = WEXITSTATUS(status);
	slurp(out, outcome.out, sizeof(outcome.out));
	slurp(err, outcome.err, sizeof(outcome.err));
	while (argc)
		free(argv[--argc]);
	return outcome;
}

#define RUN(...) execute(&command, (const char *const[]){"probe", __VA_ARGS__, NULL})

static void assert_output(struct outcome outcome, const char *expected)
{
	assert_string_equal(outcome.err, "");
	assert_string_equal(outcome.out, expected);
	assert_int_equal(outcome.code, EXIT_INCONCLUSIVE);
}

static void assert_refused(struct outcome outcome, const char *message)
{
	if (!strstr(outcome.err, message))
		fail_msg("'%s' lacks '%s'", outcome.err, message);
	assert_non_null(strstr(outcome.err, "\ntry 'tollgate probe --help'\n"));
	assert_null(strstr(outcome.out, "operands:"));
	assert_int_equal(outcome.code, EXIT_USAGE);
}

static void all_spellings_of_a_value(void **state)
{
	(void)state;
	assert_output(RUN("--filter=x=y"), "filter[x=y] operands:0");
	assert_output(RUN("--filter", "x"), "filter[x] operands:0");
	assert_output(RUN("-f", "x"), "filter[x] operands:0");
	assert_output(RUN("-fx"), "filter[x] operands:0");
	assert_output(RUN("--filter="), "filter[] operands:0");
	assert_output(RUN("--filter", "-5"), "filter[-5] operands:0");
	assert_output(RUN("--filter=--quiet"), "filter[--quiet] operands:0");
	assert_output(RUN("-qn3"), "switch[-] number[3] operands:0");
	assert_output(RUN("-qn", "3"), "switch[-] number[3] operands:0");
}

static void an_argument_may_be_left_out(void **state)
{
	(void)state;
	assert_output(RUN("--maybe=x"), "switch[x] operands:0");
	assert_output(RUN("--maybe"), "switch[-] operands:0");
	assert_output(RUN("--maybe="), "switch[] operands:0");
	assert_output(RUN("--maybe", "x"), "switch[-] operands:1 x");
	assert_output(RUN("-mq", "x"), "switch[-] switch[-] operands:1 x");
	assert_non_null(strstr(RUN("--help").out, "--maybe[=WORD] "));
}

static void options_keep_their_order(void **state)
{
	(void)state;
	assert_output(RUN("-f", "b", "-q", "-f", "a"), "filter[b] switch[-] filter[a] operands:0");
}

static void operands_are_permuted(void **state)
{
	(void)state;
	assert_output(RUN("one", "-q", "two"), "switch[-] operands:2 one two");
	assert_output(RUN("one", "--", "-q", "--"), "operands:3 one -q --");
	assert_output(RUN("-", ""), "operands:2 - ");
}

static void unknown_options_name_the_nearest(void **state)
{
	(void)state;
	assert_refused(RUN("--fliter=x"), "unknown option '--fliter' (did you mean '--filter'?)");
	assert_refused(RUN("--zzzzzzzzzzzz"), "unknown option '--zzzzzzzzzzzz'\n");
	assert_refused(RUN("--hlep"), "did you mean '--help'?");
	assert_refused(RUN("-z"), "unknown option '-z'");
	assert_refused(RUN("-qz"), "unknown option '-z'");
	assert_refused(RUN("--=x"), "unknown option '--'");
}

static void abbreviations_are_refused(void **state)
{
	(void)state;
	assert_refused(RUN("--filte", "x"), "did you mean '--filter'?");
	assert_refused(RUN("--qui"), "unknown option '--qui'");
}

static void bad_values_say_what_is_accepted(void **state)
{
	(void)state;
	assert_refused(RUN("--number=0"),
		       "option --number: bad value '0': a whole number from 1 to 9");
	assert_refused(RUN("--number"), "option --number needs a value: --number=N");
	assert_refused(RUN("-n"), "option --number needs a value: --number=N");
	assert_refused(RUN("--filter", "--quiet"),
		       "option --filter needs a value before '--quiet'");
	assert_refused(RUN("--quiet=yes"), "option --quiet takes no value, got 'yes'");
	assert_refused(RUN("--quiet="), "option --quiet takes no value");
}

static void messages_are_bounded_and_printable(void **state)
{
	char word[5000];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	memcpy(word, "--", 2);
	word[sizeof(word) - 1] = '\0';
	assert_refused(RUN(word), "xxx...'");
	assert_refused(RUN("--number=\033[31m"), "bad value '?[31m'");
	assert_refused(RUN("-\n"), "unknown option '-?'");
}

static void operands_are_counted(void **state)
{
	struct command two = command;

	(void)state;
	assert_refused(RUN("1", "2", "3", "4"), "unexpected word '4'");
	two.operands_min = 2;
	assert_refused(execute(&two, (const char *const[]){"probe", "one", NULL}),
		       "1 of 2 words missing; usage: tollgate probe [OPTION]... [RUN]...");
	two.operands_max = -1;
	assert_output(execute(&two, (const char *const[]){"probe", "1", "2", "3", "4", NULL}),
		      "operands:4 1 2 3 4");
}

static void help_shows_examples_first(void **state)
{
	(void)state;
	for (int n = 0; n < 2; n++) {
		struct outcome outcome = RUN("-q", n ? "-h" : "--help", "--nonsense");
		const char *examples = strstr(outcome.out,
					      "\n  tollgate probe -f x   # one\n  tollgate");
		const char *table = strstr(outcome.out, "  -f, --filter=REGEX ");

		assert_int_equal(outcome.code, EXIT_OK);
		assert_string_equal(outcome.err, "");
		assert_non_null(examples);
		assert_non_null(table);
		assert_true(examples < table);
		assert_non_null(strstr(outcome.out, " a\n                              b\n"));
		assert_non_null(strstr(table, "  -h, --help "));
		assert_non_null(strstr(table, "Some more words."));
		assert_null(strstr(outcome.out, "operands:"));
	}
}

static void a_command_without_options_has_help(void **state)
{
	struct command bare = command;

	(void)state;
	bare.options = NULL;
	bare.examples = NULL;
	bare.notes = NULL;
	struct outcome outcome = execute(&bare, (const char *const[]){"probe", "--help", NULL});

	assert_int_equal(outcome.code, EXIT_OK);
	assert_non_null(strstr(outcome.out, "--help"));
	assert_refused(execute(&bare, (const char *const[]){"probe", "-q", NULL}), "'-q'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_spellings_of_a_value),
		cmocka_unit_test(an_argument_may_be_left_out),
		cmocka_unit_test(options_keep_their_order),
		cmocka_unit_test(operands_are_permuted),
		cmocka_unit_test(unknown_options_name_the_nearest),
		cmocka_unit_test(abbreviations_are_refused),
		cmocka_unit_test(bad_values_say_what_is_accepted),
		cmocka_unit_test(messages_are_bounded_and_printable),
		cmocka_unit_test(operands_are_counted),
		cmocka_unit_test(help_shows_examples_first),
		cmocka_unit_test(a_command_without_options_has_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
