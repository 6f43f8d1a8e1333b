/* SPDX-License-Identifier: MIT */
#include "harness/machine/placement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TABLE "tests/golden/placement/table.txt"

static void need_hwloc(void)
{
	if (!topology_has_hwloc())
		skip();
}

static struct topology *load(const char *spec)
{
	struct reason why = {""};
	struct topology *topology = topology_load(spec, &why);

	if (!topology)
		fail_msg("%s: %s", spec, why.text);
	return topology;
}

static bool plan(const struct topology *topology, const char *policy, int workers,
		 struct seating *seating, struct reason *why)
{
	struct placement placement;

	if (!placement_parse(policy, &placement, why))
		fail_msg("%s: %s", policy, why->text);
	return placement_plan(topology, &placement, workers, seating, why);
}

/* Plan and print: "0 2 4", with a '*' at the end if oversubscribed, or "refused". */
static const char *seats(const struct topology *topology, const char *policy, int workers)
{
	static char text[256];
	struct reason why = {""};
	struct seating seating;
	size_t length = 0;

	if (!plan(topology, policy, workers, &seating, &why))
		return why.text[0] ? "refused" : "refused without a reason";
	assert_int_equal(seating.count, workers);
	text[0] = '\0';
	for (int i = 0; i < workers && length < sizeof(text) - 8; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%d",
					   i ? " " : "", seating.os[i]);
	if (seating.oversubscribed)
		snprintf(text + length, sizeof(text) - length, "*");
	return text;
}

/* ---- a hand-made machine: what cannot be described to hwloc, and no hwloc needed ---- */

/*
 * A hybrid: three fast cores of two PUs (0..5), four slow ones of one PU that share an L2 (40, 41,
 * 100, 101), listed by hwloc before the fast ones.
 */
static struct pu hybrid_pus[] = {
	{.os = 40, .log = 0, .core = 0, .l2 = 0, .kind = 1, .core_rank = 0},
	{.os = 41, .log = 1, .core = 1, .l2 = 0, .kind = 1, .core_rank = 1},
	{.os = 100, .log = 2, .core = 2, .l2 = 0, .kind = 1, .core_rank = 2},
	{.os = 101, .log = 3, .core = 3, .l2 = 0, .kind = 1, .core_rank = 3},
	{.os = 0, .log = 4, .core = 4, .l2 = 1, .core_rank = 4},
	{.os = 1, .log = 5, .core = 4, .l2 = 1, .core_rank = 4, .smt_rank = 1},
	{.os = 2, .log = 6, .core = 5, .l2 = 2, .core_rank = 5},
	{.os = 3, .log = 7, .core = 5, .l2 = 2, .core_rank = 5, .smt_rank = 1},
	{.os = 4, .log = 8, .core = 6, .l2 = 3, .core_rank = 6},
	{.os = 5, .log = 9, .core = 6, .l2 = 3, .core_rank = 6, .smt_rank = 1},
};

static const struct topology hybrid = {
	.pus = hybrid_pus,
	.pu_count = ARRAY_SIZE(hybrid_pus),
	.core_count = 7,
	.llc_count = 1,
	.numa_count = 1,
	.pkg_count = 1,
	.kind_count = 2,
};

/* Fast cores come first, and their second hardware threads before any slow core. */
static void cores_put_kind_before_smt(void **state)
{
	(void)state;
	assert_string_equal(seats(&hybrid, "cores", 10), "0 2 4 1 3 5 40 41 100 101");
	assert_string_equal(seats(&hybrid, "scatter", 10), "0 2 4 1 3 5 40 41 100 101");
	assert_string_equal(seats(&hybrid, "compact", 6), "40 41 100 101 0 1");
	assert_string_equal(seats(&hybrid, "same-core", 1), "0");
	assert_string_equal(seats(&hybrid, "same-core", 3), "0 0 0*");
}

static void more_workers_than_pus_wrap(void **state)
{
	(void)state;
	assert_string_equal(seats(&hybrid, "cores", 12), "0 2 4 1 3 5 40 41 100 101 0 2*");
	assert_string_equal(seats(&hybrid, "compact", 11), "40 41 100 101 0 1 2 3 4 5 40*");
}

static void unbound_workers_have_no_seat(void **state)
{
	(void)state;
	assert_string_equal(seats(&hybrid, "none", 3), "-1 -1 -1");
	assert_string_equal(seats(&hybrid, "none", 10), "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1");
	assert_string_equal(seats(&hybrid, "none", 11), "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1*");
}

