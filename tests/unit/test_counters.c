/* SPDX-License-Identifier: MIT */
/* Counters on a fake kernel: names, hostile bytes, and values that must not be trusted. */
#include "harness/machine/counters.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fake_perf.h"

/* ---- names ---- */

static void names_of_sets(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	probe("off", &set, &hint);
	assert_int_equal(set.count, 0);
	assert_string_equal(hint.text, "");
	assert_int_equal(fake.opens, 0);

	probe("sw", &set, &hint);
	assert_int_equal(set.count, 4);
	assert_all(&set, false, COUNTER_OK);
	assert_all(&set, true, COUNTER_ERROR); /* there is no such event */
	assert_string_equal(hint.text, "");
	assert_window(&set);

	probe("hw", &set, &hint);
	assert_int_equal(set.count, 10);
	assert_string_equal(set.events[0].name, "instructions");
	assert_all(&set, true, COUNTER_OK);
	assert_all(&set, false, COUNTER_OK);
	assert_string_equal(hint.text, "");
	assert_window(&set);
}

/* Switches counted for user mode read 0 without an error. By default the kernel refuses to count its own side.
 */
static void scopes_are_fixed(void **state)
{
	struct counter_set set;

	(void)state;
	probe("hw", &set, NULL);
	for (uint32_t i = 0; i < set.count; i++) {
		bool kernel = strcmp(set.events[i].name, "context-switches") == 0 ||
			      strcmp(set.events[i].name, "cpu-migrations") == 0;

		assert_int_equal(set.events[i].kernel, kernel);
		assert_true(set.events[i].encoding[0] != '\0');
	}
	for (int i = 0; i < fake.next; i++)
		assert_false(fake.events[i].hardware && fake.events[i].kernel_side);
}

static void builtin_table_agrees(void **state)
{
	static const char *const names[] = {
		"instructions",          "cycles",       "branches",         "branch-misses",
		"cache-references",      "cache-misses", "dTLB-load-misses", "cpu-migrations",
		"L1-dcache-load-misses", "page-faults",  "context-switches", "task-clock",
	};

	(void)state;
	counters_resolve_begin();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct counter_event table, resolved;
		struct reason why = {{0}};

		assert_true(counters_resolve_builtin(names[i], &table));
		assert_true(counters_resolve(names[i], &resolved, &why));
		assert_int_equal(table.hardware, resolved.hardware);
		assert_int_equal(table.kernel, resolved.kernel);
		if (table.type == PERF_TYPE_HARDWARE && resolved.type != PERF_TYPE_HARDWARE)
			continue; /* a CPU's own event of that name, where libpfm4 knows the CPU */
		assert_int_equal(table.type, resolved.type);
		assert_int_equal(table.config, resolved.config);
	}
	counters_resolve_end();
}

static void unknown_name_is_a_status(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	probe("instrutions,page-faults", &set, &hint);
	assert_status(event_named(&set, "instrutions"), COUNTER_UNKNOWN_NAME);
	assert_status(event_named(&set, "page-faults"), COUNTER_OK);
	assert_one_line(&hint);
	assert_has(hint.text, "did you mean 'instructions'?");
	assert_window(&set);

	probe("zzzzzzzzzzzzzzzz", &set, &hint);
	assert_has(hint.text, "'zzzzzzzzzzzzzzzz' is not known here");
	assert_null(strstr(hint.text, "did you mean"));
}

static void malformed_lists_are_refused(void **state)
{
	static const char *const specs[] = {
		"",
		",",
		"cycles,",
		",cycles",
		"cycles,,instructions",
		"cycles, instructions",
		"cycles\ninstructions",
		"cy\"cles",
		"cycles,cycles",
		"hw,cycles",
		"cycles,off",
		"cycles:k",
		"page-faults:u=1",
		"context-switches:U",
		"a23456789012345678901234567890123456789012345678",
		"a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		struct counter_set set;
		struct reason hint, why = {{0}};

		if (counters_probe(specs[i], &set, &hint, &why))
			fail_msg("'%s' was taken", specs[i]);
		assert_one_line(&why);
		assert_has(why.text, "counters: ");
		assert_int_equal(set.count, 0);
	}
	assert_int_equal(fake.opens, 0);
}

static void longest_list_is_taken(void **state)
{
	struct counter_set set;

	(void)state;
	probe("a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q", &set, NULL);
	assert_int_equal(set.count, COUNTERS_MAX);
	probe("a2345678901234567890123456789012345678901234567", &set, NULL);
	assert_int_equal(strlen(set.events[0].name), 47);
}

