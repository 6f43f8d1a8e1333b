/* SPDX-License-Identifier: MIT */
/* Only regular files of a bounded size are opened, and nothing blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/data/file.h"

static char folder[] = "/tmp/tollgate-file-XXXXXX";

static const char *make(const char *bytes, size_t length)
{
	FILE *file = fopen("t.txt", "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	return "./t.txt";
}

static void a_whole_file_is_read(void **state)
{
	struct reason why = {""};
	size_t length = 0;
	char *text = file_read(make("a\0b\n", 4), 4, &length, &why);

	(void)state;
	assert_non_null(text);
	assert_int_equal(length, 4);
	assert_memory_equal(text, "a\0b\n", 5); /* with the NUL behind */
	free(text);
	text = file_read(make("", 0), 0, &length, &why);
	assert_string_equal(text, "");
	free(text);
	assert_string_equal(why.text, "");
}

static void refused(const char *path, uint64_t bytes_max, const char *expected)
{
	struct reason why = {""};
	size_t length;

	assert_null(file_read(path, bytes_max, &length, &why));
	assert_string_equal(why.text, expected);
	why.text[0] = '\0';
	assert_null(file_open(path, bytes_max, &why));
	assert_string_equal(why.text, expected);
}

static void everything_else_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	refused("none/x", 10, "x: cannot read: No such file or directory");
	refused("/tmp", 10, "tmp: not a regular file");
	refused("fifo", 10, "fifo: not a regular file");
	refused("/dev/zero", 10, "zero: not a regular file");
	refused(make("12345", 5), 4, "t.txt: larger than 4 bytes");
	assert_int_equal(truncate("t.txt", (UINT64_C(4) << 20) + 1), 0);
	refused("t.txt", UINT64_C(4) << 20, "t.txt: larger than 4 MiB");
	refused("t.txt", UINT64_C(1536) << 10, "t.txt: larger than 1536 KiB");
}

static void names_are_last_components(void **state)
{
	(void)state;
	assert_string_equal(file_name("a/b/c.csv"), "c.csv");
	assert_string_equal(file_name("c.csv"), "c.csv");
}

static int enter_folder(void **state)
{
	(void)state;
	return !mkdtemp(folder) || chdir(folder);
}

static int leave_folder(void **state)
{
	(void)state;
	unlink("t.txt");
	unlink("fifo");
	return chdir("/") || rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file_is_read),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(names_are_last_components),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
