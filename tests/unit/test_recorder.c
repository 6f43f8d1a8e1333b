/* SPDX-License-Identifier: MIT */
#include "harness/run/recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const files[RECORD_FILES] = {"samples.csv", "workers.csv",   "counters.csv",
						"metrics.csv", "histogram.csv", "timeline.csv"};
static const char *const headers[RECORD_FILES] = {SAMPLES_HEADER,   WORKERS_HEADER,
						  COUNTERS_HEADER,  METRICS_HEADER,
						  HISTOGRAM_HEADER, TIMELINE_HEADER};

static const struct bench_case bench = {
	.name = "sample",
	.metrics = {{"lost", "ops", "zero", ""}, {"rate", "1/s", "higher", ""}},
};
static const struct mode mode = {.name = "none", .sync = SYNC_NONE};
static const struct mode gil_mode = {.name = "gil", .sync = SYNC_GIL};

static struct placement placement = {.text = "cores"};
static struct seating seating;
static struct plan_group group;
static struct recorder recorder;
static struct reason why;
static char *folder, *run;
static char text[200000];

static int make_folder(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	folder = xasprintf("%s/recorder-XXXXXX", parent ? parent : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	run = xasprintf("%s/a/b/run", folder);
	seating = (struct seating){.count = 2, .os = {3, -1}};
	group = (struct plan_group){
		.param = "x=1;y=2", .placement = &placement, .workers = 2, .seating = &seating};
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	int result = nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(folder);
	free(run);
	return result;
}

static const char *content(enum record_file file)
{
	char *path = xasprintf("%s/%s", run, files[file]);

	assert_true(read_text(path, text, sizeof(text)));
	free(path);
	return text;
}

/* The header, then ROWS. KEY in ROWS stands for the first columns of every row. */
static void expect_rows(enum record_file file, const char *rows)
{
	char *key = xasprintf("1,%s,%s,sample", recorder.run_id, recorder.build);
	char *expected = xasprintf("%s", headers[file]);

	for (const char *line = rows; *line;) {
		size_t length = strcspn(line, "\n");
		char *longer = xasprintf("%s\n%s,%.*s", expected, key, (int)length, line);

		free(expected);
		expected = longer;
		line += length + (line[length] == '\n');
	}
	assert_string_equal(content(file), expected);
	free(key);
	free(expected);
}

static void open_run(void)
{
	if (!recorder_open(&recorder, run, &why))
		fail_msg("%s", why.text);
}

static struct record_key key_of(bool counting, const struct mode *of)
{
	return (struct record_key){.bench = &bench,
				   .group = &group,
				   .mode = of,
				   .counting = counting,
				   .launch = 4,
				   .round = 2,
				   .slot = 1};
}

static const struct epoch_record epoch = {.batch = 50,
					  .wall_ns = 1000,
					  .metrics = {7, 2.5, NAN},
					  .gil_events = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};

/* Two workers that had their PUs to themselves all the time. */
static const struct worker_record workers[2] = {
	{.cpu_begin = 3, .cpu_end = 3, .ops = 50, .start_ns = 1, .end_ns = 1000, .cpu_ns = 999},
	{.cpu_begin = 0,
	 .cpu_end = 1,
	 .ops = 49,
	 .start_ns = 2,
	 .end_ns = 900,
	 .cpu_ns = 898,
	 .nvcsw = 5},
};

static void every_file_begins_with_its_header(void **state)
{
	(void)state;
	open_run();
	for (int i = 0; i < RECORD_FILES; i++)
		expect_rows(i, "");
	assert_true(recorder_close(&recorder, &why));
	assert_null(recorder.directory);
}

static void an_epoch_is_a_row_of_each_file(void **state)
{
	const struct record_key key = key_of(false, &mode);

	(void)state;
	open_run();
	assert_true(recorder_epoch(&recorder, &key, false, RUN_OK, &epoch, workers, NULL, &why));
	expect_rows(FILE_SAMPLES, "none,2,cores,x=1;y=2,time,4,2,1,50,1000,1897,99,5,0,0,0,,ok");
	expect_rows(FILE_WORKERS, "none,2,cores,x=1;y=2,time,4,2,0,3,3,3,50,1,1000,999,0,0\n"
				  "none,2,cores,x=1;y=2,time,4,2,1,,0,1,49,2,900,898,5,0");
	expect_rows(FILE_METRICS, "none,2,cores,x=1;y=2,4,2,lost,ops,zero,7\n"
				  "none,2,cores,x=1;y=2,4,2,rate,1/s,higher,2.5");
	expect_rows(FILE_COUNTERS, "");
	assert_true(recorder_close(&recorder, &why));
}

static void a_gil_reports_its_events(void **state)
{
	const struct record_key key = key_of(false, &gil_mode);

	(void)state;
	open_run();
	assert_true(recorder_epoch(&recorder, &key, false, RUN_WRONG, &epoch, workers, NULL, &why));
	assert_non_null(strstr(content(FILE_SAMPLES), ",wrong"));
	for (int i = 0; i < GIL_EVENTS; i++) {
		char *row = xasprintf(",4,2,%s,1/epoch,info,%d", gil_event_name(i), i + 1);

		assert_non_null(strstr(content(FILE_METRICS), row));
		free(row);
	}
	assert_true(recorder_close(&recorder, &why));
}

static void a_pace_is_on_file_and_flagged_where_it_moved(void **state)
{
	const struct record_key key = key_of(false, &mode);
	struct epoch_record paced = {.batch = 50, .wall_ns = 1000, .step_ns = 1.5};

	(void)state;
	for (int i = 0; i < BENCH_METRICS_MAX; i++)
		paced.metrics[i] = NAN;
	open_run();
	assert_true(recorder_epoch(&recorder, &key, false, RUN_OK, &paced, workers, NULL, &why));
	expect_rows(FILE_METRICS, "none,2,cores,x=1;y=2,4,2,step_ns,ns,info,1.5");
	paced.tick_steps = 10;
	paced.pace_moved = 1;
	assert_true(recorder_epoch(&recorder, &key, false, RUN_OK, &paced, workers, NULL, &why));
	expect_rows(FILE_METRICS, "none,2,cores,x=1;y=2,4,2,step_ns,ns,info,1.5\n"
				  "none,2,cores,x=1;y=2,4,2,step_ns,ns,info,1.5\n"
				  "none,2,cores,x=1;y=2,4,2,tick_steps,1,info,10\n"
				  "none,2,cores,x=1;y=2,4,2,tick_ns,ns,info,15");
	expect_rows(FILE_SAMPLES, "none,2,cores,x=1;y=2,time,4,2,1,50,1000,1897,99,5,0,0,0,,ok\n"
				  "none,2,cores,x=1;y=2,time,4,2,1,50,1000,1897,99,5,0,0,0,c,ok");
	assert_true(recorder_close(&recorder, &why));
}

static void a_warm_up_is_flagged_and_no_more(void **state)
{
	const struct record_key key = key_of(false, &mode);

	(void)state;
	open_run();
	seating.oversubscribed = true;
	assert_true(recorder_epoch(&recorder, &key, true, RUN_OK, &epoch, workers, NULL, &why));
	seating.oversubscribed = false;
	assert_non_null(strstr(content(FILE_SAMPLES), ",wo,ok"));
	expect_rows(FILE_WORKERS, "");
	expect_rows(FILE_METRICS, "");
	assert_true(recorder_close(&recorder, &why));
}

/* The flags of the row that an epoch of OF with these workers gets. */
static const char *flags_of(const struct bench_case *of, const struct worker_record *team)
{
	struct record_key key = key_of(false, &mode);

	key.bench = of;
	assert_true(recorder_epoch(&recorder, &key, false, RUN_OK, &epoch, team, NULL, &why));
	char *status = strrchr(content(FILE_SAMPLES), ',');

	*status = '\0';
	return strrchr(text, ',') + 1;
}

/* One of two workers got CPU_NS of a window of 1000 ns and gave way NVCSW times. */
static const char *flags_of_share(uint64_t cpu_ns, uint64_t nvcsw)
{
	struct worker_record team[2] = {workers[0], workers[0]};

	team[1].start_ns = 500;
	team[1].end_ns = 1500;
	team[1].cpu_ns = cpu_ns;
	team[1].nvcsw = nvcsw;
	return flags_of(&bench, team);
}

static void a_worker_without_its_core_was_preempted(void **state)
{
	(void)state;
	open_run();
	assert_string_equal(flags_of_share(1000, 0), "");
	assert_string_equal(flags_of_share(950, 0), "");
	assert_string_equal(flags_of_share(949, 0), "p");
	assert_string_equal(flags_of_share(0, 1), ""); /* one that sleeps cannot tell */
	assert_true(recorder_close(&recorder, &why));
}

static double must_switch;
static double switches(const int64_t *params, unsigned count, bool same_pu)
{
	(void)params;
	(void)count;
	(void)same_pu;
	return must_switch;
}

/* 1000 operations of each of two workers, and so many switches of both together. */
static const char *flags_of_switches(uint64_t nvcsw, uint64_t nivcsw)
{
	static const struct bench_case switcher = {.name = "sample", .switches = switches};
	struct worker_record team[2] = {{.ops = 1000, .nvcsw = nvcsw},
					{.ops = 1000, .nvcsw = 0, .nivcsw = nivcsw}};

	return flags_of(&switcher, team);
}

static void switches_may_be_a_twentieth_off(void **state)
{
	(void)state;
	open_run();
	must_switch = 2;
	assert_string_equal(flags_of_switches(1000, 1000), "");
	assert_string_equal(flags_of_switches(2099, 0), "");
	assert_string_equal(flags_of_switches(2000, 101), "v");
	assert_string_equal(flags_of_switches(1901, 0), "");
	assert_string_equal(flags_of_switches(1899, 0), "v");
	must_switch = 0; /* a twentieth of a switch then */
	assert_string_equal(flags_of_switches(49, 0), "");
	assert_string_equal(flags_of_switches(51, 0), "v");
	must_switch = NAN; /* the case does not say */
	assert_string_equal(flags_of_switches(51, 0), "");
	assert_true(recorder_close(&recorder, &why));
}

static void counters_without_a_value_are_empty(void **state)
{
	const struct record_key key = key_of(true, &mode);
	struct counter_set set = {.count = 2,
				  .events = {{.name = "cycles"}, {.name = "faults", .kernel = 1}}};
	struct worker_record counted[2];

	(void)state;
	memcpy(counted, workers, sizeof(counted));
	for (int i = 0; i < 2; i++)
		counted[i].counters = (struct counter_values){
			.time_enabled_ns = 10,
			.time_running_ns = 9,
			.value = {123, 456},
			.status = {COUNTER_OK, COUNTER_DENIED_PARANOID},
		};
	open_run();
	assert_true(recorder_epoch(&recorder, &key, false, RUN_OK, &epoch, counted, &set, &why));
	char *denied = xasprintf("faults,uk,,10,9,%s",
				 counter_status_name(COUNTER_DENIED_PARANOID));

	assert_non_null(strstr(content(FILE_COUNTERS), ",4,2,0,cycles,u,123,10,9,ok\n"));
	assert_non_null(strstr(content(FILE_COUNTERS), denied));
	assert_non_null(strstr(content(FILE_SAMPLES), ",count,4,2,1,"));
	expect_rows(FILE_METRICS, ""); /* counting disturbs, so its figures are not of record */
	free(denied);
	assert_true(recorder_close(&recorder, &why));
}

static void a_failure_has_no_numbers(void **state)
{
	const struct record_key key = key_of(false, &mode);

	(void)state;
	open_run();
	group.seating = NULL;
	assert_true(recorder_failure(&recorder, &key, RUN_CRASHED, "signal-11", &why));
	assert_true(recorder_failure(&recorder, &key, RUN_TIMEOUT, "", &why));
	group.seating = &seating;
	expect_rows(FILE_SAMPLES, "none,2,cores,x=1;y=2,time,4,2,1,,,,,,,,,,crashed:signal-11\n"
				  "none,2,cores,x=1;y=2,time,4,2,1,,,,,,,,,,timeout");
	assert_true(recorder_close(&recorder, &why));
}

static void turns_become_metrics_and_the_first_launch_a_timeline(void **state)
{
	struct record_key key = key_of(false, &gil_mode);
	struct turns_record turns = {
		.measured = 1,
		.row_count = 2,
		.rows = {{.worker = 0, .take_ns = 10, .drop_ns = 5010},
			 {.worker = 1, .take_ns = 5030, .drop_ns = 9000}},
	};

	(void)state;
	for (int i = 0; i < TURN_FIGURES; i++)
		turns.figures[i] = NAN;
	turns.figures[TENURE_P50_NS] = 5000;
	open_run();
	assert_true(recorder_turns(&recorder, &key, &turns, &why));
	expect_rows(FILE_METRICS, "gil,2,cores,x=1;y=2,4,,tenure_p50_ns,ns,info,5000");
	expect_rows(FILE_TIMELINE, "");
	key.launch = 0;
	assert_true(recorder_turns(&recorder, &key, &turns, &why));
	expect_rows(FILE_TIMELINE, "gil,2,cores,x=1;y=2,0,0,10,5010\n"
				   "gil,2,cores,x=1;y=2,0,1,5030,9000");
	turns.row_count = TIMELINE_ROWS + 1; /* a runner that is out of its mind */
	turns.measured = 0;
	assert_true(recorder_turns(&recorder, &key, &turns, &why));
	assert_int_equal(recorder.files[FILE_TIMELINE].rows, 2 + TIMELINE_ROWS);
	assert_true(recorder_close(&recorder, &why));
}

static void usage_becomes_metrics_of_the_launch(void **state)
{
	const struct record_key key = key_of(false, &mode);
	double usage[USAGE_FIGURES] = {NAN, NAN, NAN};

	(void)state;
	open_run();
	assert_true(recorder_usage(&recorder, &key, usage, &why));
	expect_rows(FILE_METRICS, "");
	usage[WAKEUPS_PER_S] = 12;
	usage[PU_BUSY_MAX] = 0.75;
	usage[PU_BUSY_MIN] = 0.25;
	assert_true(recorder_usage(&recorder, &key, usage, &why));
	expect_rows(FILE_METRICS, "none,2,cores,x=1;y=2,4,,wakeups_per_s,1/s,info,12\n"
				  "none,2,cores,x=1;y=2,4,,pu_busy_max,ratio,info,0.75\n"
				  "none,2,cores,x=1;y=2,4,,pu_busy_min,ratio,info,0.25");
	assert_true(recorder_close(&recorder, &why));
}

static void latencies_become_percentiles_and_buckets(void **state)
{
	const struct record_key key = key_of(false, &mode);
	static struct histogram latency;

	(void)state;
	open_run();
	assert_true(recorder_latency(&recorder, &key, &latency, &why)); /* none: no row */
	expect_rows(FILE_METRICS, "");
	histogram_add(&latency, 10);
	histogram_add(&latency, 10);
	histogram_add(&latency, 50);
	assert_true(recorder_latency(&recorder, &key, &latency, &why));
	assert_true(recorder_histogram(&recorder, &key, &latency, &why));
	assert_non_null(strstr(content(FILE_METRICS), ",4,,latency_p50_ns,ns,lower,"));
	assert_non_null(strstr(content(FILE_METRICS), ",4,,latency_max_ns,ns,lower,50"));
	expect_rows(FILE_HISTOGRAM, "none,2,cores,x=1;y=2,ns,10,11,2\n"
				    "none,2,cores,x=1;y=2,ns,50,51,1");
	assert_true(recorder_close(&recorder, &why));
}

static void an_older_run_is_left_alone(void **state)
{
	const struct record_key key = key_of(false, &mode);
	struct recorder second;
	char before[4096];

	(void)state;
	open_run();
	assert_true(recorder_failure(&recorder, &key, RUN_ERROR, "x", &why));
	snprintf(before, sizeof(before), "%s", content(FILE_SAMPLES));
	assert_false(recorder_open(&second, run, &why));
	assert_non_null(strstr(why.text, "samples.csv"));
	assert_true(recorder_close(&second, &why) || true);
	assert_string_equal(content(FILE_SAMPLES), before);
	assert_true(recorder_close(&recorder, &why));
}

static void a_file_is_no_folder(void **state)
{
	char *path = xasprintf("%s/file", folder), *below = xasprintf("%s/below", path);
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	assert_false(recorder_open(&recorder, path, &why));
	recorder_close(&recorder, &why);
	assert_false(recorder_open(&recorder, below, &why));
	assert_non_null(strstr(why.text, "cannot make folder"));
	recorder_close(&recorder, &why);
	free(path);
	free(below);
}

static void expect_latest(const char *directory, const char *expected)
{
	char target[256] = "";

	unlink("results/latest");
	assert_true(recorder_publish(directory, &why));
	ssize_t length = readlink("results/latest", target, sizeof(target) - 1);

	assert_string_equal(length > 0 ? target : "", expected);
}

static void only_runs_in_results_are_published(void **state)
{
	char *home = getcwd(NULL, 0);

	(void)state;
	must_sys(chdir(folder));
	must_sys(mkdir("results", 0700));
	expect_latest("results/one", "one");
	expect_latest("elsewhere/one", "");
	expect_latest("/tmp/one", "");
	expect_latest("results/deep/one", "");
	expect_latest("results/", "");
	expect_latest("results/..", "");
	expect_latest("results/latest", "");
	expect_latest("results/two", "two");
	assert_true(recorder_publish("results/three", &why)); /* the link moves on */
	must_sys(chdir(home));
	free(home);
}

#define RECORDER_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORDER_TEST(every_file_begins_with_its_header),
		RECORDER_TEST(an_epoch_is_a_row_of_each_file),
		RECORDER_TEST(a_gil_reports_its_events),
		RECORDER_TEST(a_pace_is_on_file_and_flagged_where_it_moved),
		RECORDER_TEST(a_warm_up_is_flagged_and_no_more),
		RECORDER_TEST(a_worker_without_its_core_was_preempted),
		RECORDER_TEST(switches_may_be_a_twentieth_off),
		RECORDER_TEST(counters_without_a_value_are_empty),
		RECORDER_TEST(a_failure_has_no_numbers),
		RECORDER_TEST(turns_become_metrics_and_the_first_launch_a_timeline),
		RECORDER_TEST(usage_becomes_metrics_of_the_launch),
		RECORDER_TEST(latencies_become_percentiles_and_buckets),
		RECORDER_TEST(an_older_run_is_left_alone),
		RECORDER_TEST(a_file_is_no_folder),
		RECORDER_TEST(only_runs_in_results_are_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
