/* SPDX-License-Identifier: MIT */
/* cli_claims - judges the sentences of a lecture by the figures of a run. */
#include "harness/cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/claims/claims.h"
#include "harness/summary/open.h"

static struct claims_view choice;

static bool take_format(void *context, const char *value, struct reason *why)
{
	static const char *const names[] = {"table", "md", "csv"};

	(void)context;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(value, names[i]) == 0) {
			choice.format = (enum claim_format)i;
			return true;
		}
	return refuse(why, "use table, md or csv");
}

static bool take_claim(void *context, const char *value, struct reason *why)
{
	(void)context;
	choice.one = claim_find(value);
	return choice.one || refuse(why, "use one of %s to %s", claim_table[0].id,
				    claim_table[claim_count - 1].id);
}

static int judge(int operand_count, char **operands)
{
	const char *run_dir = operand_count ? operands[0] : "results/latest";
	struct summary summary;
	struct reason why = {""};

	if (!summary_open(&summary, run_dir, &why))
		die(EXIT_USAGE, "run folder '%.200s': %s", run_dir, why.text);
	choice.utf8 = format_locale_is_utf8();
	choice.width = table_page_width(0);
	if (!claims_print(stdout, &summary, &choice, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	summary_free(&summary);
	return EXIT_OK;
}

static const struct option_spec options[] = {
	{
		.name = "format",
		.argument = "FORMAT",
		.help = "table (default), md for Markdown, or csv: what claims.csv holds",
		.take = take_format,
	},
	{
		.name = "claim",
		.argument = "ID",
		.help = "this one alone, such as C08; as a table: with every condition",
		.take = take_claim,
	},
	{.name = NULL},
};

const struct command command_claims = {
	.name = "claims",
	.summary = "judge the sentences of a lecture by a run",
	.usage = "[OPTION]... [RUN]",
	.examples = "tollgate claims                       # by the last run, results/latest\n"
		    "tollgate claims --claim=C08           # one of them, with its conditions\n"
		    "tollgate claims --format=md RUN       # for a page",
	.notes = "Verdicts: holds, does not hold, inconclusive, not measured. The rules, with "
		 "their\n"
		 "reasons, are in docs/claims.md. A verdict never changes the exit code.",
	.options = options,
	.operands_max = 1,
	.run = judge,
};
