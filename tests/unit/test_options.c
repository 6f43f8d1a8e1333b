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

/* Where the values go; the command prints them all, and those of take() as they come. */
static struct {
	bool quiet, quick, given;
	uint64_t number, seed;
	unsigned format, color;
	const char *out;
} got;

static bool take_text(void *target, const char *value, struct reason *why)
{
	if (value && !strcmp(value, "bad"))
		return refuse(why, "anything but bad");
	printf("%s[%s] ", (const char *)target, value ? value : "-");
	return true;
}

static void accepted(const struct option_spec *option, const char *value)
{
	printf("%s=%s ", option->name, value ? value : "-");
}

static int print_all(int count, char **operands)
{
	printf("quiet:%d quick:%d number:%d seed:%d/%d format:%d color:%d out:%s operands:%d",
	       got.quiet, got.quick, (int)got.number, (int)got.seed, got.given, (int)got.format,
	       (int)got.color, got.out ? got.out : "-", count);
	for (int n = 0; n < count; n++)
		printf(" %s", operands[n]);
	return EXIT_INCONCLUSIVE;
}

static const char *const formats[] = {"table", "csv", "md", NULL};

static const char *color_at(size_t index)
{
	return index == 0 ? "red" : index == 1 ? "green" : NULL;
}

static char filter_name[] = "filter", maybe_name[] = "maybe";

static const struct option_spec options[] = {
	{"filter", 'f', "REGEX", "a\nb", .take = take_text, .target = filter_name,
	 .name_at = color_at, .alias = "case"},
	{"number", 'n', "N", "count", .number = &got.number, .min = 2, .max = 9},
	{"seed", 0, "NUMBER", "any", .number = &got.seed, .max = UINT64_MAX, .given = &got.given},
	{"quiet", 'q', NULL, "say less", .flag = &got.quiet},
	{"quick", 0, NULL, "be quick", .flag = &got.quick},
	{"old", 0, NULL, NULL, .flag = &got.quick},
	{"maybe", 'm', "[=WORD]", "or not", .take = take_text, .target = maybe_name},
	{"format", 0, NULL, "how", .choice = &got.format, .names = formats},
	{"color", 'c', "COLOR", "which", .choice = &got.color, .name_at = color_at},
	{"out", 'o', "FILE", "a file\nto write", .text = &got.out, .max = 8, .alias = "output"},
	{0},
};

static const struct command command = {
	.name = "probe",
	.summary = "prints its options",
	.usage = "[OPTION]... [RUN]...",
	.examples = "tollgate probe -f x   # one\ntollgate probe -q     # two\n",
	.notes = "Some more words.",
	.options = options,
	.operands_min = 0,
	.operands_max = 3,
	.run = print_all,
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

/* The output holds EXPECTED, which says what was set. */
static void assert_output(struct outcome outcome, const char *expected)
{
	assert_string_equal(outcome.err, "");
	if (!strstr(outcome.out, expected))
		fail_msg("'%s' lacks '%s'", outcome.out, expected);
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
	assert_output(RUN("--filter=x=y"), "filter[x=y] quiet:0");
	assert_output(RUN("--filter", "x"), "filter[x] quiet:0");
	assert_output(RUN("-f", "x"), "filter[x] quiet:0");
	assert_output(RUN("-fx"), "filter[x] quiet:0");
	assert_output(RUN("--filter="), "filter[] quiet:0");
	assert_output(RUN("--filter", "-5"), "filter[-5] quiet:0");
	assert_output(RUN("--filter=--quiet"), "filter[--quiet] quiet:0");
	assert_output(RUN("-qn3"), "quiet:1 quick:0 number:3 ");
	assert_output(RUN("-qn", "3"), "quiet:1 quick:0 number:3 ");
}

static void an_argument_may_be_left_out(void **state)
{
	(void)state;
	assert_output(RUN("--maybe=x"), "maybe[x] quiet:0");
	assert_output(RUN("--maybe"), "maybe[-] quiet:0");
	assert_output(RUN("--maybe="), "maybe[] quiet:0");
	assert_output(RUN("--maybe", "x"), "maybe[-] quiet:0");
	assert_output(RUN("--maybe", "x"), "operands:1 x");
	assert_output(RUN("-mq", "x"), "maybe[-] quiet:1 ");
	assert_non_null(strstr(RUN("--help").out, "--maybe[=WORD] "));
}

static void options_keep_their_order(void **state)
{
	(void)state;
	assert_output(RUN("-f", "b", "-q", "-f", "a"), "filter[b] filter[a] quiet:1");
}

static void a_flag_becomes_true(void **state)
{
	(void)state;
	assert_output(RUN("--quick"), "quiet:0 quick:1");
	assert_refused(RUN("--quiet=yes"), "option --quiet takes no value, got 'yes'");
	assert_refused(RUN("--quiet="), "option --quiet takes no value");
}

static void a_number_has_bounds(void **state)
{
	static const char *const bad[] = {"1", "10", "", "-3", "+3", "3x", " 3", "0x3", "3.0"};

	(void)state;
	assert_output(RUN("--number=2"), "number:2 ");
	assert_output(RUN("--number", "9"), "number:9 ");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct outcome outcome = RUN("--number", bad[i]);

		assert_refused(outcome, "option --number: bad value '");
		assert_refused(outcome, "': expected a whole number from 2 to 9\n");
	}
	assert_output(RUN("--seed=0"), "seed:0/1 ");
	assert_output(RUN("-q"), "seed:0/0 ");
	assert_refused(RUN("--seed=18446744073709551616"), "from 0 to 18446744073709551615\n");
}

