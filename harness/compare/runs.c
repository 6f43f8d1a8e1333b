/* SPDX-License-Identifier: MIT */
/*
 * compare_runs - two run folders. This comparison is weaker: the machine had a different day for each,
 * and nothing can be confirmed. The facts of run.json about that day decide whether "slower" is allowed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/compare.h"
#include "harness/data/json_read.h"
#include "harness/summary/open.h"

#define STEAL_MAX  0.01 /* share of the machine's time that was stolen */
#define LOAD_LIMIT 1.5  /* per processor, at the start: other programs were computing */

/* Facts of the machine. If one differs, the machines differ. */
static const char *const identity[] = {
	"machine.cpu_model",        "machine.cpu_vendor",   "machine.cpu_family",
	"machine.cpu_model_number", "machine.cpu_stepping", "machine.topology.pus",
	"machine.topology.cores",   "machine.machine",      "machine.kernel_release",
	"machine.memory_total",     "machine.hypervisor",
};

/* Facts of the state of the machine. */
static const char *const state[] = {
	"machine.governor",
	"machine.turbo",
	"machine.frequency_driver",
	"machine.energy_preference",
	"machine.frequency_max_khz",
	"machine.smt",
	"machine.microcode",
	"machine.mitigated",
	"machine.vulnerable",
	"machine.aslr",
	"machine.thp",
	"machine.kernel_options",
	"machine.clocksource",
	"machine.quota_cpus",
	"machine.cpuset",
	"machine.affinity",
	"machine.sched_policy",
	"machine.nice",
	"machine.mains_power",
	"machine.libc",
	"machine.container",
	"machine.numa_balancing",
	"machine.cpu_isolated",
	"machine.cpu_nohz_full",
	"build.sanitizer",
	"options.epoch_ns",
	"options.injected",
};

struct run {
	const char *directory, *role;
	struct json_tree json;
	struct summary summary;
};

static bool open_run(struct run *run, struct reason *why)
{
	struct reason reason = {""};
	char *path = xasprintf("%s/run.json", run->directory);
	bool is_folder = summary_check_folder(run->directory, &reason);
	bool good = is_folder && json_read(&run->json, path, &reason);

	free(path);
	if (!good)
		return refuse(why, "run folder '%.200s': %.200s%s", run->directory, reason.text,
			      is_folder ? "" : " (two programs: --base and --head)");
	const double schema = json_find_number(&run->json, "schema");

	if (!(schema == 1))
		good = refuse(why, "run folder '%.200s': run.json: schema is %s, expected 1",
			      run->directory,
			      *json_find_text(&run->json, "schema")
				      ? json_find_text(&run->json, "schema")
				      : "missing");
	if (good && !summary_open(&run->summary, run->directory, &reason))
		good = refuse(why, "run folder '%.200s': %.250s", run->directory, reason.text);
	if (!good)
		json_tree_free(&run->json);
	return good;
}

static void close_run(struct run *run)
{
	json_tree_free(&run->json);
	summary_free(&run->summary);
}

/* "cpu_model 'A' and 'B'" of the first fact that differs, or false. */
static bool differ(const struct run *base, const struct run *head, const char *const *facts,
		   size_t count, char *text, size_t size)
{
	for (size_t i = 0; i < count; i++) {
		const char *a = json_find_text(&base->json, facts[i]);
		const char *b = json_find_text(&head->json, facts[i]);
		const char *dot = strrchr(facts[i], '.');

		if (strcmp(a, b) == 0)
			continue;
		snprintf(text, size, "%s is '%.60s' in base and '%.60s' in head", dot + 1, a, b);
		return true;
	}
	return false;
}

/* Was RUN disturbed? */
static bool disturbed(const struct run *run, char *text, size_t size)
{
	const char *how = json_find_text(&run->json, "state");
	const double steal = json_find_number(&run->json, "steal_share");
	const double load = json_find_number(&run->json, "before.load1");
	const double pus = json_find_number(&run->json, "machine.topology.pus");
	const char *injected = json_find_text(&run->json, "options.injected");

	if (strcmp(how, "complete") != 0)
		snprintf(text, size, "%s is not complete: %.40s", run->role, *how ? how : "?");
	else if (steal > STEAL_MAX)
		snprintf(text, size, "the hypervisor took %.1f %% of the machine in %s",
			 100 * steal, run->role);
	else if (load > LOAD_LIMIT * pus)
		snprintf(text, size, "the load was %.1f when %s began", load, run->role);
	else if (*injected)
		snprintf(text, size, "%s was slowed down on purpose: %s %.60s", run->role,
			 INJECT_VARIABLE, injected);
	else
		return false;
	return true;
}

