/* SPDX-License-Identifier: MIT */
/* Judgements: the facts that disturb a measurement, and the command that removes each. */
#include "harness/machine/environment_internal.h"

#include <string.h>

#define STEAL_PERCENT_MAX 1.0

static const char *fact_of(const struct environment *environment, const char *key)
{
	return environment_fact(environment, key);
}

static bool fact_is(const struct environment *environment, const char *key, const char *value)
{
	return !strcmp(fact_of(environment, key), value);
}

static bool fact_number(const struct environment *environment, const char *key, double *number)
{
	return parse_double(fact_of(environment, key), number);
}

static void judge_vm(struct environment *environment, int pu_count)
{
	const char *name = fact_of(environment, "hypervisor_name");

	(void)pu_count;
	if (fact_is(environment, "hypervisor", "yes"))
		environment_warn(environment, "vm",
				 "measure on bare metal, or compare only runs of this machine",
				 "virtual machine (%s): other guests share the CPUs, and switches, "
				 "timers and counters cost more than on bare metal",
				 *name ? name : "hypervisor unknown");
}

static void judge_steal(struct environment *environment, int pu_count)
{
	double percent;

	(void)pu_count;
	if (fact_number(environment, "steal_percent_since_boot", &percent) &&
	    percent > STEAL_PERCENT_MAX)
		environment_warn(environment, "steal", "measure on a machine of your own",
				 "the hypervisor took %.1f %% of the CPU time since boot: expect "
				 "gaps in the measurements",
				 percent);
}

static void judge_load(struct environment *environment, int pu_count)
{
	double load;

	if (pu_count < 1 || !fact_number(environment, "load1", &load) || load <= pu_count / 2.0)
		return;
	environment_warn(environment, "load", "stop the other programs: top -o %CPU",
			 "load average %.2f on %d CPUs: other programs take CPU time from the "
			 "workers",
			 load, pu_count);
	if (fact_is(environment, "autogroup", "1"))
		environment_warn(
			environment, "autogroup", "echo -20 | sudo tee /proc/$$/autogroup",
			"busy machine and sched_autogroup_enabled=1: nice does not protect "
			"the benchmark from other logins");
}

static void judge_quota(struct environment *environment, int pu_count)
{
	double cpus;

	if (fact_number(environment, "quota_cpus", &cpus) && cpus < pu_count)
		environment_warn(
			environment, "quota",
			"raise the quota (docker run --cpus), or use fewer workers",
			"CPU quota of %.2f CPUs, but %d are visible: more busy workers than "
			"the quota are stopped in every period",
			cpus, pu_count);
}

static void judge_governor(struct environment *environment, int pu_count)
{
	const char *governor = fact_of(environment, "governor");

	(void)pu_count;
	if (*governor && strcmp(governor, "performance") != 0)
		environment_warn(
			environment, "governor",
			"echo performance | sudo tee "
			"/sys/devices/system/cpu/cpufreq/policy*/scaling_governor",
			"CPU frequency governor '%.60s': short runs are measured at a lower "
			"frequency than long ones",
			governor);
}

static void judge_turbo(struct environment *environment, int pu_count)
{
	bool intel = *fact_of(environment, "intel_pstate") != '\0';

	(void)pu_count;
	if (fact_is(environment, "turbo", "on"))
		environment_warn(
			environment, "turbo",
			intel ? "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
			      : "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost",
			"turbo is on: the frequency falls as more cores work or the CPU gets "
			"warm, so scaling looks worse than it is");
}

static void judge_smt(struct environment *environment, int pu_count)
{
	(void)pu_count;
	if (fact_is(environment, "smt", "1"))
		environment_warn(environment, "smt", "use --placement=cores (the default)",
				 "two hardware threads share each core: with --placement=compact "
				 "neighbours slow one another down");
}

static void judge_battery(struct environment *environment, int pu_count)
{
	(void)pu_count;
	if (fact_is(environment, "mains_power", "no"))
		environment_warn(environment, "battery", "plug the power supply in",
				 "running on battery: the firmware may cap the frequency");
}

static void judge_build(struct environment *environment, int pu_count)
{
	const char *sanitizer = fact_of(environment, "build_sanitizer");

	(void)pu_count;
	if (fact_is(environment, "build_optimised", "no"))
		environment_warn(environment, "debug_build", "make clean && make",
				 "this program was built without optimisation: its figures mean "
				 "nothing");
	if (*sanitizer && strcmp(sanitizer, "none") != 0)
		environment_warn(
			environment, "sanitizer", "make clean && make",
			"this program was built with the %.20s sanitizer: its figures mean "
			"nothing",
			sanitizer);
}