static void pairs_alternate(void **state)
{
	(void)state;
	assert_string_equal(seats(&hybrid, "pair:same_l2", 1), "40");
	assert_string_equal(seats(&hybrid, "pair:same_l2", 2), "40 41");
	assert_string_equal(seats(&hybrid, "pair:same_l2", 5), "40 41 40 41 40*");
	assert_string_equal(seats(&hybrid, "pair:smt", 2), "0 1");
	assert_string_equal(seats(&hybrid, "pair:same_llc", 2), "40 0");
	assert_string_equal(seats(&hybrid, "pair:same_pu", 1), "40");
	assert_string_equal(seats(&hybrid, "pair:same_pu", 2), "40 40*");
	assert_string_equal(seats(&hybrid, "pair:same_numa", 2), "refused");
	assert_string_equal(seats(&hybrid, "pair:same_pkg", 1), "refused");
	assert_string_equal(seats(&hybrid, "pair:cross_pkg", 2), "refused");
}

static void lists_are_the_users_own(void **state)
{
	(void)state;
	assert_string_equal(seats(&hybrid, "list:100,40", 2), "100 40");
	assert_string_equal(seats(&hybrid, "list:100,40", 1), "100");
	assert_string_equal(seats(&hybrid, "list:100,40", 3), "100 40 100*");
	assert_string_equal(seats(&hybrid, "list:5,5,1", 3), "5 5 1*");
	assert_string_equal(seats(&hybrid, "list:1,5,5", 2), "1 5");
	assert_string_equal(seats(&hybrid, "list:2-5,0", 5), "2 3 4 5 0");
	assert_string_equal(seats(&hybrid, "list:40+100", 2), "40 100");
	assert_string_equal(seats(&hybrid, "list:0,6", 1), "refused"); /* not needed, still wrong */
	assert_string_equal(seats(&hybrid, "list:2147483647", 1), "refused");
}

static void worker_counts_are_bounded(void **state)
{
	struct placement placement;
	struct seating seating;
	struct reason why;

	(void)state;
	assert_true(placement_parse("none", &placement, &why));
	assert_false(placement_plan(&hybrid, &placement, 0, &seating, &why));
	assert_false(placement_plan(&hybrid, &placement, -1, &seating, &why));
	assert_false(placement_plan(&hybrid, &placement, WORKERS_MAX + 1, &seating, &why));
	assert_true(placement_plan(&hybrid, &placement, WORKERS_MAX, &seating, &why));
}

static void relations_are_symmetric(void **state)
{
	(void)state;
	for (int i = 0; i < hybrid.pu_count; i++)
		for (int j = 0; j < hybrid.pu_count; j++)
			assert_int_equal(placement_relation(&hybrid.pus[i], &hybrid.pus[j]),
					 placement_relation(&hybrid.pus[j], &hybrid.pus[i]));
	assert_string_equal(placement_relation_name(PAIR_SAME_PU), "same_pu");
	assert_string_equal(placement_relation_name(PAIR_CROSS_PKG), "cross_pkg");
}

/* ---- reading ---- */

static void names_survive_the_files(void **state)
{
	static const char *const rows[][2] = {
		{"compact", "compact"},
		{"cores", "cores"},
		{"scatter", "scatter"},
		{"same-core", "same-core"},
		{"none", "none"},
		{"pair:cross_pkg", "pair:cross_pkg"},
		{"list:0,3,8-9", "list:0+3+8-9"},
		{"list:7", "list:7"},
	};
	struct placement placement, again;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(placement_parse(rows[i][0], &placement, NULL));
		assert_string_equal(placement.text, rows[i][1]);
		assert_true(placement_parse(placement.text, &again, NULL));
		assert_memory_equal(&placement, &again, sizeof(again));
	}
}

