/* SPDX-License-Identifier: MIT */
/* The figures of summary.csv from small runs written by hand. */
#include "tests/unit/summary_run.h"

static void standard_metrics_of_one_epoch(void **state)
{
	struct summary summary;

	(void)state;
	begin();
	fputs(KEY("c", "none", "4") ",time,0,1,0,250,2000,6000,1000,4,2,0,0,,ok\n", samples);
	build_and_read(&summary);
	near(find(&summary, "none", 4, "ops_per_s")->median, 5e8);
	near(find(&summary, "none", 4, "op_ns")->median, 8);
	near(find(&summary, "none", 4, "cpu_ns_per_op")->median, 6);
	near(find(&summary, "none", 4, "cpus_used")->median, 3);
	near(find(&summary, "none", 4, "nvcsw_per_s")->median, 2e6);
	near(find(&summary, "none", 4, "nivcsw_per_s")->median, 1e6);
	near(find(&summary, "none", 4, "nvcsw_per_op")->median, 0.004);
	near(find(&summary, "none", 4, "nivcsw_per_op")->median, 0.002);
	near(find(&summary, "none", 4, "op_ns")->iters, 250);
	assert_null(find(&summary, "none", 4, "jain"));    /* no workers.csv */
	assert_null(find(&summary, "none", 4, "speedup")); /* no ratio with one worker */
	assert_string_equal(find(&summary, "none", 4, "op_ns")->flags, "n");
	assert_true(isnan(find(&summary, "none", 4, "op_ns")->ci_lo));
	summary_free(&summary);
}

/* Median over rounds, then over launches. Warm-up, failures and the counting pass do not count. */
static void what_enters_the_statistics(void **state)
{
	struct summary summary;
	const struct summary_row *row;

	(void)state;
	begin();
	for (unsigned launch = 0; launch < 7; launch++) {
		epoch(NONE_1, "time", launch, 0, 9000000, "w");
		epoch(NONE_1, "time", launch, 1, 1000 * (launch + 1), "");
		epoch(NONE_1, "time", launch, 2, 1000 * (launch + 1), "p");
		epoch(NONE_1, "time", launch, 3, 777000, "");
		epoch(NONE_1, "count", launch, 1, 8000000, "");
	}
	fputs(NONE_1 ",time,7,1,0,,,,,,,,,,timeout\n", samples);
	build_and_read(&summary);
	row = find(&summary, "none", 1, "op_ns");
	assert_int_equal(row->n_launch, 7);
	assert_int_equal(row->n_round, 21);
	near(row->median, 4);
	near(row->ci_lo, 1);
	near(row->ci_hi, 7);
	near(row->ci_level, 98.4375);
	near(row->ci_reached, 75);
	near(row->min, 1);
	near(row->max, 777);
	near(row->preempted_share, 1.0 / 3);
	assert_string_equal(row->flags, "");
	assert_string_equal(row->status, "timeout");
	summary_free(&summary);
}

static void ratios_pair_by_launch_and_round(void **state)
{
	static const unsigned factor[] = {2, 3, 4, 5, 6, 7};
	struct summary summary;
	const struct summary_row *row;

	(void)state;
	begin();
	for (unsigned launch = 0; launch < 6; launch++)
		for (unsigned round = 1; round <= 3; round++) {
			/* the machine drifts by powers of ten, the ratio does not */
			unsigned wall_ns = 100 * (launch + 1) * (round * round + 1);

			epoch(NONE_2, "time", launch, round, wall_ns, "");
			epoch(KEY("c", "mutex", "2"), "time", launch, round,
			      wall_ns * factor[launch], "");
		}
	epoch(KEY("c", "mutex", "2"), "time", 5, 9, 1, ""); /* no partner in the pair */
	epoch(KEY("c", "mutex", "3"), "time", 5, 9, 1, "");
	build_and_read(&summary);
	row = find(&summary, "mutex", 2, "op_ns");
	assert_string_equal(row->ratio_to, "mode=none");
	near(row->ratio, sqrt(4 * 5));
	near(row->ratio_lo, 2);
	near(row->ratio_hi, 7);
	near(find(&summary, "mutex", 2, "ops_per_s")->ratio, 1 / sqrt(4 * 5));
	assert_string_equal(find(&summary, "none", 2, "op_ns")->ratio_to, "");
	assert_true(isnan(find(&summary, "none", 2, "op_ns")->ratio));
	assert_string_equal(find(&summary, "mutex", 3, "op_ns")->ratio_to, "");
	summary_free(&summary);
}

