/* SPDX-License-Identifier: MIT */
/* The facts from files below the root: /proc, /sys and os-release. */
#include "harness/machine/environment_internal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_number(const char *root, const struct fact_row *row, struct fact *fact)
{
	int64_t number;

	if (root_number(root, &number, "%s", row->path))
		fact_set(fact, "%jd", (intmax_t)number);
}

static void read_word(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[SMALL_BYTES];

	if (root_read(root, text, sizeof(text), "%s", row->path) && facts_is_token(text))
		fact_set(fact, "%s", text);
}

static void read_line(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[SMALL_BYTES];

	if (root_read(root, text, sizeof(text), "%s", row->path))
		fact_set(fact, "%s", text);
}

/* CPU or node numbers such as 0-3,8. An empty list is a fact too. */
static void read_list(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[SMALL_BYTES];

	if (!root_read(root, text, sizeof(text), "%s", row->path))
		return;
	if (!*text || !strcmp(text, "(null)"))
		fact_set(fact, "none");
	else if (text[strspn(text, "0123456789,-")] == '\0')
		fact_set(fact, "%s", text);
}

/* The selected word of "always [madvise] never". */
static void read_bracketed(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[SMALL_BYTES];

	if (!root_read(root, text, sizeof(text), "%s", row->path))
		return;
	char *word = strchr(text, '[');
	char *end = word ? strchr(word, ']') : NULL;

	if (!end)
		return;
	*end = '\0';
	if (facts_is_token(word + 1))
		fact_set(fact, "%s", word + 1);
}

/* "name : value" lines. detail lists names separated by '|', and the first one present counts. */
static void read_field(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[HEAD_BYTES], value[SMALL_BYTES], name[NAME_BYTES];

	if (!root_read(root, text, sizeof(text), "%s", row->path))
		return;
	for (const char *at = row->detail; *at && !*fact->value; at += *at == '|') {
		size_t length = strcspn(at, "|");

		snprintf(name, sizeof(name), "%.*s", (int)length, at);
		if (facts_line_after(text, name, ':', value, sizeof(value)))
			fact_set(fact, "%s", value);
		at += length;
	}
}

/* NAME="value" of os-release(5). */
static void read_os(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[HEAD_BYTES], value[SMALL_BYTES];

	if (!root_read(root, text, sizeof(text), "/etc/os-release") &&
	    !root_read(root, text, sizeof(text), "/usr/lib/os-release"))
		return;
	if (!facts_line_after(text, row->detail, '=', value, sizeof(value)))
		return;
	size_t length = strlen(value);
	bool quoted = length >= 2 && value[0] == '"' && value[length - 1] == '"';

	fact_set(fact, "%.*s", (int)(quoted ? length - 2 : length), value + quoted);
}

/* The distinct values of the cpufreq policies. */
static void read_policies(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct name_list *policies = root_names(root, SYS_CPU "cpufreq", "policy");
	char value[SMALL_BYTES];

	for (int i = 0; i < policies->count; i++)
		if (root_read(root, value, sizeof(value), SYS_CPU "cpufreq/%s/%s",
			      policies->names[i], row->detail) &&
		    facts_is_token(value))
			fact_add(fact, value);
	free(policies);
}

/* The files of two drivers have opposite meanings. */
static void read_turbo(const char *root, const struct fact_row *row, struct fact *fact)
{
	int64_t off, on;

	(void)row;
	if (root_number(root, &off, SYS_CPU "intel_pstate/no_turbo"))
		fact_set(fact, "%s", off ? "off" : "on");
	else if (root_number(root, &on, SYS_CPU "cpufreq/boost"))
		fact_set(fact, "%s", on ? "on" : "off");
}

