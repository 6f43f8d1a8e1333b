/* SPDX-License-Identifier: MIT */
/* Runs experiments with the same launches as `run`: fresh runners, one protocol, no file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/environment.h"
#include "harness/registry.h"
#include "harness/run/launch.h"
#include "harness/validate/validate.h"

/* A probe of the disturbance lasts several ticks of the kernel. */
#define PROBE_NS      UINT64_C(30000000)
#define PROBE_WORKERS 64
/* A disturbed experiment is repeated while there is time. */
#define TRIES 3

/* One side of an experiment while it runs. */
struct runner {
	struct launch launch;
	struct setup_message setup;
	uint64_t batch;
	double epochs[QUANTITIES][64];
	unsigned epoch_count;
};

/* Seat the workers of one runner. False and WHY if this machine has no such seats. */
static bool seat(const struct validation *v, const char *placement_text,
		 struct setup_message *setup, struct reason *why)
{
	struct placement placement;
	struct seating *seating = xcalloc(1, sizeof(*seating));
	bool good = placement_parse(placement_text, &placement, why) &&
		    placement_plan(v->topology, &placement, (int)setup->workers, seating, why);

	for (unsigned i = 0; good && i < setup->workers; i++)
		setup->cpus[i] = seating->os[i];
	free(seating);
	return good;
}

static bool make_setup(const struct validation *v, const struct experiment *e,
		       const struct mode *mode, unsigned workers, struct setup_message *setup,
		       struct reason *why)
{
	const struct bench_case *bench = registry_find(e->bench);

	if (!bench)
		return refuse(why, "no case '%s' in this build", e->bench);
	*setup = (struct setup_message){
		.magic = PROTOCOL_MAGIC,
		.version = PROTOCOL_VERSION,
		.workers = workers,
		.pace_ns = v->pace_ns,
	};
	snprintf(setup->bench, sizeof(setup->bench), "%s", e->bench);
	snprintf(setup->directory, sizeof(setup->directory), "%s", v->directory);
	mode_to_wire(mode, setup->mode, sizeof(setup->mode), setup->library,
		     sizeof(setup->library));
	mode_params_default(setup->mode_params);
	setup->mode_params[MODE_INTERVAL_US] = (int64_t)(e->interval_ns / 1000);
	return bench_params_apply(bench, e->params, setup->params, why) &&
	       seat(v, e->placement, setup, why);
}

static bool start(struct validation *v, struct runner *runner, struct reason *why)
{
	if (launch_start(&runner->launch, v->program, &runner->setup, v->deadline_ns,
			 (unsigned)random_below(&v->random, 4096), why) != RUN_OK)
		return false;
	if (v->pace_ns <= 0)
		v->pace_ns = runner->launch.pace_ns;
	return true;
}

/* ---- the disturbance of the machine ---- */

static const struct experiment probe_experiment = {
	.bench = "gil_handoff",
	.params = "",
	.placement = "cores",
	.interval_ns = GIL_INTERVAL_NS_DEFAULT,
};

static unsigned probe_workers(const struct validation *v)
{
	const int cores = v->topology->core_count;

	return cores > PROBE_WORKERS ? PROBE_WORKERS : (unsigned)cores;
}

static void read_probe(const struct setup_message *setup, const struct epoch_record *record,
		       const struct worker_record *workers, struct calm *calm)
{
	calm->cores_free = 0;
	for (unsigned i = 0; i < setup->workers; i++) {
		const double wall_ns = (double)(workers[i].end_ns - workers[i].start_ns);
		const double utilisation = (double)workers[i].cpu_ns / wall_ns;

		calm->cores_free += utilisation >= UTILISATION_MIN;
		if (i == 0 || utilisation > calm->utilisation) {
			calm->utilisation = utilisation;
			calm->ops_per_s = (double)record->batch * 1e9 / wall_ns;
		}
	}
}