static void speedup_pairs_launches(void **state)
{
	struct summary summary;
	const struct summary_row *row;

	(void)state;
	begin();
	for (unsigned launch = 0; launch < 6; launch++) {
		epoch(NONE_1, "time", launch, 1, 4000 * (launch + 1), "");
		epoch(NONE_2, "time", launch, 1, 2000 * (launch + 1), "");
	}
	epoch(KEY("c", "gil", "2"), "time", 0, 1, 2000, "");
	build_and_read(&summary);
	row = find(&summary, "none", 2, "speedup");
	assert_int_equal(row->n_launch, 6);
	near(row->median, 2);
	near(row->ci_lo, 2);
	near(row->ratio, 2);
	assert_string_equal(row->ratio_to, "workers=1");
	near(find(&summary, "none", 1, "speedup")->median, 1);
	assert_null(find(&summary, "gil", 2, "speedup")); /* not against another mode's */
	summary_free(&summary);
}

static void zero_has_no_ratio(void **state)
{
	struct summary summary;

	(void)state;
	begin();
	epoch(NONE_1, "time", 0, 1, 1000, "");
	epoch(MUTEX_1, "time", 0, 1, 1000, "");
	put_file("metrics.csv", METRICS_HEADER
		 "\n" NONE_1 ",0,1,lost,1,zero,7\n" MUTEX_1 ",0,1,lost,1,zero,0\n" NONE_1
		 ",0,,per_launch,ns,lower,5\n" NONE_1 ",3,,per_launch,ns,lower,9\n");
	build_and_read(&summary);
	near(find(&summary, "none", 1, "lost")->median, 7);
	near(find(&summary, "mutex", 1, "lost")->median, 0);
	assert_true(isnan(find(&summary, "mutex", 1, "lost")->ratio));
	assert_string_equal(find(&summary, "mutex", 1, "lost")->better, "zero");
	near(find(&summary, "none", 1, "per_launch")->median, 5); /* launch 3 has no epoch */
	assert_true(isnan(find(&summary, "none", 1, "lost")->ci_reached));
	summary_free(&summary);
	unlink(path_of("metrics.csv"));
}

static void counters_are_summed_over_workers(void **state)
{
	struct summary summary;

	(void)state;
	begin();
	epoch(NONE_2, "count", 0, 1, 1000, "");
	epoch(NONE_2, "count", 0, 2, 1000, "");
	put_file("counters.csv", COUNTERS_HEADER
		 "\n" NONE_2 ",0,1,0,cycles,u,1000,9,9,ok\n" NONE_2
		 ",0,1,1,cycles,u,3000,9,9,ok\n" NONE_2 ",0,1,0,instructions,u,5000,9,9,ok\n" NONE_2
		 ",0,1,1,instructions,u,3000,9,9,ok\n" NONE_2
		 ",0,2,0,LLC-misses,u,5,9,9,ok\n" NONE_2 ",0,2,1,LLC-misses,u,,9,9,no_pmu\n");
	build_and_read(&summary);
	near(find(&summary, "none", 2, "cycles_per_op")->median, 4);
	near(find(&summary, "none", 2, "instructions_per_op")->median, 8);
	near(find(&summary, "none", 2, "ipc")->median, 2);
	/* one worker's count alone would be a wrong sum */
	assert_true(isnan(find(&summary, "none", 2, "llc_misses_per_op")->median));
	assert_string_equal(find(&summary, "none", 2, "llc_misses_per_op")->status,
			    "skipped:no_pmu");
	assert_null(find(&summary, "none", 2, "op_ns")); /* no time of record */
	summary_free(&summary);
	unlink(path_of("counters.csv"));
}

/* docs/csv.md has a row for each metric of the table, with its unit and what is better. */
static void metrics_are_documented(void **state)
{
	static char page[65536];
	size_t count;
	const struct summary_metric *metrics = summary_metrics(&count);

	(void)state;
	assert_true(read_text("docs/csv.md", page, sizeof(page)));
	for (size_t i = 0; i < count; i++) {
		char *row = xasprintf("\n| %s | %s | %s | ", metrics[i].name, metrics[i].unit,
				      metrics[i].better);

		if (!strstr(page, row))
			fail_msg("docs/csv.md lacks:%s", row);
		free(row);
	}
}

