/* SPDX-License-Identifier: MIT */
#include "harness/machine/topology.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/machine/topology_parts.h"

#define GOLDEN "tests/golden/placement/"

static struct topology *load(const char *spec)
{
	struct reason why = {""};
	struct topology *topology = topology_load(spec, &why);

	if (!topology)
		fail_msg("%s: %s", spec ? spec : "native", why.text);
	return topology;
}

/* SPEC must be refused, with a reason that names WORD. */
static void refused(const char *spec, const char *word)
{
	struct reason why = {""};
	struct topology *topology = topology_load(spec, &why);

	if (topology)
		fail_msg("accepted: %s", spec);
	if (!strstr(why.text, word))
		fail_msg("%s: the reason does not say '%s': %s", spec, word, why.text);
}

static void need_hwloc(void)
{
	if (!topology_has_hwloc())
		skip();
}

/* ---- the machine itself ---- */

static void native_is_the_affinity_mask(void **state)
{
	struct topology *topology = load(NULL);
	cpu_set_t mask;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(mask), &mask), 0);
	assert_int_equal(topology->pu_count, CPU_COUNT(&mask));
	for (int i = 0; i < topology->pu_count; i++) {
		assert_true(CPU_ISSET(topology->pus[i].os, &mask));
		assert_int_equal(topology->pus[i].log, i);
	}
	assert_true(topology->this_system);
	assert_non_null(topology->synthetic);
	assert_true(topology->hwloc_version[0]);
	topology_free(topology);
}

static void native_respects_a_narrowed_mask(void **state)
{
	struct topology *whole = load("native"), *part;
	cpu_set_t before, one;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	for (int i = 0; i < whole->pu_count; i++) {
		CPU_ZERO(&one);
		CPU_SET(whole->pus[i].os, &one);
		assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
		part = load("native");
		assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
		assert_int_equal(part->pu_count, 1);
		assert_int_equal(part->pus[0].os, whole->pus[i].os);
		assert_int_equal(part->pkg_count * part->numa_count * part->kind_count, 1);
		topology_free(part);
	}
	topology_free(whole);
}

static void loading_leaves_the_binding_alone(void **state)
{
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	topology_free(load("native"));
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
}

static void native_is_not_replaced_by_the_environment(void **state)
{
	(void)state;
	need_hwloc();
	assert_int_equal(setenv("HWLOC_SYNTHETIC", "pack:2 core:4 pu:2", 1), 0);
	refused("native", "HWLOC_SYNTHETIC");
	unsetenv("HWLOC_SYNTHETIC");
	assert_int_equal(setenv("HWLOC_THISSYSTEM", "1", 1), 0);
	struct topology *topology = load("synthetic:pack:2 core:4 pu:2");

	unsetenv("HWLOC_THISSYSTEM");
	assert_false(topology->this_system); /* whatever hwloc was told to believe */
	assert_int_equal(topology->pu_count, 16);
	topology_free(topology);
}

/* ---- described machines ---- */

static void domains_are_counted(void **state)
{
	static const struct {
		const char *spec;
		int pus, cores, llcs, nodes, packages;
		bool caches;
	} rows[] = {
		{"synthetic:pack:1 l3:1 core:2 pu:1", 2, 2, 1, 1, 1, true},
		{"synthetic:pack:2 core:4 pu:2", 16, 8, 2, 1, 2, false},
		{"synthetic:pack:1 numa:4 l3:2 core:8 pu:1", 64, 64, 8, 4, 1, true},
		{"synthetic:pack:2 numa:2 l3:4 core:8 pu:2", 256, 128, 16, 4, 2, true},
		{"synthetic:numa:2 l2:4 core:4 pu:1", 32, 32, 8, 2, 1, true},
		{"synthetic:numa:2 core:4 pu:1", 8, 8, 2, 2, 1, false},
		{"synthetic:pack:4 numa:2 l3:8 core:8 pu:2", 1024, 512, 64, 8, 4, true},
		{"synthetic:pu:3", 3, 3, 1, 1, 1, false},
		{"synthetic:pack:2 [numa] core:2 pu:1", 4, 4, 2, 2, 2, false},
	};

	(void)state;
	need_hwloc();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct topology *t = load(rows[i].spec);

		assert_int_equal(t->pu_count, rows[i].pus);
		assert_int_equal(t->core_count, rows[i].cores);
		assert_int_equal(t->llc_count, rows[i].llcs);
		assert_int_equal(t->numa_count, rows[i].nodes);
		assert_int_equal(t->pkg_count, rows[i].packages);
		assert_int_equal(t->kind_count, 1);
		assert_int_equal(t->caches_known, rows[i].caches);
		assert_false(t->this_system);
		assert_true(t->synthetic[0]);
		topology_free(t);
	}
}

