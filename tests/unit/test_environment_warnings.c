/* SPDX-License-Identifier: MIT */
/* Judgements and disturbances, on fake roots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <unistd.h>

#include "tests/unit/fake_root.h"

static void test_governor(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, POLICY(0) "/scaling_governor", "performance\n");
	tree_file(tree, POLICY(1) "/scaling_governor", "performance\n");
	assert_null(warning_after(tree, "governor"));
	assert_string_equal(environment_fact(&tree->environment, "governor"), "performance");
	tree_file(tree, POLICY(10) "/scaling_governor", "powersave\n");
	expect_fix(tree, "governor",
		   "echo performance | sudo tee "
		   "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor");
	assert_string_equal(environment_fact(&tree->environment, "governor"),
			    "performance powersave");
}

static void test_turbo(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, SYS_CPU "cpufreq/boost", "0\n");
	assert_null(warning_after(tree, "turbo"));
	tree_file(tree, SYS_CPU "cpufreq/boost", "1\n");
	expect_fix(tree, "turbo", "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost");
	tree_file(tree, SYS_CPU "intel_pstate/status", "active\n");
	tree_file(tree, SYS_CPU "intel_pstate/no_turbo", "1\n");
	assert_null(warning_after(tree, "turbo"));
	tree_file(tree, SYS_CPU "intel_pstate/no_turbo", "0\n");
	expect_fix(tree, "turbo",
		   "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo");
}

static void test_load(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/sys/kernel/sched_autogroup_enabled", "1\n");
	tree_file(tree, "/proc/loadavg", "1.00 0.50 0.25 1/90 6789\n");
	assert_null(warning_after(tree, "load"));
	assert_null(find_warning(&tree->environment, "autogroup"));
	assert_string_equal(environment_fact(&tree->environment, "load15"), "0.25");
	tree_file(tree, "/proc/loadavg", "1.01 0.50 0.25 1/90 6789\n");
	assert_non_null(warning_after(tree, "load"));
	assert_non_null(find_warning(&tree->environment, "autogroup"));
	environment_read(&tree->environment, tree->root, 0); /* PUs unknown: cannot judge */
	assert_null(find_warning(&tree->environment, "load"));
}

static void test_clocksource(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, SYS_CLOCK "current_clocksource", "tsc\n");
	assert_null(warning_after(tree, "clocksource"));
	tree_file(tree, SYS_CLOCK "current_clocksource", "hpet\n");
	expect_fix(tree, "clocksource", "");
	tree_file(tree, SYS_CLOCK "available_clocksource", "hpet tsc acpi_pm \n");
	expect_fix(tree, "clocksource", "echo tsc | sudo tee " SYS_CLOCK "current_clocksource");
}

static void test_single_number_judgements(void **state)
{
	static const struct {
		const char *path, *quiet, *loud, *id, *fix;
	} rows[] = {
		{SYS_CPU "smt/active", "0\n", "1\n", "smt", "use --placement=cores (the default)"},
		{"/proc/sys/kernel/randomize_va_space", "2\n", "0\n", "aslr",
		 "sudo sysctl kernel.randomize_va_space=2"},
		{"/proc/sys/kernel/nmi_watchdog", "0\n", "1\n", "nmi_watchdog",
		 "sudo sysctl kernel.nmi_watchdog=0"},
		{"/proc/sys/kernel/numa_balancing", "0\n", "1\n", "numa_balancing",
		 "sudo sysctl kernel.numa_balancing=0"},
		{"/sys/class/power_supply/AC/online", "1\n", "0\n", "battery",
		 "plug the power supply in"},
	};
	struct tree *tree = *state;

	tree_file(tree, "/sys/devices/system/node/online", "0-1\n");
	tree_file(tree, "/sys/class/power_supply/AC/type", "Mains\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		tree_file(tree, rows[i].path, rows[i].quiet);
		assert_null(warning_after(tree, rows[i].id));
		tree_file(tree, rows[i].path, rows[i].loud);
		expect_fix(tree, rows[i].id, rows[i].fix);
	}
	tree_file(tree, "/sys/devices/system/node/online",
		  "0\n"); /* one node: nothing to balance */
	assert_null(warning_after(tree, "numa_balancing"));
}

