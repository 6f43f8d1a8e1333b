/* SPDX-License-Identifier: MIT */
/* history: adding runs, what is cut, edited or added twice, and many writers at once. */
#include "tests/unit/history_run.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "harness/history/history.h"

#define RUN_1 "20260102t030405z-aaa"
#define RUN_2 "20260103t030405z-bbb"
#define LINE                                                                                    \
	"2026-01-02T03:04:05Z,aaa,,20260102t030405z-aaa,vm-x86_64-4,CPU,c,mutex,2,compact,n=1," \
	"op_ns,ns,lower,18.5,18,19,,,\n"

/* A run of two cases, each with a time, a throughput and a count that must be zero. */
static void put_run(const char *run_dir, const char *run_id, const char *git_sha)
{
	FILE *file = begin_summary(run_dir);

	put_row(file, run_id, git_sha, "c,mutex,2,compact,n=1", "op_ns,ns,lower", "18.5,18,19",
		"ok");
	put_row(file, run_id, git_sha, "c,mutex,2,compact,n=1", "ops_per_s,1/s,higher", "5e7,,",
		"ok");
	put_row(file, run_id, git_sha, "c,none,2,compact,n=1", "op_ns,ns,lower", "7.25,,", "ok");
	put_row(file, run_id, git_sha, "c,none,2,compact,n=1", "lost,swipes,zero", "0,0,0", "ok");
	put_row(file, run_id, git_sha, "d,none,1,compact,", "op_ns,ns,lower", ",,", "crashed");
	assert_int_equal(fclose(file), 0);
	put_run_json(run_dir, "A, \\\"good\\\" CPU");
}

static enum exit_code add_with(const char *run_dir, const char *anchor_dir,
			       struct history_added *added, struct reason *why)
{
	char *run = xstrdup(path_of(run_dir));
	char *anchor = anchor_dir ? xstrdup(path_of(anchor_dir)) : NULL;
	char *path = xstrdup(path_of("history.csv"));
	const struct history_addition addition = {
		.path = path, .run_dir = run, .anchor_dir = anchor};
	enum exit_code code = history_add(&addition, added, why);

	free(path);
	free(anchor);
	free(run);
	return code;
}

static enum exit_code add(const char *run_dir, struct history_added *added, struct reason *why)
{
	return add_with(run_dir, NULL, added, why);
}

static void expect_file(const char *name, const char *wanted)
{
	char *text = get_file(name, NULL);

	assert_string_equal(text, wanted);
	free(text);
}

/* ---- add ---- */

#define HEAD_1 "2026-01-02T03:04:05Z,aaa,,20260102t030405z-aaa,vm-x86_64-4,A   good  CPU,"
#define LINES_1                                                              \
	HEAD_1 "c,mutex,2,compact,n=1,op_ns,ns,lower,18.5,18,19,,,\n" HEAD_1 \
	       "c,none,2,compact,n=1,lost,swipes,zero,0,0,0,,,\n" HEAD_1     \
	       "c,none,2,compact,n=1,op_ns,ns,lower,7.25,,,,,\n"

static void a_run_is_added_once(void **state)
{
	struct history_added added;
	struct reason why = {""};

	(void)state;
	put_run("run", RUN_1, "aaa");
	assert_int_equal(add("run", &added, &why), EXIT_OK);
	assert_int_equal(added.lines, 3);
	assert_int_equal(added.unmeasured, 1);
	expect_file("history.csv", HISTORY_HEADER "\n" LINES_1);
	assert_int_equal(add("run", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "history.csv:2: run " RUN_1 " is in this history"));
	expect_file("history.csv", HISTORY_HEADER "\n" LINES_1);
	put_run("other", RUN_2, "bbb");
	assert_int_equal(add("other", &added, &why), EXIT_OK);
	assert_int_equal(access(path_of("history.csv.rejected"), F_OK), -1);
}

/* A file that was cut after any byte: the whole lines stay, the rest is kept aside, and the same run added
 * again is then there once. */