/* pack:2 numa:2 l3:2 core:2 pu:2. Each number is one binary digit of the logical index. */
static void numbers_are_global_and_ranks_local(void **state)
{
	(void)state;
	need_hwloc();
	struct topology *t = load("synthetic:pack:2 numa:2 l3:2 core:2 pu:2");

	for (int i = 0; i < t->pu_count; i++) {
		const struct pu *pu = &t->pus[i];

		assert_int_equal(pu->log, i);
		assert_int_equal(pu->core, i / 2);
		assert_int_equal(pu->l2, i / 2);
		assert_int_equal(pu->llc, i / 4);
		assert_int_equal(pu->numa, i / 8);
		assert_int_equal(pu->pkg, i / 16);
		assert_int_equal(pu->smt_rank, i % 2);
		assert_int_equal(pu->core_rank, i / 2 % 2);
		assert_int_equal(pu->llc_rank, i / 4 % 2);
		assert_int_equal(pu->numa_rank, i / 8 % 2);
	}
	topology_free(t);
}

static void one_node_over_packages_is_one_node(void **state)
{
	(void)state;
	need_hwloc();
	struct topology *t = load("synthetic:pack:2 l3:2 core:2 pu:1");

	for (int i = 0; i < t->pu_count; i++) {
		assert_int_equal(t->pus[i].numa, 0);
		assert_int_equal(t->pus[i].numa_rank, 0);
		assert_int_equal(t->pus[i].llc, i / 2);
		assert_int_equal(t->pus[i].llc_rank, i / 2 % 2); /* begins anew per package */
	}
	topology_free(t);
}

static void ranks_begin_anew_in_a_node_under_a_cache(void **state)
{
	(void)state;
	need_hwloc();
	struct topology *t = load("synthetic:pack:2 l3:1 numa:2 core:2 pu:1");

	assert_int_equal(t->llc_count, 2);
	assert_int_equal(t->numa_count, 4);
	for (int i = 0; i < t->pu_count; i++) {
		assert_int_equal(t->pus[i].llc, i / 4);
		assert_int_equal(t->pus[i].numa, i / 2);
		assert_int_equal(t->pus[i].core_rank, i % 2);
	}
	topology_free(t);
}

static void l2_without_l3_is_the_last_level(void **state)
{
	(void)state;
	need_hwloc();
	struct topology *t = load("synthetic:numa:2 l2:4 core:4 pu:1");

	for (int i = 0; i < t->pu_count; i++) {
		assert_int_equal(t->pus[i].l2, i / 4);
		assert_int_equal(t->pus[i].llc, i / 4);
	}
	topology_free(t);
}

static void indexes_are_honoured(void **state)
{
	(void)state;
	need_hwloc();
	struct topology *t = load("synthetic:pack:2 core:4 pu:2(indexes=2*8:8*1)");

	for (int i = 0; i < t->pu_count; i++)
		assert_int_equal(t->pus[i].os, i / 2 + i % 2 * 8);
	assert_ptr_equal(topology_find(t, 8), &t->pus[1]);
	assert_null(topology_find(t, 16));
	assert_null(topology_find(t, -1));
	topology_free(t);
	t = load("synthetic:pu:4(indexes=3,1,100,40)");
	assert_int_equal(t->pus[0].os, 1); /* hwloc sorts the children of a parent */
	assert_ptr_equal(topology_find(t, 100), &t->pus[3]);
	topology_free(t);
}

static void a_cut_down_machine_counts_what_is_left(void **state)
{
	static const int os[] = {1, 4, 5, 6, 40, 100}, pkg[] = {0, 1, 1, 1, 2, 2};
	static const int smt[] = {0, 0, 1, 0, 0, 0}, core_rank[] = {0, 0, 0, 1, 0, 1};

	(void)state;
	need_hwloc();
	struct topology *t = load("xml:" GOLDEN "holes.xml");

	assert_int_equal(t->pu_count, 6);
	assert_int_equal(t->pkg_count, 3); /* the fourth lost all its PUs */
	assert_int_equal(t->core_count, 5);
	for (int i = 0; i < t->pu_count; i++) {
		assert_int_equal(t->pus[i].os, os[i]);
		assert_int_equal(t->pus[i].pkg, pkg[i]);
		assert_int_equal(t->pus[i].smt_rank, smt[i]);
		assert_int_equal(t->pus[i].core_rank, core_rank[i]);
	}
	topology_free(t);
}

