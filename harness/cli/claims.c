/* SPDX-License-Identifier: MIT */
/* cli_claims - judges the claims of a lecture by the figures of a run. */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/claims/claims.h"
#include "harness/summary/open.h"

static struct {
	unsigned format, claim;
} choice = {.claim = CHOICE_NONE};

static const char *claim_id(size_t index)
{
	return index < claim_count ? claim_table[index].id : NULL;
}

static int judge(int operand_count, char **operands)
{
	const char *run_dir = operand_count ? operands[0] : "results/latest";
	struct summary summary;
	struct reason why = {""};

	struct claims_view view = {
		.format = (enum claim_format)choice.format,
		.one = choice.claim == CHOICE_NONE ? NULL : &claim_table[choice.claim],
		.utf8 = format_locale_is_utf8(),
		.width = table_page_width(0),
	};

	if (!summary_open(&summary, run_dir, &why))
		die(EXIT_USAGE, "run folder '%.200s': %s", run_dir, why.text);
	if (!claims_print(stdout, &summary, &view, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	summary_free(&summary);
	return EXIT_OK;
}

static const char *const formats[] = {"table", "md", "csv", NULL};

static const struct option_spec options[] = {
	{"format", 0, NULL, N_("how to print (default: table); csv is what claims.csv holds"),
	 .choice = &choice.format, .names = formats},
	{"claim", 0, "ID", N_("this one alone; a table then shows every condition"),
	 .choice = &choice.claim, .name_at = claim_id},
	{0},
};

const struct command command_claims = {
	.name = "claims",
	.summary = N_("judge the sentences of a lecture by a run"),
	.usage = "[OPTION]... [RUN]",
	.examples = N_("tollgate claims                       # by the last run, results/latest\n"
		       "tollgate claims --claim=C08           # one of them, with its conditions\n"
		       "tollgate claims --format=md RUN       # for a page"),
	.notes = N_("Verdicts: holds, does not hold, inconclusive, not measured. The rules, with "
		    "their\n"
		    "reasons, are in docs/claims.md. A verdict never changes the exit code."),
	.options = options,
	.operands_max = 1,
	.run = judge,
};