static void judge_clocksource(struct environment *environment, int pu_count)
{
	/* read in user space. Any other source costs a system call or a trap */
	static const char *const cheap[] = {"tsc", "arch_sys_counter", "riscv_clocksource",
					    "timebase", "tod"};
	const char *source = fact_of(environment, "clocksource");
	bool offered = strstr(fact_of(environment, "clocksources"), "tsc") != NULL;

	(void)pu_count;
	if (!*source)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(cheap); i++)
		if (!strcmp(source, cheap[i]))
			return;
	environment_warn(environment, "clocksource",
			 offered ? "echo tsc | sudo tee " SYS_CLOCK "current_clocksource" : "",
			 "the kernel's clock is '%.40s': reading it may cost far more than the TSC",
			 source);
}

static void judge_aslr(struct environment *environment, int pu_count)
{
	(void)pu_count;
	if (fact_is(environment, "aslr", "0"))
		environment_warn(
			environment, "aslr", "sudo sysctl kernel.randomize_va_space=2",
			"address randomisation is off: every process measures the same one "
			"memory layout, good or bad");
	else if (fact_is(environment, "aslr_off_by_personality", "yes"))
		environment_warn(
			environment, "aslr", "start tollgate without setarch -R",
			"address randomisation is off for this process: one memory layout, "
			"good or bad, is measured again and again");
}

static void judge_numa_balancing(struct environment *environment, int pu_count)
{
	double on;

	(void)pu_count;
	if (fact_number(environment, "numa_balancing", &on) && on > 0 &&
	    strpbrk(fact_of(environment, "numa_nodes"), ",-"))
		environment_warn(environment, "numa_balancing",
				 "sudo sysctl kernel.numa_balancing=0",
				 "automatic NUMA balancing moves pages while workers are timed");
}

static void judge_watchdog(struct environment *environment, int pu_count)
{
	(void)pu_count;
	if (fact_is(environment, "nmi_watchdog", "1"))
		environment_warn(
			environment, "nmi_watchdog", "sudo sysctl kernel.nmi_watchdog=0",
			"the NMI watchdog holds one hardware counter: fewer events fit into "
			"a group");
}

static void judge_nice(struct environment *environment, int pu_count)
{
	double nice;

	(void)pu_count;
	if (fact_number(environment, "nice", &nice) && nice > 0)
		environment_warn(environment, "nice", "start tollgate without nice",
				 "nice value %.0f: any other program goes first", nice);
}

static void judge_variables(struct environment *environment, int pu_count)
{
	(void)pu_count;
	if (fact_is(environment, "env_ld_preload", "set"))
		environment_warn(
			environment, "ld_preload", "unset LD_PRELOAD",
			"LD_PRELOAD is set: foreign code may replace the functions that are "
			"measured");
	if (fact_is(environment, "env_glibc_tunables", "set"))
		environment_warn(environment, "glibc_tunables", "unset GLIBC_TUNABLES",
				 "GLIBC_TUNABLES is set: the C library's locks and allocator may "
				 "differ from other runs");
	if (fact_is(environment, "env_malloc_arena_max", "set"))
		environment_warn(environment, "malloc_arena_max", "unset MALLOC_ARENA_MAX",
				 "MALLOC_ARENA_MAX is set: the allocator may differ from other "
				 "runs");
	if (*fact_of(environment, "env_hwloc") && !fact_is(environment, "env_hwloc", "unset"))
		environment_warn(
			environment, "hwloc_variables", "unset ${!HWLOC_*}",
			"HWLOC_ variables are set: the topology may not be this machine's");
}

void environment_judge(struct environment *environment, int pu_count)
{
	static void (*const judges[])(struct environment *, int) = {
		judge_build,    judge_vm,          judge_steal,     judge_load,
		judge_quota,    judge_governor,    judge_turbo,     judge_smt,
		judge_battery,  judge_clocksource, judge_aslr,      judge_numa_balancing,
		judge_watchdog, judge_nice,        judge_variables,
	};

	for (size_t i = 0; i < ARRAY_SIZE(judges); i++)
		judges[i](environment, pu_count);
}
