/* SPDX-License-Identifier: MIT */
#include "harness/runner/crew_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/machine/binding.h"
#include "harness/registry.h"
#include "harness/runner/canary.h"

#define CHILD_CHECK_NS \
	UINT64_C(50000000) /* interval at which a waiting parent looks for dead children */

struct member {
	struct crew *crew;
	unsigned index;
};

/* `top` and `ps` show this name. */
static void name_thread(const struct crew *crew)
{
	char name[16];

	snprintf(name, sizeof(name), "tg-%.12s", crew->bench->name);
	must_sys(prctl(PR_SET_NAME, name));
}

static void seat(struct crew *crew, unsigned index)
{
	struct reason why;

	if (!binding_apply(crew->setup.cpus[index], &why))
		arena_report_trouble(&crew->arena, &why);
}

/* One worker's part of one epoch. Steps that cost system calls stay outside of [start, end]. */
static void run_epoch(struct crew *crew, struct worker *w, const struct meter *meter,
		      uint32_t number)
{
	struct worker_record *record = &crew->arena.records[w->index];
	const enum sync_kind kind = crew->mode->sync;
	bench_run_fn *run = crew->bench->run[kind];
	struct usage before, after;

	if (w->index == 0)
		crew_feel_pace(crew);
	uint64_t release_ns = gate_gather(crew->arena.gate, number);

	crew_usage_read(&before, meter);
	record->cpu_begin = binding_current_cpu();
	uint64_t start_ns = clock_now_ns();

	sync_begin(w, kind);
	run(w);
	sync_end(w, kind);
	uint64_t end_ns = clock_now_ns();

	crew_usage_read(&after, meter);
	record->cpu_end = binding_current_cpu();
	record->ops = w->done;
	record->start_ns = start_ns - release_ns;
	record->end_ns = end_ns - release_ns;
	crew_usage_since(record, &before, &after, meter);
	gate_finish(crew->arena.gate);
}

static void work(struct crew *crew, unsigned index)
{
	struct worker *w = &crew->arena.workers[index];

	name_thread(crew);
	seat(crew, index);
	sync_settle(w);
	if (crew->bench->prepare)
		crew->bench->prepare(w);
	struct meter meter = crew_meter_open(crew);

	for (uint32_t number = 1; gate_sleep(crew->arena.gate, number); number++)
		run_epoch(crew, w, &meter, number);
	crew_meter_close(&meter);
}

static void *thread_main(void *argument)
{
	struct member *member = argument;
	struct crew *crew = member->crew;
	unsigned index = member->index;

	free(member);
	work(crew, index);
	return NULL;
}

/* Fork a child that dies with this runner and holds none of its pipes. Gives 0 in the child. */
static pid_t fork_child(void)
{
	pid_t parent = getpid();

	fflush(NULL); /* or buffered text would be printed twice */
	pid_t pid = (pid_t)must_sys(fork());

	if (pid)
		return pid;
	must_sys(prctl(PR_SET_PDEATHSIG, SIGKILL));
	if (getppid() != parent)
		_exit(EXIT_INTERNAL); /* the runner died before the child asked for the death signal */
	close(RUNNER_REQUEST_FD);
	close(RUNNER_REPLY_FD);
	return 0;
}

static unsigned partner_count(const struct crew *crew)
{
	const unsigned all = crew->setup.workers, asked = crew->bench->partners;

	if (!crew->bench->partner)
		return 0;
	return asked && asked < all ? asked : all;
}

/* Partners are forked first, because forking a process with threads is unsafe. */
static void start_partners(struct crew *crew)
{
	for (unsigned i = 0; i < partner_count(crew); i++) {
		crew->partners[i] = fork_child();
		if (crew->partners[i])
			continue;
		name_thread(crew);
		if (!crew->bench->partner_roams)
			seat(crew, i);
		crew->bench->partner(&crew->arena.workers[i]);
		_exit(EXIT_OK);
	}
}

static void start_worker(struct crew *crew, unsigned index)
{
	if (crew->mode->vehicle == VEHICLE_PROCESSES) {
		crew->pids[index] = fork_child();
		if (crew->pids[index])
			return;
		work(crew, index);
		_exit(EXIT_OK);
	}
	struct member *member = xcalloc(1, sizeof(*member));

	*member = (struct member){.crew = crew, .index = index};
	must(pthread_create(&crew->threads[index], NULL, thread_main, member));
}

/* A worker may spin (at the gate or for a lock) only if no other worker needs its PU. */
static bool seats_are_distinct(const struct setup_message *setup)
{
	bool *taken = xcalloc(65536, sizeof(bool));
	bool distinct = true;

	for (unsigned i = 0; i < setup->workers && distinct; i++) {
		int cpu = setup->cpus[i];

		distinct = cpu >= 0 && cpu < 65536 && !taken[cpu];
		if (distinct)
			taken[cpu] = true;
	}
	free(taken);
	return distinct;
}