static void bad_words_are_refused(void **state)
{
	static const char *const rows[][2] = {
		{"", "compact"},
		{"scater", "scatter'?"},
		{"Cores", "cores'?"},
		{"same-cores", "same-core'?"},
		{"pair", "pair"},
		{"pair:", "cross_pkg"},
		{"pair:smtt", "smt'?"},
		{"pair:smt ", "smt"},
		{"list", "list"},
		{"list:", "list:0"},
		{"list:,", "list:0"},
		{"list:1,", "list:0"},
		{"list:1,,2", "list:0"},
		{"list:a", "list:0"},
		{"list:-1", "list:0"},
		{"list:1-", "list:0"},
		{"list:3-1", "list:0"},
		{"list:1-2-3", "list:0"},
		{"list: 1", "list:0"},
		{"list:0-256", "256"},
		{"list:0-2147483647", "256"},
		{"list:2147483648", "list:0"},
		{"none\033[2J", "control"},
		{"cores:1", "compact"},
		{"list:00000000000000000000000000000001", "list:0"},
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

static void long_lists_are_refused(void **state)
{
	char text[1024] = "list:0";
	struct placement placement;
	struct reason why = {""};

	(void)state;
	for (int i = 0; i < 61; i++)
		strcat(text, ",0");
	assert_int_equal(strlen(text), sizeof(placement.text));
	assert_false(placement_parse(text, &placement, &why));
	assert_non_null(strstr(why.text, "127"));
	text[sizeof(placement.text) - 2] = '\0';
	assert_true(placement_parse(text, &placement, &why));
	assert_true(placement_parse("list:0-255", &placement, &why));
	assert_int_equal(placement.list_count, 256);
}

/* ---- described machines ---- */

/* The next '|' field of *AT without blanks around it. Moves *AT behind it. */
static char *field(char **at)
{
	char *start = *at, *end = strchr(start, '|');

	assert_non_null(start);
	*at = end ? end + 1 : start + strlen(start);
	if (!end)
		end = start + strlen(start);
	while (end > start && strchr(" \n", end[-1]))
		end--;
	*end = '\0';
	return start + strspn(start, " ");
}

static int count_words(const char *text)
{
	int words = *text != '\0';

	for (; *text; text++)
		words += *text == ' ';
	return words;
}

static void check_row(char *line)
{
	static const char *const policies[] = {"compact", "cores", "scatter"};
	static const char *const pairs[] = {"pair:smt",       "pair:same_l2",  "pair:same_llc",
					    "pair:same_numa", "pair:same_pkg", "pair:cross_pkg"};
	char spec[128], pair[16];
	struct topology *topology;

	snprintf(spec, sizeof(spec), "synthetic:%s", field(&line));
	topology = load(spec);
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		const char *expected = field(&line);

		assert_string_equal(seats(topology, policies[i], count_words(expected)), expected);
	}
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		const char *partner = field(&line);

		snprintf(pair, sizeof(pair), *partner ? "0 %s" : "refused", partner);
		assert_string_equal(seats(topology, pairs[i], 2), pair);
	}
	topology_free(topology);
}

static void seats_match_the_table(void **state)
{
	char line[512];
	int rows = 0;

	(void)state;
	need_hwloc();
	FILE *table = fopen(TABLE, "r");

	if (!table)
		fail_msg("%s cannot be opened: run from the top folder", TABLE);
	while (fgets(line, sizeof(line), table))
		if (line[0] != '#') {
			check_row(line);
			rows++;
		}
	fclose(table);
	assert_int_equal(rows, 8);
}

static const char *const machines[] = {
	"synthetic:pack:2 core:4 pu:2",
	"synthetic:pack:2 numa:2 l3:4 core:8 pu:2",
	"synthetic:pack:4 numa:2 l3:8 core:8 pu:2", /* 1024 PUs */
	"synthetic:pack:3 l3:2 core:5 pu:1",
	"synthetic:numa:2 l3:2 core:4 pu:2(indexes=2*16:16*1)",
	"synthetic:pack:8 l3:1 numa:2 core:3 pu:4", /* a cache over two nodes */
	"xml:tests/golden/placement/hybrid.xml",
	"xml:tests/golden/placement/five_raw_kinds.xml",
	"xml:tests/golden/placement/holes.xml",
};

static void check_each_pu_once(const struct topology *topology, const char *policy)
{
	bool *taken = xcalloc((size_t)topology->pu_count, sizeof(*taken));
	struct seating *seating = xcalloc(1, sizeof(*seating));
	struct reason why;

	assert_true(plan(topology, policy, topology->pu_count, seating, &why));
	assert_false(seating->oversubscribed);
	for (int i = 0; i < seating->count; i++) {
		const struct pu *pu = topology_find(topology, seating->os[i]);

		assert_non_null(pu);
		assert_false(taken[pu->log]);
		taken[pu->log] = true;
	}
	assert_true(plan(topology, policy, topology->pu_count + 1, seating, &why));
	assert_true(seating->oversubscribed);
	assert_int_equal(seating->os[topology->pu_count], seating->os[0]);
	free(seating);
	free(taken);
}

