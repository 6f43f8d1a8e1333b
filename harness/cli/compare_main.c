/* SPDX-License-Identifier: MIT */
/* cli_compare_main - chooses one of the four comparisons, runs it, shows and writes its results. */
#include "harness/cli/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/table.h"
#include "harness/run/launch.h"

#define BUILD_DEADLINE_S   30
#define COMMAND_DEADLINE_S 3600

/* ---- the choice of one of four comparisons ---- */

enum kind { KIND_BUILDS, KIND_COMMANDS, KIND_RUNS, KIND_SELF, KINDS };

static enum kind kind_of(const struct compare_request *r, int operands)
{
	const bool wanted[KINDS] = {
		[KIND_BUILDS] = r->base || r->head,
		[KIND_COMMANDS] = r->base_command || r->head_command,
		[KIND_RUNS] = operands > 0,
		[KIND_SELF] = r->suites > 0,
	};
	const bool whole[KINDS] = {
		[KIND_BUILDS] = r->base && r->head,
		[KIND_COMMANDS] = r->base_command && r->head_command,
		[KIND_RUNS] = operands == 2,
		[KIND_SELF] = r->suites > 0,
	};
	int found = -1;

	for (int kind = 0; kind < KINDS; kind++) {
		if (!wanted[kind])
			continue;
		if (found >= 0 || !whole[kind])
			found = KINDS;
		else
			found = kind;
	}
	if (found < 0 || found == KINDS)
		die(EXIT_USAGE,
		    "compare: expected one of: --base PROGRAM --head PROGRAM; --base-cmd "
		    "COMMAND --head-cmd COMMAND; two run folders; --self N\n"
		    "try 'tollgate compare --help'");
	return (enum kind)found;
}

/* The variable is the default of --inject, and only head may see it. */
static void settle_injection(struct compare_request *r, enum kind kind)
{
	struct reason why;

	if (!r->injected && kind == KIND_BUILDS &&
	    !inject_from_environment(&r->options.inject, &why))
		die(EXIT_USAGE, "%s", why.text);
	if (*r->options.inject.case_name && kind != KIND_BUILDS)
		die(EXIT_USAGE, "--inject goes with --base and --head only");
	if (*r->options.inject.case_name && !inject_is_possible(&r->options.inject, &why))
		die(EXIT_USAGE, "%s", why.text);
	if (kind == KIND_SELF && getenv(INJECT_VARIABLE))
		die(EXIT_USAGE, "%s is set: floors are measured without it", INJECT_VARIABLE);
	if (kind == KIND_BUILDS)
		must_sys(unsetenv(INJECT_VARIABLE));
}

static void settle_options(struct compare_request *r, enum kind kind,
			   const struct topology *topology, char **operands)
{
	struct compare_options *o = &r->options;
	const uint64_t deadline_s = kind == KIND_COMMANDS ? COMMAND_DEADLINE_S : BUILD_DEADLINE_S;
	struct reason why;

	settle_injection(r, kind);
	o->pairs = (unsigned)r->pairs;
	o->rounds = (unsigned)r->rounds;
	if (!r->seeded)
		o->choice.seed = clock_of(CLOCK_REALTIME);
	if (r->workers && !choice_set_workers(&o->choice, r->workers, topology->pu_count, &why))
		die(EXIT_USAGE, "--workers: %s", why.text);
	o->topology = topology;
	o->deadline_ns = (r->deadline_s ? r->deadline_s : deadline_s) * UINT64_C(1000000000);
	o->directory = o->directory ? o->directory : ".";
	o->base = kind == KIND_BUILDS ? r->base : r->base_command;
	o->head = kind == KIND_BUILDS ? r->head : r->head_command;
	if (kind == KIND_RUNS) {
		o->base = operands[0];
		o->head = operands[1];
	}
	if (kind == KIND_SELF)
		o->base = o->head = "/proc/self/exe";
}

static void fill_repeat(const struct compare_request *r, enum kind kind,
			struct compare_report *report)
{
	static const char *const what[KINDS] = {
		[KIND_BUILDS] = "--base BASE --head HEAD",
		[KIND_COMMANDS] = "--base-cmd BASE --head-cmd HEAD",
		[KIND_RUNS] = "BASE HEAD",
		[KIND_SELF] = "--self N",
	};

	snprintf(report->repeat, sizeof(report->repeat), "tollgate compare %s%s", what[kind],
		 r->repeat);
	if (kind == KIND_BUILDS) {
		const size_t length = strlen(report->repeat);

		snprintf(report->repeat + length, sizeof(report->repeat) - length, " --seed=%llu",
			 (unsigned long long)report->seed);
	}
}

/* ---- floors ---- */

