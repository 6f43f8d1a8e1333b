/* SPDX-License-Identifier: MIT */
/* cli_compare - `tollgate compare`: which comparison, how thorough, and what to print. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/cli/cli.h"
#include "harness/cli/compare.h"

#define SUITES_MAX 1000

static struct compare_request request = {
	.options = {.pairs = COMPARE_PAIRS, .min_effect = VERDICT_EFFECT, .name = "command"}};

/* Append " --NAME='VALUE'"; a text that would not fit is left out as a whole. */
static void remember(struct compare_request *r, const char *name, const char *value)
{
	char quoted[600];
	size_t used = 0;
	const size_t length = strlen(r->repeat);

	for (const char *c = value; *c && used + 8 < sizeof(quoted); c++)
		used += (size_t)snprintf(quoted + used, sizeof(quoted) - used, "%s",
					 *c == '\'' ? "'\\''" : (char[]){*c, '\0'});
	quoted[used] = '\0';
	if (length + used + strlen(name) + 8 < sizeof(r->repeat))
		snprintf(r->repeat + length, sizeof(r->repeat) - length, " --%s='%s'", name,
			 quoted);
}

static bool take_path(const char **path, const char *value, struct reason *why)
{
	*path = value;
	return *value || refuse(why, "expected a path");
}

static bool take_base(void *context, const char *value, struct reason *why)
{
	return take_path(&((struct compare_request *)context)->base, value, why);
}

static bool take_head(void *context, const char *value, struct reason *why)
{
	return take_path(&((struct compare_request *)context)->head, value, why);
}

static bool take_base_command(void *context, const char *value, struct reason *why)
{
	((struct compare_request *)context)->base_command = value;
	return *value || refuse(why, "expected a command for the shell");
}

static bool take_head_command(void *context, const char *value, struct reason *why)
{
	((struct compare_request *)context)->head_command = value;
	return *value || refuse(why, "expected a command for the shell");
}

static bool take_name(void *context, const char *value, struct reason *why)
{
	const size_t length = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

	if (!length || length > 60 || value[length])
		return refuse(why, "expected up to 60 of the characters a-z 0-9 _ . -");
	((struct compare_request *)context)->options.name = value;
	remember(context, "name", value);
	return true;
}

static bool take_self(void *context, const char *value, struct reason *why)
{
	return parse_u64(value, 1, SUITES_MAX, &((struct compare_request *)context)->suites) ||
	       refuse(why, "expected a number of suites, 1 to %d (20 is a good one)", SUITES_MAX);
}

static bool take_count(struct compare_request *r, const char *name, const char *value, uint64_t min,
		       uint64_t max, unsigned *count, struct reason *why)
{
	uint64_t number;

	if (!parse_u64(value, min, max, &number))
		return refuse(why, "expected a number from %llu to %llu", (unsigned long long)min,
			      (unsigned long long)max);
	*count = (unsigned)number;
	remember(r, name, value);
	return true;
}

static bool take_pairs(void *context, const char *value, struct reason *why)
{
	struct compare_request *r = context;

	return take_count(r, "pairs", value, VERDICT_PAIRS_MIN, VERDICT_PAIRS_MAX,
			  &r->options.pairs, why);
}

static bool take_rounds(void *context, const char *value, struct reason *why)
{
	struct compare_request *r = context;

	return take_count(r, "rounds", value, 1, COMPARE_ROUNDS_MAX, &r->options.rounds, why);
}

static bool take_min_effect(void *context, const char *value, struct reason *why)
{
	struct compare_request *r = context;
	double percent;

	if (!parse_double(value, &percent) || percent < 100 * VERDICT_EFFECT || percent > 100)
		return refuse(why,
			      "expected per cent, %.0f to 100: layout alone moves a build by "
			      "less than that",
			      100 * VERDICT_EFFECT);
	r->options.min_effect = percent / 100;
	remember(r, "min-effect", value);
	return true;
}