static bool has_warning(const json_t *warnings, const json_t *id)
{
	const json_t *warning;
	size_t i;

	json_array_foreach (warnings, i, warning)
		if (json_equal(json_object_get(warning, "id"), id))
			return true;
	return false;
}

/* A warning that only one run has shows that the machine was not in the same state. */
static bool warned_otherwise(const struct run *one, const struct run *other, char *text,
			     size_t size)
{
	const json_t *mine = json_find(&one->json, "warnings");
	const json_t *theirs = json_find(&other->json, "warnings"), *warning;
	size_t i;

	json_array_foreach (mine, i, warning) {
		const json_t *id = json_object_get(warning, "id");

		if (json_is_string(id) && !has_warning(theirs, id)) {
			snprintf(text, size, "warning '%.40s' in %s only", json_string_value(id),
				 one->role);
			return true;
		}
	}
	return false;
}

static bool states_differ(const struct run *base, const struct run *head, char *text, size_t size)
{
	return differ(base, head, state, ARRAY_SIZE(state), text, size) ||
	       disturbed(base, text, size) || disturbed(head, text, size) ||
	       warned_otherwise(base, head, text, size) || warned_otherwise(head, base, text, size);
}

static const struct summary_row *partner_of(const struct summary *summary,
					    const struct summary_row *row)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *other = &summary->rows[i];

		if (strcmp(other->metric, row->metric) == 0 && other->workers == row->workers &&
		    strcmp(other->case_name, row->case_name) == 0 &&
		    strcmp(other->mode, row->mode) == 0 &&
		    strcmp(other->placement, row->placement) == 0 &&
		    strcmp(other->param, row->param) == 0)
			return other;
	}
	return NULL;
}

static struct compare_row *add_row(struct compare_report *report, const struct summary_row *of)
{
	struct compare_row *row = compare_add(report, of->case_name);

	snprintf(row->mode, sizeof(row->mode), "%.63s", of->mode);
	snprintf(row->placement, sizeof(row->placement), "%.127s", of->placement);
	snprintf(row->param, sizeof(row->param), "%.255s", of->param);
	row->workers = (unsigned)of->workers;
	return row;
}

static bool is_measured(const struct summary_row *row)
{
	return row->median > 0 && strcmp(row->status, "ok") == 0;
}

/* The widest ratio that the two intervals allow; NAN if one is missing. */
static void fill_estimate(struct compare_row *row, const struct summary_row *base,
			  const struct summary_row *head)
{
	struct estimate *estimate = &row->screen.estimate;
	const uint64_t pairs = base->n_launch < head->n_launch ? base->n_launch : head->n_launch;

	*estimate = (struct estimate){
		.ratio = head->median / base->median,
		.lo = head->ci_lo / base->ci_hi,
		.hi = head->ci_hi / base->ci_lo,
		.level = base->ci_level < head->ci_level ? base->ci_level : head->ci_level,
		.pairs = (unsigned)pairs,
	};
	estimate->total_ratio = estimate->ratio;
	estimate->total_lo = estimate->lo;
	estimate->total_hi = estimate->hi;
	row->base_median = base->median;
	row->head_median = head->median;
	row->stage = "stored";
}

static void judge(struct compare_report *report, const struct summary_row *base,
		  const struct summary_row *head, const struct floor_table *floors)
{
	struct compare_row *row = add_row(report, head);

	compare_settle(report, row, floors); /* there are no pairs: this only looks up the floor */
	if (!is_measured(head)) {
		compare_refuse(row,
			       strncmp(head->status, "skipped", 7) == 0 ? VERDICT_SKIPPED
									: VERDICT_FAILED,
			       "head: %.100s", head->status);
		return;
	}
	if (!is_measured(base)) {
		compare_refuse(row, VERDICT_NEW, "base: %.100s", base->status);
		return;
	}
	fill_estimate(row, base, head);
	row->verdict = verdict_of_estimate(&row->screen.estimate, row->delta);
	row->injected = summary_has_flag(base, 'i') || summary_has_flag(head, 'i');
	row->report_only = row->floor > VERDICT_FLOOR_REPORT_ONLY;
	if (isnan(row->screen.estimate.lo))
		compare_refuse(row, VERDICT_INCONCLUSIVE, "no interval: fewer than 6 launches");
	else if (verdict_wants_confirmation(row->verdict) && row->report_only)
		compare_refuse(row, VERDICT_INCONCLUSIVE, "report-only, noise floor %.0f %%",
			       100 * row->floor);
	else if (verdict_wants_confirmation(row->verdict) && *report->caveat)
		compare_refuse(row, VERDICT_INCONCLUSIVE, "%.190s", report->caveat);
}

