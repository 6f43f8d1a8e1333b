/* SPDX-License-Identifier: MIT */
#include "harness/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Run ACT in a child. Returns its exit code and its stderr. */
static int outcome(void (*act)(void), char *said, size_t size)
{
	int ends[2], status;
	ssize_t got;
	size_t used = 0;

	must_sys(pipe(ends));
	pid_t child = (pid_t)must_sys(fork());

	if (!child) {
		must_sys(dup2(ends[1], STDERR_FILENO));
		act();
		_exit(99);
	}
	close(ends[1]);
	while (used < size - 1 && (got = read(ends[0], said + used, size - 1 - used)) > 0)
		used += (size_t)got;
	said[used] = '\0';
	close(ends[0]);
	must_sys(waitpid(child, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void whole_numbers_are_read_strictly(void **state)
{
	static const char *const bad[] = {"",
					  " 1",
					  "1 ",
					  "+1",
					  "-1",
					  "0x10",
					  "1e3",
					  "1.0",
					  "٣",
					  "1\n",
					  "--1",
					  "18446744073709551616",
					  "99999999999999999999999"};
	uint64_t value = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(parse_u64(bad[i], 0, UINT64_MAX, &value));
	assert_int_equal(value, 7);
	assert_true(parse_u64("18446744073709551615", 0, UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
	assert_true(parse_u64("007", 7, 7, &value));
	assert_false(parse_u64("6", 7, 8, &value));
	assert_false(parse_u64("9", 7, 8, &value));
}

static void signed_numbers_are_read_strictly(void **state)
{
	static const char *const bad[] = {
		"", "-", "--1", "+1", "- 1", "1-", "9223372036854775808", "-9223372036854775809"};
	int64_t value = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(parse_i64(bad[i], INT64_MIN, INT64_MAX, &value));
	assert_int_equal(value, 7);
	assert_true(parse_i64("-9223372036854775808", INT64_MIN, INT64_MAX, &value));
	assert_true(value == INT64_MIN);
	assert_false(parse_i64("-3", -2, 2, &value));
	assert_true(parse_i64("-2", -2, 2, &value));
}

static void decimals_are_read_strictly(void **state)
{
	static const char *const bad[] = {"",    ".",     "e",  "-",  "1,5",  "nan", "inf", "-inf",
					  "0x1", "1e999", " 1", "1 ", "1..2", "1e",  "1e+"};
	double value = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(parse_double(bad[i], &value));
	assert_true(value == 7);
	assert_true(parse_double("-1.5e-3", &value));
	assert_true(value == -1.5e-3);
	assert_true(parse_double("5e-324", &value));
	assert_true(value > 0);
}

/* A locale with a decimal comma changes nothing. Without such a locale this test proves nothing. */
static void the_locale_changes_no_number(void **state)
{
	double value;

	(void)state;
	if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
		skip();
	assert_true(parse_double("1.5", &value));
	assert_true(value == 1.5);
	assert_false(parse_double("1,5", &value));
	setlocale(LC_ALL, "C");
}

static void a_seed_fixes_the_sequence(void **state)
{
	struct random a, b, c;
	unsigned equal = 0;

	(void)state;
	random_seed(&a, 1);
	random_seed(&b, 1);
	random_seed(&c, 2);
	for (int i = 0; i < 1000; i++) {
		uint64_t x = random_next(&a);

		assert_true(x == random_next(&b));
		equal += x == random_next(&c);
	}
	assert_int_equal(equal, 0);
	for (uint64_t seed = 0; seed < 100; seed++) {
		random_seed(&a, seed - 50);
		assert_true(a.state != 0); /* it would stay 0 for ever */
	}
}

static void bounds_are_kept_and_reached(void **state)
{
	struct random random;
	unsigned seen[7] = {0};

	(void)state;
	random_seed(&random, 5);
	for (int i = 0; i < 7000; i++)
		seen[random_below(&random, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 800, 1200); /* the seed is fixed: no luck in it */
	for (int i = 0; i < 10; i++)
		assert_int_equal(random_below(&random, 1), 0);
	for (int i = 0; i < 10; i++)
		assert_true(random_below(&random, UINT64_MAX) < UINT64_MAX);
}

static void a_shuffle_keeps_every_item(void **state)
{
	struct item {
		int number;
		char text[5];
	} items[100];
	bool seen[100] = {false};
	struct random random;
	int moved = 0;

	(void)state;
	memset(items, 0, sizeof(items));
	for (int i = 0; i < 100; i++) {
		items[i].number = i;
		memcpy(items[i].text, i % 2 ? "odd" : "even", i % 2 ? 4 : 5);
	}
	random_seed(&random, 3);
	random_shuffle(&random, items, 100, sizeof(items[0]));
	for (int i = 0; i < 100; i++) {
		assert_false(seen[items[i].number]);
		seen[items[i].number] = true;
		moved += items[i].number != i;
		assert_string_equal(items[i].text, items[i].number % 2 ? "odd" : "even");
	}
	assert_true(moved > 50);
	random_shuffle(&random, items, 0, sizeof(items[0]));
	random_shuffle(&random, items, 1, sizeof(items[0]));
}

static void ignore(int number)
{
	(void)number;
}

/* More than a pipe holds, a byte at a time on the other side, under a hail of signals. */
static void writing_goes_on_through_short_writes(void **state)
{
	enum { LENGTH = 300000 };
	struct sigaction action = {.sa_handler = ignore};
	char *data = xcalloc(LENGTH, 1), *copy = xcalloc(LENGTH, 1);
	int ends[2], status;

	(void)state;
	must_sys(sigaction(SIGUSR1, &action, NULL));
	for (int i = 0; i < LENGTH; i++)
		data[i] = (char)(i * 7);
	must_sys(pipe(ends));
	pid_t child = (pid_t)must_sys(fork());

	if (!child) {
		close(ends[0]);
		for (int i = 0; i < 50; i++)
			kill(getppid(), SIGUSR1);
		_exit(write_all(ends[1], data, LENGTH) ? 0 : 1);
	}
	close(ends[1]);
	for (int i = 0; i < 50; i++)
		kill(child, SIGUSR1);
	assert_int_equal(read_all(ends[0], copy, LENGTH), 1);
	assert_memory_equal(data, copy, LENGTH);
	assert_int_equal(read_all(ends[0], copy, 1), 0); /* the end, before the first byte */
	must_sys(waitpid(child, &status, 0));
	assert_int_equal(status, 0);
	close(ends[0]);
	free(data);
	free(copy);
}

static void a_short_message_is_an_error(void **state)
{
	char buffer[8];
	int ends[2];

	(void)state;
	must_sys(pipe(ends));
	assert_true(write_all(ends[1], "abc", 3));
	close(ends[1]);
	assert_int_equal(read_all(ends[0], buffer, sizeof(buffer)), -1);
	close(ends[0]);
	assert_int_equal(read_all(ends[0], buffer, 1), -1);
	assert_false(write_all(ends[0], buffer, 1));
	assert_int_equal(errno, EBADF);
}

static void text_files_lose_their_last_newline(void **state)
{
	const char *folder = getenv("TMPDIR");
	char *path = xasprintf("%s/util-XXXXXX", folder ? folder : "/tmp"), buffer[8];
	int fd = (int)must_sys(mkstemp(path));

	(void)state;
	assert_true(read_text(path, buffer, sizeof(buffer)));
	assert_string_equal(buffer, "");
	assert_true(write_all(fd, "one\n\n", 5));
	assert_true(read_text(path, buffer, sizeof(buffer)));
	assert_string_equal(buffer, "one\n");
	assert_true(write_all(fd, "0123456789", 10));
	assert_true(read_text(path, buffer, sizeof(buffer)));
	assert_string_equal(buffer, "one\n\n01");
	close(fd);
	unlink(path);
	assert_false(read_text(path, buffer, sizeof(buffer)));
	free(path);
	assert_false(read_text("/", buffer, sizeof(buffer)));
}

static void dying(void)
{
	die(EXIT_REFUSED, "no %s", "good");
}

static void failing_mutex(void)
{
	errno = 0;
	must(EPERM);
}

static void failing_call(void)
{
	must_sys(close(-1));
}

static void noting(void)
{
	note("spoken %d", 1);
	quiet_talk = true;
	note("silent");
	die(EXIT_OK, "always");
}

static int exit_handler_ran;

static void exit_handler(void)
{
	exit_handler_ran = write(STDERR_FILENO, "HANDLER", 7) == 7;
}

static void dying_with_a_handler(void)
{
	atexit(exit_handler);
	die(EXIT_INTERNAL, "x");
}

static void failures_end_the_process_with_a_message(void **state)
{
	char said[1024];

	(void)state;
	assert_int_equal(outcome(dying, said, sizeof(said)), EXIT_REFUSED);
	assert_string_equal(said, "tollgate: no good\n");
	assert_int_equal(outcome(failing_call, said, sizeof(said)), EXIT_INTERNAL);
	assert_non_null(strstr(said, "close(-1): Bad file descriptor"));
	assert_non_null(strstr(said, "test_util.c:"));
	assert_int_equal(outcome(noting, said, sizeof(said)), EXIT_OK);
	assert_string_equal(said, "tollgate: spoken 1\ntollgate: always\n");
	assert_int_equal(outcome(dying_with_a_handler, said, sizeof(said)), EXIT_INTERNAL);
	assert_null(strstr(said, "HANDLER"));
}

static void pthread_errors_need_no_errno(void **state)
{
	char said[1024];

	(void)state;
	assert_int_equal(outcome(failing_mutex, said, sizeof(said)), EXIT_INTERNAL);
	assert_non_null(strstr(said, "Operation not permitted"));
	must(0);
	assert_int_equal(must_sys(42), 42);
}

static void a_reason_is_bounded_and_optional(void **state)
{
	struct reason why;
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_false(refuse(NULL, "%s", text));
	assert_false(refuse(&why, "%s", text));
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
}

static void memory_is_zeroed_and_never_null(void **state)
{
	char *memory = xcalloc(0, 0), *text = xasprintf("%d-%s", 5, "a");

	(void)state;
	assert_non_null(memory);
	assert_int_equal(*memory, 0);
	memory = xrealloc(memory, 3, 4);
	memset(memory, 1, 12);
	free(memory);
	assert_string_equal(text, "5-a");
	char *copy = xstrdup(text);

	assert_string_equal(copy, text);
	assert_ptr_not_equal(copy, text);
	free(copy);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_read_strictly),
		cmocka_unit_test(signed_numbers_are_read_strictly),
		cmocka_unit_test(decimals_are_read_strictly),
		cmocka_unit_test(the_locale_changes_no_number),
		cmocka_unit_test(a_seed_fixes_the_sequence),
		cmocka_unit_test(bounds_are_kept_and_reached),
		cmocka_unit_test(a_shuffle_keeps_every_item),
		cmocka_unit_test(writing_goes_on_through_short_writes),
		cmocka_unit_test(a_short_message_is_an_error),
		cmocka_unit_test(text_files_lose_their_last_newline),
		cmocka_unit_test(failures_end_the_process_with_a_message),
		cmocka_unit_test(pthread_errors_need_no_errno),
		cmocka_unit_test(a_reason_is_bounded_and_optional),
		cmocka_unit_test(memory_is_zeroed_and_never_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
