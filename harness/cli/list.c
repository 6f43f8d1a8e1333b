/* SPDX-License-Identifier: MIT */
/* cli_list - `tollgate list`: what can be measured. */
#include <stdio.h>
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/registry.h"
#include "harness/run/plan.h"
#include "harness/sync/mode.h"

enum listing { LIST_CASES, LIST_NAMES, LIST_MODES, LIST_PARAMS, LIST_PROFILES };

static enum listing listing;

static bool take_names(void *context, const char *value, struct reason *why)
{
	(void)value;
	(void)why;
	*(enum listing *)context = LIST_NAMES;
	return true;
}

static bool take_modes(void *context, const char *value, struct reason *why)
{
	(void)value;
	(void)why;
	*(enum listing *)context = LIST_MODES;
	return true;
}

static bool take_params(void *context, const char *value, struct reason *why)
{
	(void)value;
	(void)why;
	*(enum listing *)context = LIST_PARAMS;
	return true;
}

static bool take_profiles(void *context, const char *value, struct reason *why)
{
	(void)value;
	(void)why;
	*(enum listing *)context = LIST_PROFILES;
	return true;
}

static const struct option_spec list_options[] = {
	{"names", 0, NULL, "case names only, one per line", take_names},
	{"modes", 0, NULL, "the modes: what each is and where it comes from", take_modes},
	{"params", 0, NULL, "the parameters of cases and modes, with default and range",
	 take_params},
	{"profiles", 0, NULL, "how thorough a run can be", take_profiles},
	{0},
};

static void list_cases(void)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	for (int family = 0; family < BENCH_FAMILIES; family++) {
		bool headed = false;

		for (size_t i = 0; i < count; i++) {
			if ((int)cases[i]->family != family)
				continue;
			if (!headed)
				printf("%s\n", bench_family_name(family));
			headed = true;
			printf("  %-16s %s\n", cases[i]->name, cases[i]->summary);
		}
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
	size_t count;
	const struct mode *modes = mode_table(&count);

	for (size_t i = 0; i < count; i++)
		printf("%-16s %s [%s]\n", modes[i].name, modes[i].summary, modes[i].origin);
}

static void list_mode_params(void)
{
	size_t count;
	const struct mode *modes = mode_table(&count);

	for (int p = 0; p < MODE_PARAMS; p++) {
		const struct mode_param *param = &mode_params[p];

		printf("%-16s %-12s %s (default %lld, %lld to %lld):", "modes", param->name,
		       param->help, (long long)param->value, (long long)param->min,
		       (long long)param->max);
		for (size_t i = 0; i < count; i++)
			if (mode_takes_param(&modes[i], p))
				printf(" %s", modes[i].name);
		printf("\n");
	}
}

static void list_params(void)
{
	size_t count;
	const struct bench_case *const *cases = registry_cases(&count);

	for (size_t i = 0; i < count; i++) {
		const struct bench_case *bench = cases[i];

		for (unsigned p = 0; p < bench_param_count(bench); p++) {
			const struct bench_param *param = &bench->params[p];

			printf("%-16s %-12s %s (default %lld, %lld to %lld)\n", bench->name,
			       param->name, param->help, (long long)param->value,
			       (long long)param->min, (long long)param->max);
		}
	}
	list_mode_params();
}

static void list_profiles(void)
{
	size_t count;
	const struct profile *profiles = profile_table(&count);

	for (size_t i = 0; i < count; i++)
		printf("%-16s %s\n", profiles[i].name, profiles[i].summary);
}

static int list_main(int operand_count, char **operands)
{
	static void (*const list[])(void) = {
		[LIST_CASES] = list_cases,       [LIST_NAMES] = list_names,
		[LIST_MODES] = list_modes,       [LIST_PARAMS] = list_params,
		[LIST_PROFILES] = list_profiles,
	};

	(void)operand_count;
	(void)operands;
	list[listing]();
	return EXIT_OK;
}

const struct command command_list = {
	.name = "list",
	.summary = "cases, modes, parameters and profiles",
	.usage = "[OPTION]",
	.examples = "tollgate list           # the cases by kind\n"
		    "tollgate list --modes   # what a case can run under\n"
		    "tollgate list --params  # what --param can set\n",
	.options = list_options,
	.run = list_main,
	.context = &listing,
};
