/* SPDX-License-Identifier: MIT */
#include "harness/run/coordinator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run/session.h"

/* The intervals are checked after so many launches. Steps that grow by half keep the level true. */
static const unsigned looks[] = {6, 10, 15, 22, 33, 50};

static void keep_median(struct row_state *state, double *op_ns, unsigned rounds)
{
	if (state->median_count < LAUNCHES_MAX)
		state->medians[state->median_count++] = stats_median(op_ns, rounds);
}

/* One launch of a group: its modes run one epoch each in turn, in rotating order. */
static bool run_group(struct session *session, struct group_state *group)
{
	const unsigned count = group->group->row_count;
	const unsigned rounds = session->context->profile->rounds;
	struct launch *launches = xcalloc(count, sizeof(*launches));
	double *op_ns = xcalloc((size_t)count * (rounds + 1), sizeof(*op_ns));
	bool good = true;

	for (unsigned r = 0; good && r < count && !session_interrupted(); r++)
		if (!group->rows[r].dead)
			good = session_start(session, &group->rows[r], &launches[r]);
	for (unsigned round = 0; good && round <= rounds; round++)
		for (unsigned slot = 0; good && slot < count && !session_interrupted(); slot++) {
			unsigned r = (slot + round + session->launch) % count;

			if (!group->rows[r].dead)
				good = session_epoch(session, &group->rows[r], &launches[r], round,
						     slot, &op_ns[r * (rounds + 1) + round]);
		}
	for (unsigned r = 0; r < count; r++) {
		struct row_state *state = &group->rows[r];

		if (good && !state->dead && !session_interrupted()) {
			good = session_finish(session, state, &launches[r]);
			if (!session->counting)
				keep_median(state, &op_ns[r * (rounds + 1) + 1], rounds);
		}
		launch_kill(&launches[r]);
	}
	free(op_ns);
	free(launches);
	return good;
}

/* Launches beyond the minimum must not move the progress beyond the share of this case. */
static void show_step(struct session *session, const struct plan_group *group)
{
	const struct profile *profile = session->context->profile;
	double left_ns = plan_case_ns(profile, session->plan_case) - session->shown_ns;
	double step_ns = plan_group_ns(profile, session->plan_case->bench, group);
	char detail[64];

	step_ns = step_ns < left_ns ? step_ns : left_ns;
	session->shown_ns += step_ns;
	snprintf(detail, sizeof(detail), "w=%u launch %u%s", group->workers, session->launch + 1,
		 session->counting ? " (counting)" : "");
	progress_step(&session->context->progress, step_ns, session->plan_case->bench->name,
		      detail);
}

/* One launch of every group, in a new random order each time. */
static bool run_launch(struct session *session)
{
	const unsigned count = session->plan_case->group_count;
	unsigned *order = xcalloc(count, sizeof(*order));
	bool good = true;

	for (unsigned i = 0; i < count; i++)
		order[i] = i;
	random_shuffle(&session->context->random, order, count, sizeof(*order));
	for (unsigned i = 0; good && i < count && !session_interrupted(); i++) {
		struct group_state *group = &session->groups[order[i]];

		if (!group->group->seating)
			continue;
		good = run_group(session, group);
		show_step(session, group->group);
	}
	free(order);
	return good;
}

static bool is_tight(const struct row_state *state)
{
	double sorted[LAUNCHES_MAX];
	const size_t count = state->median_count;

	memcpy(sorted, state->medians, count * sizeof(*sorted));
	double median = stats_median(sorted, count);
	struct interval interval = stats_median_interval(sorted, count);

	return (interval.hi - interval.lo) / 2 <= INTERVAL_GOAL * median;
}

static bool all_tight(const struct session *session)
{
	for (unsigned g = 0; g < session->plan_case->group_count; g++)
		for (unsigned r = 0; r < session->groups[g].group->row_count; r++) {
			const struct row_state *state = &session->groups[g].rows[r];

			if (session->groups[g].group->seating && !state->dead && !is_tight(state))
				return false;
		}
	return true;
}

static bool is_a_look(unsigned launches)
{
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (looks[i] == launches)
			return true;
	return false;
}

/* The launches of record: the minimum, then more until tight or until the case's share is spent. */
static bool run_launches(struct session *session, uint64_t until_ns)
{
	const struct profile *profile = session->context->profile;
	bool good = true;

	session->counting = false;
	for (session->launch = 0; good && !session_interrupted(); session->launch++) {
		const unsigned n = session->launch;

		if (n >= profile->launches_max)
			break;
		if (n >= profile->launches_min && is_a_look(n) &&
		    (all_tight(session) || clock_now_ns() >= until_ns))
			break;
		good = run_launch(session);
	}
	return good;
}

