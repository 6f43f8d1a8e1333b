/* SPDX-License-Identifier: MIT */
/* rows - prints the content of a chart of a run: its words, and the rows behind it. */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

#include <stdio.h>

#include "harness/chart/chart.h"

enum rows_format { ROWS_TEXT, ROWS_CSV, ROWS_JSON, ROWS_GNUPLOT };

static const char *const formats[] = {"table", "csv", "json", "gnuplot", NULL};

static struct {
	const char *chart;
	enum rows_format format;
	bool list, slides;
} choice;

static bool take_chart(void *target, const char *value, struct reason *why)
{
	*(const char **)target = value;
	return chart_exists(value) ||
	       refuse(why, _("no chart of this name; 'tollgate rows --list' names them"));
}

static bool print(const struct page *page, struct reason *why)
{
	switch (choice.format) {
	case ROWS_CSV:
		return chart_write_csv(stdout, page, why);
	case ROWS_JSON:
		chart_write_json(stdout, page);
		return true;
	case ROWS_GNUPLOT:
		chart_write_gnuplot(stdout, page);
		return true;
	default:
		chart_write_text(stdout, page);
		return true;
	}
}

static int list_charts(const char *directory)
{
	for (size_t i = 0; chart_name(i) && !choice.slides; i++)
		puts(chart_name(i));
	for (size_t i = 0; choice.slides && chart_slide(directory, i); i++)
		puts(chart_slide(directory, i));
	return EXIT_OK;
}

static int print_rows(int operand_count, char **operands)
{
	struct reason why = {""};

	const char *directory = operand_count ? operands[0] : "results/latest";

	if (choice.list || choice.slides)
		return list_charts(directory);
	if (!choice.chart)
		die(EXIT_USAGE, "which chart? --chart=NAME; 'tollgate rows --list' names them");
	struct chart_run *run = chart_run_open(operand_count ? operands[0] : "results/latest",
					       &why);
	struct page *page = run ? chart_page(run, choice.chart, &why) : NULL;

	if (!page)
		die(EXIT_USAGE, "%s", why.text);
	if (!print(page, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	const int code = chart_is_missing(page) && choice.format != ROWS_GNUPLOT ? EXIT_NOTHING
										 : EXIT_OK;

	chart_page_free(page);
	chart_run_close(run);
	return code;
}

static const struct option_spec options[] = {
	{"chart", 'c', "NAME", N_("the chart"), .take = take_chart, .target = &choice.chart,
	 .name_at = chart_name},
	{"format", 0, NULL,
	 N_("words for people (the default), the rows as CSV, both as JSON,\n"
	    "or what gnuplot loads to draw it on scripts/style.gp"),
	 .choice = &choice.format, .names = formats},
	{"list", 0, NULL, N_("name all charts, in the order of the deck"), .flag = &choice.list},
	{"slides", 0, NULL, N_("name the pages of the slides of RUN: cover, charts, claims"),
	 .flag = &choice.slides},
	{0},
};

const struct command command_rows = {
	.name = "rows",
	.summary = N_("print what a chart of a run shows"),
	.usage = "[OPTION]... --chart=NAME [RUN]",
	.examples = N_(
		"tollgate rows --chart=cpu-scaling                 # its title, notes and labels\n"
		"tollgate rows --chart=cpu-scaling --format=csv    # the rows behind it\n"
		"tollgate rows --list                              # all charts"),
	.notes = N_(
		"A chart whose figures the run lacks says how to measure them, and the exit code "
		"is 77.\n"),
	.options = options,
	.operands_max = 1,
	.run = print_rows,
};