static void test_steal_since_boot(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/stat", "cpu  500 0 0 490 0 0 0 10 99 99\ncpu0 1 1 1 1 1 1 1 1\n");
	assert_null(warning_after(tree, "steal"));
	assert_string_equal(environment_fact(&tree->environment, "steal_ticks"), "10");
	assert_string_equal(environment_fact(&tree->environment, "steal_percent_since_boot"),
			    "1.00");
	tree_file(tree, "/proc/stat", "cpu  500 0 0 480 0 0 0 20 0 0\n");
	assert_non_null(warning_after(tree, "steal"));
	tree_file(tree, "/proc/stat", "cpu  500 0 0 480 0 0 0\n");
	assert_string_equal(fact_after(tree, "steal_ticks"), "");
	tree_file(tree, "/proc/stat", "cpu  500 0 0 480 0 0 0 -5\n");
	assert_string_equal(fact_after(tree, "steal_ticks"), "");
}

static void test_a_warning_is_kept_once(void **state)
{
	struct tree *tree = *state;
	struct environment *environment = &tree->environment;
	char id[32], long_text[1000];

	environment_read(environment, tree->root, 2);
	environment_warn(environment, "steal", "one", "first %d", 1);
	environment_warn(environment, "steal", "two", "second %d", 2);
	assert_int_equal(environment->warning_count, 1);
	assert_string_equal(environment->warnings[0].text, "second 2");
	assert_string_equal(environment->warnings[0].fix, "two");
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	for (int i = 0; i < 2 * WARNINGS_MAX; i++) {
		snprintf(id, sizeof(id), "id%d", i);
		environment_warn(environment, id, long_text, "%s", long_text);
	}
	assert_int_equal(environment->warning_count, WARNINGS_MAX);
	assert_int_equal(strlen(environment->warnings[WARNINGS_MAX - 1].text),
			 sizeof(environment->warnings[0].text) - 1);
	assert_int_equal(strlen(environment->warnings[WARNINGS_MAX - 1].fix),
			 sizeof(environment->warnings[0].fix) - 1);
}

/* All warnings on one machine. If a text or a fix were cut, it would name a wrong command. */
static void test_no_warning_is_cut(void **state)
{
	struct tree *tree = *state;
	struct environment *environment = &tree->environment;

	environment_read(environment, tree->root, 2);
	for (int i = 0; i < environment->fact_count; i++) {
		static const char *const values[][2] = {
			{"hypervisor", "yes"},
			{"steal_percent_since_boot", "99.99"},
			{"load1", "4096.00"},
			{"autogroup", "1"},
			{"quota_cpus", "0.05"},
			{"governor", "schedutil powersave ondemand"},
			{"turbo", "on"},
			{"smt", "1"},
			{"mains_power", "no"},
			{"build_optimised", "no"},
			{"clocksource", "acpi_pm"},
			{"build_sanitizer", "address"},
			{"aslr", "0"},
			{"clocksources", "tsc acpi_pm"},
			{"nmi_watchdog", "1"},
			{"numa_balancing", "1"},
			{"numa_nodes", "0-7"},
			{"nice", "19"},
			{"env_ld_preload", "set"},
			{"env_glibc_tunables", "set"},
			{"env_hwloc", "HWLOC_X"},
			{"env_malloc_arena_max", "set"},
		};

		for (size_t n = 0; n < ARRAY_SIZE(values); n++)
			if (!strcmp(environment->facts[i].key, values[n][0]))
				snprintf(environment->facts[i].value, 256, "%s", values[n][1]);
	}
	environment_judge(environment, 4096);
	assert_int_equal(environment->warning_count, 20);
	for (int i = 0; i < environment->warning_count; i++) {
		assert_true(strlen(environment->warnings[i].text) < 199);
		assert_true(strlen(environment->warnings[i].fix) < 199);
		assert_true(strlen(environment->warnings[i].fix) > 0);
	}
}

/* ---- disturbances ---- */