static void a_choice_has_names(void **state)
{
	(void)state;
	assert_output(RUN("--format=md"), "format:2 ");
	assert_output(RUN("--format", "csv", "--format=table"), "format:0 ");
	assert_output(RUN("-c", "green"), "color:1 ");
	assert_refused(RUN("--format=cvs"),
		       "option --format: bad value 'cvs': use table, csv or md (did you mean "
		       "'csv'?)\n");
	assert_refused(RUN("--format="), "bad value '': use table, csv or md\n");
	assert_refused(RUN("--format=m"), "use table, csv or md (did you mean 'md'?)\n");
	assert_refused(RUN("--color=MD"), "use red or green\n");
	assert_refused(RUN("--format"), "option --format needs a value: --format=table|csv|md\n");
	assert_refused(RUN("-c"), "option --color needs a value: --color=COLOR\n");
}

/* Once some commands said human for table and markdown for md. */
static void older_words_for_a_choice_are_taken(void **state)
{
	(void)state;
	assert_output(RUN("--format=markdown"), "format:2 ");
	assert_output(RUN("--format=csv", "--format=human"), "format:0 ");
	assert_refused(RUN("--color=human"), "use red or green\n");
}

static void a_text_is_neither_empty_nor_too_long(void **state)
{
	(void)state;
	assert_output(RUN("--out=12345678"), "out:12345678 ");
	assert_refused(RUN("--out=123456789"), "bad value '123456789': longer than 8 bytes\n");
	assert_refused(RUN("-o", ""), "option --out: bad value '': expected FILE: a file to write");
}

static void a_function_judges_all_else(void **state)
{
	(void)state;
	assert_refused(RUN("--filter=bad"), "option --filter: bad value 'bad': anything but bad\n");
	assert_refused(RUN("-m", "--maybe=bad"), "option --maybe: bad value 'bad'");
}

static void older_names_are_taken_and_not_shown(void **state)
{
	struct outcome help = RUN("--help");

	(void)state;
	assert_output(RUN("--output=x"), "out:x ");
	assert_output(RUN("--outp", "x"), "out:x ");
	assert_output(RUN("--case=x"), "filter[x] ");
	assert_refused(RUN("--output="), "option --out: bad value");
	assert_null(strstr(help.out, "output"));
	assert_null(strstr(help.out, "case"));
	assert_null(strstr(help.out, "old"));
	assert_output(RUN("--old"), "quick:1 ");
	assert_refused(RUN("--oldd"), "unknown option '--oldd'\n");
}