/* ---- CPU kinds ---- */

static void kinds_of_a_hybrid_machine(void **state)
{
	(void)state;
	need_hwloc();
	struct topology *t = load("xml:" GOLDEN "hybrid.xml");

	assert_int_equal(t->pu_count, 20);
	assert_int_equal(t->core_count, 14);
	assert_int_equal(t->kind_count, 2); /* 5.3 and 5.1 GHz are one kind */
	for (int i = 0; i < t->pu_count; i++)
		assert_int_equal(t->pus[i].kind, t->pus[i].os >= 12);
	assert_string_equal(t->synthetic, ""); /* no such string can describe it */
	topology_free(t);
}

static void small_differences_are_no_kind(void **state)
{
	(void)state;
	need_hwloc();
	struct topology *t = load("xml:" GOLDEN "five_raw_kinds.xml");

	assert_int_equal(t->kind_count, 2);
	for (int i = 0; i < t->pu_count; i++)
		assert_int_equal(t->pus[i].kind, t->pus[i].os % 10 < 5);
	topology_free(t);
}

static struct speed_kind speed(uint64_t capacity, uint64_t max_mhz, const char *type, unsigned raw)
{
	struct speed_kind kind = {.efficiency = -1, .raw = raw};
	char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)capacity);
	speed_kind_take(&kind, "LinuxCapacity", number);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)max_mhz);
	speed_kind_take(&kind, "FrequencyMaxMHz", number);
	speed_kind_take(&kind, "CoreType", type);
	return kind;
}

static void a_kind_needs_over_twenty_percent(void **state)
{
	struct speed_kind same[] = {speed(1000, 0, "", 0), speed(1200, 0, "", 1)};
	struct speed_kind different[] = {speed(1000, 0, "", 0), speed(1201, 0, "", 1)};
	struct speed_kind types[] = {speed(0, 3000, "a", 0), speed(0, 3000, "b", 1)};
	struct speed_kind untold[] = {speed(0, 3000, "", 0), speed(1000, 0, "", 1)};

	(void)state;
	speed_kinds_fold(same, 2);
	assert_int_equal(same[0].kind + same[1].kind, 0);
	assert_int_equal(same[0].raw, 1); /* fastest first */
	speed_kinds_fold(different, 2);
	assert_int_equal(different[0].raw, 1);
	assert_int_equal(different[1].kind, 1);
	speed_kinds_fold(types, 2);
	assert_int_equal(types[1].kind, 1);
	speed_kinds_fold(untold, 2);
	assert_int_equal(untold[1].kind, 0);
}

static void a_slope_of_small_steps_is_cut(void **state)
{
	struct speed_kind kinds[] = {speed(700, 0, "", 0), speed(800, 0, "", 1),
				     speed(900, 0, "", 2), speed(1000, 0, "", 3)};

	(void)state;
	speed_kinds_fold(kinds, 4); /* each step is small, but 800 is far below 1000 */
	assert_int_equal(kinds[1].kind, 0);
	assert_int_equal(kinds[2].kind, 1);
	assert_int_equal(kinds[3].kind, 1);
}

static void efficiency_orders_kinds(void **state)
{
	struct speed_kind kinds[] = {speed(0, 4000, "small", 0), speed(0, 3000, "big", 1)};

	(void)state;
	kinds[0].efficiency = 0;
	kinds[1].efficiency = 1;
	speed_kind_take(&kinds[1], "FrequencyMaxMHz", "fast");
	assert_int_equal(kinds[1].max_mhz, 0);
	speed_kinds_fold(kinds, 2);
	assert_string_equal(kinds[0].core_type, "big");
	assert_int_equal(kinds[1].kind, 1);
}

/* ---- what is refused ---- */

static void unknown_topologies_are_refused(void **state)
{
	(void)state;
	refused("", "native");
	refused("nativ", "native");
	refused("/etc/passwd", "native");
	if (topology_has_hwloc())
		return;
	refused("synthetic:pu:2", "without hwloc");
	refused("xml:" GOLDEN "hybrid.xml", "without hwloc");
}

