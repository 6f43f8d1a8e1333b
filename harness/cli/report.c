/* SPDX-License-Identifier: MIT */
/* cli_report - writes a run, or two side by side, as one HTML page. */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/cli/output.h"
#include "harness/report/report.h"

static struct {
	const char *output; /* NULL: report.html in the (first) run folder */
	bool no_charts;
} choice;

static void write_output(const char *run_dir, const char *page, size_t size)
{
	if (choice.output && strcmp(choice.output, "-") == 0) {
		fwrite(page, 1, size, stdout); /* main() reports a failure */
		return;
	}
	char *path = choice.output ? xstrdup(choice.output) : xasprintf("%s/report.html", run_dir);

	output_write(path, page, size);
	note("wrote %s (%.1f MB); open it in a browser", path, (double)size / 1e6);
	free(path);
}

static int make_report(int operand_count, char **operands)
{
	char *scripts = report_scripts_folder();
	const struct report_request request = {
		.directories = {operand_count ? operands[0] : "results/latest",
				operand_count > 1 ? operands[1] : NULL},
		.count = operand_count > 1 ? 2 : 1,
		.charts = !choice.no_charts,
		.scripts = scripts,
	};
	struct reason why = {""};
	struct report *report = report_load(&request, &why);
	size_t size;

	if (!report)
		die(EXIT_USAGE, "%s", why.text);
	report_talk(report);
	char *page = report_render(report, &size);

	write_output(request.directories[0], page, size);
	free(page);
	report_free(report);
	free(scripts);
	return EXIT_OK;
}

static const struct option_spec options[] = {
	{"out", 'o', "FILE",
	 N_("write the page here instead of RUN/report.html; - is standard output"),
	 .text = &choice.output, .alias = "output"},
	{"no-charts", 0, NULL, N_("leave the charts out, and draw none"),
	 .flag = &choice.no_charts},
	{0},
};

const struct command command_report = {
	.name = "report",
	.summary = N_("write a run as one HTML page"),
	.usage = "[OPTION]... [RUN [OTHER_RUN]]",
	.examples = N_("tollgate report                       # results/latest/report.html\n"
		       "tollgate report -o page.html RUN      # somewhere else\n"
		       "tollgate report OLD_RUN NEW_RUN       # two runs side by side"),
	.notes = N_(
		"The page holds everything it needs and fetches nothing: it can be mailed, or "
		"kept\n"
		"beside the run. Charts are taken from RUN/charts; if there are none they are "
		"drawn\n"
		"by scripts/charts.sh, which needs gnuplot. Verdicts come from RUN/claims.csv,\n"
		"which is written if it is not there.\n"
		"Two stored runs are the weaker comparison: 'tollgate compare' measures two "
		"builds\n"
		"in turn."),
	.options = options,
	.operands_max = 2,
	.run = make_report,
};
