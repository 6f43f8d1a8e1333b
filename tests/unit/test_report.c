/* SPDX-License-Identifier: MIT */
/* The page of made-up run folders: what is on it, what must never be, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/claims/claims.h"
#include "harness/data/record.h"
#include "harness/report/report.h"

static char folder[200];
static char run_a[240], run_b[240];
static char *page;

static const char *const files[] = {
	"run.json",         "summary.csv",     "claims.csv",           "charts/lines.svg",
	"charts/lines.csv", "charts/evil.svg", "charts/lines-dark.svg"};

static void put(const char *run, const char *name, const char *text)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", run, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

#define FACTS(cpu, more)                                                                         \
	"{\"schema\":1,\"run_id\":\"r1\",\"state\":\"complete\",\"written_utc\":\"2026-01-02\"," \
	"\"machine\":{\"cpu_model\":\"" cpu "\",\"topology\":{\"pus\":2}}" more "}"

/* key, metric, unit, better, median, interval */
#define ROW(key, metric, unit, better, median, lo, hi)                                    \
	"1,r1,b," key ",g," metric "," unit "," better ",10,30,100," median "," lo "," hi \
	",97.85,1,1,1,1,1,1,1,1,1,0.1,0,,,,,,ok\n"

static const char rows[] = SUMMARY_HEADER "\n" ROW("cpu,none,1,cores,steps=2", "ops_per_s", "1/s",
						   "higher", "1000000", "990000", "1010000")
	ROW("cpu,gil,1,cores,steps=2", "ops_per_s", "1/s", "higher", "500000", "490000", "510000")
		ROW("cpu,none,1,cores,steps=2", "op_ns", "ns", "lower", "1000", "", "");

static int make_runs(void **state)
{
	const char *base = getenv("TMPDIR");
	char path[300];

	(void)state;
	snprintf(folder, sizeof(folder), "%.150s/test_report.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	for (unsigned i = 0; i < 2; i++) {
		char *run = i ? run_b : run_a;

		snprintf(run, sizeof(run_a), "%s/%c", folder, 'a' + (int)i);
		snprintf(path, sizeof(path), "%s/charts", run);
		if (mkdir(run, 0700) || mkdir(path, 0700))
			return -1;
		put(run, "run.json", FACTS("Some CPU", ""));
		put(run, "summary.csv", rows);
	}
	page = NULL;
	return 0;
}

static int remove_runs(void **state)
{
	char path[300];

	(void)state;
	free(page);
	for (unsigned i = 0; i < 2; i++) {
		const char *run = i ? run_b : run_a;

		for (size_t file = 0; file < ARRAY_SIZE(files); file++) {
			snprintf(path, sizeof(path), "%s/%s", run, files[file]);
			unlink(path);
		}
		snprintf(path, sizeof(path), "%s/charts", run);
		rmdir(path);
		if (rmdir(run))
			return -1;
	}
	return rmdir(folder);
}

static void render(size_t count)
{
	const struct report_request request = {
		.directories = {run_a, run_b}, .count = count, .charts = true, .scripts = NULL};
	struct reason why = {""};
	struct report *report = report_load(&request, &why);
	size_t size;

	if (!report)
		fail_msg("%s", why.text);
	free(page);
	page = report_render(report, &size);
	assert_int_equal(strlen(page), size);
	assert_true(size < REPORT_BYTES_MAX);
	report_free(report);
}

static void refused(const char *what)
{
	const struct report_request request = {.directories = {run_a, NULL}, .count = 1};
	struct reason why = {""};

	assert_null(report_load(&request, &why));
	if (!strstr(why.text, what))
		fail_msg("'%s' is not in '%s'", what, why.text);
}

static void says(const char *text)
{
	if (!strstr(page, text))
		fail_msg("the page does not say '%s'", text);
}

static void silent_on(const char *text)
{
	if (strstr(page, text))
		fail_msg("the page says '%s'", text);
}

/* ---- what is on it ---- */