static void bad_descriptions_are_refused(void **state)
{
	static const struct {
		const char *text, *word;
	} rows[] = {
		{"", "characters"},
		{"garbage", "level"},
		{"pack:2 core:-4 pu:2", "level"},
		{"pack:0 pu:2", "level"},
		{"pu:0x10", "level"},
		{"pack:2core:4 pu:2", "level"},
		{"pu:4097", "level"},
		{"pu:18446744073709551617", "level"},
		{"pack:64 core:65 pu:1", "4096 PUs"},
		{"pack:4096 core:4096 pu:4096", "4096 PUs"},
		{"pack:2 (core:4", "closed"},
		{"pack:2 [numa", "closed"},
		{"pack:2 [numa] [numa] [numa] [numa] [numa] pu:2", "memory"},
		{"pu:2 pack:2 pu:2", "hwloc"},
		{"foo:2 pu:2", "hwloc"},
		{"pack:2 core:4\npu:2", "control"},
		{"pu:4(indexes=0,1,2,4000000000)", "16383"},
	};
	char spec[128];

	(void)state;
	need_hwloc();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(spec, sizeof(spec), "synthetic:%s", rows[i].text);
		refused(spec, rows[i].word);
	}
}

/* hwloc accepts most of these and numbers as usual. On the overflow it calls abort(). */
static void bad_indexes_are_refused(void **state)
{
	static const char *const malformed[] = {
		"garbage",   "pack:core:pu", "0,1,2",
		"0,1,2,3,4", "0,1,2,",       ",0,1,2",
		"0,,1,2",    "2*2:",         "2*0:2*2",
		"0*2",       "2*2:x",        "-1,2,3",
		"1 0 3 2",   "0,1,2,16384",  "*",
		"",          "2*2junk",      "1*99999",
		"2",         "3,1,2,0x",     "1*8192:1*8192:1*8192:1*8192:1*8192",
	};
	char spec[128];

	(void)state;
	need_hwloc();
	for (size_t i = 0; i < ARRAY_SIZE(malformed); i++) {
		snprintf(spec, sizeof(spec), "synthetic:pack:2 pu:2(indexes=%s)", malformed[i]);
		refused(spec, "neither a list");
	}
	refused("synthetic:pack:2 [numa(indexes=x)] pu:2", "neither a list");
	refused("synthetic:pack:2 core:4 pu:2(indexes=3*8:8*1)", "changes nothing");
	refused("synthetic:pu:4(indexes=0,1,2,3)", "changes nothing");
	refused("synthetic:numa:2(indexes=0,1) core:2 pu:2(indexes=2*4:4*1)", "changes nothing");
	refused("synthetic:2 2(indexes=1,3,0,2)", "type");
	refused("synthetic:pu:4(indexes=3,1,1,2)", "topology");
}

static void long_descriptions_are_refused(void **state)
{
	(void)state;
	need_hwloc();
	char *spec = xcalloc(1, DESCRIPTION_MAX + 64);

	strcpy(spec, "synthetic:");
	for (size_t n = strlen(spec); n < DESCRIPTION_MAX + 32; n += 5)
		strcpy(spec + n, "pu:1 ");
	refused(spec, "characters");
	free(spec);
}

static void bad_files_are_refused(void **state)
{
	char path[] = "/tmp/tollgate-test-XXXXXX", spec[64];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_true(write_all(fd, "<topology><object", 17));
	close(fd);
	snprintf(spec, sizeof(spec), "xml:%s", path);
	if (topology_has_hwloc()) {
		refused(spec, "xml");
		refused("xml:/dev/zero", "file");
		refused("xml:tests", "file");
		refused("xml:", "xml");
		refused("xml:/nonexistent/machine.xml", "No such file");
	}
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(native_is_the_affinity_mask),
		cmocka_unit_test(native_respects_a_narrowed_mask),
		cmocka_unit_test(loading_leaves_the_binding_alone),
		cmocka_unit_test(native_is_not_replaced_by_the_environment),
		cmocka_unit_test(domains_are_counted),
		cmocka_unit_test(numbers_are_global_and_ranks_local),
		cmocka_unit_test(one_node_over_packages_is_one_node),
		cmocka_unit_test(ranks_begin_anew_in_a_node_under_a_cache),
		cmocka_unit_test(l2_without_l3_is_the_last_level),
		cmocka_unit_test(indexes_are_honoured),
		cmocka_unit_test(a_cut_down_machine_counts_what_is_left),
		cmocka_unit_test(kinds_of_a_hybrid_machine),
		cmocka_unit_test(small_differences_are_no_kind),
		cmocka_unit_test(a_kind_needs_over_twenty_percent),
		cmocka_unit_test(a_slope_of_small_steps_is_cut),
		cmocka_unit_test(efficiency_orders_kinds),
		cmocka_unit_test(unknown_topologies_are_refused),
		cmocka_unit_test(bad_descriptions_are_refused),
		cmocka_unit_test(bad_indexes_are_refused),
		cmocka_unit_test(long_descriptions_are_refused),
		cmocka_unit_test(bad_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
