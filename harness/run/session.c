/* SPDX-License-Identifier: MIT */
#include "harness/run/session.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALIBRATION_STEPS 64
#define BATCH_MAX         1e15 /* a limit for a case that takes no longer for more operations */

bool session_interrupted(void)
{
	return launch_interrupted != 0;
}

void session_make_setup(const struct session *session, const struct row_state *state,
			struct setup_message *setup)
{
	const struct plan_group *group = state->group;

	*setup = (struct setup_message){
		.magic = PROTOCOL_MAGIC,
		.version = PROTOCOL_VERSION,
		.workers = group->workers,
		.counting = session->counting,
		.counters = *session->context->counters,
		.pace_ns = session->context->pace_ns,
	};
	snprintf(setup->bench, sizeof(setup->bench), "%s", session->plan_case->bench->name);
	mode_to_wire(state->row->mode, setup->mode, sizeof(setup->mode), setup->library,
		     sizeof(setup->library));
	snprintf(setup->directory, sizeof(setup->directory), "%s", session->context->directory);
	memcpy(setup->params, group->params, sizeof(setup->params));
	memcpy(setup->mode_params, group->mode_params, sizeof(setup->mode_params));
	for (unsigned i = 0; i < group->workers; i++)
		setup->cpus[i] = group->seating->os[i];
}

static struct record_key key_of(const struct session *session, const struct row_state *state,
				unsigned round, unsigned slot)
{
	return (struct record_key){
		.bench = session->plan_case->bench,
		.group = state->group,
		.mode = state->row->mode,
		.counting = session->counting,
		.launch = session->launch,
		.round = round,
		.slot = slot,
	};
}

/* A sentence as a token of the status column. */
static void make_token(const char *sentence, char *token, size_t size)
{
	size_t used = 0;

	for (const char *c = sentence; *c && used + 1 < size; c++) {
		if (isalnum((unsigned char)*c) || strchr("._:", *c))
			token[used++] = (char)tolower(*c);
		else if (used && token[used - 1] != '-')
			token[used++] = '-';
	}
	while (used && token[used - 1] == '-')
		used--;
	token[used] = '\0';
}

bool session_bury(struct session *session, struct row_state *state, unsigned round, unsigned slot,
		  enum run_status status, const char *sentence)
{
	struct context *context = session->context;
	const struct record_key key = key_of(session, state, round, slot);
	char token[80];

	if (session_interrupted())
		return true;
	state->dead = true;
	state->status = status;
	make_token(sentence, token, sizeof(token));
	progress_clear(&context->progress);
	if (!key.group->skipped[0] && !state->row->skipped) /* the plan has reported it already */
		note("%s %s, %u workers: %s: %s", key.bench->name, key.mode->name,
		     key.group->workers, protocol_status_name(status), sentence);
	return !context->recorder ||
	       recorder_failure(context->recorder, &key, status, token, &context->trouble);
}

void session_mark_wrong(struct session *session, struct row_state *state, const char *sentence)
{
	if (!state->wrong) {
		progress_clear(&session->context->progress);
		note("%s %s, %u workers: WRONG RESULT: %s", session->plan_case->bench->name,
		     state->row->mode->name, state->group->workers, sentence);
	}
	state->wrong = true;
}

void session_keep_pace(struct session *session, const struct launch *launch)
{
	if (session->context->pace_ns <= 0)
		session->context->pace_ns = launch->pace_ns;
}

bool session_start(struct session *session, struct row_state *state, struct launch *launch)
{
	static struct setup_message setup;
	struct context *context = session->context;
	struct reason why = {""};

	session_make_setup(session, state, &setup);
	enum run_status status = launch_start(launch, context->program, &setup,
					      context->deadline_ns,
					      (unsigned)random_below(&context->random, 4096), &why);

	if (status != RUN_OK)
		return session_bury(session, state, 0, 0, status, why.text);
	session_keep_pace(session, launch);
	return true;
}

bool session_epoch_is_usable(enum run_status status)
{
	return status == RUN_OK || status == RUN_WRONG;
}

uint64_t session_fixed_batch(const struct session *session, const struct row_state *state)
{
	const struct bench_case *bench = session->plan_case->bench;

	if (!bench->batch_param)
		return 0;
	return (uint64_t)state->group->params[bench_param_index(bench, bench->batch_param)];
}

enum run_status session_find_batch(struct session *session, struct row_state *state,
				   struct launch *launch, struct reason *why)
{
	const struct bench_case *bench = session->plan_case->bench;
	const uint64_t target_ns = plan_epoch_ns(session->context->profile, bench, state->group);
	struct epoch_record record;
	unsigned crossings = 0;

