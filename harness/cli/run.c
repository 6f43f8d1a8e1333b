/* SPDX-License-Identifier: MIT */
/* cli_run - `tollgate run`: options, then plan, run, summarise, show. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/claims/claims.h"
#include "harness/cli/cli.h"
#include "harness/cli/take.h"
#include "harness/run/launch.h"
#include "harness/run/run_json.h"
#include "harness/runner/inject.h"
#include "harness/summary/summary.h"

#define DEADLINE_S_DEFAULT 30

/* Every option of one command line. */
struct request {
	struct choice choice;
	const char *workers, *topology, *out, *directory, *counters;
	uint64_t deadline_s, launches;
	struct profile profile_of_choice; /* of --profile, with the launches of --launches */
	unsigned profile;
	bool dry_run, verbose, seeded;
};

static struct request request = {
	.counters = "hw", .deadline_s = DEADLINE_S_DEFAULT, .profile = CHOICE_NONE};

static const char *profile_name(size_t index)
{
	size_t count;
	const struct profile *profiles = profile_table(&count);

	return index < count ? profiles[index].name : NULL;
}

static bool take_claims(void *target, const char *value, struct reason *why)
{
	struct choice *choice = target;

	if (choice->wish_count)
		return refuse(why, _("given twice; separate the claims with commas"));
	choice->wishes = claims_wishes(value, &choice->wish_count, why);
	choice->wished_for = value ? value : "all";
	return choice->wishes != NULL;
}

static const struct option_spec run_options[] = {
	{TAKE_FILTER(&request.choice)},
	{TAKE_MODES(&request.choice, "those that each case asks for")},
	{TAKE_WORKERS(&request.workers, "1,2,4..N,2N")},
	{TAKE_PLACEMENT(&request.choice, "cores")},
	{"topology", 0, "SPEC", N_("native, synthetic:DESCRIPTION or xml:FILE (planning only)"),
	 .text = &request.topology},
	{"profile", 0, NULL, N_("how long to measure (default: standard)"),
	 .choice = &request.profile, .name_at = profile_name},
	{"launches", 0, "N",
	 N_("so many processes per row, whatever the profile says (1 to 64);\n"
	    "fewer than 6 give no interval"),
	 .number = &request.launches, .min = 1, .max = LAUNCHES_MAX},
	{"claims", 0, "[=IDS]",
	 N_("exactly what the claims are judged by, or some of them: C04,C08;\n"
	    "not with -f, -m, -w, -p, --param"),
	 .take = take_claims, .target = &request.choice},
	{TAKE_PARAM(&request.choice)},
	{"counters", 0, "WHICH", N_("off, sw, hw (default) or event names separated by commas"),
	 .text = &request.counters},
	{TAKE_SEED(&request.choice.seed, &request.seeded)},
	{"out", 'o', "DIR", N_("write the files of the run into this folder itself"),
	 .text = &request.out, .max = TAKE_FOLDER_MAX},
	{TAKE_DIR(&request.directory, "the run folder")},
	{TAKE_DEADLINE(&request.deadline_s,
		       N_("for one epoch; a runner that takes longer is killed (default: 30)"))},
	{"dry-run", 'n', NULL,
	 N_("print plan and estimate, do one operation of everything, write nothing"),
	 .flag = &request.dry_run},
	{TAKE_QUIET},
	{"verbose", 'v', NULL, N_("show each warning with its remedy"), .flag = &request.verbose},
	{0},
};

static void settle_choice(struct request *r, const struct topology *topology)
{
	const struct choice *choice = &r->choice;
	struct reason why;

	if (choice->wish_count && (choice->filter_count || choice->modes.count || r->workers ||
				   choice->placement_count || choice->param_count))
		die(EXIT_USAGE, "--claims chooses the rows itself: it goes with none of "
				"--filter, --modes, --workers, --placement and --param");
	r->profile_of_choice = *profile_find(r->profile == CHOICE_NONE ? "standard"
								       : profile_name(r->profile));
	if (r->launches)
		r->profile_of_choice.launches_min = r->profile_of_choice.launches_max =
			(unsigned)r->launches;
	r->choice.profile = &r->profile_of_choice;
	if (!r->seeded)
		r->choice.seed = clock_of(CLOCK_REALTIME);
	if (r->workers && !choice_set_workers(&r->choice, r->workers, topology->pu_count, &why))
		die(EXIT_USAGE, "--workers: %s", why.text);
}

