/* SPDX-License-Identifier: MIT */
/*
 * Programs that do not keep to the protocol in the place of a runner. Whatever they do, a launch
 * answers with a status, and nothing stays behind. What real runners do is in test_runner.c.
 */
#include "harness/run/launch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/unit/fake_coordinator.h"

static char *folder, *script, *canned;

static int make_folder(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	folder = xasprintf("%s/launch-XXXXXX", parent ? parent : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	script = xasprintf("%s/program", folder);
	canned = xasprintf("%s/canned", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(script);
	unlink(canned);
	int result = rmdir(folder);

	free(folder);
	free(script);
	free(canned);
	return result;
}

static void write_file(const char *path, const void *data, size_t size)
{
	unlink(path);
	int fd = (int)must_sys(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700));

	assert_true(write_all(fd, data, size));
	must_sys(close(fd));
}

/* A program of shell commands. $canned is a file of bytes. */
static void write_script(const char *commands)
{
	char *text = xasprintf("#!/bin/sh\ncanned='%s'\n%s\n", canned, commands);

	write_file(script, text, strlen(text));
	free(text);
}

static enum run_status start_script(const char *commands, uint64_t deadline_ns)
{
	write_script(commands);
	return launch_start(&launch, script, &setup, deadline_ns, 0, &why);
}

static void can_ready(uint32_t version, uint32_t status)
{
	struct ready_message ready = {
		.magic = PROTOCOL_MAGIC, .version = version, .status = status};

	memset(ready.why.text, 'y', sizeof(ready.why.text)); /* and no end */
	write_file(canned, &ready, sizeof(ready));
}

/* ---- programs that are no runners ---- */

static void a_missing_program_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(launch_start(&launch, "/nowhere/at/all", &setup, PATIENT_NS, 0, &why),
			 RUN_ERROR);
	expect_text(why.text, "exit code");
	assert_int_equal(launch.pid, 0);
}

static void leaving_at_once_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(start_script("exit 7", PATIENT_NS), RUN_ERROR);
	expect_text(why.text, "exit code 7");
}

static void dying_is_a_crash_or_a_kill(void **state)
{
	(void)state;
	assert_int_equal(start_script("ulimit -c 0; kill -SEGV $$", PATIENT_NS), RUN_CRASHED);
	expect_text(why.text, "signal 11");
	assert_int_equal(start_script("kill -KILL $$", PATIENT_NS), RUN_KILLED);
	assert_int_equal(start_script("kill -TERM $$", PATIENT_NS), RUN_KILLED);
}

static void closed_pipes_do_not_hang(void **state)
{
	(void)state;
	assert_int_equal(start_script("exec 3<&- 4>&-; exec sleep 1000", PATIENT_NS), RUN_ERROR);
	expect_text(why.text, "closed its pipe");
	assert_int_equal(launch.pid, 0);
}

static void garbage_is_another_version(void **state)
{
	(void)state;
	assert_int_equal(start_script("head -c 5000 /dev/zero >&4; exec sleep 1000", PATIENT_NS),
			 RUN_ERROR);
	expect_text(why.text, "version");
}

static void a_version_to_come_is_refused(void **state)
{
	(void)state;
	can_ready(PROTOCOL_VERSION + 1, RUN_OK);
	assert_int_equal(start_script("cat \"$canned\" >&4; exec sleep 1000", PATIENT_NS),
			 RUN_ERROR);
	expect_text(why.text, "version");
}

static void half_a_message_and_an_end(void **state)
{
	(void)state;
	can_ready(PROTOCOL_VERSION, RUN_OK);
	assert_int_equal(start_script("head -c 50 \"$canned\" >&4; exit 3", PATIENT_NS), RUN_ERROR);
	expect_text(why.text, "exit code 3");
}

static void half_a_message_and_silence(void **state)
{
	(void)state;
	can_ready(PROTOCOL_VERSION, RUN_OK);
	assert_int_equal(start_script("head -c 50 \"$canned\" >&4; exec sleep 1000", IMPATIENT_NS),
			 RUN_TIMEOUT);
	expect_text(why.text, "deadline");
}

/* Single bytes that keep coming do not put off the deadline. */
static void a_trickle_is_late_too(void **state)
{
	(void)state;
	assert_int_equal(start_script("while :; do printf x >&4; sleep 0.02; done", IMPATIENT_NS),
			 RUN_TIMEOUT);
}

static void a_refusal_is_passed_on_and_bounded(void **state)
{
	(void)state;
	can_ready(PROTOCOL_VERSION, RUN_SKIPPED);
	assert_int_equal(start_script("cat \"$canned\" >&4; exec sleep 1000", PATIENT_NS),
			 RUN_SKIPPED);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
	can_ready(PROTOCOL_VERSION, 4711);
	assert_int_equal(start_script("cat \"$canned\" >&4; exec sleep 1000", PATIENT_NS),
			 RUN_ERROR);
}