static void test_disturbance_sample(void **state)
{
	struct tree *tree = *state;
	struct disturbance sample;

	disturbance_sample(&sample, tree->root);
	assert_true(isnan(sample.steal_ticks) && isnan(sample.load1) && isnan(sample.throttled));
	assert_true(isnan(sample.quota_throttled) && isnan(sample.pressure_cpu));
	tree_file(tree, "/proc/stat", "cpu  1 2 3 4 5 6 7 88 9 10\n");
	tree_file(tree, "/proc/loadavg", "0.52 0.21 0.08 1/90 6789\n");
	tree_file(tree, "/proc/pressure/cpu", "some avg10=0.25 avg60=1.01 total=6\n");
	tree_file(tree, SYS_CPU "cpu3/thermal_throttle/core_throttle_count", "6\n");
	tree_file(tree, "/sys/fs/cgroup/cpu.stat", "nr_throttled 3\n");
	disturbance_sample(&sample, tree->root);
	assert_true(sample.steal_ticks == 88 && sample.load1 == 0.52 && sample.throttled == 6);
	assert_true(sample.quota_throttled == 3 && sample.pressure_cpu == 0.25);
	assert_true(sample.at_ns > 0);
}

static struct disturbance sample_at(double seconds, double steal_ticks)
{
	return (struct disturbance){
		.steal_ticks = steal_ticks,
		.throttled = (double)NAN,
		.quota_throttled = (double)NAN,
		.at_ns = (uint64_t)(seconds * 1e9),
	};
}

static void test_steal_share(void **state)
{
	double hz = (double)sysconf(_SC_CLK_TCK);
	struct disturbance before = sample_at(1, 50), after = sample_at(11, 50 + hz);

	(void)state;
	/* one second stolen in ten, on two CPUs */
	assert_true(fabs(disturbance_steal_share(&before, &after, 2) - 0.05) < 1e-12);
	assert_true(disturbance_steal_share(&before, &after, 1) > 0.0999);
	after = sample_at(1.5, 50 + 100 * hz);
	assert_true(disturbance_steal_share(&before, &after, 2) == 1);
	after = sample_at(11, 49);
	assert_true(isnan(disturbance_steal_share(&before, &after, 2)));
	after = sample_at(11, (double)NAN);
	assert_true(isnan(disturbance_steal_share(&before, &after, 2)));
	after = sample_at(1, 50);
	assert_true(isnan(disturbance_steal_share(&before, &after, 2)));
	after = sample_at(11, 50);
	assert_true(disturbance_steal_share(&before, &after, 2) == 0);
	assert_true(isnan(disturbance_steal_share(&before, &after, 0)));
}

static void test_disturbance_judge(void **state)
{
	struct tree *tree = *state;
	struct environment *environment = &tree->environment;
	double hz = (double)sysconf(_SC_CLK_TCK);
	struct disturbance before = sample_at(0, 0), after = sample_at(10, hz * 0.1);

	environment_read(environment, tree->root, 1);
	disturbance_judge(environment, &before, &after, 1); /* 1 %: not over */
	assert_int_equal(environment->warning_count, 0);
	after.steal_ticks = hz * 0.2;
	disturbance_judge(environment, &before, &after, 1);
	assert_int_equal(environment->warning_count, 1);
	assert_non_null(strstr(warning_text(environment, "steal"), "2.0 %"));
	before.throttled = after.throttled = 7;
	before.quota_throttled = after.quota_throttled = 7;
	disturbance_judge(environment, &before, &after, 1);
	assert_int_equal(environment->warning_count, 1);
	after.throttled = 8;
	after.quota_throttled = 9;
	disturbance_judge(environment, &before, &after, 1);
	assert_non_null(find_warning(environment, "throttled"));
	assert_non_null(strstr(warning_text(environment, "quota_throttled"), "2 times"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_governor),
		TREE_TEST(test_turbo),
		TREE_TEST(test_load),
		TREE_TEST(test_clocksource),
		TREE_TEST(test_single_number_judgements),
		TREE_TEST(test_steal_since_boot),
		TREE_TEST(test_a_warning_is_kept_once),
		TREE_TEST(test_no_warning_is_cut),
		TREE_TEST(test_disturbance_sample),
		TREE_TEST(test_steal_share),
		TREE_TEST(test_disturbance_judge),
	};

	return cmocka_run_group_tests_name("environment warnings", tests, NULL, NULL);
}
