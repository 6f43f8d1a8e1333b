/* SPDX-License-Identifier: MIT */
/* scaling.csv: which rows become a curve, which points count, and what is said where nothing fits. */
#include "tests/unit/summary_run.h"

#include "harness/stats/scaling.h"

static struct csv_table table;

/* LAUNCHES launches of KEY with one number of workers, which do RATE operations per second. */
static void put(const char *key, unsigned launches, double rate, const char *flags)
{
	for (unsigned launch = 0; launch < launches; launch++) {
		/* a little different in each, so that the parameters have an interval */
		const double wobble = 1 + 0.001 * ((launch % 5) - 2.0);

		epoch(key, "time", launch, 1, (unsigned)(1e12 / (rate * wobble)), flags);
	}
}

static double law(double workers, double sigma, double kappa)
{
	const struct scaling_fit fit = {.one = 1e6, .sigma = sigma, .kappa = kappa};

	return scaling_rate(&fit, workers);
}

static void build_table(void)
{
	struct summary summary;
	struct reason why = {""};

	build_and_read(&summary);
	summary_free(&summary);
	if (!summary_read_scaling(&table, folder, &why))
		fail_msg("%s", why.text);
}

static const char *cell(size_t row, const char *column)
{
	const int at = csv_column(&table, column);

	assert_true(at >= 0 && row < table.rows);
	return csv_cell(&table, row, (unsigned)at);
}

static double number(size_t row, const char *column)
{
	double value;

	assert_true(csv_number(&table, row, (unsigned)csv_column(&table, column), &value, NULL));
	return value;
}

static void about(double got, double wanted)
{
	if (!(fabs(got - wanted) <= 0.03 * fabs(wanted) + 1e-3))
		fail_msg("got %.9g, wanted %.9g", got, wanted);
}

static const char *print(void)
{
	static char text[4096];
	const struct summary_view view = {.width = 120};
	FILE *stream = fmemopen(text, sizeof(text), "w");

	assert_non_null(stream);
	summary_print_scaling(stream, &table, &view);
	assert_int_equal(fclose(stream), 0);
	return text;
}

#define MUTEX(workers) KEY("c", "mutex", workers)
#define NONE(workers)  KEY("c", "none", workers)

static void a_curve_with_a_peak(void **state)
{
	(void)state;
	begin();
	put(MUTEX("1"), 10, law(1, 0.1, 0.05), "");
	put(MUTEX("2"), 10, law(2, 0.1, 0.05), "");
	put(MUTEX("4"), 10, law(4, 0.1, 0.05), "");
	put(MUTEX("8"), 10, law(8, 0.1, 0.05), "");
	put(MUTEX("16"), 10, 1e3, "o"); /* shares processors: no point of the curve */
	build_table();
	assert_int_equal(table.rows, 1);
	assert_string_equal(cell(0, "status"), "ok");
	assert_string_equal(cell(0, "mode"), "mutex");
	assert_string_equal(cell(0, "counts"), "4");
	assert_string_equal(cell(0, "workers_max"), "8");
	assert_string_equal(cell(0, "n_launch"), "10");
	about(number(0, "sigma"), 0.1);
	about(number(0, "kappa"), 0.05);
	about(number(0, "one_per_s"), 1e6);
	about(number(0, "peak_workers"), sqrt(0.9 / 0.05));
	assert_true(number(0, "sigma_lo") <= number(0, "sigma_hi"));
	assert_true(number(0, "kappa_lo") > 0);
	assert_true(number(0, "residual_pct") < 0.5);
	assert_string_equal(cell(0, "remark"), "");
	assert_non_null(strstr(print(), "4.24 workers"));
	csv_table_free(&table);
}

/* Rises to the last count: where it would peak is not said. */
static void no_peak_inside_the_measured_range(void **state)
{
	(void)state;
	begin();
	put(MUTEX("1"), 10, law(1, 0.05, 1e-3), "");
	put(MUTEX("2"), 10, law(2, 0.05, 1e-3), "");
	put(MUTEX("4"), 10, law(4, 0.05, 1e-3), "");
	put(MUTEX("8"), 10, law(8, 0.05, 1e-3), "");
	build_table();
	assert_string_equal(cell(0, "peak_workers"), "");
	assert_string_equal(cell(0, "remark"), "no-peak-inside");
	assert_non_null(strstr(print(), "none inside"));
	csv_table_free(&table);
}

