/* SPDX-License-Identifier: MIT */
/*
 * Daemon threads end with the main thread. One operation is a small program: a process whose main
 * thread starts a second thread and then ends. With daemon=1 the process exits although the second
 * thread has endless work, which is cut off. With daemon=0 the main thread waits for it first, as
 * Python does at exit for every thread that is no daemon, and the process lives as long as the work
 * lasts.
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

enum { PARAM_DAEMON, PARAM_WORK };

/* Shared by worker and process, in the worker's local block. */
struct program {
	struct births births;
	bool daemon;
	int64_t work_ns;
	_Atomic int began;
	_Atomic uint64_t finished, main_end_ns;
	uint64_t gone_ns, cut_off, waited; /* sums over an epoch */
};

static void sleep_ns(int64_t ns)
{
	struct timespec left = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left))
		;
}

static void other_thread(void *argument)
{
	struct program *program = argument;

	atomic_store(&program->began, 1);
	do
		sleep_ns(program->work_ns);
	while (program->daemon);
	atomic_fetch_add(&program->finished, 1);
}

static void main_thread(void *argument)
{
	struct program *program = argument;
	struct offspring other;

	if (!offspring_start(&other, false, other_thread, program))
		return;
	while (!atomic_load(&program->began))
		sched_yield();
	atomic_store(&program->main_end_ns, bench_now_ns());
	if (!program->daemon)
		offspring_join(&other, NULL);
}

/* False if it did not run, or did not end as it must. */
static bool run_program(struct program *program)
{
	struct offspring process;
	int status = -1;

	atomic_store(&program->began, 0);
	atomic_store(&program->finished, 0);
	if (!offspring_start(&process, true, main_thread, program) ||
	    !offspring_join(&process, &status) || status || !atomic_load(&program->began))
		return false;
	program->gone_ns += bench_now_ns() - atomic_load(&program->main_end_ns);
	program->cut_off += !atomic_load(&program->finished);
	program->waited += atomic_load(&program->finished);
	return true;
}

static void live(struct worker *w)
{
	struct program *program = w->local;

	program->daemon = w->params[PARAM_DAEMON] != 0;
	program->work_ns = w->params[PARAM_WORK] * 1000;
	for (uint64_t n = 0; n < w->batch; n++) {
		if (!run_program(program)) {
			program->births.error = errno ? errno : EBADMSG;
			w->done = n;
			return;
		}
		program->births.made++;
	}
	program->births.left |= !offspring_none_left();
}

static void reset(struct trial *t)
{
	*(struct program *)t->slots[0].local = (struct program){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct program *program = t->slots[0].local;
	const bool daemon = t->params[PARAM_DAEMON] != 0;
	double create_ns;

	if (!offspring_check(t, epoch, &create_ns, why))
		return false;
	if ((daemon ? program->cut_off : program->waited) != epoch->ops)
		return refuse(why, "%llu threads cut off, %llu waited for, of %llu",
			      (unsigned long long)program->cut_off,
			      (unsigned long long)program->waited, (unsigned long long)epoch->ops);
	metrics[0] = (double)program->gone_ns / (double)epoch->ops;
	if (!daemon && metrics[0] < (double)t->params[PARAM_WORK] * 1000 / 2)
		return refuse(why, "gone after %.0f ns, with work for %lld us", metrics[0],
			      (long long)t->params[PARAM_WORK]);
	return true;
}

static const struct bench_case lifecycle_daemon = {
	.name = "lifecycle_daemon",
	.summary =
		"a main thread ends: the time until its process is gone, with a daemon thread and "
		"without",
	.op = "program",
	.family = BENCH_PROCESS,
	.local_size = sizeof(struct program),
	.params = {{"daemon", 1, 0, 1, "0: the main thread waits for the other one"},
		   {"work_us", 1000, 1, 1000000,
		    "duration of the other thread's work, us; a daemon works for ever"}},
	.metrics = {{"gone_ns", "ns", "lower",
		     "from the main thread's end until the process is reaped"}},
	.variants = {"daemon=1", "daemon=0"},
	.modes = "process",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.reset = reset,
	.run = {[SYNC_MUTEX] = live},
	.check = check,
};
BENCH_REGISTER(lifecycle_daemon);