static void load_floors(const struct compare_request *r, enum kind kind, struct floor_table *floors,
			char **path)
{
	struct reason why;

	*path = floor_path(r->floors);
	*floors = (struct floor_table){0};
	if (!*path && kind == KIND_SELF)
		die(EXIT_USAGE, "neither XDG_STATE_HOME nor HOME is set: say --floors=FILE");
	if (*path && kind != KIND_COMMANDS && !floor_read(floors, *path, &why))
		die(EXIT_USAGE, "noise floors: %s", why.text);
}

static void show_floors(const struct self_result *result)
{
	static const struct table_column columns[] = {
		{.title = "case"},
		{.title = "mode"},
		{.title = "workers", .align = TABLE_RIGHT},
		{.title = "where"},
		{.title = "floor", .align = TABLE_RIGHT},
		{.title = "", .optional = true},
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < result->measured.count; i++) {
		const struct floor_row *row = &result->measured.rows[i];
		const bool is_high = row->floor > VERDICT_FLOOR_REPORT_ONLY;

		table_texts(table, row->case_name, row->mode, NULL);
		table_cell(table, "%u", (unsigned)row->workers);
		table_cell(table, "%s", *row->param ? row->param : row->placement);
		table_cell(table, "%.2f %%", 100 * row->floor);
		table_cell(table, "%s", is_high ? "report-only: above 15 %" : "");
	}
	table_print(table, stdout, TEXT_PLAIN, 0);
	table_free(table);
	printf("\n%u suites, %u rows judged: %u screens asked for confirmation, %u were confirmed "
	       "(a build against itself: 0 is right)\n",
	       result->suites, result->screens, result->red_screens, result->red);
}

static enum exit_code measure_self(struct compare_request *r, const struct compare_report *machine,
				   struct floor_table *floors, const char *path)
{
	struct self_result result;
	struct reason why;

	if (!compare_self(&r->options, machine, (unsigned)r->suites, floors, &result, &why))
		die(EXIT_USAGE, "%s", why.text);
	if (result.suites && !floor_write(floors, path, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	show_floors(&result);
	if (result.suites)
		note("floors of machine %s in %s", machine->machine, path);
	floor_free(&result.measured);
	if (launch_interrupted)
		return EXIT_INTERRUPTED;
	return result.failed ? EXIT_WRONG : EXIT_OK;
}

/* ---- measure, show, exit ---- */

static void show(const struct compare_request *r, const struct compare_report *report)
{
	struct reason why;

	if (r->format == FORMAT_TABLE)
		compare_show_text(report, stdout, format_locale_is_utf8(), table_page_width(0));
	else if (r->format == FORMAT_MARKDOWN)
		compare_show_markdown(report, stdout);
	else if (r->format == FORMAT_JSON)
		(void)compare_write_json(report, stdout, r->strict); /* main() checks stdout */
	else if (!compare_write_csv(report, stdout, &why))
		die(EXIT_INTERNAL, "%s", why.text);
}

static enum exit_code compare(struct compare_request *r, enum kind kind,
			      struct compare_report *report)
{
	struct reason why = {""};
	bool good, refused = false;

	if (r->out && !compare_check_folder(r->out, &why))
		die(EXIT_USAGE, "--out: %s", why.text);
	if (kind == KIND_BUILDS)
		good = compare_builds(&r->options, report, &why);
	else if (kind == KIND_COMMANDS)
		good = compare_commands(&r->options, report, &why);
	else
		good = compare_runs(&r->options, report, &refused, &why);
	if (!good)
		die(refused ? EXIT_REFUSED : EXIT_USAGE, "%s", why.text);
	compare_sort(report);
	show(r, report);
	if (r->out && !compare_write_files(report, r->out, r->strict, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	if (r->out)
		note("files in %s", r->out);
	return compare_exit_code(report, r->strict);
}

int compare_main(struct compare_request *r, int operand_count, char **operands)
{
	static struct environment environment;
	struct reason why;
	const enum kind kind = kind_of(r, operand_count);
	struct topology *topology = topology_load(NULL, &why);
	struct compare_report report = {
		.kind = "builds", .pairs = (unsigned)r->pairs, .min_effect = r->options.min_effect};
	struct floor_table floors;
	char *path;
	enum exit_code code;

	if (!topology)
		die(EXIT_INTERNAL, "%s", why.text);
	settle_options(r, kind, topology, operands);
	load_floors(r, kind, &floors, &path);
	environment_read(&environment, "", topology->pu_count);
	compare_note_machine(&report, &environment, topology->pu_count);
	report.seed = r->options.choice.seed;
	fill_repeat(r, kind, &report);
	r->options.floors = &floors;
	launch_catch_signals();
	if (kind == KIND_SELF)
		code = measure_self(r, &report, &floors, path);
	else
		code = compare(r, kind, &report);
	compare_free(&report);
	floor_free(&floors);
	free(path);
	topology_free(topology);
	return (int)code;
}