static bool terminated(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool setup_is_valid(const struct setup_message *setup, struct reason *why)
{
	if (setup->magic != PROTOCOL_MAGIC || setup->version != PROTOCOL_VERSION)
		return refuse(why, "protocol version %u here, but %u in the request",
			      PROTOCOL_VERSION, setup->version);
	if (!terminated(setup->bench, sizeof(setup->bench)) ||
	    !terminated(setup->mode, sizeof(setup->mode)) ||
	    !terminated(setup->directory, sizeof(setup->directory)) ||
	    !terminated(setup->library, sizeof(setup->library)))
		return refuse(why, "set-up message: unterminated text");
	if (!(setup->pace_ns >= 0 && setup->pace_ns < 1e9))
		return refuse(why, "set-up message: a step of %g ns", setup->pace_ns);
	if (setup->workers < 1 || setup->workers > WORKERS_MAX)
		return refuse(why, "set-up message: %u workers, accepted are 1 to %d",
			      setup->workers, WORKERS_MAX);
	return mode_params_valid(setup->mode_params, why) &&
	       counter_set_valid(&setup->counters, why);
}

static bool find_case_and_mode(struct crew *crew, struct reason *why)
{
	crew->bench = registry_find(crew->setup.bench);
	crew->mode = mode_find(crew->setup.mode);
	if (!crew->bench)
		return refuse(why, "no case '%s' in this build", crew->setup.bench);
	if (!crew->mode)
		return refuse(why, "no mode '%s' in this build", crew->setup.mode);
	if (!crew->bench->run[crew->mode->sync])
		return refuse(why, "case %s has no mode %s", crew->bench->name, crew->mode->name);
	return true;
}

static void fill_trial(struct crew *crew)
{
	crew->trial = (struct trial){
		.bench = crew->bench,
		.workers = crew->setup.workers,
		.sync = crew->mode->sync,
		.processes = crew->mode->vehicle == VEHICLE_PROCESSES,
		.same_pu = binding_same_pu(crew->setup.cpus, crew->setup.workers),
		.crowded = !seats_are_distinct(&crew->setup),
		.params = crew->setup.params,
		.shared = crew->arena.shared,
		.slots = crew->arena.workers,
		.directory = crew->setup.directory,
	};
	for (unsigned i = 0; i < crew->setup.workers; i++)
		crew->arena.workers[i].params = crew->setup.params;
}

/* A pipe pair per worker adds up, so raise the limit of descriptors. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	must_sys(getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = limit.rlim_max;
	must_sys(setrlimit(RLIMIT_NOFILE, &limit));
}

/* After the forks, because they would copy a running interpreter. */
static bool load_interpreter(struct crew *crew, uint64_t interval_ns, struct reason *why)
{
	if (!*crew->setup.library)
		return refuse(why, "no libpython");
	if (!cpython_open(crew->setup.library, interval_ns, why))
		return false;
	crew->trial.unlocked = !cpython_facts()->gil_said;
	return true;
}

enum run_status crew_start(struct crew *crew, const struct setup_message *setup, struct reason *why)
{
	struct sync_setup sync;

	*crew = (struct crew){.setup = *setup, .canary_before_ns = NAN};
	if (!setup_is_valid(setup, why) || !find_case_and_mode(crew, why) ||
	    !arena_map(&crew->arena, crew->bench, setup->workers, why))
		return RUN_ERROR;
	raise_descriptor_limit();
	fill_trial(crew);
	gate_init(crew->arena.gate, setup->workers, !crew->trial.crowded);
	mode_sync_setup(crew->mode, setup->mode_params, &sync);
	sync_init(crew->arena.sync, &sync, crew->arena.workers, setup->workers, crew->arena.gils,
		  crew->arena.timelines);
	if (!sync_init_lock(crew->arena.sync, crew->mode->sync, setup->workers,
			    crew->trial.processes, why))
		return RUN_SKIPPED;
	if (crew->bench->setup && !crew->bench->setup(&crew->trial, why))
		return RUN_SKIPPED;
	crew->threads = xcalloc(setup->workers, sizeof(*crew->threads));
	crew->pids = xcalloc(setup->workers, sizeof(*crew->pids));
	crew->partners = xcalloc(setup->workers, sizeof(*crew->partners));
	crew->used_cpu_ns = xcalloc(setup->workers, sizeof(*crew->used_cpu_ns));
	start_partners(crew);
	crew_set_pace(crew);
	if (crew->mode->sync == SYNC_CPYTHON && !load_interpreter(crew, sync.gil.interval_ns, why))
		return RUN_SKIPPED;
	for (unsigned i = 0; i < setup->workers; i++)
		start_worker(crew, i);
	sync_start(crew->arena.sync);
	return RUN_OK;
}

/* A child that ends during an epoch has crashed, was killed, or is a partner that gave up. */
static enum run_status look_for_dead_child(struct reason *why)
{
	int status;
	/* children of worker threads belong to the case and are skipped */
	pid_t pid = waitpid(-1, &status, WNOHANG | __WNOTHREAD);

	if (pid <= 0)
		return RUN_OK;
	if (WIFEXITED(status)) {
		refuse(why, "a worker or partner process left with exit code %d",
		       WEXITSTATUS(status));
		return RUN_ERROR;
	}
	int signal_number = WTERMSIG(status);

	refuse(why, "a worker or partner process died of signal %d (%s)", signal_number,
	       strsignal(signal_number));
	return signal_number == SIGKILL || signal_number == SIGTERM ? RUN_KILLED : RUN_CRASHED;
}

static enum run_status wait_for_epoch(struct crew *crew, struct reason *why)
{
	while (!gate_wait_finished(crew->arena.gate, CHILD_CHECK_NS)) {
		enum run_status status = look_for_dead_child(why);

		if (status != RUN_OK)
			return status;
	}
	return RUN_OK;
}

static void prepare_epoch(struct crew *crew, uint64_t batch)
{
	for (unsigned i = 0; i < crew->setup.workers; i++) {
		crew->arena.workers[i].batch = batch;
		crew->arena.workers[i].done = batch;
	}
	crew_turns_begin(crew);
	if (crew->epochs == 2 && crew->arena.latencies) /* the first epoch was the warm-up */
		memset(crew->arena.latencies, 0, crew->setup.workers * sizeof(struct histogram));
	if (crew->bench->reset)
		crew->bench->reset(&crew->trial);
}

/* Wall time: from the first worker that starts to the last one that ends. */
static struct epoch harvest(const struct crew *crew, uint64_t batch)
{
	struct epoch epoch = {.batch = batch};
	uint64_t start_ns = UINT64_MAX, end_ns = 0;

	for (unsigned i = 0; i < crew->setup.workers; i++) {
		const struct worker_record *record = &crew->arena.records[i];

		epoch.ops += record->ops;
		epoch.nvcsw += record->nvcsw;
		start_ns = record->start_ns < start_ns ? record->start_ns : start_ns;
		end_ns = record->end_ns > end_ns ? record->end_ns : end_ns;
	}
	epoch.wall_ns = end_ns - start_ns;
	return epoch;
}

static enum run_status judge(struct crew *crew, const struct epoch *epoch,
			     struct epoch_record *record)
{
	const struct reason *trouble = arena_trouble(&crew->arena);

	if (trouble) {
		record->why = *trouble;
		return RUN_ERROR;
	}
	if (!crew->bench->check(&crew->trial, epoch, record->metrics, &record->why))
		return RUN_WRONG;
	return RUN_OK;
}

/* NAN unless this is a timed launch of a contended case whose workers sit on two PUs or more. */
static double canary_now_ns(const struct crew *crew)
{
	int seats[2];

	if (crew->setup.counting || !bench_is_contended(crew->bench) ||
	    !canary_seats(crew->setup.cpus, crew->setup.workers, seats))
		return NAN;
	return canary_ns(seats);
}

void crew_epoch(struct crew *crew, uint64_t batch, struct epoch_record *record)
{
	*record = (struct epoch_record){.batch = batch};
	for (unsigned i = 0; i < BENCH_METRICS_MAX; i++)
		record->metrics[i] = NAN;
	if (crew->epochs == 1) /* after the warm-up all workers are present and asleep */
		crew->canary_before_ns = canary_now_ns(crew);
	crew->epochs++;
	prepare_epoch(crew, batch);
	gate_open(crew->arena.gate, crew->epochs);
	record->status = wait_for_epoch(crew, &record->why);
	if (record->status != RUN_OK)
		return;
	struct epoch epoch = harvest(crew, batch);

	record->wall_ns = epoch.wall_ns;
	crew_tell_pace(crew, record);
	crew_usage_add(crew, crew->arena.records, epoch.wall_ns);
	crew_turns_end(crew, record);
	record->status = judge(crew, &epoch, record);
}

void crew_canary(const struct crew *crew, struct finish_record *record)
{
	record->canary_before_ns = crew->canary_before_ns;
	record->canary_after_ns = isnan(crew->canary_before_ns) ? (double)NAN : canary_now_ns(crew);
}

void crew_latency(const struct crew *crew, struct finish_record *record)
{
	memset(record, 0, sizeof(*record));
	record->has_latency = crew->arena.latencies != NULL;
	for (unsigned i = 0; record->has_latency && i < crew->setup.workers; i++)
		histogram_merge(&record->latency, &crew->arena.latencies[i]);
}

static void end_process(pid_t pid)
{
	while (pid && waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
}

void crew_stop(struct crew *crew)
{
	gate_close(crew->arena.gate);
	for (unsigned i = 0; i < crew->setup.workers; i++) {
		if (crew->mode->vehicle == VEHICLE_PROCESSES)
			end_process(crew->pids[i]);
		else
			must(pthread_join(crew->threads[i], NULL));
	}
	for (unsigned i = 0; i < partner_count(crew); i++) {
		kill(crew->partners[i], SIGKILL); /* it may have exited already */
		end_process(crew->partners[i]);
	}
	if (crew->bench->teardown)
		crew->bench->teardown(&crew->trial);
	sync_stop(crew->arena.sync);
	sync_destroy(crew->arena.sync);
	arena_unmap(&crew->arena);
	free(crew->threads);
	free(crew->pids);
	free(crew->partners);
	free(crew->used_cpu_ns);
}