static void machine_and_figures_are_there(void **state)
{
	(void)state;
	put(run_a, "run.json",
	    FACTS("Some CPU",
		  ",\"warnings\":[{\"id\":\"load\",\"text\":\"busy\",\"fix\":\"stop it\"}],"
		  "\"outcome\":{\"ok\":2,\"wrong\":1,\"failed\":0,\"skipped\":0}"));
	render(1);
	says("<h1>What a lock, a GIL and a message cost on Some CPU</h1>");
	says("<strong>load</strong> busy");
	says("What helps: <code>stop it</code>");
	says("1 rows computed a wrong answer");
	says("<th scope=\"row\">Topology</th><td>2 processing units</td>");
	says("title=\"none, 1 worker: ops_per_s 1.00 M/s, 990 k/s to 1.01 M/s (97.8 % interval), "
	     "10 "
	     "launches\">1.00 M/s</span>");
	says("[1e+06,\"1.00 M/s\"]");
	says("[null,\"\"]");
	assert_true(strstr(page, "id=\"machine\"") < strstr(page, "id=\"claims\""));
	assert_true(strstr(page, "id=\"claims\"") < strstr(page, "id=\"charts\""));
	assert_true(strstr(page, "id=\"charts\"") < strstr(page, "id=\"figures\""));
	char *tally = xasprintf("0 of %zu claims hold here, 0 do not, 0 are inconclusive, %zu were "
				"not measured.",
				claim_count, claim_count);

	says(tally);
	free(tally);
	says("no charts: the run has none, and charts.sh was not found");
}

/* The hashes in the policy are those of the style and script that follow. */
static void policy_forbids_everything_else(void **state)
{
	(void)state;
	render(1);
	says("content=\"default-src 'none'; style-src 'sha256-");
	says("; script-src 'sha256-");
	says("base-uri 'none'; form-action 'none'\">");
	silent_on("unsafe-inline");
	silent_on("http:");
	silent_on("https:");
	silent_on(" src=");
	silent_on(" style=");
	silent_on(" onclick=");
}

static void an_interrupted_run_says_so(void **state)
{
	(void)state;
	put(run_a, "run.json", "{\"state\":\"interrupted\"}");
	render(1);
	says("The run is not complete: interrupted.");
	says("cost on this machine</h1>");
}

static void verdicts_come_from_their_file(void **state)
{
	(void)state;
	put(run_a, "claims.csv",
	    "claim,title,verdict,figure,unit,lo,hi,experiment,reason\n"
	    "C01,\"Slices, short\",holds,4310,ns,4200,4400,two hogs,below <20> ms\n"
	    "C02,b,does not hold,1.02,ratio,,,x,y\n"
	    "C03,c,\"x\"\" class=\"\"evil\",,,,,x,y\n"
	    "C04,d,not measured,,,,,tollgate run,z\n");
	render(1);
	says("1 of 4 claims hold here, 1 do not, 0 are inconclusive, 2 were not measured.");
	says("<span class=\"verdict good\">holds</span></td><td class=\"number\">4.31 µs<br>"
	     "<span class=\"interval\">4.20 µs to 4.40 µs</span>");
	says("<span class=\"verdict bad\">does not hold</span></td><td class=\"number\">1.02</td>");
	says("<span class=\"verdict none\">x&quot; class=&quot;evil</span>");
	says("below &lt;20&gt; ms");
	put(run_a, "claims.csv", "claim,title\nC01,x,y\n");
	render(1);
	says("claims left out: claims.csv:2:");
	put(run_a, "claims.csv", "a,b\n1,2\n");
	render(1);
	says("claims left out: claims.csv: the header has no columns claim and verdict");
}

/* ---- charts ---- */

#define SVG(inside)    "<svg viewBox='0 0 1280 720'>" inside "</svg>"
#define TITLE(words)   "<g transform='translate(35.84,59)'><text>" words "</text></g>"
#define MARK(x, y)     "<use href='#m' transform='translate(" x "," y ")'/>"
#define FIGURES_HEADER "case,mode,workers,placement,param,metric,unit,median,ci_lo,ci_hi,ci_level\n"

static void charts_are_taken_in(void **state)
{
	(void)state;
	put(run_a, "charts/lines.svg",
	    SVG(TITLE("A &lt;GIL&gt; is slow") "<path d='M0' id='q'/><use href='#q'/>"));
	put(run_a, "charts/lines-dark.svg", SVG(TITLE("dark")));
	put(run_a, "charts/evil.svg", SVG("<script>1</script>"));
	render(1);
	says("<figcaption><h3>A &lt;GIL&gt; is slow</h3>");
	says("aria-label=\"A &lt;GIL&gt; is slow\"");
	says("id=\"c0-lines-q\"");
	silent_on("<h3>dark");
	says("Chart evil was left out: evil.svg:1:");
	says("an element that no chart needs: &#39;script&#39;");
	silent_on("<script>1");
}

static void marks_and_tables_show_figures(void **state)
{
	static const char figures[] = FIGURES_HEADER
		"cpu,none,1,cores,,ops_per_s,1/s,100000,90000,110000,97.85\n"
		"cpu,gil,1,cores,,ops_per_s,1/s,101000,,,\n";

	(void)state;
	put(run_a, "charts/lines.csv", figures);
	put(run_a, "charts/lines.svg",
	    SVG("<g id='gnuplot_plot_1'><g><title>1 worker: 100 k/s</title>" MARK(
		    "10", "500") "</g></g>"));
	render(1);
	says("<g class=\"point\"><title>1 worker: 100 k/s</title>");
	says("2 figures behind this chart");
	says("<td class=\"number\">90.0 k/s to 110 k/s</td><td class=\"number\">97.8 %</td>");
}

