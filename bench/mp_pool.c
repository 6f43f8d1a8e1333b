/* SPDX-License-Identifier: MIT */
/*
 * A pool of three processes and ten tasks, the lecture's sample of multiprocessing.Pool. apply()
 * waits for each result before it submits the next task, so one process works at a time and every
 * task pays for the whole way there and back. apply_async() submits all of them and then collects
 * the results. map() sends them in chunks. All three give the same results in the same order.
 *
 * A task computes for `task_us` of processor time, or returns at once.
 */
#include "harness/bench.h"
#include "harness/python/pool.h"

#include <string.h>

#define TASKS_MAX 1000

enum { PARAM_CALL, PARAM_TASK, PARAM_TASKS, PARAM_PROCESSES };
enum { CALL_APPLY, CALL_ASYNC, CALL_MAP };
enum { METRIC_TASK, METRIC_WRONG };

struct owner {
	struct twin_pool_shared shared;
	struct twin_pool *pool; /* in the worker's own memory */
	uint64_t wrong;
	enum twin_result failed; /* the first call that failed */
};

/* The worker's own copy, which its pool inherits by the fork. */
static uint64_t task_ns;
static struct twin_job jobs[TASKS_MAX];
static uint64_t arguments[TASKS_MAX], values[TASKS_MAX];

static uint64_t result_of(uint64_t argument)
{
	return argument * 3 + 1;
}

static uint64_t do_task(uint64_t argument)
{
	if (task_ns) {
		const uint64_t end_ns = clock_thread_cpu_ns() + task_ns;

		while (clock_thread_cpu_ns() < end_ns)
			;
	}
	return result_of(argument);
}

static void prepare(struct worker *w)
{
	struct owner *owner = w->local;

	task_ns = (uint64_t)w->params[PARAM_TASK] * 1000;
	for (uint64_t i = 0; i < TASKS_MAX; i++)
		arguments[i] = i * i;
	owner->pool = twin_pool_start(&owner->shared, (unsigned)w->params[PARAM_PROCESSES]);
}

static void note_failure(struct owner *owner, enum twin_result result)
{
	if (owner->failed == TWIN_OK)
		owner->failed = result;
}

static void do_round(struct owner *owner, int64_t call, uint64_t tasks)
{
	enum twin_result result = TWIN_OK;

	if (call == CALL_MAP) {
		note_failure(owner, twin_pool_map(owner->pool, do_task, arguments, values, tasks));
		return;
	}
	for (uint64_t i = 0; i < tasks && result == TWIN_OK; i++) {
		result = call == CALL_APPLY
				 ? twin_pool_apply(owner->pool, do_task, arguments[i], &values[i])
				 : twin_pool_apply_async(owner->pool, &jobs[i], do_task,
							 arguments[i]);
		note_failure(owner, result);
	}
	for (uint64_t i = 0; i < tasks && call == CALL_ASYNC && result == TWIN_OK; i++) {
		result = twin_job_get(&jobs[i], TWIN_FOREVER, &values[i]);
		note_failure(owner, result);
	}
}

static void do_rounds(struct worker *w)
{
	struct owner *owner = w->local;
	const uint64_t tasks = (uint64_t)w->params[PARAM_TASKS];

	for (uint64_t n = 0; n < w->batch; n++) {
		memset(values, 0, tasks * sizeof(values[0]));
		do_round(owner, w->params[PARAM_CALL], tasks);
		if (owner->failed != TWIN_OK) {
			w->done = n;
			return;
		}
		for (uint64_t i = 0; i < tasks; i++)
			owner->wrong += values[i] != result_of(arguments[i]);
	}
}

static void reset(struct trial *t)
{
	struct owner *owner = t->slots[0].local;

	owner->wrong = 0;
	owner->failed = TWIN_OK;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct owner *owner = t->slots[0].local;

	if (owner->failed != TWIN_OK)
		return refuse(why, "after %llu rounds: %s", (unsigned long long)epoch->ops,
			      owner->failed == TWIN_BROKEN ? "a process of the pool died"
							   : twin_result_name(owner->failed));
	if (owner->wrong)
		return refuse(why, "%llu tasks had a wrong result",
			      (unsigned long long)owner->wrong);
	metrics[METRIC_TASK] = (double)epoch->wall_ns /
			       ((double)epoch->ops * (double)t->params[PARAM_TASKS]);
	metrics[METRIC_WRONG] = 0; /* any other number was refused above */
	return true;
}

static const struct bench_case mp_pool = {
	.name = "mp_pool",
	.summary = "ten tasks for Python's Pool of three processes: apply, apply_async, map",
	.op = "round of tasks",
	.family = BENCH_IPC,
	.local_size = sizeof(struct owner),
	.params = {{"call", CALL_ASYNC, 0, 2, "0: apply, 1: apply_async, 2: map"},
		   {"task_us", 0, 0, 1000000, "processor time of a task, us"},
		   {"tasks", 10, 1, TASKS_MAX, "in one round"},
		   {"processes", 3, 1, TWIN_POOL_MAX, "in the pool"}},
	.metrics = {{"task_ns", "ns", "lower", "wall time of a round over its tasks"},
		    {"wrong_results", "tasks", "zero", "with another result than a plain call"}},
	.variants = {"call=0", "call=1", "call=2", "call=0;task_us=200", "call=1;task_us=200",
		     "call=2;task_us=200"},
	.modes = "process",
	.modes_only = true,
	.workers = 1,
	.placements = "none",
	.profile_min = BENCH_FROM_FULL,
	.prepare = prepare,
	.reset = reset,
	.run = {[SYNC_MUTEX] = do_rounds},
	.check = check,
};
BENCH_REGISTER(mp_pool);
