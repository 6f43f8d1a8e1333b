/* SPDX-License-Identifier: MIT */
/* pair:each: which pairs it stands for, which PUs take part where there are many, and their names. */
#include "harness/machine/placement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TABLE "tests/golden/placement/pairs.txt"

/* Two packages. The first has two cores of two threads below one cache, the second has one core. */
static struct pu pus[] = {
	{.os = 4, .log = 0, .core = 0, .l2 = 0, .llc = 0},
	{.os = 0, .log = 1, .core = 0, .l2 = 0, .llc = 0},
	{.os = 5, .log = 2, .core = 1, .l2 = 1, .llc = 0},
	{.os = 1, .log = 3, .core = 1, .l2 = 1, .llc = 0},
	{.os = 9, .log = 4, .core = 2, .l2 = 2, .llc = 1, .numa = 1, .pkg = 1},
};

static struct topology machine(int count)
{
	return (struct topology){.pus = pus, .pu_count = count};
}

/* The texts of all pairs, separated by blanks. */
static const char *pairs_of(const struct topology *topology, int most, int *taken)
{
	static char text[4096];
	struct placement_pairs pairs = placement_pairs(topology, most);
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < pairs.count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
					 pairs.items[i].text);
	*taken = pairs.pus;
	free(pairs.items);
	return text;
}

static void every_pair_once_in_logical_order(void **state)
{
	const struct topology all = machine(5), two = machine(2);
	int taken;

	(void)state;
	assert_string_equal(pairs_of(&all, 16, &taken),
			    "pair:smt:4+0 pair:same_llc:4+5 pair:same_llc:4+1 pair:cross_pkg:4+9 "
			    "pair:same_llc:0+5 pair:same_llc:0+1 pair:cross_pkg:0+9 "
			    "pair:smt:5+1 pair:cross_pkg:5+9 pair:cross_pkg:1+9");
	assert_int_equal(taken, 5);
	assert_string_equal(pairs_of(&two, 2, &taken), "pair:smt:4+0");
	assert_int_equal(taken, 2);
}

static void one_pu_has_no_pair(void **state)
{
	const struct topology one = machine(1);
	struct placement each;
	struct seating seating;
	struct reason why;
	int taken;

	(void)state;
	assert_string_equal(pairs_of(&one, 16, &taken), "");
	assert_true(placement_parse("pair:each", &each, NULL));
	assert_false(placement_plan(&one, &each, 2, &seating, &why));
	assert_non_null(strstr(why.text, "no two PUs"));
}

/* Two relations need three PUs. With two PUs only the nearest relation exists. */
static void few_pus_hold_the_nearest_relations(void **state)
{
	const struct topology all = machine(5);
	int taken;

	(void)state;
	assert_string_equal(pairs_of(&all, 2, &taken), "pair:smt:4+0");
	assert_string_equal(pairs_of(&all, 4, &taken),
			    "pair:smt:4+0 pair:same_llc:4+5 pair:cross_pkg:4+9 pair:same_llc:0+5 "
			    "pair:cross_pkg:0+9 pair:cross_pkg:5+9");
	assert_int_equal(taken, 4);
}

static bool seat(const struct topology *topology, const char *text, struct seating *seating,
		 struct reason *why)
{
	struct placement placement;

	assert_true(placement_parse(text, &placement, why));
	return placement_plan(topology, &placement, 2, seating, why);
}

static void a_named_pair_is_held_to_its_name(void **state)
{
	const struct topology all = machine(5);
	struct seating seating;
	struct reason why;

	(void)state;
	assert_true(seat(&all, "pair:same_llc:1+4", &seating, &why));
	assert_int_equal(seating.os[0], 1);
	assert_int_equal(seating.os[1], 4);
	assert_false(seating.oversubscribed);
	assert_false(seat(&all, "pair:smt:1,4", &seating, &why));
	assert_non_null(strstr(why.text, "same_llc here, not as smt"));
	assert_false(seat(&all, "pair:smt:4,7", &seating, &why));
	assert_non_null(strstr(why.text, "PU 7 is not among"));
	assert_false(seat(&all, "pair:each", &seating, &why));
	assert_non_null(strstr(why.text, "many pairs"));
	assert_true(seat(&all, "pair:same_pu:9,9", &seating, &why));
	assert_true(seating.oversubscribed);
}