/* Names of the vulnerabilities whose state begins with detail. "none" if there are none. */
static void read_vulnerabilities(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct name_list *names = root_names(root, SYS_CPU "vulnerabilities", "");
	char state[SMALL_BYTES];

	for (int i = 0; i < names->count; i++)
		if (root_read(root, state, sizeof(state), SYS_CPU "vulnerabilities/%s",
			      names->names[i]) &&
		    strncmp(state, row->detail, strlen(row->detail)) == 0)
			fact_add(fact, names->names[i]);
	if (names->count > 0 && !*fact->value)
		fact_set(fact, "none");
	free(names);
}

/*
 * Kernel command lines can hold addresses, ports and names. Only these options are published, and
 * only values of harmless characters. Words after "--" belong to the init process.
 */
static void read_kernel_options(const char *root, const struct fact_row *row, struct fact *fact)
{
	static const char *const published[] = {
		"isolcpus",
		"nohz_full",
		"rcu_nocbs",
		"mitigations",
		"nosmt",
		"preempt",
		"idle",
		"intel_pstate",
		"amd_pstate",
		"processor.max_cstate",
		"tsc",
		"clocksource",
		"transparent_hugepage",
		"maxcpus",
	};
	char text[HEAD_BYTES], *rest = NULL;

	if (!root_read(root, text, sizeof(text), "%s", row->path))
		return;
	for (char *word = strtok_r(text, " \t\n", &rest); word && strcmp(word, "--") != 0;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		size_t length = strcspn(word, "=");

		for (size_t i = 0; i < ARRAY_SIZE(published); i++) {
			char option[NAME_BYTES * 2 + 1];

			if (strlen(published[i]) != length || memcmp(word, published[i], length))
				continue;
			bool valued = word[length] == '=' && facts_is_token(word + length + 1);

			snprintf(option, sizeof(option), "%s%s", published[i],
				 valued ? word + length : "");
			fact_add(fact, option);
		}
	}
	if (!*fact->value)
		fact_set(fact, "none");
}

/* Word number detail[0] - '0' of a line of words, as in /proc/loadavg, if it is a number. */
static void read_column(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[SMALL_BYTES], *rest = NULL;
	double number;

	if (!root_read(root, text, sizeof(text), "%s", row->path))
		return;
	char *word = strtok_r(text, " \n", &rest);

	for (int skip = row->detail[0] - '0'; skip > 0 && word; skip--)
		word = strtok_r(NULL, " \n", &rest);
	if (word && parse_double(word, &number))
		fact_set(fact, "%s", word);
}

/* "some avg10=0.60 ..." of /proc/pressure. */
static void read_pressure(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[SMALL_BYTES], value[SMALL_BYTES];
	double number;

	if (!root_read(root, text, sizeof(text), "%s", row->path) ||
	    !facts_line_after(text, "some", ' ', value, sizeof(value)) ||
	    strncmp(value, "avg10=", 6))
		return;
	value[6 + strcspn(value + 6, " ")] = '\0';
	if (parse_double(value + 6, &number))
		fact_set(fact, "%s", value + 6);
}

static void read_steal_ticks(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct stat_ticks ticks;

	(void)row;
	if (root_read_ticks(root, &ticks))
		fact_set(fact, "%ju", (uintmax_t)ticks.steal);
}

static void read_steal_percent(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct stat_ticks ticks;

	(void)row;
	if (root_read_ticks(root, &ticks) && ticks.total > 0)
		fact_set(fact, "%.2f", 100.0 * (double)ticks.steal / (double)ticks.total);
}

static void read_cgroup_version(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)row;
	fact_set(fact, "%s", cgroup_version(root));
}

static void read_quota(const char *root, const struct fact_row *row, struct fact *fact)
{
	double cpus;

	(void)row;
	if (!cgroup_quota_cpus(root, &cpus))
		return;
	if (isinf(cpus))
		fact_set(fact, "none");
	else
		fact_set(fact, "%.2f", cpus);
}

static void read_quota_throttled(const char *root, const struct fact_row *row, struct fact *fact)
{
	double times;

	(void)row;
	if (cgroup_throttled(root, &times))
		fact_set(fact, "%.0f", times);
}

