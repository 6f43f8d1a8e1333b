/* SPDX-License-Identifier: MIT */
#include "harness/base/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/base/suggest.h"

#define SHOWN_MAX   80 /* characters of the user's text that a message repeats */
#define HELP_COLUMN 30

/* The state of reading one command line. */
struct reader {
	const struct command *command;
	int next, argc;
	char **argv;
	bool help;
};

struct shown {
	char text[SHOWN_MAX + 4];
};

/* The user's text for a message: bounded, without control characters that a terminal obeys. */
static struct shown show(const char *text, size_t length)
{
	struct shown shown = {""};
	size_t n = 0;

	for (; n < length && text[n] && n < SHOWN_MAX; n++)
		shown.text[n] = (char)(iscntrl((unsigned char)text[n]) ? '?' : text[n]);
	if (n < length && text[n])
		memcpy(shown.text + n, "...", 4);
	return shown;
}

static struct shown show_all(const char *text)
{
	return show(text, SIZE_MAX);
}

PRINTF_LIKE(2, 3)
_Noreturn static void usage_error(const struct command *command, const char *format, ...)
{
	char text[900];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	die(EXIT_USAGE, "%s: %s\ntry 'tollgate %s --help'", command->name, text, command->name);
}

/* A list of the names, as many as fit. */
struct name_list {
	size_t count;
	char text[512];
};

static void list_name(struct name_list *list, const char *name, const char *separator)
{
	const size_t length = strlen(list->text);

	snprintf(list->text + length, sizeof(list->text) - length, "%s%s",
		 list->count++ ? separator : "", name);
}

/* ---- the table ---- */

static const struct option_spec help_option = {
	.name = "help",
	.letter = 'h',
	.help = "show this text",
};

/* The table of COMMAND, then --help, then NULL. */
static const struct option_spec *option_at(const struct command *command, size_t index)
{
	const struct option_spec *options = command->options;
	size_t count = 0;

	while (options && options[count].name)
		count++;
	if (index < count)
		return &options[index];
	return index == count ? &help_option : NULL;
}

static bool is_name(const char *name, const char *word, size_t length)
{
	return name && strlen(name) == length && !memcmp(name, word, length);
}

static const struct option_spec *find_long(const struct command *command, const char *name,
					   size_t length)
{
	const struct option_spec *option;

	for (size_t n = 0; (option = option_at(command, n)); n++)
		if (is_name(option->name, name, length) || is_name(option->alias, name, length))
			return option;
	return NULL;
}

/* The name of OPTION that begins with WORD, or NULL. */
static const char *name_beginning(const struct option_spec *option, const char *word, size_t length)
{
	if (!strncmp(option->name, word, length))
		return option->name;
	return option->alias && !strncmp(option->alias, word, length) ? option->alias : NULL;
}

/* The only option whose name begins with WORD, or NULL. More than one is an error. */
static const struct option_spec *find_beginning(const struct command *command, const char *word,
						size_t length)
{
	const struct option_spec *option, *found = NULL;
	struct name_list candidates = {0};
	const char *name;

	for (size_t n = 0; length && (option = option_at(command, n)); n++) {
		if (!(name = name_beginning(option, word, length)))
			continue;
		found = option;
		list_name(&candidates, name, ", --");
	}
	if (candidates.count > 1)
		usage_error(command, "option '--%s' is ambiguous: --%s", show(word, length).text,
			    candidates.text);
	return found;
}

static const struct option_spec *find_letter(const struct command *command, char letter)
{
	const struct option_spec *option;

	for (size_t n = 0; (option = option_at(command, n)); n++)
		if (option->letter == letter)
			return option;
	return NULL;
}

_Noreturn static void unknown_long(const struct command *command, const char *name, size_t length)
{
	struct shown shown = show(name, length);
	struct suggestion nearest = {.word = shown.text, .prefix = "--"};
	const struct option_spec *option;

	for (size_t n = 0; (option = option_at(command, n)); n++)
		if (option->help)
			suggest_name(&nearest, option->name);
	usage_error(command, "unknown option '--%s'%s", shown.text, suggest_text(&nearest));
}

/* The name of a choice, or NULL after the last one and for an option that has no names. */
static const char *choice_name(const struct option_spec *option, size_t index)
{
	if (option->names)
		return option->names[index];
	return option->name_at ? option->name_at(index) : NULL;
}

