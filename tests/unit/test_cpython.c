/* SPDX-License-Identifier: MIT */
/*
 * A real interpreter's lock. What needs one is skipped where there is none; what a library may do to
 * us (be no library, be no Python, die, be there twice) is tried with files made here.
 */
#include "harness/sync/cpython.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/run/plan.h"
#include "harness/runner/crew.h"
#include "harness/sync/worker.h"

#define THREADS  4
#define CHECKS   2000
#define HOLD     50
#define LIMIT_S  120 /* a thread that never gets the lock must end the test, not the day */
#define EXIT_BAD 9

static struct reason why;

static void versions_are_read_from_what_python_says(void **state)
{
	struct cpython_facts facts;

	(void)state;
	assert_true(cpython_parse_version("3.11.2 (main, Mar 13 2023) [GCC 12.2.0]", &facts));
	assert_string_equal(facts.version, "3.11.2");
	assert_int_equal(facts.major, 3);
	assert_int_equal(facts.minor, 11);
	assert_true(cpython_parse_version("2.7.18", &facts));
	assert_string_equal(facts.version, "2.7.18");
	assert_true(cpython_parse_version("3.15.0a0 (heads/main, May 30 2025)", &facts));
	assert_string_equal(facts.version, "3.15.0a0");
	assert_true(cpython_parse_version("3.13.0+ (dirty)", &facts));
	assert_string_equal(facts.version, "3.13.0");
	assert_true(
		cpython_parse_version("3.13.0 experimental free-threading build (main)", &facts));
	assert_string_equal(facts.version, "3.13.0t");
	assert_true(cpython_parse_version("3.14.2 free-threading build (main)", &facts));
	assert_string_equal(facts.version, "3.14.2t");
}

static void what_is_no_version_is_refused(void **state)
{
	static const char *const bad[] = {
		"",        "Python 3", "3",          "3.",
		".1",      "3,11",     "33.11.2",    "3.11.2/../../etc",
		"-3.11.2", "3.11\n",   "3.11.2;x=1", "3.11.22222222222222222222"};
	struct cpython_facts facts;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(cpython_parse_version(bad[i], &facts));
}

static void what_is_no_libpython_is_refused(void **state)
{
	struct cpython_facts facts;

	(void)state;
	assert_false(cpython_probe("/nonexistent/libpython3.99.so", &facts, &why));
	assert_non_null(strstr(why.text, "no usable libpython"));
	assert_false(cpython_probe("/dev/null", &facts, &why));
	assert_false(cpython_probe("libm.so.6", &facts, &why)); /* a library, but another one */
	assert_non_null(strstr(why.text, "Py_GetVersion"));
}

static void modes_with_a_file_are_checked(void **state)
{
	static char longest[CPYTHON_FILE_MAX + 20];
	struct mode_list list = {.count = 0};

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): the rest is there already */
	memcpy(longest, "cpython:", 8);
	assert_false(mode_list_parse(&list, "cpython:", &why));
	assert_non_null(strstr(why.text, "expected the name of a libpython"));
	assert_false(mode_list_parse(&list, longest, &why));
	assert_non_null(strstr(why.text, "at most"));
	assert_false(mode_list_parse(&list, "cpython:/dev/null", &why));
	assert_int_equal(list.count, 0);
}

/* The message of a runner whose coordinator found no library. */
static void without_a_library_the_row_is_skipped(void **state)
{
	static struct setup_message setup;
	static struct crew crew;

	(void)state;
	setup = (struct setup_message){
		.magic = PROTOCOL_MAGIC, .version = PROTOCOL_VERSION, .workers = 1, .cpus = {-1}};
	mode_params_default(setup.mode_params);
	snprintf(setup.bench, sizeof(setup.bench), "empty");
	mode_to_wire(mode_find("cpython"), setup.mode, sizeof(setup.mode), setup.library,
		     sizeof(setup.library));
	assert_string_equal(setup.library, "");
	assert_int_equal(crew_start(&crew, &setup, &why), RUN_SKIPPED);
	assert_string_equal(why.text, "no libpython");
	sync_destroy(crew.arena.sync);
	arena_unmap(&crew.arena);
	free(crew.threads);
	free(crew.pids);
	free(crew.partners);
	free(crew.used_cpu_ns);
}

/* A home with interpreters in it. */
static char home[160], library_folder[200];

static void touch(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", library_folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
}

