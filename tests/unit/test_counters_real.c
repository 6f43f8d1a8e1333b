/* SPDX-License-Identifier: MIT */
/*
 * Counters on this machine's own kernel, and under the filter that tests/seccomp_run.c puts in
 * front of it. Run with --open or --probe this program is its own subject. TOLLGATE_SECCOMP_RUN may
 * name the tool; else it is looked for beside this program and one folder up.
 */
#include "harness/machine/counters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SELF_MAX 3072

static void probe(const char *spec, struct counter_set *set, struct reason *hint)
{
	struct reason why = {{0}};

	if (!counters_probe(spec, set, hint, &why))
		fail_msg("'%s' was refused: %s", spec, why.text);
}

#define SAY_AND_SKIP(...)                             \
	do {                                          \
		print_message("# SKIP " __VA_ARGS__); \
		print_message("\n");                  \
		skip();                               \
	} while (0)

static int open_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static void real_probe_leaks_nothing(void **state)
{
	struct counter_set set;
	struct reason hint;
	int before = open_descriptors();

	(void)state;
	probe("hw", &set, &hint);
	for (uint32_t i = 0; i < set.count; i++)
		print_message("# %s: %s\n", set.events[i].name,
			      counter_status_name((enum counter_status)set.events[i].status));
	print_message("# hint: %s\n", hint.text);
	assert_int_equal(open_descriptors(), before);
}

#if defined(__x86_64__) || defined(__i386__)
static void twenty_million_instructions(void)
{
	unsigned rounds = 10000000;

	__asm__ volatile("1:	dec %0\n"
			 "	jnz 1b\n"
			 : "+r"(rounds)
			 :
			 : "cc");
}
#else
static void twenty_million_instructions(void)
{
}
#endif

static void real_loop_is_counted(void **state)
{
	struct counter_values before, after, delta = {0};
	struct counter_group *group;
	struct counter_set set;

	(void)state;
#if !defined(__x86_64__) && !defined(__i386__)
	SAY_AND_SKIP("the loop's instructions are known on x86 only");
#endif
	probe("instructions", &set, NULL);
	if (set.events[0].status != COUNTER_OK)
		SAY_AND_SKIP("instructions: %s",
			     counter_status_name((enum counter_status)set.events[0].status));
	group = counter_group_open(&set);
	for (int tries = 0; tries < 3; tries++) { /* one garbage read in many is known */
		counter_group_read(group, &before);
		twenty_million_instructions();
		counter_group_read(group, &after);
		counter_values_since(&before, &after, &delta);
		if (delta.status[0] == COUNTER_OK)
			break;
	}
	counter_group_close(group);
	assert_int_equal(delta.status[0], COUNTER_OK);
	assert_in_range(delta.value[0], 20000000, 20200000);
}

static uint64_t thread_switches(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_THREAD, &usage), 0);
	return (uint64_t)(usage.ru_nvcsw + usage.ru_nivcsw);
}

/* perf's switches, opened user and kernel, are the kernel's own: not the silent 0 of user-only. */
static void real_switches_agree_with_rusage(void **state)
{
	const struct timespec nap = {.tv_nsec = 1000000};
	struct counter_values before, after, delta;
	struct counter_group *group;
	struct counter_set set;
	uint64_t switches;

	(void)state;
	probe("context-switches,page-faults,task-clock", &set, NULL);
	if (set.events[0].status != COUNTER_OK)
		SAY_AND_SKIP("context-switches: %s",
			     counter_status_name((enum counter_status)set.events[0].status));
	group = counter_group_open(&set);
	switches = thread_switches();
	counter_group_read(group, &before);
	for (int i = 0; i < 20; i++)
		nanosleep(&nap, NULL);
	counter_group_read(group, &after);
	switches = thread_switches() - switches;
	counter_group_close(group);
	counter_values_since(&before, &after, &delta);
	assert_int_equal(delta.status[0], COUNTER_OK);
	assert_true(delta.value[0] > 0);
	assert_true(delta.value[0] <= switches);
	assert_true(delta.value[2] > 0);
}