/* One worker on every core, without a lock. The best of them stands for one worker alone. */
static bool probe(struct validation *v, struct calm *calm, struct reason *why)
{
	static struct runner runner;
	static struct epoch_record record;
	static struct worker_record workers[PROBE_WORKERS];
	bool good = make_setup(v, &probe_experiment, mode_find("none"), probe_workers(v),
			       &runner.setup, why) &&
		    start(v, &runner, why);

	*calm = (struct calm){.utilisation = NAN};
	for (uint64_t batch = 100; good;) {
		good = launch_epoch(&runner.launch, batch, &record, workers) == RUN_OK;
		if (good && record.wall_ns >= PROBE_NS)
			break;
		const double growth = (double)PROBE_NS * 1.3 / (double)(record.wall_ns + 1);

		batch = (uint64_t)((double)batch * (growth > 100 ? 100 : growth)) + 1;
	}
	if (good)
		read_probe(&runner.setup, &record, workers, calm);
	else if (!*why->text)
		*why = record.why;
	launch_kill(&runner.launch);
	return good;
}

/* ---- one runner ---- */

static double per(double count, double of)
{
	return of > 0 ? count / of : NAN;
}

/* The metric NAME of the case, or NAN if it has none. */
static double metric(const char *bench_name, const struct epoch_record *record, const char *name)
{
	const struct bench_case *bench = registry_find(bench_name);

	for (unsigned i = 0; bench && i < bench_metric_count(bench); i++)
		if (strcmp(bench->metrics[i].name, name) == 0)
			return record->metrics[i];
	return NAN;
}

/* The value of one quantity in one epoch. */
static void keep_epoch(struct runner *runner, const struct epoch_record *record,
		       const struct worker_record *workers)
{
	const double wall_s = (double)record->wall_ns / 1e9;
	const uint64_t *events = record->gil_events;
	const double handoffs = (double)events[GIL_HANDOFFS];
	const bool emulated = !*runner->setup.library;
	double ops = 0, cpu_s = 0, switches = 0;

	if (runner->epoch_count == ARRAY_SIZE(runner->epochs[0]))
		return;
	for (unsigned i = 0; i < runner->setup.workers; i++) {
		ops += (double)workers[i].ops;
		cpu_s += (double)workers[i].cpu_ns / 1e9;
		switches += (double)workers[i].nvcsw;
	}
	const double lost = metric(runner->setup.bench, record, "lost_updates");
	const double values[QUANTITIES] = {
		[Q_TENURE_P50] = NAN,
		[Q_TENURE_P90] = NAN,
		[Q_OPS_PER_S] = per(ops, wall_s),
		[Q_CPUS] = per(cpu_s, wall_s),
		[Q_SWITCHES_PER_S] = per(switches, wall_s),
		[Q_SWITCHES_PER_HANDOFF] = per(switches, handoffs),
		[Q_WAITS_PER_HANDOFF] = emulated ? per((double)events[GIL_SLEEPING_WAITS], handoffs)
						 : NAN,
		[Q_TIMEOUTS_PER_HANDOFF] = emulated ? per((double)events[GIL_TIMEOUTS], handoffs)
						    : NAN,
		[Q_FORCED_PER_HANDOFF] = emulated ? per((double)events[GIL_FORCED_WAITS], handoffs)
						  : NAN,
		[Q_LATENCY_P50] = NAN,
		[Q_LATENCY_P90] = NAN,
		[Q_LATENCY_P99] = NAN,
		[Q_LOST_SHARE] = per(lost, ops),
		[Q_LOST_MEDIAN] = per(lost, ops),
		[Q_LOSING_SHARE] = isnan(lost) ? NAN : lost > 0,
	};

	for (unsigned q = 0; q < QUANTITIES; q++)
		runner->epochs[q][runner->epoch_count] = values[q];
	runner->epoch_count++;
}

/* One epoch of a runner. False and WHY if the runner has ended. */
static bool run_epoch(struct runner *runner, uint64_t batch, bool keep, struct reason *why)
{
	static struct epoch_record record;
	static struct worker_record workers[PROBE_WORKERS];
	const enum run_status status = launch_epoch(&runner->launch, batch, &record, workers);

	/* a wrong result of the terminal is a finding here: swipes lost under a lock */
	if (status != RUN_OK && status != RUN_WRONG)
		return refuse(why, "%s: %.150s", protocol_status_name(status), record.why.text);
	if (keep)
		keep_epoch(runner, &record, workers);
	return true;
}

