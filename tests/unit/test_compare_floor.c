/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/compare/floor.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/tollgate-floor-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char *command = xasprintf("rm -r '%s'", folder);
	/* NOLINTNEXTLINE(cert-env33-c): a fixed command on the test's own folder */
	int result = system(command);

	(void)state;
	free(command);
	return result;
}

static char *in_folder(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static struct floor_row make_row(const char *machine, const char *name, double floor)
{
	struct floor_row row = {.mode = "none",
				.placement = "cores",
				.param = "steps=256;x=1",
				.metric = "op_ns",
				.workers = 1,
				.suites = 20,
				.pairs = 10,
				.rounds = 40,
				.floor = floor};

	snprintf(row.machine, sizeof(row.machine), "%s", machine);
	snprintf(row.case_name, sizeof(row.case_name), "%s", name);
	return row;
}

static void written_and_read(void **state)
{
	struct floor_table table = {0}, again;
	struct floor_row a = make_row("m1", "a", 0.01), b = make_row("m2", "a", 0.2);
	struct floor_row newer = make_row("m1", "a", 0.05), other = make_row("m1", "b", 0);
	char *path = in_folder("deep/er/floors.csv");
	struct reason why;

	(void)state;
	floor_set(&table, &a);
	floor_set(&table, &b);
	floor_set(&table, &newer);
	assert_int_equal(table.count, 2);
	assert_true(floor_write(&table, path, &why));
	assert_true(floor_write(&table, path, &why)); /* replaces the file */
	assert_true(floor_read(&again, path, &why));
	assert_int_equal(again.count, 2);
	assert_true(floor_find(&again, &a) == 0.05);
	assert_true(floor_find(&again, &b) == 0.2);
	assert_true(isnan(floor_find(&again, &other)));
	floor_free(&table);
	floor_free(&again);
	free(path);
}

static void absent_file_is_empty(void **state)
{
	struct floor_table table;
	char *path = in_folder("none.csv");
	struct reason why;

	(void)state;
	assert_true(floor_read(&table, path, &why));
	assert_int_equal(table.count, 0);
	free(path);
}

static void refused(const char *row, const char *expected)
{
	struct floor_table table;
	struct reason why = {""};
	char *path = in_folder("bad.csv");
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "%s\n%s", FLOOR_HEADER, row);
	fclose(file);
	if (floor_read(&table, path, &why))
		fail_msg("taken: %s", row);
	if (!strstr(why.text, expected))
		fail_msg("'%s' is not in '%s'", expected, why.text);
	unlink(path);
	free(path);
}

static void hostile_files_are_named(void **state)
{
	(void)state;
	refused("2,m,a,none,1,cores,,op_ns,20,10,40,0.1\n", "bad.csv:2: column schema");
	refused("1,,a,none,1,cores,,op_ns,20,10,40,0.1\n", "column machine");
	refused("1,m,,none,1,cores,,op_ns,20,10,40,0.1\n", "column case");
	refused("1,m,a,none,-1,cores,,op_ns,20,10,40,0.1\n", "column workers");
	refused("1,m,a,none,1,cores,,op_ns,20,10,40,\n", "column noise_floor");
	refused("1,m,a,none,1,cores,,op_ns,20,10,40,-0.1\n", "column noise_floor");
	refused("1,m,a,none,1,cores,,op_ns,20,10,40,nan\n", "column noise_floor");
	refused("1,m,a,none,1,cores,,op_ns,20,10,40,1e9\n", "column noise_floor");
	refused("1,m,a,none,1,cores,,op_ns,20,10,40\n", "bad.csv:2");
	refused("1,m,a,none,1,cores,,op_ns,20,10,40,0.1", "bad.csv:2");
	refused("1,m,a b,none,1,cores,,op_ns,20,10,40,0.1\n", "column case");
	refused("1,mmmmmmmmmmmmmmmmmmm,a,none,1,cores,,op_ns,20,10,40,0.1\n", "column machine");
}

static void default_path(void **state)
{
	char *path;

	(void)state;
	path = floor_path("x/y.csv");
	assert_string_equal(path, "x/y.csv");
	free(path);
	setenv("HOME", "/h", 1);
	setenv("XDG_STATE_HOME", "/s", 1);
	path = floor_path(NULL);
	assert_string_equal(path, "/s/tollgate/floors.csv");
	free(path);
	setenv("XDG_STATE_HOME", "relative", 1);
	path = floor_path(NULL);
	assert_string_equal(path, "/h/.local/state/tollgate/floors.csv");
	free(path);
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	assert_null(floor_path(NULL));
}

static void machine_is_cpu_pus_and_kernel(void **state)
{
	static struct environment e;
	char one[17], two[17];

	(void)state;
	e.fact_count = 3;
	e.facts[0] = (struct fact){"cpu_model", "A"};
	e.facts[1] = (struct fact){"kernel_release", "6"};
	e.facts[2] = (struct fact){"load1", "0.1"};
	floor_machine(&e, 4, one, sizeof(one));
	assert_int_equal(strlen(one), 16);
	strcpy(e.facts[2].value, "9");
	floor_machine(&e, 4, two, sizeof(two));
	assert_string_equal(one, two);
	floor_machine(&e, 5, two, sizeof(two));
	assert_string_not_equal(one, two);
	strcpy(e.facts[1].value, "7");
	floor_machine(&e, 4, two, sizeof(two));
	assert_string_not_equal(one, two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(absent_file_is_empty),
		cmocka_unit_test(hostile_files_are_named),
		cmocka_unit_test(default_path),
		cmocka_unit_test(machine_is_cpu_pus_and_kernel),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