static void every_cut_is_mended(void **state)
{
	static const char whole[] = HISTORY_HEADER "\n" LINES_1;
	struct history_added added;
	struct reason why = {""};

	(void)state;
	put_run("run", RUN_1, "aaa");
	quiet_talk = true;
	for (size_t cut = sizeof(HISTORY_HEADER); cut < sizeof(whole) - 1; cut += 3) {
		put_file("history.csv", whole, cut);
		(void)unlink(path_of("history.csv.rejected"));
		size_t last = cut;

		while (whole[last - 1] != '\n')
			last--;
		assert_int_equal(add("run", &added, &why), EXIT_OK);
		assert_int_equal(added.rejected, last < cut);
		expect_file("history.csv", whole);
		if (last == cut)
			continue;
		char *aside = get_file("history.csv.rejected", NULL);

		assert_non_null(strstr(aside, "no newline at its end"));
		/* the bytes themselves, as the last line */
		assert_memory_equal(aside + strlen(aside) - 1 - (cut - last), whole + last,
				    cut - last);
		free(aside);
	}
	quiet_talk = false;
}

static void bad_lines_are_kept_aside(void **state)
{
	static const char good[] = LINE;
	struct history_added added;
	struct reason why = {""};
	char *text = xasprintf("%s\nnonsense\n%s<<<<<<< HEAD\n%s", HISTORY_HEADER, good,
			       "half,a,li");

	(void)state;
	put_run("run", RUN_2, "bbb");
	put_file("history.csv", text, strlen(text));
	free(text);
	assert_int_equal(chmod(path_of("history.csv"), 0640), 0);
	assert_int_equal(add("run", &added, &why), EXIT_OK);
	assert_int_equal(added.rejected, 3);
	expect_file("history.csv.rejected",
		    "# history.csv:2: 1 cells, but the header has 20 columns\nnonsense\n"
		    "# history.csv:4: 1 cells, but the header has 20 columns\n<<<<<<< HEAD\n"
		    "# history.csv:5: column anchor_sha: the last line is cut short: no newline at "
		    "its end\nhalf,a,li\n");
	char *mended = get_file("history.csv", NULL);

	assert_memory_equal(mended, HISTORY_HEADER "\n" LINE "2026-01-03T",
			    sizeof(HISTORY_HEADER "\n" LINE "2026-01-03T") - 1);
	assert_null(strstr(mended, "HEAD"));
	free(mended);
	struct stat status;

	assert_int_equal(stat(path_of("history.csv"), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
}

static void foreign_files_are_not_touched(void **state)
{
	static const struct {
		const char *text, *says;
	} files[] = {
		{"a,b,c\n1,2,3\n",
		 "history.csv:1: column 1: the header says 'a', expected 'ts_utc'"},
		{"ts_utc,git_sha\n", "history.csv:1: the header lacks 'anchor_sha"},
		{HISTORY_HEADER ",more\n", "history.csv:1: column 21: the header says 'more'"},
		{"no newline at all", "history.csv:1: column 1: the last line is cut short"},
		{"ts_utc,git_sh", "history.csv:1: column 2: the last line is cut short"},
	};
	struct history_added added;
	struct reason why;

	(void)state;
	put_run("run", RUN_1, "aaa");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		put_file("history.csv", files[i].text, strlen(files[i].text));
		assert_int_equal(add("run", &added, &why), EXIT_USAGE);
		assert_non_null(strstr(why.text, files[i].says));
		expect_file("history.csv", files[i].text);
		assert_int_equal(access(path_of("history.csv.rejected"), F_OK), -1);
	}
}

static void bad_runs_are_refused(void **state)
{
	struct history_added added;
	struct reason why;
	FILE *file;

	(void)state;
	put_run("run", "yesterday", "aaa");
	assert_int_equal(add("run", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "column run_id: 'yesterday'"));
	file = begin_summary("run");
	put_row(file, RUN_1, "aaa", "\"c,x\",mutex,2,compact,", "op_ns,ns,lower", "1,,", "ok");
	assert_int_equal(fclose(file), 0);
	assert_int_equal(add("run", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "summary.csv:2: column case: 'c,x' has a comma"));
	file = begin_summary("run");
	for (int i = 0; i < 2; i++)
		put_row(file, RUN_1, "aaa", "c,mutex,2,compact,", "op_ns,ns,lower", "1,,", "ok");
	assert_int_equal(fclose(file), 0);
	assert_int_equal(add("run", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "two rows have the key c,mutex,2,compact,,op_ns"));
	file = begin_summary("run");
	put_row(file, RUN_1, "aaa", "c,mutex,2,compact,", "op_ns,ns,lower", "1,,", "ok");
	put_row(file, RUN_2, "aaa", "d,mutex,2,compact,", "op_ns,ns,lower", "1,,", "ok");
	assert_int_equal(fclose(file), 0);
	assert_int_equal(add("run", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "summary.csv:3: column run_id"));
	put_file("run/run.json", "{\"machine\": ", 12);
	put_run("good", RUN_1, "aaa");
	put_file("good/run.json", "{\"machine\": ", 12);
	assert_int_equal(add("good", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "run.json:1:"));
	assert_int_equal(access(path_of("history.csv"), F_OK), -1);
}

/* ---- anchor ---- */

static void ratios_to_a_run(void **state)
{
	struct history_added added;
	struct reason why = {""};
	FILE *file = begin_summary("anchor");

	(void)state;
	put_row(file, RUN_1, "base", "c,mutex,2,compact,n=1", "op_ns,ns,lower", "10,9,12", "ok");
	put_row(file, RUN_1, "base", "c,none,2,compact,n=1", "lost,swipes,zero", "0,0,0", "ok");
	assert_int_equal(fclose(file), 0);
	put_run_json("anchor", "A, \\\"good\\\" CPU");
	put_run("run", RUN_2, "bbb");
	assert_int_equal(add_with("run", "anchor", &added, &why), EXIT_OK);
	assert_false(added.anchor_paired);
	assert_int_equal(added.without, 2);
	char *text = get_file("history.csv", NULL);

	/* 18.5 / 10; 18 / 12; 19 / 9 */
	assert_non_null(strstr(text, "Z,bbb,base," RUN_2));
	assert_non_null(strstr(text, "op_ns,ns,lower,18.5,18,19,1.85,1.5,2.111111111111111\n"));
	assert_non_null(strstr(text, "lost,swipes,zero,0,0,0,,,\n"));
	free(text);
	put_run_json("anchor", "another CPU");
	assert_int_equal(add_with("run", "anchor", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "'another CPU'"));
}

static void put_comparison(const char *head, const char *stage, const char *flags)
{
	char *text = xasprintf("%s\n1,base,%s,c,mutex,2,compact,n=1,op_ns,ns,lower,10,40,10,11,1.1,"
			       "1.08,1.12,97.9,10,"
			       "3,,%s,slower,%s,\n",
			       COMPARE_HEADER, head, stage, flags);

	(void)mkdir(path_of("compared"), 0777);
	put_file("compared/compare.csv", text, strlen(text));
	free(text);
}

static void ratios_from_a_comparison(void **state)
{
	struct history_added added;
	struct reason why = {""};

	(void)state;
	put_run("run", RUN_2, "bbb");
	put_comparison("ccc", "confirm", "");
	assert_int_equal(add_with("run", "compared", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "compare.csv:2: column head_sha: 'ccc'"));
	put_comparison("bbb", "confirm", "i");
	assert_int_equal(add_with("run", "compared", &added, &why), EXIT_USAGE);
	assert_non_null(strstr(why.text, "injected"));
	put_comparison("bbb", "confirm", "");
	assert_int_equal(add_with("run", "compared", &added, &why), EXIT_OK);
	assert_true(added.anchor_paired);
	char *text = get_file("history.csv", NULL);

	assert_non_null(strstr(text, "op_ns,ns,lower,18.5,18,19,1.1,1.08,1.12\n"));
	free(text);
}

/* ---- writers ---- */

static void many_writers_lose_nothing(void **state)
{
	enum { WRITERS = 8 };
	pid_t children[WRITERS];
	struct reason why;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		char run[32], id[64];

		snprintf(run, sizeof(run), "run%d", i);
		snprintf(id, sizeof(id), "2026020%dt030405z-aaa", i + 1);
		put_run(run, id, "aaa");
	}
	/* a bad line at first: one of them replaces the file while the others wait for its lock */
	put_file("history.csv", HISTORY_HEADER "\nx\n" LINE,
		 sizeof(HISTORY_HEADER "\nx\n" LINE) - 1);
	quiet_talk = true;
	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			char run[32];
			struct history_added added;

			snprintf(run, sizeof(run), "run%d", i);
			_exit(add(run, &added, &why));
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	quiet_talk = false;
	struct trend trend;

	assert_true(trend_read(&trend, path_of("history.csv"), NULL, NULL, &why));
	assert_int_equal(trend.lines, 1 + 3 * WRITERS);
	assert_int_equal(trend.bad_lines, 0);
	trend_free(&trend);
	expect_file("history.csv.rejected",
		    "# history.csv:2: 1 cells, but the header has 20 columns\nx\n");
}