static bool take_filter(void *context, const char *value, struct reason *why)
{
	remember(context, "filter", value);
	return choice_add_filter(&((struct compare_request *)context)->options.choice, value, why);
}

static bool take_modes(void *context, const char *value, struct reason *why)
{
	remember(context, "modes", value);
	return mode_list_parse(&((struct compare_request *)context)->options.choice.modes, value,
			       why);
}

/* What N means is known only once the topology is; checked with N = 1 here. */
static bool take_workers(void *context, const char *value, struct reason *why)
{
	struct choice scratch = {0};

	remember(context, "workers", value);
	((struct compare_request *)context)->workers = value;
	return choice_set_workers(&scratch, value, 1, why);
}

static bool take_placement(void *context, const char *value, struct reason *why)
{
	remember(context, "placement", value);
	return choice_add_placement(&((struct compare_request *)context)->options.choice, value,
				    why);
}

static bool take_param(void *context, const char *value, struct reason *why)
{
	remember(context, "param", value);
	return choice_add_param(&((struct compare_request *)context)->options.choice, value, why);
}

static bool take_inject(void *context, const char *value, struct reason *why)
{
	struct compare_request *r = context;

	r->injected = true;
	remember(r, "inject", value);
	return inject_parse(value, &r->options.inject, why);
}

static bool take_floors(void *context, const char *value, struct reason *why)
{
	return take_path(&((struct compare_request *)context)->floors, value, why);
}

static bool take_seed(void *context, const char *value, struct reason *why)
{
	struct compare_request *r = context;

	r->seeded = true;
	return parse_u64(value, 0, UINT64_MAX, &r->options.choice.seed) ||
	       refuse(why, "expected a whole number");
}

static bool take_out(void *context, const char *value, struct reason *why)
{
	return take_path(&((struct compare_request *)context)->out, value, why);
}

static bool take_directory(void *context, const char *value, struct reason *why)
{
	struct stat status;

	if (stat(value, &status) != 0 || !S_ISDIR(status.st_mode) || strlen(value) > 1000)
		return refuse(why, "expected an existing folder");
	((struct compare_request *)context)->options.directory = value;
	return true;
}

static bool take_deadline(void *context, const char *value, struct reason *why)
{
	return parse_u64(value, 1, 86400, &((struct compare_request *)context)->deadline_s) ||
	       refuse(why, "expected seconds, 1 to 86400");
}

static bool take_format(void *context, const char *value, struct reason *why)
{
	static const char *const names[] = {"table", "md", "csv", "json"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(value, names[i]) == 0) {
			((struct compare_request *)context)->format = (enum output_format)i;
			return true;
		}
	return refuse(why, "use table, md, csv or json");
}

static bool take_strict(void *context, const char *value, struct reason *why)
{
	(void)value;
	(void)why;
	return ((struct compare_request *)context)->strict = true;
}

static bool take_force(void *context, const char *value, struct reason *why)
{
	(void)value;
	(void)why;
	return ((struct compare_request *)context)->options.force = true;
}

static bool take_quiet(void *context, const char *value, struct reason *why)
{
	(void)context;
	(void)value;
	(void)why;
	return quiet_talk = true;
}

static bool take_verbose(void *context, const char *value, struct reason *why)
{
	(void)value;
	(void)why;
	return ((struct compare_request *)context)->options.loud = true;
}

