/* SPDX-License-Identifier: MIT */
/* tollgate place: shows which PU each worker would get, on this machine or on a described one. */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/clock.h"
#include "harness/base/table.h"
#include "harness/cli/take.h"
#include "harness/data/csv.h"
#include "harness/machine/placement.h"

#define SEATS_SHOWN 16

static struct {
	const char *topology, *workers;
	struct choice seats; /* its placements and workers only */
	unsigned csv;        /* index in formats */
} choice;

/* The placements shown by default: all that need no argument. */
static const char *const overview[] = {
	"compact",        "cores",        "scatter",       "same-core",      "pair:same_pu",
	"pair:smt",       "pair:same_l2", "pair:same_llc", "pair:same_numa", "pair:same_pkg",
	"pair:cross_pkg", "pair:each",    "none",
};

/* ---- printing ---- */

static const char *topology_word(void)
{
	if (!choice.topology)
		return "native";
	return !strncmp(choice.topology, "xml:", 4)          ? "xml"
	       : !strncmp(choice.topology, "synthetic:", 10) ? "synthetic"
							     : "native";
}

static const char *plural(int count)
{
	return count == 1 ? "" : "s";
}

static void print_topology(const struct topology *t)
{
	printf("topology: %s, %d PU%s, %d core%s, %d last-level cache%s%s, %d NUMA node%s, "
	       "%d package%s, %d CPU kind%s\n",
	       topology_word(), t->pu_count, plural(t->pu_count), t->core_count,
	       plural(t->core_count), t->llc_count, plural(t->llc_count),
	       t->caches_known ? "" : " (caches unknown: one per package and node)", t->numa_count,
	       plural(t->numa_count), t->pkg_count, plural(t->pkg_count), t->kind_count,
	       plural(t->kind_count));
}

/* Does worker INDEX have its PU to itself? */
static bool sits_alone(const struct seating *seating, int index)
{
	for (int i = 0; i < seating->count; i++)
		if (i != index && seating->os[i] == seating->os[index])
			return false;
	return true;
}

static const char *relation_to_first(const struct topology *topology, const struct seating *seating,
				     int worker, const struct pu *pu)
{
	return worker ? placement_relation_name(
				placement_relation(topology_find(topology, seating->os[0]), pu))
		      : "-";
}

static void add_seat(struct table *table, const struct topology *topology,
		     const struct seating *seating, int worker)
{
	const struct pu *pu = topology_find(topology, seating->os[worker]);

	table_cell(table, "%d", worker);
	if (!pu) {
		table_cell(table, "-");
		table_skip(table, 6);
		table_cell(table, "not bound");
		return;
	}
	const int numbers[] = {pu->os, pu->log, pu->core, pu->llc, pu->numa, pu->pkg, pu->kind};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		table_cell(table, "%d", numbers[i]);
	table_cell(table, "%s%s", relation_to_first(topology, seating, worker, pu),
		   sits_alone(seating, worker) ? "" : ", oversubscribed");
}

