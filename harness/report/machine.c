/* SPDX-License-Identifier: MIT */
/* The first section: the machine, the disturbances, and the course of the run. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/report/internal.h"

static const char *fact(const struct report_run *run, const char *path)
{
	return json_find_text(&run->facts, path);
}

static char *si(const struct report_run *run, const char *path, const char *unit)
{
	return xstrdup(format_si(json_find_number(&run->facts, path), unit, true).text);
}

/* ---- each gives one line about the machine: the caller frees it, "" if it is unknown ---- */

static char *processor(const struct report_run *run)
{
	return xstrdup(fact(run, "machine.cpu_model"));
}

static char *joined(const char *a, const char *separator, const char *b)
{
	return xasprintf("%s%s%s", a, *a && *b ? separator : "", b);
}

static char *counted(double count, const char *one, const char *many)
{
	return isnan(count) ? xstrdup("")
			    : xasprintf("%.0f %s", count, fabs(count - 1) < 0.5 ? one : many);
}

static char *topology(const struct report_run *run)
{
	char *pus = counted(json_find_number(&run->facts, "machine.topology.pus"),
			    "processing unit", "processing units");
	char *cores = counted(json_find_number(&run->facts, "machine.topology.cores"), "core",
			      "cores");
	char *nodes = counted(json_find_number(&run->facts, "machine.topology.numa_nodes"),
			      "NUMA node", "NUMA nodes");
	char *half = joined(pus, ", ", cores);
	char *line = joined(half, ", ", nodes);

	free(half);

	free(pus);
	free(cores);
	free(nodes);
	return line;
}

static char *memory(const struct report_run *run)
{
	const char *text = fact(run, "machine.memory_total");
	const char *end = strchr(text, ' ');
	char digits[24] = "";
	uint64_t kib;

	if (!end || strcmp(end, " kB") != 0 || (size_t)(end - text) >= sizeof(digits))
		return xstrdup(text);
	memcpy(digits, text, (size_t)(end - text));
	if (!parse_u64(digits, 0, UINT64_MAX, &kib))
		return xstrdup(text);
	double gib = (double)kib / (1 << 20);

	return xasprintf("%.*f GiB", gib < 9.995 ? 2 : gib < 99.95, gib);
}

static char *operating_system(const struct report_run *run)
{
	char *kernel = *fact(run, "machine.kernel_release")
			       ? xasprintf("kernel %s", fact(run, "machine.kernel_release"))
			       : xstrdup("");
	char *line = joined(fact(run, "machine.os_name"), ", ", kernel);

	free(kernel);
	return line;
}

static char *guest(const struct report_run *run)
{
	char *machine = strcmp(fact(run, "machine.hypervisor"), "yes") == 0
				? joined("virtual machine", ": ",
					 fact(run, "machine.hypervisor_name"))
				: xstrdup("");
	char *line = *fact(run, "machine.container") &&
				     strcmp(fact(run, "machine.container"), "none") != 0
			     ? xasprintf("%s%scontainer: %s", machine, *machine ? ", " : "",
					 fact(run, "machine.container"))
			     : xstrdup(machine);

	free(machine);
	return line;
}

static char *frequency(const struct report_run *run)
{
	const char *governor = fact(run, "machine.governor"), *turbo = fact(run, "machine.turbo");

	if (!*governor && !*turbo)
		return xstrdup(_("unknown on this machine"));
	return xasprintf(_("governor %s, turbo %s"), *governor ? governor : "unknown",
			 *turbo ? turbo : "unknown");
}

static char *clock_of_record(const struct report_run *run)
{
	char *cost = si(run, "machine.clock.cost_ns", "ns");
	char *step = si(run, "machine.clock.step_ns", "ns");
	char *line = *fact(run, "machine.clock.name")
			     ? xasprintf(_("%s, %s to read, steps of %s"),
					 fact(run, "machine.clock.name"), cost, step)
			     : xstrdup("");

	free(cost);
	free(step);
	return line;
}