static void model_and_raw_names(void **state)
{
	struct counter_set set;

	(void)state;
	if (!counters_has_libpfm())
		skip();
	probe("PERF_COUNT_HW_CACHE_L1D:READ:MISS,PERF_COUNT_SW_PAGE_FAULTS", &set, NULL);
	assert_int_equal(set.events[0].type, PERF_TYPE_HW_CACHE);
	assert_int_equal(set.events[0].config, 0x10000);
	assert_int_equal(set.events[1].type, PERF_TYPE_SOFTWARE);
	assert_all(&set, true, COUNTER_OK);
}

/* ---- values that must not be believed ---- */

static void fake_pmu_reads_zero(void **state)
{
	struct counter_set set;
	struct reason hint;

	(void)state;
	fake.hardware_zero = true;
	probe("hw", &set, &hint);
	assert_all(&set, true, COUNTER_READS_ZERO);
	assert_all(&set, false, COUNTER_OK);
	assert_string_equal(
		hint.text,
		"the PMU opens but counts nothing (virtual machine?); hardware columns left "
		"empty, software events kept");
	assert_window(&set);
}

static void garbage_is_bogus(void **state)
{
	static const uint64_t steps[] = {50000000u, (UINT64_C(1) << 47) + 2000000u, 12};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct counter_set set;
		struct reason hint;

		fake_begin(NULL);
		fake.hardware_step = steps[i];
		probe("hw", &set, &hint);
		assert_all(&set, true, COUNTER_BOGUS);
		assert_all(&set, false, COUNTER_OK);
		assert_has(hint.text, "counts a known loop wrong");
		assert_window(&set);
		assert_int_equal(fake_end(NULL), 0);
	}
	fake_begin(NULL);
}

static void failed_reads_poison(void **state)
{
	struct counter_values before, after, delta;
	struct counter_group *group;
	struct counter_set set;

	(void)state;
	probe("hw", &set, NULL);
	for (int mode = 0; mode < 4; mode++) {
		group = counter_group_open(&set);
		fake.failing_reads_left = mode == 0;
		fake.short_reads_left = mode == 1;
		counter_group_read(group, &before);
		fake.failing_reads_left = mode == 2;
		fake.short_reads_left = mode == 3;
		counter_group_read(group, &after);
		counter_values_since(&before, &after, &delta);
		counter_group_close(group);
		for (uint32_t i = 0; i < set.count; i++) {
			assert_int_equal(delta.status[i], COUNTER_ERROR);
			assert_true(delta.value[i] == 0);
		}
	}
}

static void enable_failure_is_an_error(void **state)
{
	struct counter_values values;
	struct counter_group *group;
	struct counter_set set;
	struct reason hint;

	(void)state;
	probe("hw", &set, NULL);
	fake.enable_fails = true;
	group = counter_group_open(&set);
	assert_int_equal(fake.live, 0);
	counter_group_read(group, &values);
	counter_group_close(group);
	for (uint32_t i = 0; i < set.count; i++)
		assert_int_equal(values.status[i], COUNTER_ERROR);
	probe("sw", &set, &hint);
	assert_all(&set, false, COUNTER_ERROR);
	assert_one_line(&hint);
}

static struct counter_values values_of(uint64_t value, uint64_t enabled, uint64_t running)
{
	struct counter_values values = {.time_enabled_ns = enabled, .time_running_ns = running};

	for (int i = 0; i < COUNTERS_MAX; i++)
		values.value[i] = value;
	return values;
}

static uint8_t since(uint64_t value, uint64_t enabled, uint64_t running, uint64_t *out)
{
	struct counter_values before = values_of(1000, 5000, 4000), delta;
	struct counter_values after = values_of(1000 + value, 5000 + enabled, 4000 + running);

	counter_values_since(&before, &after, &delta);
	*out = delta.value[3];
	assert_true(delta.status[3] == COUNTER_OK || delta.value[3] == 0);
	return delta.status[3];
}

static void differences_are_judged(void **state)
{
	const uint64_t garbage = (UINT64_C(1) << 47) + 2000000u;
	uint64_t value;

	(void)state;
	assert_int_equal(since(2000, 10000, 10000, &value), COUNTER_OK);
	assert_int_equal(value, 2000);
	assert_int_equal(since(0, 10000, 10000, &value), COUNTER_OK);
	assert_int_equal(since(2000, 10000, 9990, &value), COUNTER_OK);
	assert_int_equal(since(2000, 10000, 9989, &value), COUNTER_DOES_NOT_FIT);
	assert_int_equal(since(2000, 10000, 0, &value), COUNTER_DOES_NOT_FIT);
	assert_int_equal(since(0, 0, 0, &value), COUNTER_ERROR);
	assert_int_equal(since(640000, 10000, 10000, &value), COUNTER_OK);
	assert_int_equal(since(640064, 10000, 10000, &value), COUNTER_BOGUS);
	assert_int_equal(since(garbage, 1000000000, 1000000000, &value), COUNTER_BOGUS);
	assert_int_equal(since((uint64_t)-1, 10000, 10000, &value), COUNTER_BOGUS);
	assert_int_equal(since(1, (uint64_t)-1, 10000, &value), COUNTER_BOGUS);
}

