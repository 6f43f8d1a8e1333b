/* SPDX-License-Identifier: MIT */
/*
 * fake_coordinator - a test as the coordinator of a runner: the messages, and a look for what was
 * left behind after each test. Include it after cmocka.h.
 */
#ifndef TOLLGATE_TESTS_FAKE_COORDINATOR_H
#define TOLLGATE_TESTS_FAKE_COORDINATOR_H

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/run/launch.h"

#define PATIENT_NS   UINT64_C(60000000000)
#define IMPATIENT_NS UINT64_C(100000000)
#define WORKERS      2

static struct setup_message setup;
static struct launch launch;
static struct reason why;
static struct epoch_record record;
static struct worker_record workers[WORKERS];
static struct finish_record finish;

static unsigned open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static unsigned descriptors_before;

static int fresh(void **state)
{
	(void)state;
	setup = (struct setup_message){
		.magic = PROTOCOL_MAGIC,
		.version = PROTOCOL_VERSION,
		.bench = "test_counts",
		.mode = "none",
		.workers = WORKERS,
		.cpus = {-1, -1},
		.params = {100},
		.directory = "/",
	};
	mode_params_default(setup.mode_params);
	launch = (struct launch){0};
	why.text[0] = '\0';
	descriptors_before = open_descriptors();
	return 0;
}

/* Nothing is left: no process of ours, alive or not, and no descriptor. */
static int check_clean(void **state)
{
	(void)state;
	launch_kill(&launch);
	if (launch.pid || waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		return -1;
	return open_descriptors() == descriptors_before ? 0 : -1;
}

static inline void expect_text(const char *text, const char *word)
{
	if (!strstr(text, word))
		fail_msg("'%s' is not in '%s'", word, text);
}

#define LAUNCH_TEST(name) cmocka_unit_test_setup_teardown(name, fresh, check_clean)

#endif