static void read_cpuset(const char *root, const struct fact_row *row, struct fact *fact)
{
	char list[SMALL_BYTES];

	(void)row;
	if (cgroup_cpuset(root, list, sizeof(list)))
		fact_set(fact, "%s", list);
}

static void read_cpu_sum(const char *root, const struct fact_row *row, struct fact *fact)
{
	double sum;

	if (root_cpu_sum(root, row->detail, &sum))
		fact_set(fact, "%.0f", sum);
}

/* "yes" while a mains supply is on line, "no" on battery. Unknown if there is no supply. */
static void read_mains(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct name_list *supplies = root_names(root, row->path, "");
	char type[64];
	int64_t online;

	for (int i = 0; i < supplies->count; i++) {
		const char *name = supplies->names[i];

		if (!root_read(root, type, sizeof(type), "%s/%s/type", row->path, name) ||
		    strcmp(type, "Mains") != 0 ||
		    !root_number(root, &online, "%s/%s/online", row->path, name))
			continue;
		if (online || !*fact->value)
			fact_set(fact, "%s", online ? "yes" : "no");
	}
	free(supplies);
}

/* The first CPU's feature flags between blanks, so that " name " finds a whole word. */
static bool cpu_flags(const char *root, char *flags, size_t size)
{
	char text[HEAD_BYTES];

	if (!root_read(root, text, sizeof(text), "/proc/cpuinfo") ||
	    !facts_line_after(text, "flags", ':', flags + 1, size - 2))
		return false;
	flags[0] = ' ';
	strcat(flags, " ");
	return true;
}