static void every_pu_is_used_once(void **state)
{
	(void)state;
	need_hwloc();
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		struct topology *topology = load(machines[i]);

		check_each_pu_once(topology, "compact");
		check_each_pu_once(topology, "cores");
		check_each_pu_once(topology, "scatter");
		topology_free(topology);
	}
}

static int distinct(const struct topology *topology, const struct seating *seating, int first,
		    size_t member)
{
	uint8_t seen[TOPOLOGY_PUS_MAX] = {0};
	int count = 0, number;

	for (int i = 0; i < first; i++) {
		const struct pu *pu = topology_find(topology, seating->os[i]);

		memcpy(&number, (const char *)pu + member, sizeof(number));
		count += !seen[number]++;
	}
	return count;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static void scatter_covers_the_far_domains_first(void **state)
{
	struct seating seating;
	struct reason why;

	(void)state;
	need_hwloc();
	for (size_t i = 0; i < 6; i++) { /* the machines of one kind */
		struct topology *t = load(machines[i]);

		assert_true(plan(t, "scatter", t->pu_count, &seating, &why));
		for (int k = 1; k <= t->pkg_count; k++)
			assert_int_equal(distinct(t, &seating, k, offsetof(struct pu, pkg)), k);
		assert_int_equal(distinct(t, &seating, larger(t->numa_count, t->pkg_count),
					  offsetof(struct pu, numa)),
				 t->numa_count);
		assert_int_equal(distinct(t, &seating, t->core_count, offsetof(struct pu, core)),
				 t->core_count);
		topology_free(t);
	}
}

static void cores_use_every_core_before_a_second_thread(void **state)
{
	struct seating seating;
	struct reason why;

	(void)state;
	need_hwloc();
	for (size_t i = 0; i < 6; i++) {
		struct topology *t = load(machines[i]);

		assert_true(plan(t, "cores", t->core_count, &seating, &why));
		assert_int_equal(distinct(t, &seating, t->core_count, offsetof(struct pu, core)),
				 t->core_count);
		topology_free(t);
	}
}

static void real_shapes(void **state)
{
	struct topology *t;

	(void)state;
	need_hwloc();
	t = load("xml:tests/golden/placement/hybrid.xml");
	assert_string_equal(seats(t, "cores", 14), "0 2 4 6 8 10 1 3 5 7 9 11 12 13");
	assert_string_equal(seats(t, "pair:same_l2", 2), "12 13");
	assert_string_equal(seats(t, "pair:smt", 2), "0 1");
	topology_free(t);
	t = load("xml:tests/golden/placement/five_raw_kinds.xml");
	assert_string_equal(seats(t, "cores", 11), "5 6 7 8 9 15 16 17 18 19 0");
	assert_string_equal(seats(t, "scatter", 5), "5 15 6 16 7");
	topology_free(t);
	t = load("xml:tests/golden/placement/holes.xml");
	assert_string_equal(seats(t, "cores", 6), "1 4 6 40 100 5");
	assert_string_equal(seats(t, "scatter", 3), "1 4 40");
	assert_string_equal(seats(t, "list:40,100", 2), "40 100");
	assert_string_equal(seats(t, "list:0", 1), "refused"); /* offline */
	topology_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cores_put_kind_before_smt),
		cmocka_unit_test(more_workers_than_pus_wrap),
		cmocka_unit_test(unbound_workers_have_no_seat),
		cmocka_unit_test(pairs_alternate),
		cmocka_unit_test(lists_are_the_users_own),
		cmocka_unit_test(worker_counts_are_bounded),
		cmocka_unit_test(relations_are_symmetric),
		cmocka_unit_test(names_survive_the_files),
		cmocka_unit_test(bad_words_are_refused),
		cmocka_unit_test(long_lists_are_refused),
		cmocka_unit_test(seats_match_the_table),
		cmocka_unit_test(every_pu_is_used_once),
		cmocka_unit_test(scatter_covers_the_far_domains_first),
		cmocka_unit_test(cores_use_every_core_before_a_second_thread),
		cmocka_unit_test(real_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