static void print_detail(const struct topology *topology, const struct placement *placement,
			 const struct seating *seating)
{
	static const struct table_column columns[] = {
		{.title = "worker", .align = TABLE_RIGHT},
		{.title = "PU", .align = TABLE_RIGHT},
		{.title = "logical", .align = TABLE_RIGHT},
		{.title = "core", .align = TABLE_RIGHT},
		{.title = "LLC", .align = TABLE_RIGHT},
		{.title = "node", .align = TABLE_RIGHT},
		{.title = "package", .align = TABLE_RIGHT},
		{.title = "kind", .align = TABLE_RIGHT},
		{.title = N_("to worker 0")},
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	printf("\nplacement %s, %d worker%s%s\n", placement->text, seating->count,
	       plural(seating->count), seating->oversubscribed ? ", oversubscribed" : "");
	for (int i = 0; i < seating->count; i++)
		add_seat(table, topology, seating, i);
	table_print(table, stdout, TEXT_PLAIN, 0);
	table_free(table);
}

/* "0 8 2 10 ... (oversubscribed)" */
static char *seats_words(const struct seating *seating)
{
	char seats[SEATS_SHOWN * 12] = "";
	size_t used = 0;

	for (int i = 0; i < seating->count && i < SEATS_SHOWN; i++)
		used += (size_t)snprintf(seats + used, sizeof(seats) - used,
					 seating->os[i] < 0 ? "- " : "%d ", seating->os[i]);
	return xasprintf("%s%s%s", seats, seating->count > SEATS_SHOWN ? "... " : "",
			 seating->oversubscribed ? " (oversubscribed)" : "");
}

static void add_line(struct table *table, const struct placement *placement,
		     const struct seating *seating)
{
	char *seats = seats_words(seating);

	table_cell(table, "%s", placement->text);
	table_cell(table, "%d", seating->count);
	table_cell(table, "%s", seats);
	free(seats);
}

static void print_row(struct csv_writer *csv, const struct topology *topology,
		      const struct placement *placement, const struct seating *seating, int worker)
{
	const struct pu *pu = topology_find(topology, seating->os[worker]);
	struct reason why;

	csv_text(csv, topology_word());
	csv_text(csv, placement->text);
	csv_i64(csv, seating->count);
	csv_i64(csv, worker);
	if (pu) {
		const int cells[] = {pu->os,  pu->log,  pu->core, pu->l2,
				     pu->llc, pu->numa, pu->pkg,  pu->kind};

		for (size_t i = 0; i < ARRAY_SIZE(cells); i++)
			csv_i64(csv, cells[i]);
		csv_text(csv, worker ? relation_to_first(topology, seating, worker, pu) : NULL);
	} else {
		for (int i = 0; i < 9; i++)
			csv_empty(csv);
	}
	csv_u64(csv, pu ? !sits_alone(seating, worker) : seating->oversubscribed);
	if (!csv_end_row(csv, &why))
		die(EXIT_INTERNAL, "%s", why.text);
}

/* ---- planning ---- */

struct show {
	const struct topology *topology;
	struct table *overview; /* one row per placement; NULL: detailed, or CSV */
	struct csv_writer csv;
	bool detailed;
	int planned;
	uint64_t planning_ns;
};

static void show_seating(struct show *show, const struct placement *placement,
			 const struct seating *seating)
{
	if (choice.csv)
		for (int i = 0; i < seating->count; i++)
			print_row(&show->csv, show->topology, placement, seating, i);
	else if (show->detailed)
		print_detail(show->topology, placement, seating);
	else
		add_line(show->overview, placement, seating);
}

/* A placement that the machine lacks is left out with a note. A PU that it lacks is a bad value. */
static void show_refusal(struct show *show, const struct placement *placement,
			 const struct reason *why)
{
	if (placement->policy == PLACEMENT_LIST)
		die(EXIT_USAGE, "option --placement: '%s': %s", placement->text, why->text);
	if (!show->overview) {
		note("%s is left out: %s", placement->text, why->text);
		return;
	}
	table_cell(show->overview, "%s", placement->text);
	table_cell(show->overview, "-");
	table_cell(show->overview, "%s", why->text);
}

static void plan_one(struct show *show, const struct placement *placement, int workers)
{
	struct reason why = {""};
	struct seating seating;
	uint64_t start_ns = clock_now_ns();
	bool possible = placement_plan(show->topology, placement, workers, &seating, &why);

	show->planning_ns += clock_now_ns() - start_ns;
	show->planned += possible;
	if (possible)
		show_seating(show, placement, &seating);
	else
		show_refusal(show, placement, &why);
}

static void print_pairs(const struct placement_pairs *pairs)
{
	static const struct table_column columns[] = {
		{.title = "PU", .align = TABLE_RIGHT},
		{.title = "PU", .align = TABLE_RIGHT},
		{.title = "relation"},
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	for (unsigned i = 0; i < pairs->count; i++) {
		table_cell(table, "%d", pairs->items[i].list[0]);
		table_cell(table, "%d", pairs->items[i].list[1]);
		table_cell(table, "%s", placement_relation_name(pairs->items[i].relation));
	}
	table_print(table, stdout, TEXT_PLAIN, 0);
	table_free(table);
}

static void show_pairs(struct show *show, const struct placement *placement,
		       const struct placement_pairs *pairs)
{
	char *words = xasprintf("%u pair%s among %d of %d PUs", pairs->count,
				plural((int)pairs->count), pairs->pus, show->topology->pu_count);

	if (show->overview) {
		table_cell(show->overview, "%s", placement->text);
		table_cell(show->overview, "2");
		table_cell(show->overview, "%s", words);
	} else {
		printf("\nplacement %s, %s\n", placement->text, words);
		print_pairs(pairs);
	}
	show->planned++;
	free(words);
}

/* Print the number of pairs, and each pair. The CSV has rows as for any other placement. */
static void plan_pairs(struct show *show, const struct placement *placement)
{
	const struct placement_pairs pairs = placement_pairs(show->topology, PAIR_PUS_MAX);

	if (!pairs.count)
		plan_one(show, placement, 2);
	else if (!choice.csv)
		show_pairs(show, placement, &pairs);
	for (unsigned i = 0; choice.csv && i < pairs.count; i++)
		plan_one(show, &pairs.items[i], 2);
	free(pairs.items);
}

static void plan_counts(struct show *show, const struct placement *placement)
{
	int pus = show->topology->pu_count;

	if (placement->policy == PLACEMENT_EACH_PAIR) {
		plan_pairs(show, placement);
		return;
	}
	if (placement->policy == PLACEMENT_PAIR && !show->detailed) {
		plan_one(show, placement, 2);
		return;
	}
	for (unsigned i = 0; i < choice.seats.worker_count; i++)
		plan_one(show, placement, choice.seats.workers[i]);
	if (!choice.seats.worker_count)
		plan_one(show, placement, pus < WORKERS_MAX ? pus : WORKERS_MAX);
}

static void choose_overview(void)
{
	struct reason why;

	for (size_t i = 0; i < ARRAY_SIZE(overview); i++)
		if (!choice_add_placement(&choice.seats, overview[i], &why))
			die(EXIT_INTERNAL, "%s", why.text);
}

static const struct table_column overview_columns[] = {
	{.title = "placement"},
	{.title = "workers", .align = TABLE_RIGHT},
	{.title = N_("PU of worker 0, 1, ...")},
};

static void start_output(struct show *show)
{
	if (choice.csv) {
		csv_attach(&show->csv, stdout,
			   "topology,placement,workers,worker,pu,logical,core,l2,llc,numa_node,"
			   "package,kind,relation,oversubscribed");
	} else {
		print_topology(show->topology);
		if (!show->detailed)
			show->overview = table_new(overview_columns, ARRAY_SIZE(overview_columns));
	}
	if (!show->topology->this_system)
		note("the topology is %s: placement shown, nothing can be run on it "
		     "(use --topology=native to measure)",
		     topology_word());
}

static void plan_all(struct show *show)
{
	struct reason why;

	start_output(show);
	for (unsigned i = 0; i < choice.seats.placement_count; i++)
		plan_counts(show, &choice.seats.placements[i]);
	if (show->overview) {
		putchar('\n');
		table_print(show->overview, stdout, TEXT_PLAIN, 0);
		table_free(show->overview);
	}
	if (choice.csv && !csv_close(&show->csv, &why))
		die(EXIT_INTERNAL, "%s", why.text);
}

static int place(int operand_count, char **operands)
{
	struct reason why = {""};
	struct show show = {.detailed = choice.seats.placement_count > 0};
	uint64_t start_ns = clock_now_ns(), load_ns;
	struct topology *topology = topology_load(choice.topology, &why);

	(void)operand_count;
	(void)operands;
	load_ns = clock_now_ns() - start_ns;
	if (!topology)
		die(EXIT_USAGE, "option --topology: %s", why.text);
	if (choice.workers &&
	    !choice_set_workers(&choice.seats, choice.workers, topology->pu_count, &why))
		die(EXIT_USAGE, "option --workers: %s", why.text);
	show.topology = topology;
	if (!show.detailed)
		choose_overview();
	plan_all(&show);
	topology_free(topology);
	note("%d placement%s planned in %.3f ms, topology loaded in %.1f ms", show.planned,
	     plural(show.planned), (double)show.planning_ns / 1e6, (double)load_ns / 1e6);
	return show.planned ? EXIT_OK : EXIT_NOTHING;
}

static const char *const formats[] = {"table", "csv", NULL};

static const struct option_spec options[] = {
	{"topology", 0, "SPEC",
	 N_("native (default), synthetic:DESCRIPTION as in hwloc(7),\n"
	    "or xml:FILE as written by lstopo"),
	 .text = &choice.topology},
	{TAKE_PLACEMENT(&choice.seats, "an overview of all")},
	{TAKE_WORKERS(&choice.workers, "N")},
	{"format", 0, NULL, N_("how to print (default: table)"), .choice = &choice.csv,
	 .names = formats},
	{0},
};

const struct command command_place = {
	.name = "place",
	.summary = N_("show which PU each worker would get"),
	.usage = "[OPTION]...",
	.examples = N_(
		"tollgate place                                 # every policy on this machine\n"
		"tollgate place --placement=scatter --workers=4 # one row per worker\n"
		"tollgate place --topology='synthetic:pack:2 core:4 pu:2'"),
	.notes = N_("Policies:\n"
		    "  compact        neighbours first, SMT siblings side by side\n"
		    "  cores          one worker per core before any second hardware thread\n"
		    "  scatter        as far apart as possible\n"
		    "  same-core      every worker on one PU\n"
		    "  pair:RELATION  the first two PUs that are same_pu, smt, same_l2, same_llc,\n"
		    "                 same_numa, same_pkg or cross_pkg to one another\n"
		    "  pair:RELATION:3,8  these two PUs, if they are so related\n"
		    "  pair:each      every pair of PUs, a row for each; of 16 PUs where there are "
		    "more\n"
		    "  list:0,3,8-11  these PUs, in this order\n"
		    "  none           not bound\n"
		    "\n"
		    "More workers than PUs share them, and are marked oversubscribed."),
	.options = options,
	.run = place,
};