static void three_counts_are_not_fitted(void **state)
{
	(void)state;
	begin();
	put(MUTEX("1"), 10, 1e6, "");
	put(MUTEX("2"), 10, 2e6, "");
	put(MUTEX("4"), 10, 3e6, "");
	put(MUTEX("8"), 10, 3e6, "o");
	put(NONE("4"), 10, 3e6, ""); /* one count: no curve at all */
	build_table();
	assert_int_equal(table.rows, 1);
	assert_string_equal(cell(0, "counts"), "3");
	assert_string_equal(cell(0, "status"), "skipped:fewer-than-4-worker-counts");
	assert_string_equal(cell(0, "sigma"), "");
	assert_string_equal(cell(0, "n_launch"), "");
	assert_non_null(strstr(print(), "1 row not fitted, such as: skipped:fewer-than-4"));
	csv_table_free(&table);
}

/* The rows of several modes are mixed, and each mode has its own curve. */
static void every_mode_has_its_curve(void **state)
{
	(void)state;
	begin();
	put(NONE("1"), 5, law(1, 0, 0), "");
	put(MUTEX("1"), 5, law(1, 0.9, 0), "");
	put(NONE("2"), 5, law(2, 0, 0), "");
	put(MUTEX("2"), 5, law(2, 0.9, 0), "");
	put(NONE("3"), 5, law(3, 0, 0), "");
	put(MUTEX("3"), 5, law(3, 0.9, 0), "");
	put(NONE("4"), 5, law(4, 0, 0), "");
	put(MUTEX("4"), 4, law(4, 0.9, 0), "");
	build_table();
	assert_int_equal(table.rows, 2);
	assert_string_equal(cell(0, "mode"), "none");
	about(number(0, "sigma"), 0);
	about(number(1, "sigma"), 0.9);
	assert_string_equal(cell(1, "n_launch"), "4"); /* that have all counts */
	assert_string_equal(cell(1, "sigma_lo"), "");  /* too few for an interval */
	assert_non_null(strstr(cell(1, "remark"), "no-interval"));
	csv_table_free(&table);
}

static void more_than_proportional(void **state)
{
	(void)state;
	begin();
	put(NONE("1"), 10, 1.0e6, "");
	put(NONE("2"), 10, 2.2e6, "");
	put(NONE("4"), 10, 4.7e6, "");
	put(NONE("8"), 10, 9.9e6, "");
	build_table();
	assert_true(number(0, "sigma") < 0);
	assert_string_equal(cell(0, "remark"), "superlinear;no-peak-inside");
	csv_table_free(&table);
}

/* The file may have been edited by hand. */
static void broken_files_are_refused(void **state)
{
	static const char good[] =
		"1,r,b,c,none,cores,,4,1,8,10,1,0,0,0,0,0,0,97,1,1,8,,no-peak-inside,ok\n";
	static const char *const bad[] = {
		"1,r,b,c,none,cores,,4,1,8,10,x,0,0,0,0,0,0,97,1,1,8,,no-peak-inside,ok\n",
		"1,r,b,c,none,cores,,4,1,8,10,1,0,0,0,0,0,0,97,1,1,8,,no-peak-inside\n",
		"1,r,b,c\033,none,cores,,4,1,8,10,1,0,0,0,0,0,0,97,1,1,8,,,ok\n",
	};
	struct reason why;
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), "%s\n%s", SCALING_HEADER, good);
	put_file("scaling.csv", text);
	assert_true(summary_read_scaling(&table, folder, &why));
	csv_table_free(&table);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "%s\n%s", SCALING_HEADER, bad[i]);
		put_file("scaling.csv", text);
		assert_false(summary_read_scaling(&table, folder, &why));
		assert_non_null(strstr(why.text, "scaling.csv:2"));
	}
}

#define SCALING_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCALING_TEST(a_curve_with_a_peak),
		SCALING_TEST(no_peak_inside_the_measured_range),
		SCALING_TEST(three_counts_are_not_fitted),
		SCALING_TEST(every_mode_has_its_curve),
		SCALING_TEST(more_than_proportional),
		SCALING_TEST(broken_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