static char *build(const struct report_run *run)
{
	char *half = joined(fact(run, "build.git"), ", ", fact(run, "build.compiler"));
	char *line = joined(half, ", ", fact(run, "build.flags"));

	free(half);
	return line;
}

static char *library(const struct report_run *run)
{
	return xstrdup(fact(run, "machine.libc"));
}

/* The text KEY of an object, or "". */
static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static char *events(const struct report_run *run)
{
	const json_t *list = json_find(&run->facts, "counters"), *event;
	unsigned good = 0;
	size_t all;

	if (!list)
		return xstrdup("");
	json_array_foreach (list, all, event)
		good += strcmp(text_of(event, "status"), "ok") == 0;
	return all ? xasprintf(_("%u of %zu events could be counted"), good, all)
		   : xstrdup(_("none were asked for"));
}

static char *duration(double seconds)
{
	if (isnan(seconds))
		return xstrdup("");
	if (seconds < 99.5)
		return xasprintf("%.1f s", seconds);
	return xasprintf("%.0f min %.0f s", floor(seconds / 60),
			 floor(seconds - 60 * floor(seconds / 60)));
}

static char *how_long(const struct report_run *run)
{
	char *took = duration(json_find_number(&run->facts, "elapsed_s"));
	char *half = *fact(run, "options.profile")
			     ? xasprintf(_("profile %s, seed %s"), fact(run, "options.profile"),
					 fact(run, "options.seed"))
			     : xstrdup("");
	char *line = joined(took, ", ", half);

	free(took);
	free(half);
	return line;
}

static char *disturbance(const struct report_run *run)
{
	double steal = json_find_number(&run->facts, "steal_share");
	char *load = *fact(run, "before.load1")
			     ? xasprintf(_("load %s before, %s after"), fact(run, "before.load1"),
					 fact(run, "after.load1"))
			     : xstrdup("");
	char *stolen = isnan(steal) ? xstrdup("")
				    : xasprintf(_("%.3g %% of the time stolen by the host"),
						steal < 0.0001 ? 0 : 100 * steal);
	char *line = joined(load, ", ", stolen);

	free(load);
	free(stolen);
	return line;
}

static char *outcome(const struct report_run *run)
{
	if (!*fact(run, "outcome.ok"))
		return xstrdup(fact(run, "state"));
	return xasprintf(_("%s: %s ok, %s wrong, %s failed, %s skipped"), fact(run, "state"),
			 fact(run, "outcome.ok"), fact(run, "outcome.wrong"),
			 fact(run, "outcome.failed"), fact(run, "outcome.skipped"));
}

static const struct {
	const char *label;
	char *(*line)(const struct report_run *run);
} lines[] = {
	{N_("Processor"), processor},
	{N_("Topology"), topology},
	{N_("Memory"), memory},
	{N_("System"), operating_system},
	{N_("C library"), library},
	{N_("Runs inside"), guest},
	{N_("Frequency"), frequency},
	{N_("Clock"), clock_of_record},
	{N_("Hardware counters"), events},
	{N_("Build"), build},
	{N_("Run"), how_long},
	{N_("Disturbance"), disturbance},
	{N_("Outcome"), outcome},
};

/* ---- writing ---- */

static void write_row(FILE *out, const struct report *report, const char *label,
		      const char *const texts[2])
{
	bool differ = report->count > 1 && strcmp(texts[0], texts[1]) != 0;

	fputs(differ ? "<tr class=\"differs\">" : "<tr>", out);
	html(out, "<th scope=\"row\">%s</th>", label);
	for (size_t i = 0; i < report->count && i < 2; i++)
		html(out, "<td>%s</td>", texts[i]);
	fputs("</tr>\n", out);
}

static void write_run_heads(FILE *out, const struct report *report)
{
	if (report->count > 1)
		fputs(_("<thead><tr><th scope=\"col\">Differences are marked</th>"
			"<th scope=\"col\">A</th><th scope=\"col\">B</th></tr></thead>\n"),
		      out);
}