static int make_home(void **state)
{
	static const char *const folders[] = {"", "/.pyenv", "/.pyenv/versions",
					      "/.pyenv/versions/9", "/.pyenv/versions/9/lib"};
	const char *temporary = getenv("TMPDIR");

	(void)state;
	snprintf(home, sizeof(home), "%.120s/tollgate-home-%ld", temporary ? temporary : "/tmp",
		 (long)getpid());
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(library_folder, sizeof(library_folder), "%s%s", home, folders[i]);
		if (mkdir(library_folder, 0700) != 0)
			return -1;
	}
	return setenv("HOME", home, 1);
}

static int remove_home(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", home);
	/* NOLINTNEXTLINE(cert-env33-c): a fixed command on the test's own folder */
	return system(command);
}

static unsigned found_here(const struct cpython_library *found, unsigned count, const char **name)
{
	unsigned here = 0;

	for (unsigned i = 0; i < count; i++)
		if (strncmp(found[i].file, home, strlen(home)) == 0) {
			*name = strrchr(found[i].file, '/') + 1;
			assert_string_equal(found[i].facts.version, "");
			assert_true(*found[i].why.text);
			here++;
		}
	return here;
}

static void files_count_once_and_only_if_named_so(void **state)
{
	static const char *const others[] = {"libpython3.so",        "libpython3.99.a",
					     "libpython.so",         "libpython3.99-extra.so",
					     "libpythonista3.9.so",  "libpython4.1.so",
					     "libpython3.99.so.bak", "libpython3..so"};
	struct cpython_library *found = xcalloc(CPYTHON_FOUND_MAX, sizeof(*found));
	char link[256];
	const char *name = "";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		touch(others[i]);
	touch("libpython3.99.so.1.0");
	snprintf(link, sizeof(link), "%s/libpython3.99.so", library_folder);
	assert_int_equal(symlink("libpython3.99.so.1.0", link), 0);
	const unsigned count = cpython_find(found);

	assert_true(count <= CPYTHON_FOUND_MAX);
	assert_int_equal(found_here(found, count, &name), 1);
	assert_string_equal(name, "libpython3.99.so.1.0");
	free(found);
}

/* ---- with a real one, each test in a process of its own ---- */

static struct cpython_library *libraries;
static unsigned library_count;

static bool is_old(const struct cpython_facts *facts)
{
	return facts->major * 100 + facts->minor < 302;
}

/* Some usable library with the OLD or the new lock, or the test is skipped. */
static const char *any_library(bool old)
{
	for (unsigned i = 0; i < library_count; i++) {
		const struct cpython_facts *facts = &libraries[i].facts;

		if (*facts->version && facts->gil_said && is_old(facts) == old)
			return libraries[i].file;
	}
	skip();
	return NULL;
}

static int find_libraries(void **state)
{
	(void)state;
	libraries = xcalloc(CPYTHON_FOUND_MAX, sizeof(*libraries));
	library_count = cpython_find(libraries);
	return 0;
}

static int forget_libraries(void **state)
{
	(void)state;
	free(libraries);
	return 0;
}

static void every_library_tells_its_version_and_lock(void **state)
{
	(void)state;
	for (unsigned i = 0; i < library_count; i++) {
		const struct cpython_facts *facts = &libraries[i].facts;

		if (!*facts->version)
			continue;
		assert_non_null(strstr(libraries[i].file, "libpython"));
		assert_true(facts->major == 2 || facts->major == 3);
		/* the old lock counts ticks, the new one has an interval */
		assert_int_equal(facts->interval_ns == 0, is_old(facts));
		if (facts->gil_said) /* two threads at once would be no GIL */
			assert_true(facts->gil_seen);
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(libraries[k].facts.version, facts->version);
	}
}

static struct {
	_Atomic int inside;
	uint64_t plain; /* guarded by the interpreter's lock alone */
	bool overlap;
	struct worker workers[THREADS];
} room;

static void *hold(void *argument)
{
	struct worker *w = argument;

	cpython_take(w);
	for (int i = 0; i < CHECKS; i++) {
		if (atomic_fetch_add(&room.inside, 1))
			room.overlap = true;
		for (int k = 0; k < HOLD; k++)
			room.plain++;
		atomic_fetch_sub(&room.inside, 1);
		if (i % 16 == 0) {
			cpython_drop(w);
			sched_yield();
			cpython_take(w);
		} else {
			cpython_check(w);
		}
		/* if it were even, a case of two ticks would look at only one of them */
		if (w->ticks_left % 2 == 0)
			room.overlap = true;
	}
	cpython_drop(w);
	return NULL;
}

