/* SPDX-License-Identifier: MIT */
/* Facts: read from fake roots and from this machine, harmless whatever the files hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fake_root.h"

/* ---- facts ---- */

static void test_empty_root_has_every_key_and_no_value(void **state)
{
	struct tree *tree = *state;
	const struct environment *environment = &tree->environment;

	environment_read(&tree->environment, tree->root, 2);
	assert_in_range(environment->fact_count, 100, FACTS_MAX);
	for (int i = 0; i < environment->fact_count; i++) {
		const char *key = environment->facts[i].key;

		assert_true(strlen(key) > 0);
		assert_int_equal(strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(key));
		assert_string_equal(environment->facts[i].value, "");
		for (int n = 0; n < i; n++)
			assert_string_not_equal(environment->facts[n].key, key);
	}
	assert_int_equal(environment->warning_count, 0);
}

static void test_a_root_that_is_not_there(void **state)
{
	struct tree *tree = *state;

	environment_read(&tree->environment, "/tmp/tollgate-no-such-root", 2);
	for (int i = 0; i < tree->environment.fact_count; i++)
		assert_string_equal(tree->environment.facts[i].value, "");
	assert_string_equal(environment_fact(&tree->environment, "no_such_key"), "");
}

static void test_cpu(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/cpuinfo",
		  "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 85\n"
		  "model name\t: Fast  CPU(R)   @ 3GHz\nmicrocode\t: 0x5003\n"
		  "flags\t\t: fpu constant_tsc nonstop_tsc_s3 hypervisor\n\n"
		  "processor\t: 1\nmodel name\t: another\n");
	assert_string_equal(fact_after(tree, "cpu_model"), "Fast CPU(R) @ 3GHz");
	assert_string_equal(environment_fact(&tree->environment, "cpu_model_number"), "85");
	assert_string_equal(environment_fact(&tree->environment, "microcode"), "0x5003");
	assert_string_equal(environment_fact(&tree->environment, "tsc_invariant"), "no");
	assert_string_equal(environment_fact(&tree->environment, "hypervisor"), "yes");
	assert_non_null(find_warning(&tree->environment, "vm"));
	tree_file(tree, "/proc/cpuinfo",
		  "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"
		  "flags\t: constant_tsc nonstop_tsc\n");
	assert_string_equal(fact_after(tree, "cpu_model"), "0xd0c");
	assert_string_equal(environment_fact(&tree->environment, "tsc_invariant"), "yes");
	assert_string_equal(environment_fact(&tree->environment, "hypervisor"), "no");
	assert_null(find_warning(&tree->environment, "vm"));
}

static void test_software(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/etc/os-release",
		  "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n");
	tree_file(tree, "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	tree_file(tree, "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	tree_file(tree, "/sys/kernel/mm/transparent_hugepage/defrag", "no brackets here\n");
	tree_file(tree, "/proc/self/status", "Name:\tx\nCapEff:\t0000004000000000\nSeccomp:\t2\n");
	tree_file(tree, "/proc/self/autogroup", "/autogroup-77 nice -5\n");
	tree_file(tree, "/proc/self/schedstat", "69213 512 17\n");
	assert_string_equal(fact_after(tree, "os_name"), "Debian GNU/Linux 12");
	assert_string_equal(environment_fact(&tree->environment, "os_id"), "debian");
	assert_string_equal(environment_fact(&tree->environment, "kernel_release"),
			    "6.1.0-18-amd64");
	assert_string_equal(environment_fact(&tree->environment, "thp"), "madvise");
	assert_string_equal(environment_fact(&tree->environment, "thp_defrag"), "");
	assert_string_equal(environment_fact(&tree->environment, "capability_perfmon"), "yes");
	assert_string_equal(environment_fact(&tree->environment, "capability_sys_admin"), "no");
	assert_string_equal(environment_fact(&tree->environment, "seccomp"), "2");
	assert_string_equal(environment_fact(&tree->environment, "autogroup_nice"), "-5");
	assert_string_equal(environment_fact(&tree->environment, "wakeup_source"), "schedstat");
}