/* The value of OPTION in --help: its argument, or the names "a|b|c"; "" for a flag. */
static struct name_list argument_of(const struct option_spec *option)
{
	struct name_list list = {0};
	const char *name;

	if (option->argument)
		list_name(&list, option->argument, "");
	else
		for (size_t i = 0; (name = choice_name(option, i)); i++)
			list_name(&list, name, "|");
	return list;
}

static bool takes_argument(const struct option_spec *option)
{
	return option->argument || option->choice;
}

static bool needs_argument(const struct option_spec *option)
{
	return takes_argument(option) && !(option->argument && option->argument[0] == '[');
}

/* ---- values ---- */

static bool take_number(const struct option_spec *option, const char *value, struct reason *why)
{
	return parse_u64(value, option->min, option->max, option->number) ||
	       refuse(why, _("expected a whole number from %llu to %llu"),
		      (unsigned long long)option->min, (unsigned long long)option->max);
}

/* The present name of a value that some commands once called WORD. */
static const char *newer_word(const char *word)
{
	static const char *const words[][2] = {
		{"human", "table"}, {"text", "table"}, {"markdown", "md"}};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i][0]))
			return words[i][1];
	return word;
}

static bool take_choice(const struct option_spec *option, const char *value, struct reason *why)
{
	struct suggestion nearest = {.word = value};
	struct name_list names = {0};
	const char *name;

	for (size_t i = 0; (name = choice_name(option, i)); i++) {
		if (!strcmp(name, value) || !strcmp(name, newer_word(value))) {
			*option->choice = (unsigned)i;
			return true;
		}
		suggest_name(&nearest, name);
		list_name(&names, name, choice_name(option, i + 1) ? ", " : " or ");
	}
	return refuse(why, "use %s%s", names.text, suggest_text(&nearest));
}

static bool take_text(const struct option_spec *option, const char *value, struct reason *why)
{
	if (!*value) {
		refuse(why, _("expected %s: %s"), option->argument, _(option->help));
		for (char *end = why->text; (end = strchr(end, '\n'));)
			*end = ' ';
		return false;
	}
	if (option->max && strlen(value) > option->max)
		return refuse(why, _("longer than %llu bytes"), (unsigned long long)option->max);
	*option->text = value;
	return true;
}

static bool take_value(const struct option_spec *option, const char *value, struct reason *why)
{
	if (option->flag)
		return *option->flag = true;
	if (option->number)
		return take_number(option, value, why);
	if (option->choice)
		return take_choice(option, value, why);
	if (option->text)
		return take_text(option, value, why);
	return option->take(option->target, value, why);
}

static void take(struct reader *reader, const struct option_spec *option, const char *value)
{
	const struct command *command = reader->command;
	struct reason why = {""};

	if (option == &help_option) {
		reader->help = true;
		return;
	}
	if (!take_value(option, value, &why)) {
		if (!value)
			usage_error(command, "option --%s: %s", option->name, why.text);
		usage_error(command, "option --%s: bad value '%s': %s", option->name,
			    show_all(value).text, why.text);
	}
	if (option->given)
		*option->given = true;
	if (command->accepted)
		command->accepted(option, value);
}

/* ---- the command line ---- */

/* The word after an option, as its value. */
static const char *next_value(struct reader *reader, const struct option_spec *option)
{
	const struct command *command = reader->command;
	const char *value = reader->next < reader->argc ? reader->argv[reader->next++] : NULL;

	if (!value)
		usage_error(command, "option --%s needs a value: --%s=%s", option->name,
			    option->name, argument_of(option).text);
	if (value[0] == '-' && value[1] == '-' && find_long(command, value + 2, strlen(value + 2)))
		usage_error(command, "option --%s needs a value before '%s' (or write --%s=%s)",
			    option->name, value, option->name, value);
	return value;
}

static void read_long(struct reader *reader, const char *name)
{
	const struct command *command = reader->command;
	size_t length = strcspn(name, "=");
	const char *value = name[length] == '=' ? name + length + 1 : NULL;
	const struct option_spec *option = find_long(command, name, length);

	if (!option)
		option = find_beginning(command, name, length);
	if (!option)
		unknown_long(command, name, length);
	if (!takes_argument(option) && value)
		usage_error(command, "option --%s takes no value, got '%s'", option->name,
			    show_all(value).text);
	if (needs_argument(option) && !value)
		value = next_value(reader, option);
	take(reader, option, value);
}