/* A child that inherits a group must not take the parent's numbers for its own. */
static void real_child_gets_no_numbers(void **state)
{
	struct counter_values before, after, delta;
	struct counter_group *group;
	struct counter_set set;
	int status;
	pid_t child;

	(void)state;
	probe("task-clock", &set, NULL);
	if (set.events[0].status != COUNTER_OK)
		SAY_AND_SKIP("task-clock: %s",
			     counter_status_name((enum counter_status)set.events[0].status));
	group = counter_group_open(&set);
	counter_group_read(group, &before);
	assert_int_equal(before.status[0], COUNTER_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		counter_group_read(group, &after);
		counter_values_since(&before, &after, &delta);
		_exit(delta.status[0] == COUNTER_ERROR && delta.value[0] == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	counter_group_close(group);
}

/* In a child: with room for ROOM more descriptors, how many of the software events open? */
static int opened_with_room(rlim_t room, bool hard)
{
	struct rlimit limit;
	struct counter_set set;
	struct reason hint;
	int opened = 0, free_fd = dup(0);

	if (free_fd < 0 || close(free_fd) != 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 100;
	limit.rlim_cur = (rlim_t)free_fd + room;
	limit.rlim_max = hard ? limit.rlim_cur : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || !counters_probe("sw", &set, &hint, NULL))
		return 101;
	for (uint32_t i = 0; i < set.count; i++)
		opened += set.events[i].status == COUNTER_OK;
	for (uint32_t i = (uint32_t)opened; i < set.count; i++)
		if (set.events[i].status != COUNTER_FD_LIMIT || !strstr(hint.text, "ulimit -n"))
			return 102;
	return opened;
}

static int in_child(rlim_t room, bool hard)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(opened_with_room(room, hard));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The first events work, and the others say why they do not. A soft limit alone is no obstacle. */
static void real_descriptors_run_out(void **state)
{
	struct counter_set set;

	(void)state;
	probe("sw", &set, NULL);
	for (uint32_t i = 0; i < set.count; i++)
		if (set.events[i].status != COUNTER_OK)
			SAY_AND_SKIP(
				"%s: %s", set.events[i].name,
				counter_status_name((enum counter_status)set.events[i].status));
	assert_int_equal(in_child(2, true), 2);
	assert_int_equal(in_child(3, true), 3);
	assert_int_equal(in_child(2, false), 4);
}

/* ---- under seccomp: this program as its own subject ---- */

static int plain_open(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = PERF_ATTR_SIZE_VER5,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.exclude_kernel = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0ul);

	return fd < 0 ? errno : 0;
}

/* Exit with the status that all events share, or with 200. The hint must then be one line. */
static int probe_alone(void)
{
	struct counter_set set;
	struct reason hint;
	uint32_t status;

	if (!counters_probe("hw", &set, &hint, NULL) || set.count != 10)
		return 201;
	status = set.events[9].status;
	for (uint32_t i = 0; i < set.count; i++)
		if (set.events[i].status != status &&
		    !(status == COUNTER_EVENT_NOT_ON_THIS_CPU && set.events[i].hardware))
			return 200;
	return hint.text[0] != '\0' ? (int)status : 202;
}

static void own_path(char self[SELF_MAX])
{
	ssize_t length = readlink("/proc/self/exe", self, SELF_MAX - 1);

	assert_true(length > 0);
	self[length] = '\0';
}

static bool find_tool(char *path, size_t size)
{
	static const char *const places[] = {"seccomp_run", "../seccomp_run"};
	const char *named = getenv("TOLLGATE_SECCOMP_RUN");
	char self[SELF_MAX];

	if (named) {
		snprintf(path, size, "%s", named);
		return access(path, X_OK) == 0;
	}
	own_path(self);
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		snprintf(path, size, "%s/%s", self, places[i]);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* Run ARGV under the tool. The test is skipped if the tool is missing or exits with 125. */
static int run_tool(const char *const *arguments)
{
	const char *argv[8] = {0};
	char path[4096];
	int status;
	pid_t child;

	if (!find_tool(path, sizeof(path)))
		SAY_AND_SKIP("seccomp_run is not built beside this test");
	argv[0] = path;
	for (int i = 0; arguments[i]; i++)
		argv[i + 1] = arguments[i];
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		execv(path, (char *const *)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 125)
		SAY_AND_SKIP("the kernel refuses the filter");
	return WEXITSTATUS(status);
}

static int run_self(const char *option, const char *error, const char *mode)
{
	char self[SELF_MAX];
	const char *const all[] = {error, self, mode, NULL};
	const char *const siblings[] = {option, error, self, mode, NULL};

	own_path(self);
	return run_tool(option ? siblings : all);
}

static void tool_refuses_opens(void **state)
{
	static const char *const errors[] = {"1", "2", "13", "22", "24", "38", "95"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		assert_int_equal(run_self(NULL, errors[i], "--open"), atoi(errors[i]));
	assert_int_equal(run_self("--siblings", "13", "--open"), plain_open());
}

static void tool_checks_its_arguments(void **state)
{
	static const char *const bad[][5] = {
		{"0", "true"}, {"4096", "true"},       {"-1", "true"}, {"1x", "true"}, {"", "true"},
		{"1"},         {"--siblings", "true"},
	};
	const char *const missing[] = {"1", "/nonexistent/program", NULL};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(run_tool(bad[i]), 64);
	assert_int_equal(run_tool(missing), 126);
}

static void probe_under_a_filter(void **state)
{
	static const struct {
		const char *error;
		enum counter_status status;
	} rows[] = {
		{"1", COUNTER_BLOCKED_BY_CONTAINER},   {"2", COUNTER_EVENT_NOT_ON_THIS_CPU},
		{"13", COUNTER_DENIED_PARANOID},       {"24", COUNTER_FD_LIMIT},
		{"38", COUNTER_NO_KERNEL_SUPPORT},     {"22", COUNTER_INVALID_EVENT},
		{"95", COUNTER_EVENT_NOT_ON_THIS_CPU},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(run_self(NULL, rows[i].error, "--probe"), rows[i].status);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_probe_leaks_nothing),
		cmocka_unit_test(real_loop_is_counted),
		cmocka_unit_test(real_switches_agree_with_rusage),
		cmocka_unit_test(real_child_gets_no_numbers),
		cmocka_unit_test(real_descriptors_run_out),
		cmocka_unit_test(tool_refuses_opens),
		cmocka_unit_test(tool_checks_its_arguments),
		cmocka_unit_test(probe_under_a_filter),
	};

	if (argc == 2 && strcmp(argv[1], "--open") == 0)
		return plain_open();
	if (argc == 2 && strcmp(argv[1], "--probe") == 0)
		return probe_alone();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