static bool run_counting(struct session *session)
{
	bool good = true, any = false;

	for (unsigned i = 0; i < session->context->counters->count; i++)
		any |= session->context->counters->events[i].status == COUNTER_OK;
	session->counting = true;
	for (session->launch = 0; any && good && session->launch < COUNTING_LAUNCHES;
	     session->launch++)
		good = run_launch(session);
	return good;
}

typedef bool each_row_fn(struct session *session, struct row_state *state);

static bool each_row(struct session *session, each_row_fn *take)
{
	bool good = true;

	for (unsigned g = 0; g < session->plan_case->group_count; g++)
		for (unsigned r = 0; r < session->groups[g].group->row_count; r++)
			if (good && !session_interrupted())
				good = take(session, &session->groups[g].rows[r]);
	return good;
}

static bool calibrate_or_skip(struct session *session, struct row_state *state)
{
	if (!state->group->seating)
		return session_bury(session, state, 0, 0, RUN_SKIPPED, state->group->skipped);
	if (state->row->skipped)
		return session_bury(session, state, 0, 0, RUN_SKIPPED, state->row->skipped);
	return session_calibrate(session, state);
}

static bool run_case(struct context *context, const struct plan_case *plan_case, uint64_t until_ns)
{
	struct session session = {.context = context, .plan_case = plan_case};

	session_open(&session);
	bool good = each_row(&session, calibrate_or_skip) && run_launches(&session, until_ns) &&
		    run_counting(&session) && each_row(&session, session_write_histogram);

	context->progress.done += plan_case_ns(context->profile, plan_case) - session.shown_ns;
	session_close(&session);
	return good;
}

bool coordinator_run(struct coordinator *c)
{
	struct context *context = &c->context;
	const uint64_t begin_ns = clock_now_ns();
	const double budget_ns = 1e9 * context->profile->budget_s;
	bool good = true;

	random_seed(&context->random, c->seed);
	progress_begin(&context->progress, 1e9 * plan_estimate_s(c->plan, context->profile));
	for (unsigned i = 0; good && i < c->plan->case_count && !session_interrupted(); i++) {
		/* a case may use the budget that earlier cases did not spend */
		double share = budget_ns * (i + 1) / c->plan->case_count;

		good = run_case(context, &c->plan->cases[i], begin_ns + (uint64_t)share);
	}
	progress_clear(&context->progress);
	return good;
}

static bool try_row(struct session *session, struct row_state *state)
{
	struct launch launch;
	struct epoch_record record;
	const struct plan_group *group = state->group;

	if (!group->seating)
		session_bury(session, state, 0, 0, RUN_SKIPPED, group->skipped);
	else if (state->row->skipped)
		session_bury(session, state, 0, 0, RUN_SKIPPED, state->row->skipped);
	else if (session_start(session, state, &launch) && !state->dead) {
		const uint64_t fixed = session_fixed_batch(session, state);
		enum run_status status = launch_epoch(&launch, fixed ? fixed : 1, &record,
						      session->workers);

		if (!session_epoch_is_usable(status))
			session_bury(session, state, 0, 0, status, record.why.text);
		else if (status == RUN_WRONG)
			session_mark_wrong(session, state, record.why.text);
		launch_kill(&launch);
	}
	printf("%-16s %-8s workers=%-4u placement=%-10s %s%s%s\n", session->plan_case->bench->name,
	       state->row->mode->name, group->workers, group->placement->text, group->param,
	       *group->param ? "  " : "",
	       state->dead    ? protocol_status_name(state->status)
	       : state->wrong ? "wrong"
			      : "ok");
	return true;
}

void coordinator_dry_run(struct coordinator *c)
{
	struct context *context = &c->context;

	random_seed(&context->random, c->seed);
	for (unsigned i = 0; i < c->plan->case_count && !session_interrupted(); i++) {
		struct session session = {.context = context, .plan_case = &c->plan->cases[i]};

		session_open(&session);
		each_row(&session, try_row);
		session_close(&session);
	}
}

enum exit_code coordinator_verdict(const struct coordinator *c)
{
	const struct context *context = &c->context;

	if (context->rows_wrong || context->rows_failed)
		return EXIT_WRONG;
	if (!context->rows_ok)
		return EXIT_NOTHING;
	return EXIT_OK;
}