static void test_vulnerabilities(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, SYS_CPU "vulnerabilities/meltdown", "Not affected\n");
	assert_string_equal(fact_after(tree, "mitigated"), "none");
	tree_file(tree, SYS_CPU "vulnerabilities/spectre_v1",
		  "Mitigation: usercopy/swapgs barriers\n");
	tree_file(tree, SYS_CPU "vulnerabilities/mds", "Mitigation: Clear CPU buffers\n");
	tree_file(tree, SYS_CPU "vulnerabilities/tsa", "Vulnerable: No microcode\n");
	assert_string_equal(fact_after(tree, "mitigated"), "mds spectre_v1");
	assert_string_equal(environment_fact(&tree->environment, "vulnerable"), "tsa");
	assert_string_equal(environment_fact(&tree->environment, "mitigation_mds"),
			    "Mitigation: Clear CPU buffers");
}

static void test_lists_and_sums(void **state)
{
	static const char *const devices[] = {"uncore", "software", "power", "msr", "ibs"};
	struct tree *tree = *state;

	tree_file(tree, SYS_CPU "isolated", "\n");
	tree_file(tree, SYS_CPU "nohz_full", "2-3,8\n");
	tree_file(tree, SYS_CPU "online", "0-3; rm\n");
	tree_file(tree, SYS_CPU "cpu0/thermal_throttle/core_throttle_count", "3\n");
	tree_file(tree, SYS_CPU "cpu11/thermal_throttle/core_throttle_count", "4\n");
	tree_file(tree, SYS_CPU "cpu2/thermal_throttle/core_throttle_count", "many\n");
	tree_file(tree, "/proc/pressure/cpu", "some avg10=12.50 avg60=1 avg300=0 total=1\n");
	tree_file(tree, "/proc/pressure/io", "some avg10=nan avg60=1\n");
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		char path[128];

		snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", devices[i]);
		tree_file(tree, path, "1\n");
	}
	tree_file(tree, "/sys/bus/event_source/devices/cpu/rdpmc", "1\n");
	assert_string_equal(fact_after(tree, "cpu_isolated"), "none");
	assert_string_equal(environment_fact(&tree->environment, "cpu_nohz_full"), "2-3,8");
	assert_string_equal(environment_fact(&tree->environment, "cpu_online"), "");
	assert_string_equal(environment_fact(&tree->environment, "core_throttles"), "7");
	assert_string_equal(environment_fact(&tree->environment, "package_throttles"), "");
	assert_string_equal(environment_fact(&tree->environment, "pressure_cpu"), "12.50");
	assert_string_equal(environment_fact(&tree->environment, "pressure_io"), "");
	assert_string_equal(environment_fact(&tree->environment, "pmu_devices"),
			    "cpu ibs msr power software uncore");
	assert_string_equal(environment_fact(&tree->environment, "rdpmc"), "1");
}

static void test_container(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/self/cgroup", "0::/\n");
	assert_string_equal(fact_after(tree, "container"), "none");
	tree_file(tree, "/run/systemd/container", "lxc\n");
	assert_string_equal(fact_after(tree, "container"), "lxc");
	tree_file(tree, "/.dockerenv", "");
	assert_string_equal(fact_after(tree, "container"), "docker");
	tree_file(tree, "/run/.containerenv", "name=\"secret\"\n");
	assert_string_equal(fact_after(tree, "container"), "podman");
}

static void test_kernel_options_are_a_whitelist(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/cmdline",
		  "root=/dev/sda1 ip=10.1.2.3 isolcpus=2-3 nosmt hostname=secret nohz_full=/etc "
		  "xisolcpus=1 isolcpusx=1 isol=9 no=1 intel_pstate=passive password=tsc -- "
		  "mitigations=off\n");
	assert_string_equal(fact_after(tree, "kernel_options"),
			    "isolcpus=2-3 nosmt nohz_full intel_pstate=passive");
	tree_file(tree, "/proc/cmdline", "quiet\n");
	assert_string_equal(fact_after(tree, "kernel_options"), "none");
}

/* ---- control groups ---- */