/* ---- bytes from elsewhere ---- */

static void sets_are_validated(void **state)
{
	struct counter_set good, set;
	struct reason why;

	(void)state;
	probe("hw", &good, NULL);
	assert_true(counter_set_valid(&good, &why));
	set = good;
	set.count = COUNTERS_MAX + 1;
	assert_false(counter_set_valid(&set, &why));
	set = good;
	memset(set.events[9].name, 'x', sizeof(set.events[9].name));
	assert_false(counter_set_valid(&set, &why));
	set.count = 9; /* beyond the count anything may stand */
	assert_true(counter_set_valid(&set, &why));
	set = good;
	memset(set.events[0].encoding, 'x', sizeof(set.events[0].encoding));
	assert_false(counter_set_valid(&set, &why));
	set = good;
	set.events[1].name[0] = '\0';
	assert_false(counter_set_valid(&set, NULL));
	set = good;
	set.events[1].status = 99;
	assert_false(counter_set_valid(&set, &why));
	set = good;
	set.events[1].hardware = 2;
	assert_false(counter_set_valid(&set, &why));
}

static void statuses_have_names(void **state)
{
	(void)state;
	assert_string_equal(counter_status_name(COUNTER_OK), "ok");
	assert_string_equal(counter_status_name(COUNTER_BLOCKED_BY_CONTAINER),
			    "blocked_by_container");
	assert_string_equal(counter_status_name((enum counter_status)77), "error");
	for (int i = 0; i <= COUNTER_INVALID_EVENT; i++)
		assert_non_null(counter_status_name((enum counter_status)i));
}

/* ---- hybrid machines, from a made-up /sys ---- */

static void make_pmu(const char *root, const char *pmu, const char *cpus, const char *type)
{
	char *folder = xasprintf("%s/sys/bus/event_source/devices/%s", root, pmu);
	const char *const names[] = {"cpus", "type"};
	const char *const texts[] = {cpus, type};

	assert_int_equal(mkdir(folder, 0700), 0);
	for (int i = 0; i < 2; i++) {
		char *path = xasprintf("%s/%s", folder, names[i]);
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		assert_true(fprintf(file, "%s\n", texts[i]) > 0);
		assert_int_equal(fclose(file), 0);
		free(path);
	}
	free(folder);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

static void remove_tree(const char *root)
{
	assert_int_equal(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void core_pmu_by_cpu(void **state)
{
	const char *temporary = getenv("TMPDIR");
	char *root = xasprintf("%s/tollgate-test-XXXXXX", temporary ? temporary : "/tmp");
	static const char *const parts[] = {"sys", "sys/bus", "sys/bus/event_source",
					    "sys/bus/event_source/devices"};

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(counters_core_pmu(root, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		char *path = xasprintf("%s/%s", root, parts[i]);

		assert_int_equal(mkdir(path, 0700), 0);
		free(path);
	}
	make_pmu(root, "cpu_core", "0-11", "4");
	make_pmu(root, "uncore_imc", "0-19", "14");
	assert_int_equal(counters_core_pmu(root, 3), 0); /* one kind only: nothing to choose */
	make_pmu(root, "cpu_atom", "12,14-19", "10");
	assert_int_equal(counters_core_pmu(root, 3), 4);
	assert_int_equal(counters_core_pmu(root, 12), 10);
	assert_int_equal(counters_core_pmu(root, 19), 10);
	assert_int_equal(counters_core_pmu(root, 13), 0);
	assert_int_equal(counters_core_pmu(root, -1), 0);
	remove_tree(root);
	free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FAKE(names_of_sets),
		WITH_FAKE(scopes_are_fixed),
		WITH_FAKE(builtin_table_agrees),
		WITH_FAKE(unknown_name_is_a_status),
		WITH_FAKE(malformed_lists_are_refused),
		WITH_FAKE(longest_list_is_taken),
		WITH_FAKE(model_and_raw_names),
		WITH_FAKE(fake_pmu_reads_zero),
		WITH_FAKE(garbage_is_bogus),
		WITH_FAKE(failed_reads_poison),
		WITH_FAKE(enable_failure_is_an_error),
		WITH_FAKE(differences_are_judged),
		WITH_FAKE(sets_are_validated),
		cmocka_unit_test(statuses_have_names),
		cmocka_unit_test(core_pmu_by_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