/* In the child: exit code 0 if all is as it should be. */
static int exclude_each_other(const char *file, bool old)
{
	pthread_t threads[THREADS];
	uint64_t takes = 0, again = 0, foreign = 0;

	alarm(LIMIT_S);
	if (!cpython_open(file, UINT64_C(100000), &why))
		return EXIT_BAD;
	for (unsigned i = 0; i < THREADS; i++) {
		room.workers[i] = (struct worker){
			.index = i, .count = THREADS, .seat = {.index = i}};
		must(pthread_create(&threads[i], NULL, hold, &room.workers[i]));
	}
	for (unsigned i = 0; i < THREADS; i++)
		must(pthread_join(threads[i], NULL));
	for (unsigned i = 0; i < THREADS; i++) {
		takes += room.workers[i].seat.events[GIL_TAKES];
		again += room.workers[i].seat.events[GIL_RETAKES];
		foreign += room.workers[i].seat.events[GIL_HANDOFFS];
	}
	if (room.overlap || room.plain != (uint64_t)THREADS * CHECKS * HOLD)
		return EXIT_BAD + 1;
	/* the first take follows no other, and each later thread begins after another */
	if (takes != again + foreign + 1 || foreign < THREADS - 1)
		return EXIT_BAD + 2;
	/* one take for each call that blocked and for the beginning, and whatever a check lost */
	if (takes < (uint64_t)THREADS * (1 + CHECKS / 16))
		return EXIT_BAD + 3;
	/* the old lock lets go at each check point, whoever gets it */
	if (old && takes != (uint64_t)THREADS * (1 + CHECKS))
		return EXIT_BAD + 4;
	return 0;
}

static void expect_exclusion(bool old)
{
	const char *file = any_library(old);
	int status;

	fflush(NULL);
	pid_t pid = (pid_t)must_sys(fork());

	if (!pid)
		_exit(exclude_each_other(file, old));
	must_sys(waitpid(pid, &status, 0));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void one_thread_at_a_time_holds_it(void **state)
{
	(void)state;
	expect_exclusion(false);
}

static void the_old_one_lets_go_at_each_check_point(void **state)
{
	(void)state;
	expect_exclusion(true);
}

static void modes_are_named_by_version_not_by_path(void **state)
{
	struct mode_list list = {.count = 0};
	char name[64], library[CPYTHON_FILE_MAX];

	(void)state;
	any_library(false);
	assert_true(mode_list_parse(&list, "cpython,real", &why));
	assert_true(list.count >= 1);
	for (unsigned i = 0; i < list.count; i++) {
		assert_memory_equal(list.modes[i]->name, "cpython-", 8);
		assert_null(strchr(list.modes[i]->name, '/'));
		assert_null(strchr(list.modes[i]->summary, '/'));
		mode_to_wire(list.modes[i], name, sizeof(name), library, sizeof(library));
		assert_string_equal(name, "cpython"); /* a row that every runner has */
		assert_non_null(strchr(library, '/'));
	}
	const struct mode *first = list.modes[0];

	assert_ptr_equal(mode_real_of(first->library, &why), first);
	mode_to_wire(mode_find("gil"), name, sizeof(name), library, sizeof(library));
	assert_string_equal(name, "gil");
	assert_string_equal(library, "");
}

int main(void)
{
	const struct CMUnitTest files[] = {
		cmocka_unit_test(versions_are_read_from_what_python_says),
		cmocka_unit_test(what_is_no_version_is_refused),
		cmocka_unit_test(what_is_no_libpython_is_refused),
		cmocka_unit_test(modes_with_a_file_are_checked),
		cmocka_unit_test(without_a_library_the_row_is_skipped),
	};
	const struct CMUnitTest real[] = {
		cmocka_unit_test(every_library_tells_its_version_and_lock),
		cmocka_unit_test(one_thread_at_a_time_holds_it),
		cmocka_unit_test(the_old_one_lets_go_at_each_check_point),
		cmocka_unit_test(modes_are_named_by_version_not_by_path),
	};
	const struct CMUnitTest made_up[] = {
		cmocka_unit_test(files_count_once_and_only_if_named_so),
	};

	quiet_talk = true;
	return cmocka_run_group_tests(files, NULL, NULL) +
	       cmocka_run_group_tests(real, find_libraries, forget_libraries) +
	       cmocka_run_group_tests(made_up, make_home, remove_home);
}
