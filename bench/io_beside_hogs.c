/* SPDX-License-Identifier: MIT */
/*
 * The convoy effect: one worker that does I/O beside others that only compute. Worker 0 sends a
 * request to another process through a pipe and waits for the answer. All other workers are CPU
 * hogs. With one worker there are no hogs, which is the undisturbed baseline.
 *
 * An interactive program needs its answer soon. Under a GIL worker 0 releases the lock to wait, a
 * hog takes it within a microsecond, and when the answer is there, worker 0 must wait a whole
 * switch interval (5 ms) for the lock, however short the I/O was. Without a lock, with a lock
 * around shared data only, or as processes, hogs on other cores do not disturb it at all.
 *
 * If the answer comes before the hog has woken up (some 20 to 60 us), the GIL is still free and no
 * time is lost. answer_us delays the answer, as a network does.
 *
 * The latency is that of a whole request, including the time to take the GIL back. With think_us=0
 * the next request follows at once. Otherwise worker 0 sleeps in between, without the GIL.
 * hog_steps_per_s is the work of the hogs in the meantime: low latency bought by starving them is
 * no bargain.
 *
 * call_steps is the number of steps of a hog without a check point, like a call into C. A request
 * to release the lock is then seen only when the call is over, whatever the switch interval is.
 */
#include "harness/bench.h"
#include "harness/kit/hog.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Some 10 ns between two check points, the time that an interpreter spends on one instruction. */
#define STEPS_PER_TICK 8

enum { PARAM_THINK_US, PARAM_ANSWER_US, PARAM_CALL_STEPS };
enum { METRIC_HOG_STEPS_PER_S };

/* In the order in which two pipe2() calls fill them: [read, write] of answers, then of requests. */
enum { WORKER_READS, PARTNER_WRITES, PARTNER_READS, WORKER_WRITES, ENDS };

#define WORKER_SIDE  (1u << WORKER_READS | 1u << WORKER_WRITES)
#define PARTNER_SIDE (1u << PARTNER_READS | 1u << PARTNER_WRITES)
#define BOTH_SIDES   (WORKER_SIDE | PARTNER_SIDE)

struct desk {
	_Alignas(SHARED_LINE) _Atomic bool done; /* worker 0 has finished its batch */

	_Alignas(SHARED_LINE) int fds[ENDS];
	bool processes;
	bool parted; /* the parent has closed the ends that it does not use */
	bool broken; /* the partner is gone */
	int error;   /* errno of the failure. 0: end of file */
	uint32_t number;
	uint64_t wrong_answers;
};

static void close_sides(const struct desk *desk, unsigned sides)
{
	for (unsigned end = 0; end < ENDS; end++)
		if (sides & 1u << end)
			must_sys(close(desk->fds[end]));
}

static bool round_trip(struct desk *desk, uint32_t *answer)
{
	errno = 0; /* end of file leaves errno unchanged */
	return write_all(desk->fds[WORKER_WRITES], &desk->number, sizeof(desk->number)) &&
	       read_all(desk->fds[WORKER_READS], answer, sizeof(*answer)) == 1;
}

static inline __attribute__((always_inline)) bool request(struct worker *w, struct desk *desk,
							  const enum sync_kind kind)
{
	uint32_t answer = 0;
	const uint64_t start_ns = bench_now_ns();

	desk->number++;
	sync_block(w, kind);
	bool answered = round_trip(desk, &answer);

	sync_unblock(w, kind);
	if (!answered)
		return false;
	histogram_add(w->latency, bench_now_ns() - start_ns);
	desk->wrong_answers += answer != desk->number;
	return true;
}

static inline __attribute__((always_inline)) void ask(struct worker *w, const enum sync_kind kind)
{
	struct desk *desk = w->shared;
	const int64_t think_us = w->params[PARAM_THINK_US];

	for (uint64_t n = w->batch; n; n--) {
		if (think_us) {
			sync_block(w, kind);
			bench_sleep_us(think_us);
			sync_unblock(w, kind);
		}
		if (!request(w, desk, kind)) {
			desk->broken = true;
			desk->error = errno;
			w->done = w->batch - n;
			break;
		}
	}
	atomic_store_explicit(&desk->done, true, memory_order_relaxed);
}

