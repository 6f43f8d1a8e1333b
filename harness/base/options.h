/* SPDX-License-Identifier: MIT */
/*
 * options - GNU-style options from a table: --name value, --name=value, -x value, --, permuted
 * operands, and abbreviated long names where only one option fits. An unknown option or a bad value
 * ends the process with exit 64. The message names the option, the value and the accepted values,
 * and suggests the nearest name. --help prints the examples first, then the table.
 */
#ifndef TOLLGATE_BASE_OPTIONS_H
#define TOLLGATE_BASE_OPTIONS_H

#include <limits.h>

#include "harness/base/util.h"

#define CHOICE_NONE UINT_MAX /* for a choice without a default */

/* One row of the table. Values are set in the order of the options on the command line. */
struct option_spec {
	const char *name; /* long name without dashes */
	char letter;      /* short name or 0 */
	/*
	 * Name of the value in --help. NULL: a flag, or a choice, which shows its names instead.
	 * "[=NAME]": the value is optional. Then only --name=value gives one, and take() gets NULL
	 * without it.
	 */
	const char *argument;
	const char *help; /* one sentence, '\n' starts a continuation line; NULL: not shown */

	/* Exactly one of these five is set: the type of the value and its destination. */
	bool *flag;        /* nothing; becomes true */
	uint64_t *number;  /* a whole number from MIN to MAX */
	unsigned *choice;  /* one of NAMES; becomes its index */
	const char **text; /* any text except an empty one, of at most MAX bytes unless MAX is 0 */
	/* Anything else, checked by this function. False and WHY for a bad value. */
	bool (*take)(void *target, const char *value, struct reason *why);

	void *target; /* for take() */
	uint64_t min, max;
	/* The names of a choice: a list that ends with NULL, or a function that returns NULL after
	 * the last one. With take() they are only offered by completion. */
	const char *const *names;
	const char *(*name_at)(size_t index);
	const char *alias; /* an older name, accepted but not shown, or NULL */
	bool *given;       /* becomes true if the option was given; may be NULL */
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
	/* Called after each value that was accepted; may be NULL. VALUE is NULL for a flag. */
	void (*accepted)(const struct option_spec *option, const char *value);
	bool hidden; /* internal: not in --help */
};

/* Parse ARGV[1..] by COMMAND's table, then run it. argv[0] is the sub-command's name. */
int command_execute(const struct command *command, int argc, char **argv);

/*
 * Print the possible completions of WORD, one per line: the names of the values of option BEFORE
 * ("--name") if it has any, else the options of COMMAND if WORD begins with a dash.
 */
void command_complete(const struct command *command, const char *before, const char *word);

#endif
