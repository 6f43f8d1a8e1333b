/* SPDX-License-Identifier: MIT */
/* cli_list - `tollgate list`: all cases, modes, parameters and profiles. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/base/table.h"
#include "harness/cli/cli.h"
#include "harness/registry.h"
#include "harness/run/plan.h"
#include "harness/sync/mode.h"

static struct {
	bool names, modes, params, profiles;
} choice;

static const struct option_spec list_options[] = {
	{"names", 0, NULL, N_("case names only, one per line"), .flag = &choice.names},
	{"modes", 0, NULL, N_("the modes: what each is and where it comes from"),
	 .flag = &choice.modes},
	{"params", 0, NULL, N_("the parameters of cases and modes, with default and range"),
	 .flag = &choice.params},
	{"profiles", 0, NULL, N_("how thorough a run can be"), .flag = &choice.profiles},
	{0},
};

/* Columns have no titles, since programs also read the lines. */
static const struct table_column untitled[] = {{.title = NULL}, {.title = NULL}, {.title = NULL}};

/* Print TABLE as wide as the terminal and free it. Without a terminal each row is one line. */
static void print(struct table *table)
{
	table_print(table, stdout, TEXT_PLAIN, table_page_width(0));
	table_free(table);
}

static void list_cases(void)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	for (int family = 0; family < BENCH_FAMILIES; family++) {
		struct table *table = table_new(untitled, 2);

		for (size_t i = 0; i < count; i++) {
			if ((int)cases[i]->family != family)
				continue;
			table_cell(table, "  %s", cases[i]->name);
			table_cell(table, "%s", cases[i]->summary);
		}
		if (table_rows(table))
			printf("%s\n", bench_family_name(family));
		print(table);
	}
}

static void list_names(void)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	for (size_t i = 0; i < count; i++)
		printf("%s\n", cases[i]->name);
}

static void list_modes(void)
{
	struct table *table = table_new(untitled, 2);
	size_t count;
	const struct mode *modes = mode_table(&count);

	for (size_t i = 0; i < count; i++) {
		table_cell(table, "%s", modes[i].name);
		table_cell(table, "%s [%s]", modes[i].summary, modes[i].origin);
	}
	print(table);
}

/* "ms to wait (default 5, 1 to 1000)" */
static char *range_words(const char *help, int64_t value, int64_t min, int64_t max)
{
	return xasprintf("%s (default %jd, %jd to %jd)", help, (intmax_t)value, (intmax_t)min,
			 (intmax_t)max);
}

static void add_mode_param(struct table *table, int p)
{
	const struct mode_param *param = &mode_params[p];
	char *words = range_words(param->help, param->value, param->min, param->max);
	char *names = xstrdup("");
	size_t count;
	const struct mode *modes = mode_table(&count);

	for (size_t i = 0; i < count; i++)
		if (mode_takes_param(&modes[i], p)) {
			char *longer = xasprintf("%s %s", names, modes[i].name);

			free(names);
			names = longer;
		}
	table_cell(table, "modes");
	table_cell(table, "%s", param->name);
	table_cell(table, "%s:%s", words, names);
	free(names);
	free(words);
}

static void add_params(struct table *table, const struct bench_case *bench)
{
	for (unsigned p = 0; p < bench_param_count(bench); p++) {
		const struct bench_param *param = &bench->params[p];
		char *words = range_words(param->help, param->value, param->min, param->max);

		table_texts(table, bench->name, param->name, words, NULL);
		free(words);
	}
}

static void list_params(void)
{
	struct table *table = table_new(untitled, 3);
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	for (size_t i = 0; i < count; i++)
		add_params(table, cases[i]);
	for (int p = 0; p < MODE_PARAMS; p++)
		add_mode_param(table, p);
	print(table);
}

static void list_profiles(void)
{
	struct table *table = table_new(untitled, 2);
	size_t count;
	const struct profile *profiles = profile_table(&count);

	for (size_t i = 0; i < count; i++) {
		table_texts(table, profiles[i].name, profiles[i].summary, NULL);
	}
	print(table);
}

static int list_main(int operand_count, char **operands)
{
	(void)operand_count;
	(void)operands;
	if (choice.names)
		list_names();
	else if (choice.modes)
		list_modes();
	else if (choice.params)
		list_params();
	else if (choice.profiles)
		list_profiles();
	else
		list_cases();
	return EXIT_OK;
}

const struct command command_list = {
	.name = "list",
	.summary = N_("cases, modes, parameters and profiles"),
	.usage = "[OPTION]",
	.examples = N_("tollgate list           # the cases by kind\n"
		       "tollgate list --modes   # what a case can run under\n"
		       "tollgate list --params  # what --param can set\n"),
	.options = list_options,
	.run = list_main,
};