static void ask_or_hog(struct worker *w, const enum sync_kind kind)
{
	const struct desk *desk = w->shared;

	if (w->index == 0)
		ask(w, kind);
	else
		hog_run(w, kind, (uint64_t)w->params[PARAM_CALL_STEPS], &desk->done);
}
BENCH_SPECIALISE(ask_or_hog)

/*
 * A pipe ends when its last writer is gone, and every fork copies writers. So all processes close
 * the ends that are not theirs. Then a dead partner shows as an end of file and not as a read that
 * never returns.
 */
static void partner(struct worker *w)
{
	const struct desk *desk = w->shared;
	const int64_t answer_us = w->params[PARAM_ANSWER_US];
	bool good = true;
	uint32_t message;

	close_sides(desk, WORKER_SIDE);
	while (good && read_all(desk->fds[PARTNER_READS], &message, sizeof(message)) == 1) {
		if (answer_us)
			bench_sleep_us(answer_us);
		good = write_all(desk->fds[PARTNER_WRITES], &message, sizeof(message));
	}
}

static void prepare(struct worker *w)
{
	const struct desk *desk = w->shared;

	if (desk->processes)
		close_sides(desk, w->index ? BOTH_SIDES : PARTNER_SIDE);
}

static void reset(struct trial *t)
{
	struct desk *desk = t->shared;

	/* in the first epoch all forks are done, so the parent can close its copies */
	if (!desk->parted)
		close_sides(desk, t->processes ? BOTH_SIDES : PARTNER_SIDE);
	desk->parted = true;
	atomic_store(&desk->done, false);
	hog_reset(t);
}

static void teardown(struct trial *t)
{
	const struct desk *desk = t->shared;

	if (!desk->parted)
		close_sides(desk, BOTH_SIDES);
	else if (!t->processes)
		close_sides(desk, WORKER_SIDE);
}

static bool setup(struct trial *t, struct reason *why)
{
	struct desk *desk = t->shared;

	desk->processes = t->processes;
	if (pipe2(&desk->fds[WORKER_READS], O_CLOEXEC) ||
	    pipe2(&desk->fds[PARTNER_READS], O_CLOEXEC))
		return refuse(why, "cannot make two pipes: %s", strerror(errno));
	return true;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct desk *desk = t->shared;

	if (desk->broken)
		return refuse(why, "worker 0 lost its partner after %llu requests: %s",
			      (unsigned long long)t->slots[0].done,
			      desk->error ? strerror(desk->error) : "end of file");
	if (desk->wrong_answers)
		return refuse(why, "worker 0 got %llu answers that differ from the request",
			      (unsigned long long)desk->wrong_answers);
	if (epoch->ops != epoch->batch)
		return refuse(why, "%llu requests counted instead of %llu",
			      (unsigned long long)epoch->ops, (unsigned long long)epoch->batch);
	return hog_check(t, epoch->wall_ns, &metrics[METRIC_HOG_STEPS_PER_S], why);
}

static const struct bench_case io_beside_hogs = {
	.name = "io_beside_hogs",
	.summary = "one worker doing I/O beside CPU hogs: its latency, and the work of the hogs",
	.op = "request",
	.family = BENCH_MIXED,
	.shared_size = sizeof(struct desk),
	.local_size = sizeof(struct hog),
	.params = {{"think_us", 0, 0, 10000000, "microseconds of sleep before each request"},
		   {"answer_us", 0, 0, 10000000, "microseconds that the other process needs"},
		   {"call_steps", STEPS_PER_TICK, 1, 1000000000,
		    "steps of a hog between two check points; many: a long call into C"}},
	.metrics = {{"hog_steps_per_s", "1/s", "higher", "steps of all CPU hogs together"}},
	.steps = true,
	.epoch_ns_min = 30000000,
	.latency = true,
	.setup = setup,
	.teardown = teardown,
	.prepare = prepare,
	.reset = reset,
	.run = BENCH_RUN(ask_or_hog),
	.check = check,
	.partner = partner,
	.partners = 1,
};
BENCH_REGISTER(io_beside_hogs);
