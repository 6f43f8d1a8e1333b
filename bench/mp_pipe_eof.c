/* SPDX-License-Identifier: MIT */
/*
 * A reader of Python's Pipe after the other end is closed: it first gets the message that was still
 * in the pipe, then EOFError. This happens only after every copy of the sending end is closed. A
 * forked child has one, and a forgotten copy keeps the reader waiting for ever. One operation makes
 * a pipe, sends a message, closes one of two copies (which must have no effect), and then the
 * other.
 */
#include "harness/bench.h"
#include "harness/python/connection.h"

#include <fcntl.h>
#include <unistd.h>

enum { PARAM_DUPLEX };
enum { METRIC_EOF, METRIC_MISSED };

struct reader {
	uint64_t eof_ns, missed, early, broken;
};

static void end_one_pipe(struct reader *me, bool duplex)
{
	struct twin_connection ends[2], copy;
	uint64_t message = 0;
	size_t size;

	if (twin_pipe(ends, duplex) != TWIN_OK) {
		me->broken++;
		return;
	}
	copy = ends[1];
	copy.fd = fcntl(ends[1].fd, F_DUPFD_CLOEXEC, 0);
	me->broken += copy.fd < 0;
	me->broken += twin_send(&ends[1], &me->eof_ns, sizeof(me->eof_ns)) != TWIN_OK;
	twin_connection_close(&ends[1]);
	me->broken += twin_receive(&ends[0], &message, sizeof(message), &size) != TWIN_OK ||
		      message != me->eof_ns;
	me->early += twin_poll(&ends[0], TWIN_AT_ONCE);
	const uint64_t begin_ns = bench_now_ns();

	twin_connection_close(&copy);
	me->missed += twin_receive(&ends[0], &message, sizeof(message), &size) != TWIN_EOF;
	me->eof_ns += bench_now_ns() - begin_ns;
	twin_connection_close(&ends[0]);
}

static void end_pipes(struct worker *w)
{
	const bool duplex = w->params[PARAM_DUPLEX] != 0;

	for (uint64_t n = w->batch; n; n--)
		end_one_pipe(w->local, duplex);
}

static void reset(struct trial *t)
{
	*(struct reader *)t->slots[0].local = (struct reader){0};
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct reader *me = t->slots[0].local;

	if (me->broken || me->early || me->missed)
		return refuse(why,
			      "%llu calls failed, %llu ends of file came early, %llu never came",
			      (unsigned long long)me->broken, (unsigned long long)me->early,
			      (unsigned long long)me->missed);
	metrics[METRIC_EOF] = (double)me->eof_ns / (double)epoch->ops;
	metrics[METRIC_MISSED] = (double)me->missed;
	return true;
}

static const struct bench_case mp_pipe_eof = {
	.name = "mp_pipe_eof",
	.summary = "Python's Pipe closed at one end: EOFError at the other, after the last copy",
	.op = "pipe",
	.family = BENCH_IPC,
	.local_size = sizeof(struct reader),
	.params = {{"duplex", 0, 0, 1, "1: two-way, a pair of sockets"}},
	.metrics = {{"eof_ns", "ns", "lower", "from closing the last copy until EOFError"},
		    {"eof_missed", "pipes", "zero", "closed pipes without EOFError"}},
	.variants = {"duplex=0", "duplex=1"},
	.modes = "process",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.reset = reset,
	.run = {[SYNC_MUTEX] = end_pipes},
	.check = check,
};
BENCH_REGISTER(mp_pipe_eof);
