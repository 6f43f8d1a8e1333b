/* SPDX-License-Identifier: MIT */
/* cli_summary - prints a stored run as a table for people, as Markdown or as CSV. */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/suggest.h"
#include "harness/base/table.h"
#include "harness/cli/take.h"
#include "harness/data/record.h"
#include "harness/summary/ladder.h"
#include "harness/summary/open.h"

#define WIDTH_WITHOUT_TERMINAL 120

enum output_format { FORMAT_TABLE, FORMAT_CSV, FORMAT_MARKDOWN };

static struct {
	struct choice cases; /* its filters only */
	const char *metric;
	enum output_format format;
	bool scaling, ladder;
} choice;

_Noreturn static void nothing_matches(const struct summary *summary,
				      const struct summary_view *view)
{
	struct suggestion nearest = {.word = view->metric ? view->metric : ""};
	bool known = !view->metric;

	if (!summary->count)
		die(EXIT_USAGE, "the run has no results");
	for (size_t i = 0; i < summary->count; i++) {
		suggest_name(&nearest, summary->rows[i].metric);
		known = known || strcmp(summary->rows[i].metric, view->metric) == 0;
	}
	if (known)
		die(EXIT_USAGE, "option --filter: no case of this run matches");
	die(EXIT_USAGE,
	    "option --metric: no case of this run that matches has a metric '%.60s'%s; "
	    "--format=csv shows all",
	    view->metric, suggest_text(&nearest));
}

/* main() reports a failed write, since it checks standard output at the end. */
static size_t print_csv(const struct summary_row *rows, size_t count,
			const struct summary_view *view)
{
	const struct summary_row **wanted = xcalloc(count, sizeof(*wanted));
	struct reason why;
	size_t printed = 0;

	for (size_t i = 0; i < count; i++)
		if (summary_wants(view, &rows[i]))
			wanted[printed++] = &rows[i];
	if (printed && !summary_print_csv(stdout, wanted, printed, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	free(wanted);
	return printed;
}

static bool is_wanted(const struct summary_view *view, const struct csv_table *table, size_t row)
{
	const int column = csv_column(table, "case");

	return view->wants_case(view->context, csv_cell(table, row, (unsigned)column));
}

/* Print the rows unchanged. */
static size_t print_scaling_csv(const struct csv_table *table, const struct summary_view *view)
{
	struct reason why;
	struct csv_writer csv;
	size_t printed = 0;

	csv_attach(&csv, stdout, SCALING_HEADER);
	for (size_t row = 0; row < table->rows; row++) {
		if (!is_wanted(view, table, row))
			continue;
		printed++;
		for (unsigned column = 0; column < table->columns; column++)
			csv_text(&csv, csv_cell(table, row, column));
		if (!csv_end_row(&csv, &why))
			die(EXIT_INTERNAL, "%s", why.text);
	}
	if (!csv_close(&csv, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	return printed;
}

static int show_scaling(const char *run_dir, const struct summary_view *view)
{
	struct reason why = {""};
	struct csv_table table;
	size_t printed;

	if (choice.metric || choice.format == FORMAT_MARKDOWN)
		die(EXIT_USAGE,
		    "option --scaling: goes with --filter and --format=table or csv only");
	if (!summary_need(run_dir, "scaling.csv", &why) ||
	    !summary_read_scaling(&table, run_dir, &why))
		die(EXIT_USAGE, "run folder '%.200s': %s", run_dir, why.text);
	printed = choice.format == FORMAT_CSV ? print_scaling_csv(&table, view)
					      : summary_print_scaling(stdout, &table, view);
	if (!printed)
		note("no case here has more than one number of workers");
	csv_table_free(&table);
	return EXIT_OK;
}

static size_t print_ladder(const struct summary *summary, const struct summary_view *view)
{
	struct ladder ladder;
	size_t printed;

	ladder_make(&ladder, summary->rows, summary->count);
	if (choice.format == FORMAT_CSV)
		printed = print_csv(ladder.rungs, ladder.all, view);
	else
		printed = ladder_print(stdout, &ladder, view);
	if (!printed)
		die(EXIT_USAGE, "option --ladder: this run measured nothing that has a rung");
	ladder_free(&ladder);
	return printed;
}

static int summarise(int operand_count, char **operands)
{
	const char *run_dir = operand_count ? operands[0] : "results/latest";
	struct summary summary;
	struct reason why = {""};
	const struct summary_view view = {
		.metric = choice.metric,
		.wants_case = choice_wants_case,
		.context = &choice.cases,
		.width = (unsigned)table_page_width(WIDTH_WITHOUT_TERMINAL),
		.markdown = choice.format == FORMAT_MARKDOWN,
		.utf8 = format_locale_is_utf8(),
	};
	size_t printed;

	if (choice.scaling)
		return show_scaling(run_dir, &view);
	if (choice.ladder && choice.metric)
		die(EXIT_USAGE, "--ladder shows the time of each case; leave --metric out");
	if (!summary_open(&summary, run_dir, &why))
		die(EXIT_USAGE, "run folder '%.200s': %s", run_dir, why.text);
	if (choice.ladder)
		printed = print_ladder(&summary, &view);
	else if (choice.format == FORMAT_CSV)
		printed = print_csv(summary.rows, summary.count, &view);
	else
		printed = summary_print(stdout, &summary, &view);
	if (!printed)
		nothing_matches(&summary, &view);
	summary_free(&summary);
	return EXIT_OK;
}

static const char *const formats[] = {"table", "csv", "md", NULL};

static const struct option_spec options[] = {
	{"format", 0, NULL, N_("how to print (default: table); csv is the rows of summary.csv"),
	 .choice = &choice.format, .names = formats},
	{TAKE_FILTER(&choice.cases)},
	{"metric", 0, "NAME",
	 N_("show this metric, such as op_ns, instead of the main one of each case"),
	 .text = &choice.metric},
	{"scaling", 0, NULL,
	 N_("the scalability law over workers instead: contention, coherency, peak"),
	 .flag = &choice.scaling},
	{"ladder", 0, NULL, N_("what each mechanism costs, cheapest first (ladder.csv)"),
	 .flag = &choice.ladder},
	{0},
};

const struct command command_summary = {
	.name = "summary",
	.summary = N_("show the results of a run again"),
	.usage = "[OPTION]... [RUN]",
	.examples = N_(
		"tollgate summary                              # the last run, results/latest\n"
		"tollgate summary --filter='^io_' --metric=op_ns\n"
		"tollgate summary --format=md RUN > RUN.md\n"
		"tollgate summary --ladder                     # what everything costs, in order\n"
		"tollgate summary --scaling                    # what waiting and telling cost"),
	.notes = N_(
		"Each figure: the median over the launches, half the width of its interval, and\n"
		"the ratio to mode none with as many workers. docs/csv.md explains every metric."),
	.options = options,
	.operands_max = 1,
	.run = summarise,
};