/* "yes" if the CPU has all flags of detail (by blanks), "no" if it says otherwise. */
static void read_flags(const char *root, const struct fact_row *row, struct fact *fact)
{
	char flags[HEAD_BYTES], wanted[NAME_BYTES + 2], detail[NAME_BYTES], *rest = NULL;
	bool all = true;

	if (!cpu_flags(root, flags, sizeof(flags)))
		return;
	snprintf(detail, sizeof(detail), "%s", row->detail);
	for (char *word = strtok_r(detail, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		snprintf(wanted, sizeof(wanted), " %s ", word);
		all = all && strstr(flags, wanted);
	}
	fact_set(fact, "%s", all ? "yes" : "no");
}

/* The kind of container. "none" requires a root with processes, otherwise it stays unknown. */
static void read_container(const char *root, const struct fact_row *row, struct fact *fact)
{
	char name[64];

	(void)row;
	if (root_exists(root, "/run/.containerenv"))
		fact_set(fact, "podman");
	else if (root_exists(root, "/.dockerenv"))
		fact_set(fact, "docker");
	else if (root_read(root, name, sizeof(name), "/run/systemd/container") &&
		 facts_is_token(name))
		fact_set(fact, "%s", name);
	else if (root_exists(root, "/proc/self/cgroup"))
		fact_set(fact, "none");
}

static void read_names(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct name_list *names = root_names(root, row->path, "");

	for (int i = 0; i < names->count; i++)
		fact_add(fact, names->names[i]);
	free(names);
}

/* "/autogroup-9 nice 0": the group's nice value. */
static void read_autogroup_nice(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[SMALL_BYTES];
	int64_t nice;

	if (!root_read(root, text, sizeof(text), "%s", row->path))
		return;
	const char *word = strstr(text, " nice ");

	if (word && parse_i64(word + 6, -20, 19, &nice))
		fact_set(fact, "%d", (int)nice);
}

/* "yes" if this process holds capability number detail. Linux shows the set in hexadecimal. */
/* "yes" if the kernel counts how often a thread gets a processor, as wake-ups require. */
static void read_wakeup_source(const char *root, const struct fact_row *row, struct fact *fact)
{
	unsigned long long run_ns, wait_ns, arrivals;
	char text[96];

	if (root_read(root, text, sizeof(text), "%s", row->path) &&
	    sscanf(text, "%llu %llu %llu", &run_ns, &wait_ns, &arrivals) == 3)
		fact_set(fact, "schedstat");
}

static void read_capability(const char *root, const struct fact_row *row, struct fact *fact)
{
	char text[HEAD_BYTES], value[64];
	uint64_t number = 0;

	if (!root_read(root, text, sizeof(text), "%s", row->path) ||
	    !facts_line_after(text, "CapEff", ':', value, sizeof(value)) || !*value ||
	    strlen(value) > 16 || value[strspn(value, "0123456789abcdef")] != '\0' ||
	    !parse_u64(row->detail, 0, 63, &number))
		return;
	fact_set(fact, "%s", strtoull(value, NULL, 16) >> number & 1 ? "yes" : "no");
}

const struct fact_row facts_of_machine[] = {
	{"cpu_model", read_field, "/proc/cpuinfo", "model name|CPU part|cpu"},
	{"cpu_vendor", read_field, "/proc/cpuinfo", "vendor_id|CPU implementer"},
	{"cpu_family", read_field, "/proc/cpuinfo", "cpu family|CPU architecture"},
	{"cpu_model_number", read_field, "/proc/cpuinfo", "model|CPU variant"},
	{"cpu_stepping", read_field, "/proc/cpuinfo", "stepping|CPU revision"},
	{"microcode", read_field, "/proc/cpuinfo", "microcode"},
	{"cpu_online", read_list, SYS_CPU "online", NULL},
	{"cpu_present", read_list, SYS_CPU "present", NULL},
	{"cpu_isolated", read_list, SYS_CPU "isolated", NULL},
	{"cpu_nohz_full", read_list, SYS_CPU "nohz_full", NULL},
	{"smt", read_number, SYS_CPU "smt/active", NULL},
	{"smt_control", read_word, SYS_CPU "smt/control", NULL},
	{"numa_nodes", read_list, "/sys/devices/system/node/online", NULL},
	{"numa_balancing", read_number, SYS_PROC "numa_balancing", NULL},
	{"governor", read_policies, NULL, "scaling_governor"},
	{"frequency_driver", read_policies, NULL, "scaling_driver"},
	{"energy_preference", read_policies, NULL, "energy_performance_preference"},
	{"frequency_min_khz", read_policies, NULL, "scaling_min_freq"},
	{"frequency_max_khz", read_policies, NULL, "scaling_max_freq"},
	{"frequency_hardware_max_khz", read_policies, NULL, "cpuinfo_max_freq"},
	{"frequency_base_khz", read_policies, NULL, "base_frequency"},
	{"turbo", read_turbo, NULL, NULL},
	{"intel_pstate", read_word, SYS_CPU "intel_pstate/status", NULL},
	{"amd_pstate", read_word, SYS_CPU "amd_pstate/status", NULL},
	{"idle_driver", read_word, SYS_CPU "cpuidle/current_driver", NULL},
	{"idle_governor", read_word, SYS_CPU "cpuidle/current_governor", NULL},
	{"mitigated", read_vulnerabilities, NULL, "Mitigation"},
	{"vulnerable", read_vulnerabilities, NULL, "Vulnerable"},
	{"mitigation_meltdown", read_line, SYS_CPU "vulnerabilities/meltdown", NULL},
	{"mitigation_spectre_v2", read_line, SYS_CPU "vulnerabilities/spectre_v2", NULL},
	{"mitigation_retbleed", read_line, SYS_CPU "vulnerabilities/retbleed", NULL},
	{"mitigation_mds", read_line, SYS_CPU "vulnerabilities/mds", NULL},
	{"mitigation_srso", read_line, SYS_CPU "vulnerabilities/spec_rstack_overflow", NULL},
	{"aslr", read_number, SYS_PROC "randomize_va_space", NULL},
	{"thp", read_bracketed, "/sys/kernel/mm/transparent_hugepage/enabled", NULL},
	{"thp_defrag", read_bracketed, "/sys/kernel/mm/transparent_hugepage/defrag", NULL},
	{"ksm", read_number, "/sys/kernel/mm/ksm/run", NULL},
	{"memory_total", read_field, "/proc/meminfo", "MemTotal"},
	{"memory_available", read_field, "/proc/meminfo", "MemAvailable"},
	{"swap_total", read_field, "/proc/meminfo", "SwapTotal"},
	{"kernel_release", read_line, SYS_PROC "osrelease", NULL},
	{"kernel_build", read_line, SYS_PROC "version", NULL},
	{"kernel_realtime", read_number, "/sys/kernel/realtime", NULL},
	{"kernel_options", read_kernel_options, "/proc/cmdline", NULL},
	{"os_name", read_os, NULL, "PRETTY_NAME"},
	{"os_id", read_os, NULL, "ID"},
	{"os_version", read_os, NULL, "VERSION_ID"},
	{"steal_ticks", read_steal_ticks, NULL, NULL},
	{"steal_percent_since_boot", read_steal_percent, NULL, NULL},
	{"load1", read_column, "/proc/loadavg", "0"},
	{"load5", read_column, "/proc/loadavg", "1"},
	{"load15", read_column, "/proc/loadavg", "2"},
	{"pressure_cpu", read_pressure, "/proc/pressure/cpu", NULL},
	{"pressure_memory", read_pressure, "/proc/pressure/memory", NULL},
	{"pressure_io", read_pressure, "/proc/pressure/io", NULL},
	{"cgroup", read_cgroup_version, NULL, NULL},
	{"quota_cpus", read_quota, NULL, NULL},
	{"quota_throttled", read_quota_throttled, NULL, NULL},
	{"cpuset", read_cpuset, NULL, NULL},
	{"core_throttles", read_cpu_sum, NULL, "thermal_throttle/core_throttle_count"},
	{"package_throttles", read_cpu_sum, NULL, "thermal_throttle/package_throttle_count"},
	{"temperature_millidegrees", read_number, "/sys/class/thermal/thermal_zone0/temp", NULL},
	{"mains_power", read_mains, "/sys/class/power_supply", NULL},
	{"hypervisor", read_flags, NULL, "hypervisor"},
	{"hypervisor_type", read_word, "/sys/hypervisor/type", NULL},
	{"dmi_vendor", read_line, "/sys/class/dmi/id/sys_vendor", NULL},
	{"dmi_product", read_line, "/sys/class/dmi/id/product_name", NULL},
	{"container", read_container, NULL, NULL},
	{"clocksource", read_word, SYS_CLOCK "current_clocksource", NULL},
	{"clocksources", read_line, SYS_CLOCK "available_clocksource", NULL},
	{"tsc_invariant", read_flags, NULL, "constant_tsc nonstop_tsc"},
	{"perf_event_paranoid", read_number, SYS_PROC "perf_event_paranoid", NULL},
	{"pmu_devices", read_names, "/sys/bus/event_source/devices", NULL},
	{"rdpmc", read_number, "/sys/bus/event_source/devices/cpu/rdpmc", NULL},
	{"nmi_watchdog", read_number, SYS_PROC "nmi_watchdog", NULL},
	{"seccomp", read_field, "/proc/self/status", "Seccomp"},
	{"capability_perfmon", read_capability, "/proc/self/status", "38"},
	{"capability_sys_admin", read_capability, "/proc/self/status", "21"},
	{"capability_sys_nice", read_capability, "/proc/self/status", "23"},
	{"wakeup_source", read_wakeup_source, "/proc/self/schedstat", NULL},
	{"autogroup", read_number, SYS_PROC "sched_autogroup_enabled", NULL},
	{"autogroup_nice", read_autogroup_nice, "/proc/self/autogroup", NULL},
	{"sched_rt_runtime_us", read_number, SYS_PROC "sched_rt_runtime_us", NULL},
	{"timer_migration", read_number, SYS_PROC "timer_migration", NULL},
	{NULL, NULL, NULL, NULL},
};
