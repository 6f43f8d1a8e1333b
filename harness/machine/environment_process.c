/* SPDX-License-Identifier: MIT */
/* The facts of this process, its build and its CPU, on the real machine only. */
#include "harness/machine/environment_internal.h"

#include <errno.h>
#include <gnu/libc-version.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "harness/base/version.h"

#define CPUS_MAX 8192

extern char **environ;

static void read_machine(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct utsname names; /* nodename, the host's name, is never read */

	(void)root;
	(void)row;
	if (uname(&names) == 0)
		fact_set(fact, "%s", names.machine);
}

static void read_libc(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)root;
	(void)row;
	fact_set(fact, "glibc %s", gnu_get_libc_version());
}

static void read_threads(const char *root, const struct fact_row *row, struct fact *fact)
{
	char name[64];
	size_t length = confstr(_CS_GNU_LIBPTHREAD_VERSION, name, sizeof(name));

	(void)root;
	(void)row;
	if (length > 0 && length <= sizeof(name))
		fact_set(fact, "%s", name);
}

static void read_compiler(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)root;
	(void)row;
	fact_set(fact, "%s", version_compiler());
}

/* Flags that contain a directory do not affect the code and would reveal the builder. */
static void read_build_flags(const char *root, const struct fact_row *row, struct fact *fact)
{
	char *flags = xstrdup(version_flags()), *rest = NULL;

	(void)root;
	(void)row;
	for (char *word = strtok_r(flags, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		if (!strchr(word, '/'))
			fact_add(fact, word);
	free(flags);
}

static void read_build_git(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)root;
	(void)row;
	fact_set(fact, "%s", version_git());
}

static void read_build_optimised(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)root;
	(void)row;
	fact_set(fact, "%s", version_optimised() ? "yes" : "no");
}

static void read_build_sanitizer(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)root;
	(void)row;
	fact_set(fact, "%s", *version_sanitizer() ? version_sanitizer() : "none");
}

/* Leaf 0x40000000 names the hypervisor in 12 letters. It is valid only if bit 31 is set. */
static void read_hypervisor_name(const char *root, const struct fact_row *row, struct fact *fact)
{
#if defined(__x86_64__) || defined(__i386__)
	unsigned a = 0, name[3] = {0}, c = 0, unused;
	char text[sizeof(name) + 1] = "";

	if (!__get_cpuid(1, &a, &unused, &c, &unused) || !(c >> 31))
		return;
	__cpuid(0x40000000, a, name[0], name[1], name[2]);
	memcpy(text, name, sizeof(name));
	fact_set(fact, "%s", text);
#else
	(void)fact;
#endif
	(void)root;
	(void)row;
}

/* Write the CPUs of SET as 0-3,8. False if the list does not fit. */
static bool print_cpus(const cpu_set_t *set, size_t bytes, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int first = 0; first < CPUS_MAX; first++) {
		if (!CPU_ISSET_S(first, bytes, set))
			continue;
		int last = first;

		while (last + 1 < CPUS_MAX && CPU_ISSET_S(last + 1, bytes, set))
			last++;
		int length = last > first ? snprintf(text + used, size - used, "%s%d-%d",
						     used ? "," : "", first, last)
					  : snprintf(text + used, size - used, "%s%d",
						     used ? "," : "", first);

		if (length < 0 || (size_t)length >= size - used)
			return false;
		used += (size_t)length;
		first = last;
	}
	return true;
}

/* detail is "count" or "list" of the CPUs that this process may run on. */
static void read_affinity(const char *root, const struct fact_row *row, struct fact *fact)
{
	size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
	cpu_set_t *set = xcalloc(1, bytes);
	char list[sizeof(fact->value)];

	(void)root;
	if (sched_getaffinity(0, bytes, set) == 0) {
		if (!strcmp(row->detail, "count"))
			fact_set(fact, "%d", CPU_COUNT_S(bytes, set));
		else if (print_cpus(set, bytes, list, sizeof(list)))
			fact_set(fact, "%s", list);
	}
	free(set);
}

static void read_page_bytes(const char *root, const struct fact_row *row, struct fact *fact)
{
	long bytes = sysconf(_SC_PAGESIZE);

	(void)root;
	(void)row;
	if (bytes > 0)
		fact_set(fact, "%ld", bytes);
}

/* The coarse clock advances once per tick. */
static void read_tick_ns(const char *root, const struct fact_row *row, struct fact *fact)
{
	struct timespec tick;

	(void)root;
	(void)row;
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0)
		fact_set(fact, "%ld", tick.tv_nsec);
}

static void print_limit(rlim_t limit, char *text, size_t size)
{
	if (limit == RLIM_INFINITY)
		snprintf(text, size, "unlimited");
	else
		snprintf(text, size, "%ju", (uintmax_t)limit);
}

