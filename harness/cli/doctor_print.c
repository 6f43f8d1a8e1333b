/* SPDX-License-Identifier: MIT */
#include "harness/cli/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/table.h"
#include "harness/base/version.h"
#include "harness/data/json.h"

#define TEXT_COLUMN 11
#define FACT_COLUMN 33
#define WRAP_COLUMN 100 /* if there is no terminal */

static const char *const verdict_names[VERDICTS] = {"ok", "warning", "unknown"};

static int count_verdict(const struct examination *found, enum verdict verdict)
{
	int count = 0;

	for (int i = 0; i < found->count; i++)
		count += found->findings[i].verdict == verdict;
	return count;
}

/* ---- for people ---- */

static bool want_colour(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (!no_color || !*no_color) && term &&
	       strcmp(term, "dumb") != 0;
}

static void print_verdict(enum verdict verdict, bool colour)
{
	static const char *const colours[VERDICTS] = {"\033[32m", "\033[1;33m", "\033[2m"};

	printf("  %s%-8s%s ", colour ? colours[verdict] : "", verdict_names[verdict],
	       colour ? "\033[0m" : "");
}

/* Print TEXT from FACT_COLUMN on, where the cursor is. */
static void print_wrapped(const char *text)
{
	table_wrap(stdout, text, FACT_COLUMN, FACT_COLUMN, table_page_width(WRAP_COLUMN));
	putchar('\n');
}

static void print_finding(const struct finding *finding, bool colour)
{
	print_verdict(finding->verdict, colour);
	printf("%-*s ", FACT_COLUMN - TEXT_COLUMN - 1, finding->check);
	if (*finding->fact || !*finding->text)
		print_wrapped(*finding->fact ? finding->fact : "not told here");
	if (*finding->text) {
		printf("%*s", *finding->fact ? FACT_COLUMN : 0, "");
		print_wrapped(finding->text);
	}
	if (*finding->fix) /* in one piece, so that it can be copied */
		printf("%*sfix: %s\n", FACT_COLUMN, "", finding->fix);
}

void doctor_print_human(const struct examination *found)
{
	const char *section = "";
	bool colour = want_colour();

	for (int i = 0; i < found->count; i++) {
		if (strcmp(section, found->findings[i].section) != 0)
			printf("%s%s\n", i ? "\n" : "", found->findings[i].section);
		section = found->findings[i].section;
		print_finding(&found->findings[i], colour);
	}
	printf("\n%d ok, %d warning%s, %d unknown. Nothing was changed.\n",
	       count_verdict(found, VERDICT_OK), count_verdict(found, VERDICT_WARNING),
	       count_verdict(found, VERDICT_WARNING) == 1 ? "" : "s",
	       count_verdict(found, VERDICT_UNKNOWN));
}

/* ---- for programs ---- */

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

static void json_findings(struct json_writer *json, const struct examination *found)
{
	json_open(json, "checks", '[');
	for (int i = 0; i < found->count; i++) {
		const struct finding *finding = &found->findings[i];

		json_open(json, NULL, '{');
		json_text(json, "section", finding->section);
		json_text(json, "check", finding->check);
		json_text(json, "verdict", verdict_names[finding->verdict]);
		json_text(json, "fact", text_or_null(finding->fact));
		json_text(json, "text", text_or_null(finding->text));
		json_text(json, "fix", text_or_null(finding->fix));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void json_facts(struct json_writer *json, const struct environment *environment)
{
	json_open(json, "facts", '{');
	for (int i = 0; i < environment->fact_count; i++)
		json_text(json, environment->facts[i].key,
			  text_or_null(environment->facts[i].value));
	json_close(json, '}');
}

static void json_clock(struct json_writer *json, const struct clock_facts *clock)
{
	json_open(json, "clock", '{');
	json_text(json, "name", clock->name);
	json_double(json, "cost_ns", clock->cost_ns);
	json_u64(json, "step_ns", clock->step_ns);
	json_u64(json, "tick_ns", clock->tick_ns);
	json_close(json, '}');
}

static void json_topology(struct json_writer *json, const struct topology *topology)
{
	if (!topology) {
		json_text(json, "topology", NULL);
		return;
	}
	json_open(json, "topology", '{');
	json_i64(json, "pus", topology->pu_count);
	json_i64(json, "cores", topology->core_count);
	json_i64(json, "last_level_caches", topology->llc_count);
	json_i64(json, "numa_nodes", topology->numa_count);
	json_i64(json, "packages", topology->pkg_count);
	json_bool(json, "caches_known", topology->caches_known);
	json_text(json, "synthetic", text_or_null(topology->synthetic));
	json_text(json, "hwloc", text_or_null(topology->hwloc_version));
	json_close(json, '}');
}

static void json_counters(struct json_writer *json, const struct examination *found)
{
	json_open(json, "counters", '[');
	for (uint32_t i = 0; i < found->counters.count; i++) {
		const struct counter_event *event = &found->counters.events[i];

		json_open(json, NULL, '{');
		json_text(json, "event", event->name);
		json_text(json, "status", counter_status_name((enum counter_status)event->status));
		json_text(json, "scope", event->kernel ? "uk" : "u");
		json_text(json, "encoding", text_or_null(event->encoding));
		json_close(json, '}');
	}
	json_close(json, ']');
	json_text(json, "counters_hint", text_or_null(found->hint.text));
}

void doctor_print_json(const struct examination *found)
{
	struct json_writer json;

	json_start(&json, stdout);
	json_open(&json, NULL, '{');
	json_text(&json, "version", TOLLGATE_VERSION);
	json_i64(&json, "warnings", count_verdict(found, VERDICT_WARNING));
	json_findings(&json, found);
	json_clock(&json, &found->clock);
	json_topology(&json, found->topology);
	json_counters(&json, found);
	json_facts(&json, &found->environment);
	json_close(&json, '}');
	if (!json_finish(&json))
		die(EXIT_INTERNAL, "cannot write to standard output");
}