static void write_lines(FILE *out, const struct report *report)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The machine\">"
	      "<table class=\"facts\">\n",
	      out);
	write_run_heads(out, report);
	fputs("<tbody>\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *texts[2] = {lines[i].line(&report->runs[0]), NULL};

		texts[1] = lines[i].line(&report->runs[report->count - 1]);
		if (*texts[0] || *texts[1])
			write_row(out, report, _(lines[i].label), (const char *const *)texts);
		free(texts[0]);
		free(texts[1]);
	}
	fputs("</tbody></table></div>\n", out);
}

static void write_warnings(FILE *out, const struct report *report, size_t index)
{
	const json_t *list = json_find(&report->runs[index].facts, "warnings"), *warning;
	size_t i;

	if (!json_array_size(list)) {
		html(out, _("<p class=\"quiet\">%s%sNo warnings: no disturbance was seen.</p>\n"),
		     report_tag(report, index), report->count > 1 ? ": " : "");
		return;
	}
	fputs("<ul class=\"warnings\">\n", out);
	json_array_foreach (list, i, warning) {
		const char *fix = text_of(warning, "fix");

		html(out, "<li><strong>%s%s%s</strong> %s", report_tag(report, index),
		     report->count > 1 ? ": " : "", text_of(warning, "id"),
		     text_of(warning, "text"));
		if (*fix)
			html(out, _("<br><span class=\"fix\">What helps: <code>%s</code></span>"),
			     fix);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

/* Numbers that show a fault of the run itself. */
static void write_alarms(FILE *out, const struct report *report, size_t index)
{
	const struct report_run *run = &report->runs[index];
	double wrong = json_find_number(&run->facts, "outcome.wrong");
	double failed = json_find_number(&run->facts, "outcome.failed");

	if (strcmp(fact(run, "state"), "complete") != 0)
		html(out, _("<p class=\"alarm\">%s The run is not complete: %s.</p>\n"),
		     report_tag(report, index), fact(run, "state"));
	if (wrong > 0 || failed > 0)
		html(out,
		     _("<p class=\"alarm\">%s Not everything worked: %s rows computed a wrong "
		       "answer, %s failed. The figures below say which.</p>\n"),
		     report_tag(report, index), fact(run, "outcome.wrong"),
		     fact(run, "outcome.failed"));
}

/* Every fact of run.json's machine, with that of the second run beside it. */
static void write_all_facts(FILE *out, const struct report *report)
{
	const struct json_tree *facts = &report->runs[0].facts;
	json_t *machine = json_object_get(facts->root, "machine"), *value;
	const char *key;
	size_t start = report_written(out);

	if (!machine)
		return;
	fputs(_("<details><summary>All known facts about the machine</summary>\n"
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"All facts\">"
		"<table class=\"facts small\">\n"),
	      out);
	write_run_heads(out, report);
	fputs("<tbody>\n", out);
	json_object_foreach (machine, key, value) {
		char *path = xasprintf("machine.%s", key);
		const char *texts[2] = {json_value_text(facts, value),
					fact(&report->runs[report->count - 1], path)};

		if (report_written(out) - start < REPORT_MACHINE_BYTES && (*texts[0] || *texts[1]))
			write_row(out, report, key, texts);
		free(path);
	}
	fputs("</tbody></table></div></details>\n", out);
}

void report_machine(FILE *out, const struct report *report)
{
	fputs(_("<section id=\"machine\" aria-labelledby=\"machine-title\">\n"
		"<h2 id=\"machine-title\">The machine and its warnings</h2>\n"),
	      out);
	for (size_t i = 0; i < report->count; i++)
		write_alarms(out, report, i);
	fputs("<div class=\"pair\">\n", out);
	for (size_t i = 0; i < report->count; i++)
		write_warnings(out, report, i);
	fputs("</div>\n", out);
	write_lines(out, report);
	write_all_facts(out, report);
	fputs("</section>\n", out);
}