static void read_limit(const char *root, const struct fact_row *row, struct fact *fact)
{
	static const struct {
		const char *name;
		int resource;
	} limits[] = {
		{"nofile", RLIMIT_NOFILE}, {"memlock", RLIMIT_MEMLOCK}, {"rtprio", RLIMIT_RTPRIO},
		{"nproc", RLIMIT_NPROC},   {"stack", RLIMIT_STACK},
	};
	struct rlimit limit;
	char soft[32], hard[32];

	(void)root;
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		if (strcmp(limits[i].name, row->detail) != 0 ||
		    getrlimit((__rlimit_resource_t)limits[i].resource, &limit) != 0)
			continue;
		print_limit(limit.rlim_cur, soft, sizeof(soft));
		print_limit(limit.rlim_max, hard, sizeof(hard));
		fact_set(fact, "soft=%s hard=%s", soft, hard);
	}
}

static void read_policy(const char *root, const struct fact_row *row, struct fact *fact)
{
	static const struct {
		int policy;
		const char *name;
	} policies[] = {
		{SCHED_OTHER, "other"}, {SCHED_FIFO, "fifo"}, {SCHED_RR, "rr"},
		{SCHED_BATCH, "batch"}, {SCHED_IDLE, "idle"},
	};
	int policy = sched_getscheduler(0);

	(void)root;
	(void)row;
	if (policy < 0)
		return;
	policy &= ~SCHED_RESET_ON_FORK;
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		if (policies[i].policy == policy)
			fact_set(fact, "%s", policies[i].name);
}

static void read_nice(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)root;
	(void)row;
	errno = 0; /* -1 is a valid nice value */
	int nice = getpriority(PRIO_PROCESS, 0);

	if (errno == 0)
		fact_set(fact, "%d", nice);
}

static void read_timer_slack(const char *root, const struct fact_row *row, struct fact *fact)
{
	int slack_ns = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);

	(void)root;
	(void)row;
	if (slack_ns >= 0)
		fact_set(fact, "%d", slack_ns);
}

/* setarch -R turns address randomisation off for one process, which the sysctl does not show. */
static void read_aslr_off(const char *root, const struct fact_row *row, struct fact *fact)
{
	int flags = personality(0xffffffff);

	(void)root;
	(void)row;
	if (flags >= 0)
		fact_set(fact, "%s", flags & ADDR_NO_RANDOMIZE ? "yes" : "no");
}

/* Values may hold paths, so only the presence of the variable is told. */
static void read_variable(const char *root, const struct fact_row *row, struct fact *fact)
{
	(void)root;
	fact_set(fact, "%s", getenv(row->detail) ? "set" : "unset");
}

/* The names of the variables that begin with detail. */
static void read_variables(const char *root, const struct fact_row *row, struct fact *fact)
{
	char name[NAME_BYTES];

	(void)root;
	for (char **entry = environ; entry && *entry; entry++) {
		size_t length = strcspn(*entry, "=");

		if (strncmp(*entry, row->detail, strlen(row->detail)) || length >= sizeof(name))
			continue;
		memcpy(name, *entry, length);
		name[length] = '\0';
		if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0')
			fact_add(fact, name);
	}
	if (!*fact->value)
		fact_set(fact, "unset");
}

const struct fact_row facts_of_process[] = {
	{"machine", read_machine, NULL, NULL},
	{"libc", read_libc, NULL, NULL},
	{"thread_library", read_threads, NULL, NULL},
	{"compiler", read_compiler, NULL, NULL},
	{"build_flags", read_build_flags, NULL, NULL},
	{"build_git", read_build_git, NULL, NULL},
	{"build_optimised", read_build_optimised, NULL, NULL},
	{"build_sanitizer", read_build_sanitizer, NULL, NULL},
	{"hypervisor_name", read_hypervisor_name, NULL, NULL},
	{"affinity", read_affinity, NULL, "list"},
	{"affinity_count", read_affinity, NULL, "count"},
	{"page_bytes", read_page_bytes, NULL, NULL},
	{"tick_ns", read_tick_ns, NULL, NULL},
	{"limit_nofile", read_limit, NULL, "nofile"},
	{"limit_memlock", read_limit, NULL, "memlock"},
	{"limit_rtprio", read_limit, NULL, "rtprio"},
	{"limit_nproc", read_limit, NULL, "nproc"},
	{"limit_stack", read_limit, NULL, "stack"},
	{"sched_policy", read_policy, NULL, NULL},
	{"nice", read_nice, NULL, NULL},
	{"timer_slack_ns", read_timer_slack, NULL, NULL},
	{"aslr_off_by_personality", read_aslr_off, NULL, NULL},
	{"env_ld_preload", read_variable, NULL, "LD_PRELOAD"},
	{"env_ld_library_path", read_variable, NULL, "LD_LIBRARY_PATH"},
	{"env_glibc_tunables", read_variable, NULL, "GLIBC_TUNABLES"},
	{"env_malloc_arena_max", read_variable, NULL, "MALLOC_ARENA_MAX"},
	{"env_hwloc", read_variables, NULL, "HWLOC_"},
	{"env_libpfm", read_variables, NULL, "LIBPFM_"},
	{NULL, NULL, NULL, NULL},
};