static void accepted_values_are_told(void **state)
{
	struct command telling = command;

	(void)state;
	telling.accepted = accepted;
	assert_output(execute(&telling, (const char *const[]){"probe", "-q", "--outp=x", "--maybe",
							      "-n3", NULL}),
		      "quiet=- out=x maybe[-] maybe=- number=3 quiet:1");
}

static void operands_are_permuted(void **state)
{
	(void)state;
	assert_output(RUN("one", "-q", "two"), "operands:2 one two");
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

static void a_beginning_is_enough_if_it_is_the_only_one(void **state)
{
	(void)state;
	assert_output(RUN("--fil=x"), "filter[x] ");
	assert_output(RUN("--fi", "x"), "filter[x] ");
	assert_output(RUN("--quie"), "quiet:1 ");
	assert_output(RUN("--ou=x"), "out:x "); /* out and output are one option */
	assert_non_null(strstr(RUN("--hel").out, "Usage:"));
	assert_refused(RUN("--f=x"), "option '--f' is ambiguous: --filter, --format\n");
	assert_refused(RUN("--c=x"), "option '--c' is ambiguous: --case, --color\n");
	assert_refused(RUN("--qui"), "option '--qui' is ambiguous: --quiet, --quick\n");
	assert_refused(RUN("--quiet-"), "unknown option '--quiet-' (did you mean '--quiet'?)");
	assert_refused(RUN("--Quie"), "unknown option '--Quie' (did you mean '--quiet'?)");
}

static void a_value_that_is_missing_is_said(void **state)
{
	(void)state;
	assert_refused(RUN("--number"), "option --number needs a value: --number=N");
	assert_refused(RUN("-n"), "option --number needs a value: --number=N");
	assert_refused(RUN("--filter", "--quiet"),
		       "option --filter needs a value before '--quiet'");
	assert_refused(RUN("--filter", "--output"),
		       "option --filter needs a value before '--output'");
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

static void the_words_of_a_line_are_completed(void **state)
{
	static const struct {
		const char *before, *word, *printed;
	} rows[] = {
		{"--format", "", "table\ncsv\nmd\n"},
		{"--format", "m", "md\n"},
		{"--filter", "", "red\ngreen\n"},
		{"--case", "g", "green\n"},
		{"--out", "", ""},
		{"probe", "", ""},
		{"probe", "--f", "--filter=\n--format=\n"},
		{"-q", "--q", "--quiet\n--quick\n"},
		{"--quiet", "--m", "--maybe\n"},
		{"probe", "-f", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct outcome outcome = {0};
		FILE *out = tmpfile(), *shown = stdout;

		assert_non_null(out);
		stdout = out;
		command_complete(&command, rows[i].before, rows[i].word);
		stdout = shown;
		slurp(out, outcome.out, sizeof(outcome.out));
		assert_string_equal(outcome.out, rows[i].printed);
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
		cmocka_unit_test(a_flag_becomes_true),
		cmocka_unit_test(a_number_has_bounds),
		cmocka_unit_test(a_choice_has_names),
		cmocka_unit_test(older_words_for_a_choice_are_taken),
		cmocka_unit_test(a_text_is_neither_empty_nor_too_long),
		cmocka_unit_test(a_function_judges_all_else),
		cmocka_unit_test(older_names_are_taken_and_not_shown),
		cmocka_unit_test(accepted_values_are_told),
		cmocka_unit_test(operands_are_permuted),
		cmocka_unit_test(unknown_options_name_the_nearest),
		cmocka_unit_test(a_beginning_is_enough_if_it_is_the_only_one),
		cmocka_unit_test(a_value_that_is_missing_is_said),
		cmocka_unit_test(messages_are_bounded_and_printable),
		cmocka_unit_test(operands_are_counted),
		cmocka_unit_test(help_shows_examples_first),
		cmocka_unit_test(the_words_of_a_line_are_completed),
		cmocka_unit_test(a_command_without_options_has_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
