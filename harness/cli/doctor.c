/* SPDX-License-Identifier: MIT */
/*
 * cli_doctor - describes this machine and everything on it that disturbs a measurement: one finding
 * per line, and for each warning the command that mends it. Nothing is changed here.
 */
#include "harness/cli/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/cli/cli.h"

#define CLOCK_SLOW_NS 1000.0

static struct {
	unsigned json; /* index in formats */
} choice;

/* A check of the environment: the facts that it shows, and the warning that it may give. */
struct check {
	const char *section, *name, *warning;
	const char *key, *second_key;
	const char *unit; /* follows the value; ON_OFF: the value is 0 or 1 */
};

#define ON_OFF "0=off"

static const struct check checks[] = {
	{"build", "compiler", NULL, "compiler", "libc", ""},
	{"build", "optimised", "debug_build", "build_optimised", "build_flags", ""},
	{"build", "sanitizer", "sanitizer", "build_sanitizer", NULL, ""},
	{"machine", "CPU", NULL, "cpu_model", NULL, ""},
	{"machine", "hypervisor", "vm", "hypervisor", "hypervisor_name", ""},
	{"machine", "container", NULL, "container", NULL, ""},
	{"machine", "governor", "governor", "governor", "frequency_driver", ""},
	{"machine", "turbo", "turbo", "turbo", NULL, ""},
	{"machine", "hardware threads", "smt", "smt", "smt_control", ON_OFF},
	{"machine", "thermal throttling", "throttled", "core_throttles", NULL, " since boot"},
	{"machine", "mains power", "battery", "mains_power", NULL, ""},
	{"kernel", "system", NULL, "kernel_release", "os_name", ""},
	{"kernel", "clock source", "clocksource", "clocksource", NULL, ""},
	{"kernel", "address randomising", "aslr", "aslr", NULL, ON_OFF},
	{"kernel", "isolated CPUs", NULL, "cpu_isolated", NULL, ""},
	{"kernel", "mitigations", NULL, "mitigated", NULL, ""},
	{"kernel", "huge pages", NULL, "thp", NULL, ""},
	{"kernel", "NUMA balancing", "numa_balancing", "numa_balancing", NULL, ON_OFF},
	{"kernel", "NMI watchdog", "nmi_watchdog", "nmi_watchdog", NULL, ON_OFF},
	{"kernel", "wake-ups counted by", NULL, "wakeup_source", NULL, ""},
	{"load", "load average", "load", "load1", NULL, ""},
	{"load", "CPU pressure", NULL, "pressure_cpu", NULL, " %"},
	{"load", "stolen time", "steal", "steal_percent_since_boot", NULL, " % since boot"},
	{"load", "autogroup", "autogroup", "autogroup", NULL, ON_OFF},
	{"load", "CPU quota", "quota", "quota_cpus", NULL, ""},
	{"load", "stopped by quota", "quota_throttled", "quota_throttled", NULL, " times"},
	{"process", "affinity", NULL, "affinity", NULL, ""},
	{"process", "nice", "nice", "nice", "sched_policy", ""},
	{"process", "open files", NULL, "limit_nofile", NULL, ""},
	{"process", "LD_PRELOAD", "ld_preload", "env_ld_preload", NULL, ""},
	{"process", "GLIBC_TUNABLES", "glibc_tunables", "env_glibc_tunables", NULL, ""},
	{"process", "MALLOC_ARENA_MAX", "malloc_arena_max", "env_malloc_arena_max", NULL, ""},
	{"process", "HWLOC variables", "hwloc_variables", "env_hwloc", NULL, ""},
};

static struct finding *add(struct examination *found, const char *section, const char *name,
			   enum verdict verdict)
{
	if (found->count == FINDINGS_MAX)
		die(EXIT_INTERNAL, "doctor: more than %d findings", FINDINGS_MAX);
	struct finding *finding = &found->findings[found->count++];

	finding->section = section;
	finding->verdict = verdict;
	snprintf(finding->check, sizeof(finding->check), "%s", name);
	return finding;
}

static const struct warning *warning_of(const struct environment *environment, const char *id)
{
	for (int i = 0; id && i < environment->warning_count; i++)
		if (!strcmp(environment->warnings[i].id, id))
			return &environment->warnings[i];
	return NULL;
}

static void warn_in(struct finding *finding, const struct warning *warning)
{
	finding->verdict = VERDICT_WARNING;
	snprintf(finding->text, sizeof(finding->text), "%s", warning->text);
	snprintf(finding->fix, sizeof(finding->fix), "%s", warning->fix);
}

static void examine_check(struct examination *found, const struct check *check)
{
	const char *value = environment_fact(&found->environment, check->key);
	const char *second = check->second_key
				     ? environment_fact(&found->environment, check->second_key)
				     : "";
	const struct warning *warning = warning_of(&found->environment, check->warning);
	bool on_off = !strcmp(check->unit, ON_OFF);
	struct finding *finding = add(found, check->section, check->name,
				      *value ? VERDICT_OK : VERDICT_UNKNOWN);

	if (*value)
		snprintf(finding->fact, sizeof(finding->fact), "%s%s%s%s",
			 !on_off               ? value
			 : !strcmp(value, "0") ? "off"
					       : "on",
			 on_off ? "" : check->unit, *second ? ", " : "", second);
	if (warning)
		warn_in(finding, warning);
}

static bool has_check(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (checks[i].warning && !strcmp(checks[i].warning, id))
			return true;
	return false;
}

static void examine_environment(struct examination *found)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		examine_check(found, &checks[i]);
	for (int i = 0; i < found->environment.warning_count; i++) {
		const struct warning *warning = &found->environment.warnings[i];

		if (!has_check(warning->id))
			warn_in(add(found, "other", warning->id, VERDICT_WARNING), warning);
	}
}