static bool is_selected(const struct compare_options *options, const struct summary_row *row)
{
	const struct bench_case bench = {.name = row->case_name};
	const struct choice *choice = &options->choice;
	bool mode = choice->modes.count == 0;

	for (unsigned i = 0; i < choice->modes.count; i++)
		mode |= strcmp(choice->modes.modes[i]->name, row->mode) == 0;
	return mode && strcmp(row->metric, "op_ns") == 0 && choice_selects(choice, &bench);
}

static void join(struct compare_report *report, const struct compare_options *options,
		 const struct run *base, const struct run *head)
{
	for (size_t i = 0; i < head->summary.count; i++) {
		const struct summary_row *row = &head->summary.rows[i], *partner;

		if (!is_selected(options, row))
			continue;
		partner = partner_of(&base->summary, row);
		if (partner)
			judge(report, partner, row, options->floors);
		else
			compare_refuse(add_row(report, row), VERDICT_NEW, "not in base");
	}
	for (size_t i = 0; i < base->summary.count; i++) {
		const struct summary_row *row = &base->summary.rows[i];

		if (is_selected(options, row) && !partner_of(&head->summary, row))
			compare_refuse(add_row(report, row), VERDICT_GONE, "not in head");
	}
}

static struct fact fact_of(const struct json_tree *json, const char *key)
{
	struct fact fact = {.key = ""};
	char path[80];

	snprintf(path, sizeof(path), "machine.%s", key);
	snprintf(fact.key, sizeof(fact.key), "%s", key);
	snprintf(fact.value, sizeof(fact.value), "%.255s", json_find_text(json, path));
	return fact;
}

static void describe(struct compare_report *report, const struct run *base, const struct run *head)
{
	static struct environment machine;
	const struct json_tree *json = &head->json;
	const double pus = json_find_number(json, "machine.topology.pus");

	report->kind = "runs";
	snprintf(report->base, sizeof(report->base), "%.90s",
		 json_find_text(&base->json, "run_id"));
	snprintf(report->head, sizeof(report->head), "%.90s", json_find_text(json, "run_id"));
	snprintf(report->base_sha, sizeof(report->base_sha), "%.63s",
		 json_find_text(&base->json, "build.git"));
	snprintf(report->head_sha, sizeof(report->head_sha), "%.63s",
		 json_find_text(json, "build.git"));
	machine = (struct environment){.fact_count = 2};
	machine.facts[0] = fact_of(json, "cpu_model");
	machine.facts[1] = fact_of(json, "kernel_release");
	compare_note_machine(report, &machine, pus >= 1 && pus <= TOPOLOGY_PUS_MAX ? (int)pus : 0);
}

static bool compare_open_runs(const struct compare_options *options, struct compare_report *report,
			      const struct run *base, const struct run *head, bool *refused,
			      struct reason *why)
{
	char text[240];

	describe(report, base, head);
	*refused = differ(base, head, identity, ARRAY_SIZE(identity), text, sizeof(text));
	if (*refused && !options->force)
		return refuse(why,
			      "the runs are of different machines: %s (--force shows the "
			      "ratios all the same)",
			      text);
	if (*refused)
		snprintf(report->caveat, sizeof(report->caveat), "different machines: %s", text);
	else if (states_differ(base, head, text, sizeof(text)))
		snprintf(report->caveat, sizeof(report->caveat), "different conditions: %s", text);
	*refused = false;
	join(report, options, base, head);
	return report->count || refuse(why, "no case of base or head matches");
}

bool compare_runs(const struct compare_options *options, struct compare_report *report,
		  bool *refused, struct reason *why)
{
	struct run base = {.directory = options->base, .role = "base"};
	struct run head = {.directory = options->head, .role = "head"};

	*refused = false;
	if (!open_run(&base, why))
		return false;
	if (!open_run(&head, why)) {
		close_run(&base);
		return false;
	}
	bool good = compare_open_runs(options, report, &base, &head, refused, why);

	close_run(&base);
	close_run(&head);
	return good;
}
