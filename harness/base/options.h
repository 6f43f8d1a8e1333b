/* SPDX-License-Identifier: MIT */
/*
 * options - GNU-style options from a table: --name value, --name=value, -x value, --, permuted
 * operands. An unknown option or a bad value ends the process with exit 64, says what was wrong and
 * names the nearest word. --help prints the examples first, then the table.
 */
#ifndef TOLLGATE_BASE_OPTIONS_H
#define TOLLGATE_BASE_OPTIONS_H

#include "harness/base/util.h"

struct option_spec {
	const char *name; /* long name without dashes */
	char letter;      /* short name or 0 */
	/*
	 * Name of the argument in --help, NULL for a switch. "[=NAME]": it may be left out; then only
	 * --name=value gives one, and VALUE is NULL otherwise.
	 */
	const char *argument;
	const char *help; /* one sentence; '\n' starts a continuation line */
	/*
	 * Called for each occurrence, in order; VALUE is NULL for a switch. False and WHY for a bad
	 * value; WHY says what is accepted.
	 */
	bool (*take)(void *context, const char *value, struct reason *why);
};

struct command {
	const char *name;                  /* sub-command */
	const char *summary;               /* one line for `tollgate --help` */
	const char *usage;                 /* "[OPTION]... RUN" */
	const char *examples;              /* lines, each "tollgate ...   # what it does" */
	const char *notes;                 /* further text after the options, or NULL */
	const struct option_spec *options; /* ends with a NULL name; --help and -h are added */
	int operands_min, operands_max;    /* max -1: any number */
	/* OPERANDS has operand_count entries. Returns the exit code. */
	int (*run)(int operand_count, char **operands);
	void *context; /* handed to take() */
	bool hidden;   /* internal: not in --help */
};

/* Parse ARGV[1..] by COMMAND's table, then run it. argv[0] is the sub-command's name. */
int command_execute(const struct command *command, int argc, char **argv);

/* The table of all sub-commands, in the order of --help; ends with NULL. In main.c. */
extern const struct command *const commands[];

#endif