/* A full disk in the middle of the lines: the file is as it was. */
static void a_failed_write_is_taken_back(void **state)
{
	static const char before[] = HISTORY_HEADER "\n" LINE;
	const struct rlimit tight = {sizeof(before) + 100, RLIM_INFINITY};
	const struct rlimit wide = {RLIM_INFINITY, RLIM_INFINITY};
	struct history_added added;
	struct reason why = {""};

	(void)state;
	put_run("run", RUN_2, "bbb");
	put_file("history.csv", before, sizeof(before) - 1);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	enum exit_code code = add("run", &added, &why);

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &wide), 0);
	assert_int_equal(code, EXIT_INTERNAL);
	assert_non_null(strstr(why.text, "nothing was added"));
	expect_file("history.csv", before);
}

/* A writer is killed at any byte of the files that it writes: the old file is there as a whole, and the next
 * writer does all of it. */
static void a_killed_writer_leaves_the_old_file(void **state)
{
	static const char before[] = HISTORY_HEADER "\n" LINE "bad\n";
	struct history_added added;
	struct reason why = {""};

	(void)state;
	put_run("run", RUN_2, "bbb");
	quiet_talk = true;
	for (rlim_t most = 1; most < sizeof(before) + 300; most += 7) {
		put_file("history.csv", before, sizeof(before) - 1);
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			const struct rlimit limit = {most, most};

			signal(SIGXFSZ, SIG_DFL);
			(void)setrlimit(RLIMIT_FSIZE, &limit);
			(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
			_exit(add("run", &added, &why));
		}
		int status;

		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
		expect_file("history.csv", before);
	}
	(void)unlink(path_of("history.csv.rejected"));
	assert_int_equal(add("run", &added, &why), EXIT_OK);
	quiet_talk = false;
	assert_int_equal(added.lines, 3);
	expect_file("history.csv.rejected",
		    "# history.csv:3: 1 cells, but the header has 20 columns\nbad\n");
	assert_int_equal(access(path_of("history.csv.new"), F_OK), -1);
	assert_int_equal(access(path_of("history.csv.rejected.new"), F_OK), -1);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_run_is_added_once),
		IN_FOLDER(every_cut_is_mended),
		IN_FOLDER(bad_lines_are_kept_aside),
		IN_FOLDER(foreign_files_are_not_touched),
		IN_FOLDER(bad_runs_are_refused),
		IN_FOLDER(ratios_to_a_run),
		IN_FOLDER(ratios_from_a_comparison),
		IN_FOLDER(many_writers_lose_nothing),
		IN_FOLDER(a_failed_write_is_taken_back),
		IN_FOLDER(a_killed_writer_leaves_the_old_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