static void jain_is_of_speeds(void **state)
{
	struct summary summary;

	(void)state;
	begin();
	epoch(NONE_2, "time", 0, 1, 1000, "");
	epoch(KEY("c", "gil", "2"), "time", 0, 1, 1000, "");
	put_file("workers.csv",
		 WORKERS_HEADER "\n" NONE_2 ",time,0,1,0,0,0,0,500,1,1000,9,0,0\n" NONE_2
				",time,0,1,1,1,1,1,500,1,3000,9,0,0\n" KEY(
					"c", "gil", "2") ",time,0,1,0,0,0,0,500,1,1000,9,0,0\n");
	build_and_read(&summary);
	near(find(&summary, "none", 2, "jain")->median, 0.8); /* speeds 3 : 1 */
	assert_null(find(&summary, "gil", 2, "jain"));        /* a worker is missing */
	near(find(&summary, "none", 2, "slowest_share")->median, 0.5);
	near(find(&summary, "none", 2, "fastest_share")->median, 1.5);
	assert_null(find(&summary, "gil", 2, "slowest_share"));
	summary_free(&summary);
	unlink(path_of("workers.csv"));
}

static void flags_say_what_to_believe(void **state)
{
	struct summary summary;

	(void)state;
	begin();
	for (unsigned launch = 0; launch < 6; launch++) {
		const char *preempted = launch < 4 ? "p" : "";

		epoch(NONE_1, "time", launch, 1, 1000, preempted);
		epoch(NONE_2, "time", launch, 1, 1000, launch < 3 ? "p" : "");
		epoch(KEY("c", "none", "9"), "time", launch, 1, 1000, launch < 4 ? "po" : "o");
	}
	epoch(KEY("c", "gil", "1"), "time", 0, 1, 1000, "p");
	build_and_read(&summary);
	assert_string_equal(find(&summary, "none", 1, "op_ns")->flags, "b");
	assert_string_equal(find(&summary, "none", 2, "op_ns")->flags, ""); /* exactly half */
	assert_string_equal(find(&summary, "none", 9, "op_ns")->flags, "o");
	assert_string_equal(find(&summary, "gil", 1, "op_ns")->flags, "bn");
	assert_true(summary_has_flag(find(&summary, "gil", 1, "op_ns"), 'n'));
	summary_free(&summary);
}

/* A row is not valid if more than half of its epochs are not; five launches give no interval. */
static void half_of_the_epochs_may_be_invalid(void **state)
{
	struct summary summary;

	(void)state;
	begin();
	for (unsigned launch = 0; launch < 20; launch++) {
		epoch(NONE_1, "time", launch, 1, 1000, launch < 11 ? "v" : "");
		epoch(NONE_2, "time", launch, 1, 1000, launch < 10 ? "v" : "");
		epoch(KEY("c", "none", "4"), "time", launch, 1, 1000, launch < 11 ? "p" : "");
	}
	for (unsigned launch = 0; launch < 5; launch++)
		epoch(KEY("c", "none", "3"), "time", launch, 1, 1000, "");
	build_and_read(&summary);
	assert_string_equal(find(&summary, "none", 1, "op_ns")->flags, "v");
	assert_string_equal(find(&summary, "none", 2, "op_ns")->flags, "");
	assert_string_equal(find(&summary, "none", 4, "op_ns")->flags, "b");
	assert_string_equal(find(&summary, "none", 3, "op_ns")->flags, "n");
	assert_true(isnan(find(&summary, "none", 3, "op_ns")->ci_lo));
	summary_free(&summary);
}

static void the_worst_status_wins(void **state)
{
	static const char *const worse[] = {"skipped:no-smt", "error:setup", "timeout",
					    "killed",         "crashed",     "wrong"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(worse); i++) {
		struct summary summary;
		const struct summary_row *row;

		begin();
		for (size_t j = i + 1; j-- > 0;) /* the worst first, then milder ones */
			fprintf(samples, NONE_1 ",time,0,%zu,0,,,,,,,,,,%s\n", j, worse[j]);
		build_and_read(&summary);
		row = find(&summary, "none", 1, "ops_per_s");
		assert_string_equal(row->status, worse[i]);
		assert_true(isnan(row->median) && row->n_launch == 0);
		assert_string_equal(row->flags, "");
		summary_free(&summary);
	}
}