static void show_plan(const struct plan *plan, const struct request *r)
{
	note("%u case%s, %u rows, profile %s, seed %llu, about %.0f s", plan->case_count,
	     plan->case_count == 1 ? "" : "s", plan->row_count, r->choice.profile->name,
	     (unsigned long long)r->choice.seed, plan_estimate_s(plan, r->choice.profile));
}

/* An injected slowdown must be valid and must be reported. */
static void announce_injection(void)
{
	struct inject inject;
	struct reason why;

	if (!inject_from_environment(&inject, &why))
		die(EXIT_USAGE, "%s", why.text);
	if (!*inject.case_name)
		return;
	if (!inject_is_possible(&inject, &why))
		die(EXIT_USAGE, "%s", why.text);
	note("%s: case %s is slowed down on purpose, %.4g times; its figures are flagged 'i'",
	     INJECT_VARIABLE, inject.case_name, inject.factor);
}

static void show_warnings(const struct environment *environment, const struct request *r)
{
	for (int i = 0; r->verbose && i < environment->warning_count; i++) {
		const struct warning *warning = &environment->warnings[i];

		note("warning: %s%s%s", warning->text, *warning->fix ? "; try: " : "",
		     warning->fix);
	}
	if (!r->verbose && environment->warning_count)
		note("%d thing%s may disturb these figures; see `tollgate doctor`",
		     environment->warning_count, environment->warning_count == 1 ? "" : "s");
}

static void show_results(const char *directory, const struct run_report *report)
{
	struct summary summary;
	struct reason why;
	const struct summary_view view = {.width = 100, .utf8 = format_locale_is_utf8()};

	if (!summary_read(&summary, directory, &why) || !claims_write(directory, &summary, &why))
		die(EXIT_INTERNAL, "%s", why.text);
	summary_print(stdout, &summary, &view);
	summary_free(&summary);
	double share = disturbance_steal_share(&report->before, &report->after,
					       report->topology->pu_count);
	if (share > 0.01)
		printf("The hypervisor took %.1f %% of this machine's time during the run.\n",
		       100 * share);
	int error = fflush(stdout) == 0 ? 0 : errno;

	note("files in %s; next: scripts/charts.sh %s", directory, directory);
	if (error)
		die(EXIT_INTERNAL, "cannot write to standard output: %s", strerror(error));
}

/* In every case write summary and run.json into the folder, as far as they can be made. */
static enum exit_code finish(struct coordinator *c, struct environment *environment,
			     struct run_report *report, bool good)
{
	struct recorder *recorder = c->context.recorder;
	char *directory = xstrdup(recorder->directory);
	struct reason why = {""};

	disturbance_sample(&report->after, "");
	disturbance_judge(environment, &report->before, &report->after, report->topology->pu_count);
	report->state = !good ? "failed" : launch_interrupted ? "interrupted" : "complete";
	/* after a failure the rest is still tried, but only the first failure is reported */
	good = run_json_write(report, directory, good ? &c->context.trouble : &why) && good;
	good = recorder_close(recorder, good ? &c->context.trouble : &why) && good;
	good = good && summary_build(directory, &c->context.trouble) &&
	       recorder_publish(directory, &c->context.trouble);
	if (!good) {
		note("%s", c->context.trouble.text);
		free(directory);
		return EXIT_INTERNAL;
	}
	show_results(directory, report);
	free(directory);
	return launch_interrupted ? EXIT_INTERRUPTED : coordinator_verdict(c);
}