static void bad_pairs_are_refused(void **state)
{
	static const char *const rows[][2] = {
		{"pair:each:", "each"},       {"pair:each:0,1", "each"},
		{"pair:eac", "each"},         {"pair:smt:", "no PU"},
		{"pair:smt:0", "no two PUs"}, {"pair:smt:0,1,2", "no two PUs"},
		{"pair:smt:0-2", "no two"},   {"pair:smt:0;1", "no PU"},
		{"pair:smt:-1,2", "no PU"},   {"pair::0,1", "smt"},
		{"pair:smt:0,1:2", "no PU"},  {"pair:smt:0,", "no PU"},
	};
	struct placement placement;
	struct reason why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		why.text[0] = '\0';
		if (placement_parse(rows[i][0], &placement, &why))
			fail_msg("accepted: '%s'", rows[i][0]);
		if (!strstr(why.text, rows[i][1]))
			fail_msg("'%s': no '%s' in: %s", rows[i][0], rows[i][1], why.text);
	}
}

/* A placement from the files is accepted as an option and means the same. */
static void names_read_back(void **state)
{
	const struct topology all = machine(5);
	struct placement_pairs pairs = placement_pairs(&all, 5);
	struct placement again;
	struct seating seating;

	(void)state;
	assert_int_equal(pairs.count, 10);
	for (unsigned i = 0; i < pairs.count; i++) {
		assert_true(placement_parse(pairs.items[i].text, &again, NULL));
		assert_memory_equal(&again, &pairs.items[i], sizeof(again));
		assert_true(placement_plan(&all, &again, 2, &seating, NULL));
	}
	free(pairs.items);
}

/* ---- described machines ---- */

/* "0 1 2: smt 1, same_llc 2": the PUs that take part, then how many pairs of each relation. */
static void describe(const struct topology *topology, int most, char *text, size_t size)
{
	struct placement_pairs pairs = placement_pairs(topology, most);
	unsigned counts[PAIR_RELATIONS] = {0};
	size_t used = 0;

	assert_int_equal(pairs.count, (unsigned)(pairs.pus * (pairs.pus - 1) / 2));
	for (int i = 0; i < topology->pu_count; i++) {
		bool takes_part = false;

		for (unsigned p = 0; p < pairs.count; p++)
			takes_part |= pairs.items[p].list[0] == topology->pus[i].os ||
				      pairs.items[p].list[1] == topology->pus[i].os;
		if (takes_part)
			used += (size_t)snprintf(text + used, size - used, "%s%d", used ? " " : "",
						 topology->pus[i].os);
	}
	for (unsigned p = 0; p < pairs.count; p++)
		counts[pairs.items[p].relation]++;
	for (int r = 0; r < PAIR_RELATIONS; r++)
		if (counts[r])
			used += (size_t)snprintf(text + used, size - used, " | %s %u",
						 placement_relation_name(r), counts[r]);
	free(pairs.items);
}

/* LINE is "TOPOLOGY | MOST | what describe() says". */
static void check_row(char *line)
{
	struct reason why = {""};
	char spec[1100], text[1024];
	char *most = strstr(line, " | "), *expected = strstr(most + 3, " | ");

	assert_non_null(most);
	assert_non_null(expected);
	*most = *expected = '\0';
	snprintf(spec, sizeof(spec), "%s%s", strncmp(line, "xml:", 4) ? "synthetic:" : "", line);
	struct topology *topology = topology_load(spec, &why);

	if (!topology) {
		fail_msg("%s: %s", spec, why.text);
		return; /* cmocka does not say that it never comes back */
	}
	describe(topology, atoi(most + 3), text, sizeof(text));
	if (strcmp(text, expected + 3) != 0)
		fail_msg("%s, %s:\n got      %s\n expected %s", line, most + 3, text, expected + 3);
	topology_free(topology);
}

static void pairs_match_the_table(void **state)
{
	char line[1024];
	int rows = 0;

	(void)state;
	if (!topology_has_hwloc())
		skip();
	FILE *table = fopen(TABLE, "r");

	if (!table)
		fail_msg("%s cannot be opened: run from the top folder", TABLE);
	while (fgets(line, sizeof(line), table)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		check_row(line);
		rows++;
	}
	fclose(table);
	assert_int_equal(rows, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_once_in_logical_order),
		cmocka_unit_test(one_pu_has_no_pair),
		cmocka_unit_test(few_pus_hold_the_nearest_relations),
		cmocka_unit_test(a_named_pair_is_held_to_its_name),
		cmocka_unit_test(bad_pairs_are_refused),
		cmocka_unit_test(names_read_back),
		cmocka_unit_test(pairs_match_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