static void a_flood_is_an_error(void **state)
{
	(void)state;
	can_ready(PROTOCOL_VERSION, RUN_OK);
	assert_int_equal(start_script("cat \"$canned\" >&4; exec yes >&4", PATIENT_NS), RUN_OK);
	assert_int_equal(launch_epoch(&launch, 1, &record, workers), RUN_ERROR);
	assert_int_equal(launch.pid, 0);
	assert_true(strlen(record.why.text) < sizeof(record.why.text));
}

static void an_end_in_the_middle_of_an_epoch(void **state)
{
	(void)state;
	char *commands = xasprintf("cat \"$canned\" >&4; head -c %zu >/dev/null <&3;"
				   "head -c 200 /dev/zero >&4; exit 9",
				   sizeof(struct setup_message) + sizeof(struct epoch_request));

	can_ready(PROTOCOL_VERSION, RUN_OK);
	assert_int_equal(start_script(commands, PATIENT_NS), RUN_OK);
	free(commands);
	assert_int_equal(launch_epoch(&launch, 1, &record, workers), RUN_ERROR);
	expect_text(record.why.text, "exit code 9");
	assert_int_equal(launch.pid, 0);
}

/* ---- what a runner inherits ---- */

static void whatever_it_started_ends_with_it(void **state)
{
	(void)state;
	can_ready(PROTOCOL_VERSION, RUN_OK);
	assert_int_equal(start_script("(sleep 1000; :) & sleep 1000 & cat \"$canned\" >&4; wait",
				      PATIENT_NS),
			 RUN_OK);
	launch_kill(&launch); /* the fixture sees whether anybody is left */
	assert_int_equal(launch.pid, 0);
}

static void expect_padding(unsigned padding, const char *length)
{
	char text[64];

	assert_int_equal(launch_start(&launch, script, &setup, PATIENT_NS, padding, &why),
			 RUN_ERROR);
	assert_true(read_text(canned, text, sizeof(text)));
	assert_string_equal(text, length);
}

static void its_environment_is_padded(void **state)
{
	(void)state;
	write_script("echo ${#TOLLGATE_PADDING} >\"$canned\"; exit 1");
	expect_padding(0, "0");
	expect_padding(1234, "1234");
	expect_padding(4095, "4095");
	expect_padding(1u << 20, "4095");
	assert_null(getenv("TOLLGATE_PADDING"));
}

static void it_gets_no_other_descriptor(void **state)
{
	char text[64];

	(void)state;
	must_sys(dup2(STDERR_FILENO, 57)); /* without FD_CLOEXEC */
	assert_int_equal(
		start_script("for fd in 0 1 2 3 4 5 57; do\n"
			     "[ ! -e /proc/$$/fd/$fd ] || printf %s. $fd; done >\"$canned\"",
			     PATIENT_NS),
		RUN_ERROR);
	must_sys(close(57));
	assert_true(read_text(canned, text, sizeof(text)));
	assert_string_equal(text, "0.1.2.3.4.");
}

/* ---- signals, and launches that have ended ---- */

static void a_signal_ends_the_launch(void **state)
{
	(void)state;
	must_sys(raise(SIGTERM));
	assert_int_equal(launch_interrupted, SIGTERM);
	assert_int_equal(start_script("exec sleep 1000", PATIENT_NS), RUN_KILLED);
	launch_interrupted = 0;
	assert_int_equal(launch.pid, 0);
}

/* A launch that has ended has no process group. Group 0 would be our own. */
static void an_ended_launch_kills_nobody(void **state)
{
	int status;
	pid_t child = (pid_t)must_sys(fork());

	(void)state;
	if (!child) {
		struct launch ended = {0};

		setpgid(0, 0); /* so that the test lives if it does kill */
		launch_kill(&ended);
		bool good = launch_epoch(&ended, 1, &record, workers) == RUN_ERROR &&
			    launch_finish(&ended, &finish, &why) == RUN_ERROR;

		_exit(good ? 0 : 1);
	}
	must_sys(waitpid(child, &status, 0));
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAUNCH_TEST(a_missing_program_is_an_error),
		LAUNCH_TEST(leaving_at_once_is_an_error),
		LAUNCH_TEST(dying_is_a_crash_or_a_kill),
		LAUNCH_TEST(closed_pipes_do_not_hang),
		LAUNCH_TEST(garbage_is_another_version),
		LAUNCH_TEST(a_version_to_come_is_refused),
		LAUNCH_TEST(half_a_message_and_an_end),
		LAUNCH_TEST(half_a_message_and_silence),
		LAUNCH_TEST(a_trickle_is_late_too),
		LAUNCH_TEST(a_refusal_is_passed_on_and_bounded),
		LAUNCH_TEST(a_flood_is_an_error),
		LAUNCH_TEST(an_end_in_the_middle_of_an_epoch),
		LAUNCH_TEST(whatever_it_started_ends_with_it),
		LAUNCH_TEST(its_environment_is_padded),
		LAUNCH_TEST(it_gets_no_other_descriptor),
		LAUNCH_TEST(a_signal_ends_the_launch),
		LAUNCH_TEST(an_ended_launch_kills_nobody),
	};

	launch_catch_signals();
	alarm(150);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
