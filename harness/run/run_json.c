/* SPDX-License-Identifier: MIT */
#include "harness/run/run_json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/base/version.h"
#include "harness/data/json.h"
#include "harness/runner/inject.h"

static void write_build(struct json_writer *json)
{
	json_open(json, "build", '{');
	json_text(json, "version", TOLLGATE_VERSION);
	json_text(json, "git", version_git());
	json_text(json, "compiler", version_compiler());
	json_text(json, "flags", version_flags());
	json_text(json, "sanitizer", version_sanitizer());
	json_u64(json, "protocol", PROTOCOL_VERSION);
	json_bool(json, "hwloc", version_has_hwloc());
	json_bool(json, "libpfm4", version_has_libpfm());
	json_close(json, '}');
}

static void write_choice(struct json_writer *json, const struct run_report *report)
{
	const struct choice *choice = report->choice;
	const struct profile *profile = choice->profile;

	json_open(json, "options", '{');
	json_text(json, "profile", profile->name);
	json_u64(json, "seed", choice->seed);
	/* that case is slowed down on purpose, so its figures measure nothing */
	json_text(json, "injected", getenv(INJECT_VARIABLE));
	json_text(json, "counters", report->counters);
	json_text(json, "claims", choice->wished_for);
	json_open(json, "filters", '[');
	for (unsigned i = 0; i < choice->filter_count; i++) {
		char text[300];

		snprintf(text, sizeof(text), "%s%s", choice->filters[i].exclude ? "!" : "",
			 choice->filters[i].text);
		json_text(json, NULL, text);
	}
	json_close(json, ']');
	json_open(json, "modes", '[');
	for (unsigned i = 0; i < choice->modes.count; i++)
		json_text(json, NULL, choice->modes.modes[i]->name);
	json_close(json, ']');
	json_open(json, "workers", '[');
	for (unsigned i = 0; i < choice->worker_count; i++)
		json_i64(json, NULL, choice->workers[i]);
	json_close(json, ']');
	json_open(json, "placements", '[');
	for (unsigned i = 0; i < choice->placement_count; i++)
		json_text(json, NULL, choice->placements[i].text);
	json_close(json, ']');
	json_open(json, "params", '[');
	for (unsigned i = 0; i < choice->param_count; i++)
		json_text(json, NULL, choice->params[i]);
	json_close(json, ']');
	json_u64(json, "launches_min", profile->launches_min);
	json_u64(json, "launches_max", profile->launches_max);
	json_u64(json, "rounds", profile->rounds);
	json_u64(json, "epoch_ns", profile->epoch_ns);
	json_u64(json, "gil_epoch_ns", profile->gil_epoch_ns);
	json_u64(json, "deadline_ns", report->coordinator->context.deadline_ns);
	json_close(json, '}');
}

static void write_machine(struct json_writer *json, const struct run_report *report)
{
	const struct topology *topology = report->topology;

	json_open(json, "machine", '{');
	for (int i = 0; i < report->environment->fact_count; i++)
		json_text(json, report->environment->facts[i].key,
			  report->environment->facts[i].value);
	json_open(json, "topology", '{');
	json_i64(json, "pus", topology->pu_count);
	json_i64(json, "cores", topology->core_count);
	json_i64(json, "llcs", topology->llc_count);
	json_i64(json, "numa_nodes", topology->numa_count);
	json_i64(json, "packages", topology->pkg_count);
	json_i64(json, "cpu_kinds", topology->kind_count);
	json_bool(json, "caches_known", topology->caches_known);
	json_text(json, "synthetic", topology->synthetic);
	json_text(json, "hwloc_version", topology->hwloc_version);
	json_close(json, '}');
	json_open(json, "clock", '{');
	json_text(json, "name", report->clock->name);
	json_double(json, "cost_ns", report->clock->cost_ns);
	json_u64(json, "step_ns", report->clock->step_ns);
	json_u64(json, "tick_ns", report->clock->tick_ns);
	json_close(json, '}');
	json_close(json, '}');
}

static void write_counters(struct json_writer *json, const struct counter_set *set)
{
	json_open(json, "counters", '[');
	for (unsigned i = 0; i < set->count; i++) {
		json_open(json, NULL, '{');
		json_text(json, "event", set->events[i].name);
		json_text(json, "encoding", set->events[i].encoding);
		json_text(json, "scope", set->events[i].kernel ? "uk" : "u");
		json_text(json, "status", counter_status_name(set->events[i].status));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void write_disturbance(struct json_writer *json, const char *key,
			      const struct disturbance *sample)
{
	json_open(json, key, '{');
	json_double(json, "steal_ticks", sample->steal_ticks);
	json_double(json, "load1", sample->load1);
	json_double(json, "throttled", sample->throttled);
	json_double(json, "quota_throttled", sample->quota_throttled);
	json_double(json, "pressure_cpu", sample->pressure_cpu);
	json_close(json, '}');
}

static void write_warnings(struct json_writer *json, const struct environment *environment)
{
	json_open(json, "warnings", '[');
	for (int i = 0; i < environment->warning_count; i++) {
		json_open(json, NULL, '{');
		json_text(json, "id", environment->warnings[i].id);
		json_text(json, "text", environment->warnings[i].text);
		json_text(json, "fix", environment->warnings[i].fix);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void write_files(struct json_writer *json, const struct recorder *recorder)
{
	json_open(json, "rows", '{');
	for (int i = 0; i < RECORD_FILES; i++)
		json_u64(json, recorder->files[i].path, recorder->files[i].rows);
	json_close(json, '}');
}

static void write_all_parts(struct json_writer *json, const struct run_report *report)
{
	const struct coordinator *c = report->coordinator;
	char date[32];
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	json_open(json, NULL, '{');
	json_u64(json, "schema", RECORD_SCHEMA);
	json_text(json, "run_id", c->context.recorder->run_id);
	json_text(json, "state", report->state);
	json_text(json, "written_utc", date);
	json_double(json, "elapsed_s", report->elapsed_s);
	write_build(json);
	write_choice(json, report);
	write_machine(json, report);
	write_counters(json, c->context.counters);
	write_warnings(json, report->environment);
	write_disturbance(json, "before", &report->before);
	write_disturbance(json, "after", &report->after);
	json_double(json, "pace_ns", c->context.pace_ns > 0 ? c->context.pace_ns : NAN);
	json_double(json, "steal_share",
		    disturbance_steal_share(&report->before, &report->after,
					    report->topology->pu_count));
	json_open(json, "outcome", '{');
	json_u64(json, "ok", c->context.rows_ok);
	json_u64(json, "wrong", c->context.rows_wrong);
	json_u64(json, "failed", c->context.rows_failed);
	json_u64(json, "skipped", c->context.rows_skipped);
	json_close(json, '}');
	write_files(json, c->context.recorder);
	json_close(json, '}');
}

bool run_json_write(const struct run_report *report, const char *directory, struct reason *why)
{
	char *path = xasprintf("%s/run.json", directory);
	char *temporary = xasprintf("%s/.run.json.tmp", directory);
	struct json_writer json;
	FILE *file = fopen(temporary, "we");
	bool good = file != NULL;

	if (good) {
		json_start(&json, file);
		write_all_parts(&json, report);
		good = json_finish(&json);
		good = fclose(file) == 0 && good;
	}
	good = good && rename(temporary, path) == 0;
	if (!good) {
		refuse(why, "run.json: %s", strerror(errno));
		unlink(temporary);
	}
	free(temporary);
	free(path);
	return good;
}