static enum exit_code measure(struct request *r, struct coordinator *c,
			      const struct topology *topology)
{
	static struct environment environment;
	static struct recorder recorder;
	struct clock_facts clock;
	struct run_report report = {
		.coordinator = c,
		.choice = &r->choice,
		.topology = topology,
		.environment = &environment,
		.clock = &clock,
		.counters = r->counters,
		.state = "running",
	};
	const uint64_t begin_ns = clock_now_ns();

	clock_probe(&clock);
	environment_read(&environment, "", topology->pu_count);
	disturbance_sample(&report.before, "");
	if (!recorder_open(&recorder, r->out, &c->context.trouble))
		die(EXIT_INTERNAL, "%s", c->context.trouble.text);
	c->context.recorder = &recorder;
	c->context.directory = r->directory ? r->directory : recorder.directory;
	if (!run_json_write(&report, recorder.directory, &c->context.trouble))
		die(EXIT_INTERNAL, "%s", c->context.trouble.text);
	bool good = coordinator_run(c);

	report.elapsed_s = (double)(clock_now_ns() - begin_ns) / 1e9;
	enum exit_code code = finish(c, &environment, &report, good);

	show_warnings(&environment, r);
	return code;
}

static enum exit_code dry_run(struct coordinator *c)
{
	c->context.directory = c->context.directory ? c->context.directory : ".";
	coordinator_dry_run(c);
	return launch_interrupted ? EXIT_INTERRUPTED : coordinator_verdict(c);
}

static void must_be_this_machine(const struct topology *topology)
{
	if (!topology->this_system)
		die(EXIT_REFUSED,
		    "the topology is not this machine: `tollgate place` shows the "
		    "placement, nothing can be run (use --topology=native to measure)");
}

static int run_main(int operand_count, char **operands)
{
	static struct plan plan;
	static struct counter_set counters;
	struct request *r = &request;
	struct reason why = {""}, hint = {""};
	struct topology *topology = topology_load(r->topology, &why);

	(void)operand_count;
	(void)operands;
	if (!topology)
		die(EXIT_USAGE, "--topology: %s", why.text);
	settle_choice(r, topology);
	if (!plan_make(&plan, &r->choice, topology, &why))
		die(EXIT_USAGE, "%s", why.text);
	must_be_this_machine(topology);
	if (!counters_probe(r->counters, &counters, &hint, &why))
		die(EXIT_USAGE, "--counters: %s", why.text);
	show_plan(&plan, r);
	announce_injection();
	if (*hint.text)
		note("%s", hint.text);
	struct coordinator c = {
		.plan = &plan,
		.seed = r->choice.seed,
		.context =
			{
				.profile = r->choice.profile,
				.counters = &counters,
				.program = "/proc/self/exe",
				.directory = r->directory,
				.deadline_ns = r->deadline_s * UINT64_C(1000000000),
			},
	};
	launch_catch_signals();
	enum exit_code code = r->dry_run ? dry_run(&c) : measure(r, &c, topology);

	plan_free(&plan);
	free((void *)r->choice.wishes);
	topology_free(topology);
	return (int)code;
}

const struct command command_run = {
	.name = "run",
	.summary = N_("measure this machine"),
	.usage = "[OPTION]...",
	.examples = N_(
		"tollgate run                                  # everything, about two minutes\n"
		"tollgate run --profile=quick                  # under a minute\n"
		"tollgate run -f cpu_int -m none,gil -w 1,2    # two modes of one case\n"
		"tollgate run -f '^io_' -f '!file' --dir /mnt  # I/O cases but one\n"
		"tollgate run -f pos_terminal --param think=0  # another parameter\n"
		"tollgate run --claims=C04,C08                 # what two claims are judged by\n"
		"tollgate run --dry-run                        # what would be done\n"),
	.notes = N_("Exit codes: 0 ok, 1 a file could not be written, 5 a case computed a wrong "
		    "answer,\n"
		    "crashed or hung, 6 refused here, 64 usage, 77 nothing could run, 130 "
		    "interrupted.\n"),
	.options = run_options,
	.run = run_main,
};
