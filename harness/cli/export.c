/* SPDX-License-Identifier: MIT */
/* cli_export - a run in the format of another tool. */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/cli/output.h"
#include "harness/export/export.h"

static struct {
	struct export_choice what;
	const char *path; /* NULL: standard output */
	unsigned format, direction;
} choice = {.format = CHOICE_NONE, .direction = CHOICE_NONE};

static const char *const directions[] = {"smaller", "bigger", NULL};

static void check_choice(void)
{
	if (choice.format == CHOICE_NONE)
		die(EXIT_USAGE, "export: which format? 'tollgate export --help' lists them");
	choice.what.format = export_format(choice.format);
	choice.what.bigger = choice.direction == 1;
	if (choice.direction != CHOICE_NONE && !choice.what.format->one_direction)
		die(EXIT_USAGE, "export: option --direction belongs to --format=github, whose "
				"files have one direction each");
	if (choice.what.metric && choice.what.format->needs_all)
		die(EXIT_USAGE,
		    "export: option --metric does not go with --format=%s, whose "
		    "entries hold all metrics",
		    export_format_name(choice.format));
}

/* The output is made in memory first, so that a file is written whole or not at all. */
static char *make_text(const struct export_run *run, struct export_counts *counts, size_t *length)
{
	struct reason why = {""};
	char *text = NULL;
	FILE *memory = open_memstream(&text, length);

	if (!memory)
		die(EXIT_INTERNAL, "open_memstream: %s", strerror(errno));
	enum exit_code code = export_write(memory, run, &choice.what, counts, &why);

	if (fclose(memory) != 0)
		die(EXIT_INTERNAL, "open_memstream: %s", strerror(errno));
	if (code != EXIT_OK)
		die(code, "export: %s", why.text);
	return text;
}

static int export(int operand_count, char **operands)
{
	const char *run_dir = operand_count ? operands[0] : "results/latest";
	struct reason why = {""};
	struct export_counts counts;
	struct export_run run;
	size_t length = 0;

	check_choice();
	if (!export_read(&run, run_dir, &why))
		die(EXIT_USAGE, "run folder '%.200s': %s", run_dir, why.text);
	char *text = make_text(&run, &counts, &length);

	if (choice.path)
		output_write(choice.path, text, length);
	else if (fwrite(text, 1, length, stdout) != length || fflush(stdout) == EOF)
		die(EXIT_INTERNAL, "cannot write to standard output: %s", strerror(errno));
	if (counts.unmeasured)
		note("%zu figure%s left out: not measured, or status not ok", counts.unmeasured,
		     counts.unmeasured == 1 ? "" : "s");
	free(text);
	export_free(&run);
	return EXIT_OK;
}

#define FORMAT_HELP(name, help) "\n" #name ": " help
static const struct option_spec options[] = {
	{"format", 0, "FORMAT", N_("one of these:") EXPORT_FORMATS(FORMAT_HELP),
	 .choice = &choice.format, .name_at = export_format_name},
	{"metric", 0, "NAME",
	 N_("only this metric, or all; default: op_ns (github bigger:\n"
	    "ops_per_s) and what must be zero for github and md, else all"),
	 .text = &choice.what.metric},
	{"direction", 0, NULL, N_("github: what is better in this file (default: smaller)"),
	 .choice = &choice.direction, .names = directions},
	{"out", 'o', "FILE", N_("write this file instead of standard output"), .text = &choice.path,
	 .alias = "output"},
	{0},
};

const struct command command_export = {
	.name = "export",
	.summary = N_("write a run in the format of another tool"),
	.usage = "--format=FORMAT [OPTION]... [RUN]",
	.examples = N_("tollgate export --format=google -o run.json      # the last run\n"
		       "tollgate export --format=github --direction=bigger RUN\n"
		       "tollgate export --format=openmetrics RUN > tollgate.prom\n"
		       "tollgate export --format=md --metric=p99_ns RUN"),
	.notes = N_(
		"What was not measured is left out and counted on standard error, never written\n"
		"as 0. docs/export.md explains each format field by field."),
	.options = options,
	.operands_max = 1,
	.run = export,
};