static void test_quota_version_2_takes_the_tightest(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/self/cgroup", "0::/kube/pod-secret/leaf\n");
	tree_file(tree, "/sys/fs/cgroup/cgroup.controllers", "cpu\n");
	tree_file(tree, "/sys/fs/cgroup/kube/pod-secret/leaf/cpu.max", "max 100000\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "none");
	assert_null(find_warning(&tree->environment, "quota"));
	tree_file(tree, "/sys/fs/cgroup/kube/cpu.max", "150000 100000\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "1.50");
	assert_non_null(find_warning(&tree->environment, "quota"));
	tree_file(tree, "/sys/fs/cgroup/kube/pod-secret/cpu.max", "500000 100000\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "1.50");
	tree_file(tree, "/sys/fs/cgroup/kube/pod-secret/leaf/cpu.max", "25000 50000\n");
	tree_file(tree, "/sys/fs/cgroup/kube/cpuset.cpus.effective", "0-1,4\n");
	tree_file(tree, "/sys/fs/cgroup/kube/pod-secret/leaf/cpu.stat",
		  "usage_usec 1\nnr_periods 9\nnr_throttled 5\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "0.50");
	assert_string_equal(environment_fact(&tree->environment, "cgroup"), "v2");
	assert_string_equal(environment_fact(&tree->environment, "cpuset"), "0-1,4");
	assert_string_equal(environment_fact(&tree->environment, "quota_throttled"), "5");
	for (int i = 0; i < tree->environment.fact_count; i++)
		assert_null(strstr(tree->environment.facts[i].value, "secret"));
}

static void test_quota_as_many_cpus_as_there_are_is_fine(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/self/cgroup", "0::/\n");
	tree_file(tree, "/sys/fs/cgroup/cpu.max", "200000 100000\n");
	assert_null(warning_after(tree, "quota"));
	assert_string_equal(environment_fact(&tree->environment, "quota_cpus"), "2.00");
}

static void test_quota_malformed_is_unknown(void **state)
{
	static const char *const bad[] = {
		"",           "max",
		"100000",     "100000 0",
		"0 100000",   "-1 100000",
		"1e5 100000", "100000 x",
		"../../etc",  "99999999999999999999999 100000",
	};
	struct tree *tree = *state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		tree_file(tree, "/sys/fs/cgroup/cpu.max", bad[i]);
		assert_string_equal(fact_after(tree, "quota_cpus"), "");
	}
}

static void test_quota_version_1(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/self/cgroup", "4:cpuacct,cpu:/box\n3:cpuset:/set\n0::/\n");
	tree_file(tree, "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
	tree_file(tree, "/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "none");
	assert_string_equal(environment_fact(&tree->environment, "cgroup"), "v1");
	tree_file(tree, "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "50000\n");
	tree_file(tree, "/sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000\n");
	tree_file(tree, "/sys/fs/cgroup/cpuset/set/cpuset.effective_cpus", "3\n");
	tree_file(tree, "/sys/fs/cgroup/cpu/box/cpu.stat", "nr_throttled 12\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "0.50");
	assert_string_equal(environment_fact(&tree->environment, "cpuset"), "3");
	assert_string_equal(environment_fact(&tree->environment, "quota_throttled"), "12");
	tree_file(tree, "/sys/fs/cgroup/unified/cpu.max", "10000 100000\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "0.10");
	assert_string_equal(environment_fact(&tree->environment, "cgroup"), "hybrid");
}

static void test_group_path_cannot_climb_out(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/sys/fs/elsewhere/cpu.max", "10000 100000\n");
	tree_file(tree, "/sys/fs/cgroup/cpu.max", "max 100000\n");
	tree_file(tree, "/proc/self/cgroup", "0::/../elsewhere\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "none");
	tree_file(tree, "/proc/self/cgroup", "0::/x/..\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "none");
	tree_file(tree, "/proc/self/cgroup", "0::../elsewhere\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "none");
	tree_file(tree, "/sys/fs/cgroup/a..b/cpu.max", "20000 100000\n"); /* dots alone are fine */
	tree_file(tree, "/proc/self/cgroup", "0::/a..b\n");
	assert_string_equal(fact_after(tree, "quota_cpus"), "0.20");
}

/* ---- hostile contents ---- */

static const char *const further_paths[] = {
	"/proc/stat",
	"/proc/loadavg",
	"/proc/self/cgroup",
	"/etc/os-release",
	"/run/systemd/container",
	"/sys/fs/cgroup/cpu.max",
	"/sys/fs/cgroup/cpu.stat",
	"/sys/fs/cgroup/cpuset.cpus.effective",
	"/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
	"/sys/fs/cgroup/cpu/cpu.cfs_period_us",
	POLICY(0) "/scaling_governor",
	POLICY(0) "/scaling_driver",
	SYS_CPU "cpufreq/boost",
	SYS_CPU "vulnerabilities/hostile",
	SYS_CPU "cpu0/thermal_throttle/core_throttle_count",
};

static void fill_all(struct tree *tree, const char *bytes, size_t length)
{
	for (const struct fact_row *row = facts_of_machine; row->key; row++)
		if (row->path && !strstr(row->path, "event_source") &&
		    !strstr(row->path, "power_supply"))
			tree_bytes(tree, row->path, bytes, length);
	for (size_t i = 0; i < ARRAY_SIZE(further_paths); i++)
		tree_bytes(tree, further_paths[i], bytes, length);
}

static void expect_survival(struct tree *tree, const char *bytes, size_t length)
{
	struct disturbance sample;

	fill_all(tree, bytes, length);
	environment_read(&tree->environment, tree->root, 2);
	expect_harmless(&tree->environment);
	disturbance_sample(&sample, tree->root);
}

static void test_binary_contents(void **state)
{
	char bytes[1024];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(unsigned char)(i * 37 + 1);
	expect_survival(*state, bytes, sizeof(bytes));
	bytes[0] = '\0';
	expect_survival(*state, bytes, sizeof(bytes));
	memset(bytes, 0x1b, sizeof(bytes)); /* terminal escapes */
	expect_survival(*state, bytes, sizeof(bytes));
}

static void test_long_lines(void **state)
{
	size_t length = 1 << 20;
	char *bytes = xcalloc(length, 1);

	memset(bytes, 'a', length);
	expect_survival(*state, bytes, length);
	memset(bytes, '7', length);
	expect_survival(*state, bytes, length);
	memset(bytes, ' ', length);
	expect_survival(*state, bytes, length);
	snprintf(bytes, length, "flags : ");
	memset(bytes + 8, 'f', length - 8);
	expect_survival(*state, bytes, length);
	free(bytes);
}

static void test_contents_that_look_like_paths(void **state)
{
	static const char *const texts[] = {
		"../../etc/shadow\n",
		"/etc/shadow\n",
		"model name : /home/someone\nflags : /a hypervisor ../\nmicrocode : x=/y\n",
		"PRETTY_NAME=\"/home/someone\"\nID=../x\nVERSION_ID=~/x\n",
		"0::/../../..\n1:cpu:../../x\n2:cpuset:/..\n",
		"a:/b c=/d //e f/ /\n",
		"%s%n%s%n%d\n",
		"isolcpus=../x nohz_full=/etc tsc=%n\n",
	};
	struct tree *tree = *state;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		expect_survival(tree, texts[i], strlen(texts[i]));
		for (int n = 0; n < tree->environment.fact_count; n++) {
			const char *value = tree->environment.facts[n].value;

			assert_null(strstr(value, "shadow"));
			assert_null(strstr(value, "someone"));
		}
	}
}

static void test_directories_where_files_are_expected(void **state)
{
	struct tree *tree = *state;

	tree_file(tree, "/proc/cpuinfo/x", "");
	tree_file(tree, "/proc/stat/x", "");
	tree_file(tree, "/sys/fs/cgroup/cpu.max/x", "");
	assert_string_equal(fact_after(tree, "cpu_model"), "");
	assert_string_equal(environment_fact(&tree->environment, "steal_ticks"), "");
}

static void test_many_policies_stay_bounded(void **state)
{
	struct tree *tree = *state;
	char path[128], value[64];

	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), SYS_CPU "cpufreq/policy%d/scaling_governor", i);
		snprintf(value, sizeof(value), "governor_with_a_long_name_%d\n", i);
		tree_file(tree, path, value);
	}
	environment_read(&tree->environment, tree->root, 2);
	expect_harmless(&tree->environment);
	assert_non_null(find_warning(&tree->environment, "governor"));
}

/* ---- this machine ---- */

static void test_real_machine(void **state)
{
	struct tree *tree = *state;

	assert_int_equal(setenv("LD_LIBRARY_PATH", "/home/someone/lib", 1), 0);
	assert_int_equal(setenv("HWLOC_XMLFILE", "/home/someone/x.xml", 1), 0);
	assert_int_equal(unsetenv("LIBPFM_VERBOSE"), 0);
	environment_read(&tree->environment, "", 2);
	expect_harmless(&tree->environment);
	assert_true(strncmp(environment_fact(&tree->environment, "libc"), "glibc ", 6) == 0);
	assert_string_not_equal(environment_fact(&tree->environment, "machine"), "");
	assert_string_not_equal(environment_fact(&tree->environment, "compiler"), "");
	assert_string_not_equal(environment_fact(&tree->environment, "kernel_release"), "");
	assert_string_not_equal(environment_fact(&tree->environment, "affinity"), "");
	assert_string_not_equal(environment_fact(&tree->environment, "tick_ns"), "");
	assert_string_equal(environment_fact(&tree->environment, "env_ld_library_path"), "set");
	assert_non_null(strstr(environment_fact(&tree->environment, "env_hwloc"), "HWLOC_XMLFILE"));
	assert_non_null(find_warning(&tree->environment, "hwloc_variables"));
	for (int i = 0; i < tree->environment.fact_count; i++)
		assert_null(strstr(tree->environment.facts[i].value, "someone"));
	assert_int_equal(unsetenv("LD_LIBRARY_PATH"), 0);
	assert_int_equal(unsetenv("HWLOC_XMLFILE"), 0);
}

enum { NO_NAMESPACE = 2 };

/* In a child with a host name, a user and a home of its own: 0 if no fact and no warning tells. */
static int told_names(struct environment *environment)
{
	static const char host[] = "zz-secret-host";

	if (unshare(CLONE_NEWUTS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWUTS) != 0)
		return NO_NAMESPACE;
	if (sethostname(host, strlen(host)) != 0)
		return NO_NAMESPACE;
	if (setenv("HOSTNAME", host, 1) || setenv("USER", "zz-secret-user", 1) ||
	    setenv("HOME", "/home/zz-secret-user", 1) ||
	    setenv("LIBPFM_FORCE_PMU", "zz-secret", 1) || setenv("LD_PRELOAD", "/zz-secret.so", 1))
		return 3;
	environment_read(environment, "", 1);
	for (int i = 0; i < environment->fact_count; i++)
		if (strstr(environment->facts[i].value, "zz-secret"))
			return 1;
	for (int i = 0; i < environment->warning_count; i++)
		if (strstr(environment->warnings[i].text, "zz-secret"))
			return 1;
	return strcmp(environment_fact(environment, "env_ld_preload"), "set") ? 4 : 0;
}

static void test_no_host_name_no_user(void **state)
{
	struct tree *tree = *state;
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(told_names(&tree->environment));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_NAMESPACE)
		skip(); /* may not have a host name of its own here */
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_empty_root_has_every_key_and_no_value),
		TREE_TEST(test_a_root_that_is_not_there),
		TREE_TEST(test_cpu),
		TREE_TEST(test_software),
		TREE_TEST(test_vulnerabilities),
		TREE_TEST(test_lists_and_sums),
		TREE_TEST(test_container),
		TREE_TEST(test_kernel_options_are_a_whitelist),
		TREE_TEST(test_quota_version_2_takes_the_tightest),
		TREE_TEST(test_quota_as_many_cpus_as_there_are_is_fine),
		TREE_TEST(test_quota_malformed_is_unknown),
		TREE_TEST(test_quota_version_1),
		TREE_TEST(test_group_path_cannot_climb_out),
		TREE_TEST(test_binary_contents),
		TREE_TEST(test_long_lines),
		TREE_TEST(test_contents_that_look_like_paths),
		TREE_TEST(test_directories_where_files_are_expected),
		TREE_TEST(test_many_policies_stay_bounded),
		TREE_TEST(test_real_machine),
		TREE_TEST(test_no_host_name_no_user),
	};

	return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