static double median_of(const struct runner *runner, enum quantity quantity)
{
	double copy[64];

	memcpy(copy, runner->epochs[quantity], runner->epoch_count * sizeof(*copy));
	return stats_median(copy, runner->epoch_count);
}

static double largest_of(const struct runner *runner, enum quantity quantity)
{
	double largest = NAN;

	for (unsigned i = 0; i < runner->epoch_count; i++)
		largest = fmax(largest, runner->epochs[quantity][i]);
	return largest;
}

static double mean_of(const struct runner *runner, enum quantity quantity)
{
	double sum = 0;

	for (unsigned i = 0; i < runner->epoch_count; i++)
		sum += runner->epochs[quantity][i];
	return per(sum, runner->epoch_count);
}

/* At the end of a launch its values become column LAUNCH of side SIDE. */
static bool harvest(struct runner *runner, struct observations *out, unsigned side, unsigned launch,
		    struct reason *why)
{
	static struct finish_record finish;

	if (launch_finish(&runner->launch, &finish, why) != RUN_OK)
		return false;
	for (unsigned q = 0; q < QUANTITIES; q++)
		out->values[side][q][launch] = median_of(runner, q);
	out->values[side][Q_LOST_SHARE][launch] = largest_of(runner, Q_LOST_SHARE);
	out->values[side][Q_LOSING_SHARE][launch] = mean_of(runner, Q_LOSING_SHARE);
	if (finish.turns.measured) {
		out->values[side][Q_TENURE_P50][launch] = finish.turns.figures[TENURE_P50_NS];
		out->values[side][Q_TENURE_P90][launch] = finish.turns.figures[TENURE_P90_NS];
	}
	if (finish.has_latency && finish.latency.total) {
		out->values[side][Q_LATENCY_P50][launch] = histogram_percentile(&finish.latency,
										50);
		out->values[side][Q_LATENCY_P90][launch] = histogram_percentile(&finish.latency,
										90);
		out->values[side][Q_LATENCY_P99][launch] = histogram_percentile(&finish.latency,
										99);
	}
	return true;
}

/* ---- one experiment ---- */

static const struct mode *mode_of(enum side_mode side, const struct contest *contest)
{
	switch (side) {
	case SIDE_EMULATED:
		return contest->emulated;
	case SIDE_REAL:
		return contest->real;
	case SIDE_PROCESS:
		return mode_find("process");
	default:
		return mode_find("none");
	}
}

static unsigned side_count(const struct experiment *e)
{
	unsigned count = 0;

	while (count < SIDES_MAX && e->sides[count].workers)
		count++;
	return count;
}

/* Under a GIL the workers compute one after the other, so an epoch lasts as long as all their work. */
static uint64_t batch_of(const struct experiment *e, const struct calm *calm, unsigned workers)
{
	if (e->batch)
		return e->batch;
	return (uint64_t)((double)e->epoch_ns / 1e9 * calm->ops_per_s / workers) + 1;
}

/* Start all sides that this build and this machine have. */
static bool start_sides(struct validation *v, const struct experiment *e,
			const struct contest *contest, const struct calm *calm,
			struct runner *runners, struct reason *why)
{
	for (unsigned s = 0; s < side_count(e); s++) {
		const struct mode *mode = mode_of(e->sides[s].mode, contest);
		const unsigned workers = e->sides[s].workers;

		runners[s].launch.pid = 0;
		runners[s].epoch_count = 0;
		if (!mode)
			continue;
		if (!make_setup(v, e, mode, workers, &runners[s].setup, why) ||
		    !start(v, &runners[s], why))
			return false;
		runners[s].batch = batch_of(e, calm, workers);
	}
	return true;
}