	state->batch = 1;
	for (int i = 0; i < CALIBRATION_STEPS && crossings < 2; i++) {
		if (session_interrupted())
			break;
		enum run_status status = launch_epoch(launch, state->batch, &record,
						      session->workers);

		if (!session_epoch_is_usable(status)) {
			*why = record.why;
			return status;
		}
		if (record.wall_ns >= target_ns) {
			crossings++;
			continue;
		}
		double growth = 1.2 * (double)target_ns / (double)(record.wall_ns + 1);

		crossings = 0;
		growth = growth > 10 ? 10 : growth < 1.1 ? 1.1 : growth;
		double batch = (double)state->batch * growth;

		state->batch = (uint64_t)(batch < BATCH_MAX ? batch : BATCH_MAX) + 1;
	}
	return RUN_OK;
}

bool session_calibrate(struct session *session, struct row_state *state)
{
	struct launch launch;
	struct reason why = {""};

	state->batch = session_fixed_batch(session, state);
	if (state->batch)
		return true;
	if (!session_start(session, state, &launch))
		return false;
	if (state->dead)
		return true;
	enum run_status status = session_find_batch(session, state, &launch, &why);

	if (status != RUN_OK)
		return session_bury(session, state, 0, 0, status, why.text);
	launch_kill(&launch);
	return true;
}

bool session_epoch(struct session *session, struct row_state *state, struct launch *launch,
		   unsigned round, unsigned slot, double *op_ns)
{
	struct context *context = session->context;
	const struct record_key key = key_of(session, state, round, slot);
	static struct epoch_record record;
	enum run_status status = launch_epoch(launch, state->batch, &record, session->workers);

	*op_ns = NAN;
	if (session_interrupted())
		return true;
	if (!session_epoch_is_usable(status))
		return session_bury(session, state, round, slot, status, record.why.text);
	if (status == RUN_WRONG)
		session_mark_wrong(session, state, record.why.text);
	*op_ns = (double)record.wall_ns / (double)record.batch;
	return recorder_epoch(context->recorder, &key, round == 0, status, &record,
			      session->workers, context->counters, &context->trouble);
}

bool session_finish(struct session *session, struct row_state *state, struct launch *launch)
{
	static struct finish_record finish;
	struct context *context = session->context;
	const struct record_key key = key_of(session, state, 0, 0);
	struct reason why = {""};
	enum run_status status = launch_finish(launch, &finish, &why);

	if (session_interrupted())
		return true;
	if (status != RUN_OK)
		return session_bury(session, state, 0, 0, status, why.text);
	if (session->counting)
		return true;
	if (!recorder_turns(context->recorder, &key, &finish.turns, &context->trouble) ||
	    !recorder_usage(context->recorder, &key, finish.usage, &context->trouble) ||
	    !recorder_canary(context->recorder, &key, finish.canary_before_ns,
			     finish.canary_after_ns, &context->trouble))
		return false;
	if (!finish.has_latency)
		return true;
	if (!state->latency)
		state->latency = xcalloc(1, sizeof(*state->latency));
	histogram_merge(state->latency, &finish.latency);
	return recorder_latency(context->recorder, &key, &finish.latency, &context->trouble);
}

bool session_write_histogram(struct session *session, struct row_state *state)
{
	const struct record_key key = key_of(session, state, 0, 0);

	return !state->latency || recorder_histogram(session->context->recorder, &key,
						     state->latency, &session->context->trouble);
}

void session_open(struct session *session)
{
	unsigned most = 1;

	session->groups = xcalloc(session->plan_case->group_count, sizeof(*session->groups));
	for (unsigned g = 0; g < session->plan_case->group_count; g++) {
		const struct plan_group *group = &session->plan_case->groups[g];
		struct group_state *state = &session->groups[g];

		state->group = group;
		state->rows = xcalloc(group->row_count, sizeof(*state->rows));
		for (unsigned r = 0; r < group->row_count; r++)
			state->rows[r] = (struct row_state){.row = &group->rows[r], .group = group};
		if (group->workers > most)
			most = group->workers;
	}
	session->workers = xcalloc(most, sizeof(*session->workers));
}

static void count_row(struct context *context, const struct row_state *state)
{
	if (state->dead && state->status == RUN_SKIPPED)
		context->rows_skipped++;
	else if (state->dead)
		context->rows_failed++;
	else if (state->wrong)
		context->rows_wrong++;
	else
		context->rows_ok++;
}

void session_close(struct session *session)
{
	for (unsigned g = 0; g < session->plan_case->group_count; g++) {
		struct group_state *group = &session->groups[g];

		for (unsigned r = 0; r < group->group->row_count; r++) {
			count_row(session->context, &group->rows[r]);
			free(group->rows[r].latency);
		}
		free(group->rows);
	}
	free(session->groups);
	free(session->workers);
}