static void rows_are_sorted(void **state)
{
	static const char *const keys[] = {
		"1,r,b,b,gil,1,compact,size=1024", "1,r,b,b,none,10,compact,size=64",
		"1,r,b,b,other,2,compact,size=64", "1,r,b,b,process,2,compact,size=64",
		"1,r,b,b,none,2,compact,size=64",  "1,r,b,a,mutex,1,scatter,",
		"1,r,b,b,mutex,1,cores,size=64",
	};
	static const unsigned order[] = {5, 4, 3, 2, 1, 6, 0};
	struct summary summary;
	size_t next = 0;

	(void)state;
	begin();
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		epoch(keys[i], "time", 0, 1, 1000 + (unsigned)i, "");
	build_and_read(&summary);
	for (size_t i = 0; i < summary.count; i++)
		if (strcmp(summary.rows[i].metric, "op_ns") == 0) {
			double wall_ns = 1000 + order[next++];

			near(summary.rows[i].median,
			     wall_ns * (double)summary.rows[i].workers / 1000);
		}
	assert_int_equal(next, ARRAY_SIZE(keys));
	for (size_t i = 1; i < summary.count; i++)
		if (strcmp(summary.rows[i].mode, summary.rows[i - 1].mode) == 0 &&
		    summary.rows[i].workers == summary.rows[i - 1].workers &&
		    strcmp(summary.rows[i].param, summary.rows[i - 1].param) == 0)
			assert_true(strcmp(summary.rows[i - 1].metric, summary.rows[i].metric) < 0);
	summary_free(&summary);
}

static void commit_comes_from_the_build(void **state)
{
	static const struct {
		const char *build, *sha;
	} table[] = {
		{"ab12cd34ef56", "ab12cd34ef56"},
		{"ab12cd34ef56-dirty", "ab12cd34ef56-dirty"},
		{"v1.2-7-gab12cd34ef56", "ab12cd34ef56"},
		{"v1.2", ""},
		{"unknown", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct summary summary;
		char key[64];

		begin();
		snprintf(key, sizeof(key), "1,r,%s,c,none,1,compact,", table[i].build);
		epoch(key, "time", 0, 1, 1000, "");
		build_and_read(&summary);
		assert_string_equal(find(&summary, "none", 1, "op_ns")->git_sha, table[i].sha);
		summary_free(&summary);
	}
}

/* Rows in random order all find their combination, launch and round. */
static void shuffled_rows_find_their_place(void **state)
{
	enum { CASES = 200, LAUNCHES = 10, ROUNDS = 4 };
	struct summary summary;

	(void)state;
	begin();
	for (unsigned i = 0; i < CASES * LAUNCHES * ROUNDS; i++) {
		unsigned k = i * 7919u % (CASES * LAUNCHES * ROUNDS); /* a prime: visits all */
		char key[64];

		snprintf(key, sizeof(key), "1,r,b,case_%u,none,1,compact,", k % CASES);
		epoch(key, "time", k / CASES % LAUNCHES, k / CASES / LAUNCHES, 1000 + k % CASES,
		      "");
	}
	build_and_read(&summary);
	assert_int_equal(summary.count % CASES, 0); /* as many metrics of each case */
	assert_true(summary.count / CASES >= 9);
	for (size_t i = 0; i < summary.count; i++) {
		uint64_t number;

		assert_int_equal(summary.rows[i].n_launch, LAUNCHES);
		assert_true(parse_u64(summary.rows[i].case_name + 5, 0, CASES, &number));
		if (strcmp(summary.rows[i].metric, "op_ns") == 0)
			near(summary.rows[i].median, (1000 + (double)number) / 1000);
	}
	summary_free(&summary);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(standard_metrics_of_one_epoch),
		TEST(what_enters_the_statistics),
		TEST(ratios_pair_by_launch_and_round),
		TEST(speedup_pairs_launches),
		TEST(zero_has_no_ratio),
		TEST(counters_are_summed_over_workers),
		TEST(jain_is_of_speeds),
		TEST(metrics_are_documented),
		TEST(flags_say_what_to_believe),
		TEST(half_of_the_epochs_may_be_invalid),
		TEST(the_worst_status_wins),
		TEST(rows_are_sorted),
		TEST(commit_comes_from_the_build),
		TEST(shuffled_rows_find_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