/* One launch: warm up, then one epoch of each side per round, beginning with the next side each time. */
static bool run_launch(struct validation *v, const struct experiment *e,
		       const struct contest *contest, const struct calm *calm, unsigned launch,
		       struct observations *out, struct reason *why)
{
	static struct runner runners[SIDES_MAX];
	const unsigned sides = side_count(e);
	bool good = start_sides(v, e, contest, calm, runners, why);

	for (unsigned round = 0; good && round <= e->rounds; round++)
		for (unsigned slot = 0; good && slot < sides; slot++) {
			struct runner *runner = &runners[(slot + round + launch) % sides];

			if (runner->launch.pid)
				good = run_epoch(runner,
						 round ? runner->batch : runner->batch / 8 + 1,
						 round > 0, why);
		}
	for (unsigned s = 0; s < sides; s++) {
		if (good && runners[s].launch.pid)
			good = harvest(&runners[s], out, s, launch, why);
		launch_kill(&runners[s].launch);
	}
	return good;
}

static void forget(struct observations *out)
{
	*out = (struct observations){.launches = 0};
	for (unsigned s = 0; s < SIDES_MAX; s++)
		for (unsigned q = 0; q < QUANTITIES; q++)
			for (unsigned i = 0; i < VALIDATE_LAUNCHES_MAX; i++)
				out->values[s][q][i] = NAN;
}

/*
 * The probes check the machine before and after, this function the time between them. It checks
 * only the real side, because an emulation that leaves cores idle must not count as a disturbance.
 */
static bool was_never_idle(const struct experiment *e, struct observations *out)
{
	for (unsigned s = 0; e->never_idle && s < side_count(e); s++) {
		double cpus[VALIDATE_LAUNCHES_MAX];

		if (e->sides[s].mode != SIDE_REAL)
			continue;
		memcpy(cpus, out->values[s][Q_CPUS], out->launches * sizeof(*cpus));
		const double median = stats_median(cpus, out->launches);

		if (median < CPUS_MIN)
			return refuse(&out->disturbed,
				      "too busy: the threads got %.0f %% of one core meanwhile",
				      100 * median);
	}
	return true;
}

static bool is_in_time(const struct validation *v, struct reason *why)
{
	return clock_now_ns() < v->until_ns || refuse(why, "out of time");
}

/* One try. False if the machine was disturbed, in which case a second try may help. */
static bool try_once(struct validation *v, const struct experiment *e,
		     const struct contest *contest, struct observations *out)
{
	struct disturbance first, last;
	struct calm before, after;
	struct reason why = {""};

	forget(out);
	disturbance_sample(&first, "");
	bool good = probe(v, &before, &why);

	for (; good && out->launches < v->launches && !launch_interrupted; out->launches++)
		good = is_in_time(v, &why) &&
		       run_launch(v, e, contest, &before, out->launches, out, &why);
	if (!good || !probe(v, &after, &why)) {
		out->disturbed = why;
		return true;
	}
	disturbance_sample(&last, "");
	return calm_enough(&before, &after,
			   disturbance_steal_share(&first, &last, v->topology->pu_count), e->cores,
			   e->speed_matters, &out->disturbed) &&
	       was_never_idle(e, out);
}

static bool has_a_side(const struct experiment *e, const struct contest *contest)
{
	for (unsigned s = 0; s < side_count(e); s++)
		if (mode_of(e->sides[s].mode, contest))
			return true;
	return false;
}

void validate_measure(struct validation *v, const struct experiment *e,
		      const struct contest *contest, struct observations *out)
{
	forget(out);
	if (!is_in_time(v, &out->disturbed))
		return;
	if (!has_a_side(e, contest))
		return;
	if ((int)e->cores > v->topology->core_count) {
		refuse(&out->disturbed, "needs %u cores, this machine has %d", e->cores,
		       v->topology->core_count);
		return;
	}
	for (int i = 0; i < TRIES && !launch_interrupted; i++)
		if (try_once(v, e, contest, out) || clock_now_ns() >= v->repeat_until_ns)
			break;
}