/* -q, -qv (two switches), -w 4, -w4. */
static void read_letters(struct reader *reader, const char *letters)
{
	for (; *letters; letters++) {
		const struct option_spec *option = find_letter(reader->command, *letters);

		if (!option)
			usage_error(reader->command, "unknown option '-%s'", show(letters, 1).text);
		if (needs_argument(option)) {
			take(reader, option, letters[1] ? letters + 1 : next_value(reader, option));
			return;
		}
		take(reader, option, NULL);
	}
}

/* Take options out of argv and move the operands to its front. Returns the number of operands. */
static int read_words(struct reader *reader)
{
	int operands = 0;
	bool options_end = false;

	while (reader->next < reader->argc && !reader->help) {
		char *word = reader->argv[reader->next++];

		if (options_end || word[0] != '-' || !word[1])
			reader->argv[operands++] = word;
		else if (!strcmp(word, "--"))
			options_end = true;
		else if (word[1] == '-')
			read_long(reader, word + 2);
		else
			read_letters(reader, word + 1);
	}
	return operands;
}

/* ---- help and completion ---- */

static void print_indented(const char *text, int column)
{
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n')
			printf("%*s", column, "");
	}
	putchar('\n');
}

static void print_option(const struct option_spec *option)
{
	int column = option->letter ? printf("  -%c, --%s", option->letter, option->name)
				    : printf("      --%s", option->name);

	if (takes_argument(option))
		column += printf("%s%s", needs_argument(option) ? "=" : "",
				 argument_of(option).text);
	if (column >= HELP_COLUMN - 1) {
		putchar('\n');
		column = 0;
	}
	printf("%*s", HELP_COLUMN - column, "");
	print_indented(_(option->help), HELP_COLUMN);
}

static void print_help(const struct command *command)
{
	const struct option_spec *option;

	printf("tollgate %s - %s\n", command->name, _(command->summary));
	if (command->examples) {
		const char *examples = _(command->examples);
		const size_t length = strlen(examples);
		const int shown = (int)(length && examples[length - 1] == '\n' ? length - 1
									       : length);
		char *lines = xasprintf("%.*s", shown, examples);

		printf("\n%s\n  ", _("Examples:"));

		print_indented(lines, 2);
		free(lines);
	}
	printf(_("\nUsage: tollgate %s %s\n\nOptions:\n"), command->name, command->usage);
	for (size_t n = 0; (option = option_at(command, n)); n++)
		if (option->help)
			print_option(option);
	if (command->notes)
		printf("\n%s\n", _(command->notes));
}

/* BEFORE and WORD as in command_complete(). True if BEFORE has names for values. */
static bool complete_value(const struct command *command, const char *before, const char *word)
{
	const struct option_spec *option = NULL;
	const char *name;

	if (!strncmp(before, "--", 2))
		option = find_long(command, before + 2, strlen(before + 2));
	for (size_t i = 0; option && (name = choice_name(option, i)); i++)
		if (!strncmp(name, word, strlen(word)))
			printf("%s\n", name);
	return option && choice_name(option, 0);
}

void command_complete(const struct command *command, const char *before, const char *word)
{
	const struct option_spec *option;
	const size_t length = strlen(word);

	if (complete_value(command, before, word) || word[0] != '-' || (word[1] && word[1] != '-'))
		return;
	for (size_t n = 0; (option = option_at(command, n)); n++)
		if (option->help && (length < 2 || !strncmp(option->name, word + 2, length - 2)))
			printf("--%s%s\n", option->name, needs_argument(option) ? "=" : "");
}

static void check_operands(const struct command *command, int count, char **operands)
{
	if (command->operands_max >= 0 && count > command->operands_max)
		usage_error(command, "unexpected word '%s'; usage: tollgate %s %s",
			    show_all(operands[command->operands_max]).text, command->name,
			    command->usage);
	if (count < command->operands_min)
		usage_error(command, "%d of %d words missing; usage: tollgate %s %s",
			    command->operands_min - count, command->operands_min, command->name,
			    command->usage);
}

int command_execute(const struct command *command, int argc, char **argv)
{
	struct reader reader = {.command = command, .argc = argc - 1, .argv = argv + 1};
	int operands = read_words(&reader);

	if (reader.help) {
		print_help(command);
		return EXIT_OK;
	}
	check_operands(command, operands, reader.argv);
	return command->run(operands, reader.argv);
}