/* ---- two runs ---- */

static void two_runs_lie_side_by_side(void **state)
{
	(void)state;
	put(run_b, "run.json", FACTS("Other CPU", ""));
	put(run_b, "summary.csv",
	    SUMMARY_HEADER "\n" ROW("cpu,none,1,cores,steps=2", "ops_per_s", "1/s", "higher",
				    "1500000", "1490000", "1510000")
		    ROW("disk,none,1,cores,", "ops_per_s", "1/s", "higher", "7", "6", "8"));
	render(2);
	says("<body class=\"two\">");
	says("Two stored runs are the weaker comparison");
	says("<tr class=\"differs\"><th scope=\"row\">Processor</th><td>Some CPU</td>"
	     "<td>Other CPU</td></tr>");
	says("B/A 1.50x");
	says("\"apart\"");
	says("\"only in A\"");
	says("\"only in B\"");
	says("<h3>disk");
	says("\"title\":\"B over A\"");
}

/* ---- hostile ---- */

static void hostile_texts_stay_texts(void **state)
{
	static const char override[] = {'\xe2', '\x80', '\xae', '\0'}; /* U+202E */

	(void)state;
	put(run_a, "run.json",
	    FACTS("</title><script>x</script>\\u2028\\u202e",
		  ",\"warnings\":[{\"id\":\"<i>\",\"text\":\"<b>\\\"\",\"fix\":\"'><u>\"}]"));
	put(run_a, "summary.csv",
	    SUMMARY_HEADER "\n" ROW("\"</script><!--\"\"'\",none,1,cores,\"a=<b>\"", "ops_per_s",
				    "1/s", "higher", "1", "1", "1"));
	render(1);
	silent_on("<script>x");
	silent_on("</script><!--");
	silent_on("<b>");
	silent_on("<i>");
	silent_on("<u>");
	silent_on("\u2028");
	silent_on(override);
	says("<title>tollgate: &lt;/title&gt;&lt;script&gt;x&lt;/script&gt;");
	says("\"\\u003c/script\\u003e\\u003c!--\\u0022'\"");
	says("<h3>&lt;/script&gt;&lt;!--&quot;&#39; <span class=\"param\">a=&lt;b&gt;</span></h3>");
}

/* More rows than the page has room for: the page stays small and says what is missing. */
static void a_huge_run_makes_no_huge_page(void **state)
{
	char path[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/summary.csv", run_a);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "%s\n", SUMMARY_HEADER);
	for (unsigned i = 0; i < 30000; i++)
		fprintf(file,
			"1,r1,b,case_%u,none,1,cores,p=%u,g,ops_per_s,1/s,%s,10,30,100,%u,1,2,97.8,"
			"1,1,1,1,1,1,1,1,1,0.1,0,,,,,,ok\n",
			i, i % 7, i % 2 ? "info" : "higher", i);
	assert_int_equal(fclose(file), 0);
	render(1);
	says("further figures would make the page too large");
	says("more tables would make the page too large");
}

static void bad_folders_are_refused(void **state)
{
	(void)state;
	put(run_a, "run.json", "{\"state\":");
	refused("run.json:1:");
	put(run_a, "run.json", FACTS("x", ""));
	put(run_a, "summary.csv", "a,b\n1,2\n");
	refused("summary.csv");
	put(run_a, "summary.csv", rows);
	strcat(run_a, "/run.json");
	refused("not a folder");
	run_a[strlen(run_a) - strlen("/run.json")] = '\0';
	strcat(run_a, "x");
	refused("No such file or directory; expected a folder that 'tollgate run' made");
	run_a[strlen(run_a) - 1] = '\0';
}

#define PAGE_TEST(test) cmocka_unit_test_setup_teardown(test, make_runs, remove_runs)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAGE_TEST(machine_and_figures_are_there), PAGE_TEST(policy_forbids_everything_else),
		PAGE_TEST(an_interrupted_run_says_so),    PAGE_TEST(verdicts_come_from_their_file),
		PAGE_TEST(charts_are_taken_in),           PAGE_TEST(marks_and_tables_show_figures),
		PAGE_TEST(two_runs_lie_side_by_side),     PAGE_TEST(hostile_texts_stay_texts),
		PAGE_TEST(a_huge_run_makes_no_huge_page), PAGE_TEST(bad_folders_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
