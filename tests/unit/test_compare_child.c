/* SPDX-License-Identifier: MIT */
/* A program run to its end: its output, its time, its failure, and what it leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/child.h"

#define SECOND UINT64_C(1000000000)

static void output_is_captured(void **state)
{
	char output[64];
	struct reason why = {""};

	(void)state;
	assert_int_equal(
		child_capture("/bin/echo", "one", "two", output, sizeof(output), 60 * SECOND, &why),
		CHILD_OK);
	assert_string_equal(output, "one two\n");
	assert_int_equal(
		child_capture("/bin/sh", "-c", "exit 7", output, sizeof(output), 60 * SECOND, &why),
		CHILD_FAILED);
	assert_string_equal(why.text, "left with exit code 7");
	assert_int_equal(child_capture("/bin/sh", "-c", "kill -SEGV $$", output, sizeof(output),
				       60 * SECOND, &why),
			 CHILD_FAILED);
	assert_non_null(strstr(why.text, "died of signal 11"));
	assert_int_equal(
		child_capture("/nowhere/x", "a", NULL, output, sizeof(output), 60 * SECOND, &why),
		CHILD_FAILED);
	assert_string_equal(why.text, "left with exit code 127");
}

static void too_much_output_is_refused(void **state)
{
	char output[64];
	struct reason why = {""};

	(void)state;
	assert_int_equal(
		child_capture("/bin/sh", "-c", "yes", output, sizeof(output), 60 * SECOND, &why),
		CHILD_FAILED);
	assert_string_equal(why.text, "prints more than 63 bytes, or bytes that are not text");
	assert_int_equal(child_capture("/bin/sh", "-c", "printf 'a\\0b'", output, sizeof(output),
				       60 * SECOND, &why),
			 CHILD_FAILED);
}

static void time_is_taken(void **state)
{
	struct reason why = {""};
	uint64_t ns = 0;

	(void)state;
	assert_int_equal(
		child_time("sleep 0.05; echo noise; echo noise >&2", false, 60 * SECOND, &ns, &why),
		CHILD_OK);
	assert_true(ns >= SECOND / 20);
	assert_int_equal(child_time("exit 3", false, 60 * SECOND, &ns, &why), CHILD_FAILED);
	assert_string_equal(why.text, "left with exit code 3");
}

static void deadline_ends_the_whole_group(void **state)
{
	char path[] = "/tmp/tollgate-child-XXXXXX", command[200], text[32];
	struct reason why = {""};
	uint64_t ns, pid;

	(void)state;
	close(mkstemp(path));
	snprintf(command, sizeof(command), "sleep 600 & echo $! >%s; wait", path);
	assert_int_equal(child_time(command, false, SECOND, &ns, &why), CHILD_FAILED);
	assert_string_equal(why.text, "did not end before its deadline");
	assert_true(read_text(path, text, sizeof(text)));
	unlink(path);
	assert_true(parse_u64(text, 2, INT32_MAX, &pid));
	assert_int_equal(kill((pid_t)pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

/* A command that leaves a process behind. Its group ends with it. */
static void leftovers_are_ended(void **state)
{
	char path[] = "/tmp/tollgate-child-XXXXXX", command[200], text[32];
	struct reason why = {""};
	uint64_t ns, pid;

	(void)state;
	close(mkstemp(path));
	snprintf(command, sizeof(command), "sleep 600 & echo $! >%s", path);
	assert_int_equal(child_time(command, false, 60 * SECOND, &ns, &why), CHILD_OK);
	assert_true(read_text(path, text, sizeof(text)));
	unlink(path);
	assert_true(parse_u64(text, 2, INT32_MAX, &pid));
	assert_int_equal(kill((pid_t)pid, 0), -1);
}

static void interruption_ends_it(void **state)
{
	struct reason why = {""};
	uint64_t ns;

	(void)state;
	launch_interrupted = SIGINT;
	assert_int_equal(child_time("sleep 600", false, 600 * SECOND, &ns, &why),
			 CHILD_INTERRUPTED);
	launch_interrupted = 0;
}

static int become_reaper(void **state)
{
	(void)state;
	launch_catch_signals();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_is_captured),
		cmocka_unit_test(too_much_output_is_refused),
		cmocka_unit_test(time_is_taken),
		cmocka_unit_test(deadline_ends_the_whole_group),
		cmocka_unit_test(leftovers_are_ended),
		cmocka_unit_test(interruption_ends_it),
	};

	return cmocka_run_group_tests(tests, become_reaper, NULL);
}