static void examine_clock(struct examination *found)
{
	bool slow;

	clock_probe(&found->clock);
	slow = found->clock.cost_ns > CLOCK_SLOW_NS;
	struct finding *finding = add(found, "clock", found->clock.name,
				      slow ? VERDICT_WARNING : VERDICT_OK);

	snprintf(finding->fact, sizeof(finding->fact),
		 "one read %.1f ns, smallest step %ju ns, kernel tick %.2f ms",
		 found->clock.cost_ns, (uintmax_t)found->clock.step_ns,
		 (double)found->clock.tick_ns / 1e6);
	if (slow)
		snprintf(finding->text, sizeof(finding->text),
			 "reading the clock costs over %.0f ns, a system call or a trap: "
			 "short operations cannot be timed one by one",
			 CLOCK_SLOW_NS);
}

static void examine_topology(struct examination *found)
{
	struct reason why = {""};
	struct finding *finding;

	found->topology = topology_load(NULL, &why);
	const struct topology *topology = found->topology;

	finding = add(found, "topology", "processing units",
		      topology ? VERDICT_OK : VERDICT_UNKNOWN);
	if (!topology) {
		snprintf(finding->fact, sizeof(finding->fact), "%s", why.text);
		return;
	}
	snprintf(finding->fact, sizeof(finding->fact), "%d PU, %d core, %d package, %d NUMA node",
		 topology->pu_count, topology->core_count, topology->pkg_count,
		 topology->numa_count);
	finding = add(found, "topology", "last-level caches",
		      topology->caches_known ? VERDICT_OK : VERDICT_UNKNOWN);
	snprintf(finding->fact, sizeof(finding->fact), "%d%s", topology->llc_count,
		 topology->caches_known ? "" : ": caches unknown, (package, node) stands in");
	finding = add(found, "topology", "hwloc",
		      topology_has_hwloc() ? VERDICT_OK : VERDICT_UNKNOWN);
	snprintf(finding->fact, sizeof(finding->fact), "%s",
		 topology_has_hwloc() ? topology->hwloc_version
				      : "built without it: flat topology");
}

/* A lack that permissions could mend is a warning. A lack of the machine itself is not. */
static enum verdict counter_verdict(uint32_t status)
{
	switch (status) {
	case COUNTER_OK:
		return VERDICT_OK;
	case COUNTER_DENIED_PARANOID:
	case COUNTER_BLOCKED_BY_CONTAINER:
	case COUNTER_FD_LIMIT:
	case COUNTER_READS_ZERO:
	case COUNTER_BOGUS:
		return VERDICT_WARNING;
	default:
		return VERDICT_UNKNOWN;
	}
}

/* "WHAT; try: ACTION", or "WHAT; try ACTION", is split into text and fix. */
static void add_hint(struct examination *found)
{
	static const char try[] = "; try";
	const char *hint = found->hint.text, *fix;

	if (!*hint)
		return;
	struct finding *finding = add(found, "counters", "in short", VERDICT_WARNING);

	fix = strstr(hint, try);
	snprintf(finding->text, sizeof(finding->text), "%.*s",
		 (int)(fix ? (size_t)(fix - hint) : strlen(hint)), hint);
	if (fix)
		snprintf(finding->fix, sizeof(finding->fix), "%s",
			 fix + strlen(try) + strspn(fix + strlen(try), ": "));
}

static void examine_event(struct examination *found, struct counter_event event)
{
	const char *status = counter_status_name((enum counter_status)event.status);
	bool usable = event.status == COUNTER_OK;
	struct finding *finding = add(found, "counters", event.name, counter_verdict(event.status));

	snprintf(finding->fact, sizeof(finding->fact), "%s%s%s", usable ? "" : status,
		 usable || !*event.encoding ? "" : ", ", event.encoding);
}

static void examine_counters(struct examination *found)
{
	struct reason why = {""};

	if (!counters_probe("hw", &found->counters, &found->hint, &why))
		die(EXIT_INTERNAL, "counters: %s", why.text);
	add_hint(found);
	for (uint32_t i = 0; i < found->counters.count; i++)
		examine_event(found, found->counters.events[i]);
}

static void examine(struct examination *found)
{
	examine_topology(found);
	environment_read(&found->environment, "", found->topology ? found->topology->pu_count : 0);
	examine_environment(found);
	examine_clock(found);
	examine_counters(found);
	examine_interpreters(found);
}

/* ---- the command ---- */

static int doctor(int operand_count, char **operands)
{
	struct examination *found = xcalloc(1, sizeof(*found));

	(void)operand_count;
	(void)operands;
	examine(found);
	if (choice.json)
		doctor_print_json(found);
	else
		doctor_print_human(found);
	topology_free(found->topology);
	free(found);
	return EXIT_OK;
}

static const char *const formats[] = {"table", "json", NULL};

static const struct option_spec options[] = {
	{"format", 0, NULL, "how to print (default: table)", .choice = &choice.json,
	 .names = formats},
	{0},
};

const struct command command_doctor = {
	.name = "doctor",
	.summary = "say what disturbs measurements on this machine and how to mend it",
	.usage = "[OPTION]...",
	.examples = "tollgate doctor                 # one finding a line, with the command that "
		    "helps\n"
		    "tollgate doctor --format=json   # the same and every fact, for programs",
	.notes =
		"ok: found and harmless. warning: disturbs a measurement; 'fix' is the command or\n"
		"the action that helps. unknown: this machine does not tell, or lacks it. The "
		"exit\n"
		"code is 0 whatever is found, and no setting is changed.",
	.options = options,
	.run = doctor,
};
