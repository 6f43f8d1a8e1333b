/* SPDX-License-Identifier: MIT */
/* main - finds the sub-command, and makes sure that its output was written. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/language.h"
#include "harness/base/suggest.h"
#include "harness/base/version.h"
#include "harness/cli/cli.h"

static const struct command command_complete_word;

/* In the order of --help. */
static const struct command *const commands[] = {
	&command_run,
	&command_list,
	&command_summary,
	&command_compare,
	&command_report,
	&command_rows,
	&command_place,
	&command_history,
	&command_export,
	&command_claims,
	&command_doctor,
	&command_validate,
	&command_version,
	&command_runner,
	&command_exit,
	&command_complete_word,
	NULL,
};

static const struct command *find_command(const char *name)
{
	for (const struct command *const *command = commands; *command; command++)
		if (!strcmp((*command)->name, name))
			return *command;
	return NULL;
}

static void print_commands(FILE *file)
{
	fputs(_("tollgate - what a lock, a GIL and a message cost on your cores\n\n"
		"Examples:\n"
		"  tollgate list                    # what can be measured\n"
		"  tollgate run --profile=quick     # measure it in under a minute\n"
		"  tollgate summary results/latest  # read the last run again\n\n"
		"Usage: tollgate COMMAND [OPTION]...\n\nCommands:\n"),
	      file);
	for (const struct command *const *command = commands; *command; command++)
		if (!(*command)->hidden)
			fprintf(file, "  %-9s %s\n", (*command)->name, _((*command)->summary));
	fputs(_("\n'tollgate COMMAND --help' shows examples and options of one command.\n"), file);
}

_Noreturn static void unknown_command(const char *name)
{
	struct suggestion nearest = {.word = name};

	for (const struct command *const *command = commands; *command; command++)
		if (!(*command)->hidden)
			suggest_name(&nearest, (*command)->name);
	die(EXIT_USAGE, "unknown command '%.80s'%s\ntry 'tollgate --help'", name,
	    suggest_text(&nearest));
}

/* ---- completion ---- */

static void complete_command(const char *word)
{
	if (strncmp("help", word, strlen(word)) == 0)
		printf("help\n");
	for (const struct command *const *command = commands; *command; command++)
		if (!(*command)->hidden && strncmp((*command)->name, word, strlen(word)) == 0)
			printf("%s\n", (*command)->name);
}

/* The command on the line, the word before the word at the cursor, and that word itself. */
static int complete_word(int operand_count, char **operands)
{
	const struct command *command = find_command(operands[0]);

	(void)operand_count;
	if (!*operands[0] || strcmp(operands[0], "help") == 0)
		complete_command(operands[2]);
	else if (command)
		command_complete(command, operands[1], operands[2]);
	return EXIT_OK;
}

static const struct command command_complete_word = {
	.name = "complete",
	.summary = N_("print what could stand in place of a word, for scripts/completion.bash"),
	.usage = "-- COMMAND BEFORE WORD",
	.operands_min = 3,
	.operands_max = 3,
	.run = complete_word,
	.hidden = true,
};

/* ---- the command line ---- */

static int execute(int argc, char **argv)
{
	const struct command *command = find_command(argv[1]);

	if (!command)
		unknown_command(argv[1]);
	return command_execute(command, argc - 1, argv + 1);
}

/* `tollgate help run` is `tollgate run --help`. */
static int help(int argc, char **argv)
{
	char option[] = "--help";

	if (argc < 3) {
		print_commands(stdout);
		return EXIT_OK;
	}
	char *words[] = {argv[0], argv[2], option, NULL};

	return execute(3, words);
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		print_commands(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help(argc, argv);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return command_execute(&command_version, argc - 1, argv + 1);
	return execute(argc, argv);
}

/*
 * A file opened while descriptor 1 or 2 is closed would get that number, and messages would go into
 * it. Fill the gap with a descriptor that cannot be written to, so that writing is still an error.
 */
static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			(void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	language_start();
	signal(SIGPIPE, SIG_IGN); /* then a closed pipe is an error with a message */

	int code = dispatch(argc, argv);

	errno = 0;
	if (fflush(stdout) == EOF || ferror(stdout))
		die(EXIT_INTERNAL, "cannot write to standard output: %s",
		    errno ? strerror(errno) : "an earlier write failed");
	return code;
}
