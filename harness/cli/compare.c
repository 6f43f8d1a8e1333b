/* SPDX-License-Identifier: MIT */
/* cli_compare - `tollgate compare`: the options for kind, length and output of a comparison. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/cli/cli.h"
#include "harness/cli/compare.h"
#include "harness/cli/take.h"

#define SUITES_MAX 1000

static struct compare_request request = {
	.options = {.min_effect = VERDICT_EFFECT, .name = "command"}, .pairs = COMPARE_PAIRS};

/* Append " --NAME='VALUE'". A text that does not fit is left out as a whole. */
static void remember(const char *name, const char *value)
{
	char quoted[600];
	size_t used = 0;
	const size_t length = strlen(request.repeat);

	for (const char *c = value; *c && used + 8 < sizeof(quoted); c++)
		used += (size_t)snprintf(quoted + used, sizeof(quoted) - used, "%s",
					 *c == '\'' ? "'\\''" : (char[]){*c, '\0'});
	quoted[used] = '\0';
	if (length + used + strlen(name) + 8 < sizeof(request.repeat))
		snprintf(request.repeat + length, sizeof(request.repeat) - length, " --%s='%s'",
			 name, quoted);
}

/* Remember the options that shape the result, so that it can be measured again. */
static void remember_if_shaping(const struct option_spec *option, const char *value)
{
	static const char *const shaping[] = {"name",    "pairs",    "rounds", "min-effect",
					      "filter",  "modes",    "param",  "inject",
					      "workers", "placement"};

	for (size_t i = 0; i < ARRAY_SIZE(shaping); i++)
		if (strcmp(option->name, shaping[i]) == 0)
			remember(option->name, value);
}

static bool take_name(void *target, const char *value, struct reason *why)
{
	const size_t length = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

	*(const char **)target = value;
	return (length && length <= 60 && !value[length]) ||
	       refuse(why, _("expected up to 60 of the characters a-z 0-9 _ . -"));
}

static bool take_min_effect(void *target, const char *value, struct reason *why)
{
	double percent;

	if (!parse_double(value, &percent) || percent < 100 * VERDICT_EFFECT || percent > 100)
		return refuse(why,
			      _("expected per cent, %.0f to 100: layout alone moves a build by "
				"less than that"),
			      100 * VERDICT_EFFECT);
	*(double *)target = percent / 100;
	return true;
}

static bool take_inject(void *target, const char *value, struct reason *why)
{
	return inject_parse(value, target, why);
}

static const char *const formats[] = {"table", "md", "csv", "json", NULL};

static const struct option_spec compare_options[] = {
	{"base", 0, "PROGRAM", N_("the tollgate build to compare with"), .text = &request.base},
	{"head", 0, "PROGRAM", N_("the tollgate build that may have become slower"),
	 .text = &request.head},
	{"base-cmd", 0, "COMMAND", N_("the same for any command, timed as a whole process"),
	 .text = &request.base_command},
	{"head-cmd", 0, "COMMAND",
	 N_("the command that may have become slower; both run in /bin/sh"),
	 .text = &request.head_command},
	{"name", 0, "NAME", N_("what to call the comparison of commands (default: command)"),
	 .take = take_name, .target = &request.options.name},
	{"self", 0, "N",
	 N_("N suites of this program against itself measure the noise floors;\n20 are a good "
	    "number"),
	 .number = &request.suites, .min = 1, .max = SUITES_MAX},
	{"floors", 0, "FILE",
	 N_("the noise floors (default: $XDG_STATE_HOME/tollgate/floors.csv,\n"
	    "~/.local/state without it)"),
	 .text = &request.floors},
	{"pairs", 0, "N", N_("pairs of fresh runners, 6 to 200 (default: 10)"),
	 .number = &request.pairs, .min = VERDICT_PAIRS_MIN, .max = VERDICT_PAIRS_MAX},
	{"rounds", 0, "N",
	 N_("epochs of each side per pair (default: 40 of 1 ms, fewer longer\n"
	    "ones), or runs of each command per pair (default: 4)"),
	 .number = &request.rounds, .min = 1, .max = COMPARE_ROUNDS_MAX},
	{"min-effect", 0, "PERCENT", N_("a smaller change is no finding (default and least: 3)"),
	 .take = take_min_effect, .target = &request.options.min_effect},
	{TAKE_FILTER(&request.options.choice)},
	{TAKE_MODES(&request.options.choice, "base")},
	{TAKE_WORKERS(&request.workers, "1,N")},
	{TAKE_PLACEMENT(&request.options.choice, "cores")},
	{TAKE_PARAM(&request.options.choice)},
	{"inject", 0, "CASE:FACTOR",
	 N_("slow this case of head down on purpose, e.g. cpu_int:1.10: the\n"
	    "gate must go red (default: the variable TOLLGATE_INJECT)"),
	 .take = take_inject, .target = &request.options.inject, .given = &request.injected},
	{"strict", 0, NULL,
	 N_("exit 4 if a row is inconclusive, unconfirmed or gone, and with\nstored runs 3 if one "
	    "is "
	    "slower"),
	 .flag = &request.strict},
	{"force", 0, NULL, N_("show the ratios of runs of different machines"),
	 .flag = &request.options.force},
	{"out", 'o', "DIR", N_("write compare.csv and compare.json into this folder"),
	 .text = &request.out},
	{"format", 0, NULL,
	 N_("how to print (default: table); md is a comment for a merge\nrequest"),
	 .choice = &request.format, .names = formats},
	{TAKE_SEED(&request.options.choice.seed, &request.seeded)},
	{TAKE_DIR(&request.options.directory, ".")},
	{TAKE_DEADLINE(&request.deadline_s,
		       N_("for one epoch (default: 30) or command (default: 3600)"))},
	{TAKE_QUIET},
	{"verbose", 'v', NULL, N_("show what the commands print, on standard error"),
	 .flag = &request.options.loud},
	{0},
};

static int run_compare(int operand_count, char **operands)
{
	return compare_main(&request, operand_count, operands);
}

const struct command command_compare = {
	.name = "compare",
	.summary = N_("is this build slower than that one?"),
	.usage = "[OPTION]... --base PROGRAM --head PROGRAM | RUN RUN",
	.examples = N_(
		"tollgate compare --base old/tollgate --head new/tollgate -f '^sync_'\n"
		"tollgate compare --base-cmd './old <in' --head-cmd './new <in'  # any program\n"
		"tollgate compare --base A --head B --format=md --out=result     # for CI\n"
		"tollgate compare --base A --head A --inject=cpu_int:1.10        # must be red\n"
		"tollgate compare --self 20                  # how noisy is this machine?\n"
		"tollgate compare results/monday results/friday   # stored runs, weaker\n"),
	.notes = N_(
		"Verdicts: slower and faster (both confirmed by fresh pairs), same, inconclusive,\n"
		"unconfirmed, new, gone, skipped, failed. docs/compare.md explains them.\n"
		"Exit codes: 0 nothing got slower, 3 something did, 4 see --strict, 5 a case or\n"
		"command failed, 6 runs of different machines, 64 usage or no case matches, 77 "
		"all\n"
		"skipped, 130 interrupted. make turns every failure into 2: call this program.\n"),
	.options = compare_options,
	.operands_max = 2,
	.run = run_compare,
	.accepted = remember_if_shaping,
};