static const struct option_spec compare_options[] = {
	{"base", 0, "PROGRAM", "the tollgate build to compare with", take_base},
	{"head", 0, "PROGRAM", "the tollgate build that may have become slower", take_head},
	{"base-cmd", 0, "COMMAND", "the same for any command, timed as a whole process",
	 take_base_command},
	{"head-cmd", 0, "COMMAND", "... run by /bin/sh", take_head_command},
	{"name", 0, "NAME", "what to call the comparison of commands (default: command)",
	 take_name},
	{"self", 0, "N", "N suites of this program against itself: measure the noise floors",
	 take_self},
	{"floors", 0, "FILE",
	 "the noise floors (default: $XDG_STATE_HOME/tollgate/floors.csv,\n"
	 "~/.local/state without it)",
	 take_floors},
	{"pairs", 0, "N", "pairs of fresh runners, 6 to 200 (default: 10)", take_pairs},
	{"rounds", 0, "N",
	 "epochs of each side per pair (default: 40 of 1 ms, fewer longer\n"
	 "ones); runs of each command per pair (default: 4)",
	 take_rounds},
	{"min-effect", 0, "PERCENT", "smaller is no finding (default and least: 3)",
	 take_min_effect},
	{"filter", 'f', "REGEX",
	 "compare the cases whose name matches; repeatable; !REGEX leaves\ncases out", take_filter},
	{"modes", 'm', "LIST", "modes or groups of modes (default: base)", take_modes},
	{"workers", 'w', "LIST", "worker counts; N is all PUs (default: 1,N)", take_workers},
	{"placement", 'p', "POLICY", "where workers sit (default: cores); repeatable",
	 take_placement},
	{"param", 0, "NAME=VALUE", "a parameter of the selected cases; repeatable", take_param},
	{"inject", 0, "CASE:FACTOR",
	 "slow this case of head down on purpose, e.g. cpu_int:1.10: the\n"
	 "gate must go red (default: the variable TOLLGATE_INJECT)",
	 take_inject},
	{"strict", 0, NULL,
	 "exit 4 if a row is inconclusive, unconfirmed or gone; with stored\nruns 3 if one is "
	 "slower",
	 take_strict},
	{"force", 0, NULL, "show the ratios of runs of different machines", take_force},
	{"out", 'o', "DIR", "write compare.csv and compare.json into DIR", take_out},
	{"format", 0, "FORMAT", "table (default), md (a comment for a merge request), csv or json",
	 take_format},
	{"seed", 0, "NUMBER", "of the shuffled order (default: from the clock, recorded)",
	 take_seed},
	{"dir", 0, "DIR", "where file cases put their (unlinked) files (default: .)",
	 take_directory},
	{"deadline", 0, "SECONDS", "for one epoch (default: 30) or command (default: 3600)",
	 take_deadline},
	{"quiet", 'q', NULL, "no progress and no notes", take_quiet},
	{"verbose", 'v', NULL, "show what the commands print, on standard error", take_verbose},
	{0},
};

static int run_compare(int operand_count, char **operands)
{
	return compare_main(&request, operand_count, operands);
}

const struct command command_compare = {
	.name = "compare",
	.summary = "is this build slower than that one?",
	.usage = "[OPTION]... --base PROGRAM --head PROGRAM | RUN RUN",
	.examples =
		"tollgate compare --base old/tollgate --head new/tollgate -f '^sync_'\n"
		"tollgate compare --base-cmd './old <in' --head-cmd './new <in'  # any program\n"
		"tollgate compare --base A --head B --format=md --out=result     # for CI\n"
		"tollgate compare --base A --head A --inject=cpu_int:1.10        # must be red\n"
		"tollgate compare --self 20                  # how noisy is this machine?\n"
		"tollgate compare results/monday results/friday   # stored runs, weaker\n",
	.notes =
		"Verdicts: slower and faster (both confirmed by fresh pairs), same, inconclusive,\n"
		"unconfirmed, new, gone, skipped, failed. docs/compare.md explains them.\n"
		"Exit codes: 0 nothing got slower, 3 something did, 4 see --strict, 5 a case or\n"
		"command failed, 6 runs of different machines, 64 usage or no case matches, 77 "
		"all\n"
		"skipped, 130 interrupted. make turns every failure into 2: call this program.\n",
	.options = compare_options,
	.operands_max = 2,
	.run = run_compare,
	.context = &request,
};
