/* SPDX-License-Identifier: MIT */
/*
 * I/O-bound work: ask and wait for the answer. Each worker talks through two pipes to a process of
 * its own that sends every message back. One operation is one full round trip: one write and one
 * read on either side, the same system calls as `perf bench sched pipe`, and two context switches
 * if both sides share a core.
 *
 * The wait happens without the GIL, so each worker adds one independent conversation. A GIL adds
 * the price of one release and one acquire per round trip.
 *
 * Every answer is compared with its request, and each request differs from the one before.
 */
#include "harness/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BYTES_MAX 65536

enum { PARAM_BYTES };

/* In the order in which two pipe2() calls fill them: [read, write] of answers, then of requests. */
enum { WORKER_READS, PARTNER_WRITES, PARTNER_READS, WORKER_WRITES, ENDS };

#define WORKER_SIDE  (1u << WORKER_READS | 1u << WORKER_WRITES)
#define PARTNER_SIDE (1u << PARTNER_READS | 1u << PARTNER_WRITES)
#define BOTH_SIDES   (WORKER_SIDE | PARTNER_SIDE)

struct link {
	int fds[ENDS];
	bool broken; /* the partner is gone */
	int error;   /* errno of the failure. 0: end of file */
	unsigned char number;
	uint64_t wrong_answers;
	unsigned char request[BYTES_MAX], answer[BYTES_MAX];
};

/* Every worker and partner finds all links here. */
struct exchange {
	const struct worker *slots;
	bool processes;
	bool parted; /* the parent has closed the ends that it does not use */
};

static void close_links(const struct exchange *exchange, unsigned workers, unsigned me,
			unsigned my_sides, unsigned sides_of_others)
{
	for (unsigned i = 0; i < workers; i++) {
		const struct link *link = exchange->slots[i].local;
		const unsigned sides = i == me ? my_sides : sides_of_others;

		for (unsigned end = 0; end < ENDS; end++)
			if (sides & 1u << end)
				must_sys(close(link->fds[end]));
	}
}

static bool round_trip(struct link *link, size_t bytes)
{
	errno = 0; /* end of file leaves errno unchanged */
	return write_all(link->fds[WORKER_WRITES], link->request, bytes) &&
	       read_all(link->fds[WORKER_READS], link->answer, bytes) == 1;
}

static void converse(struct worker *w, const enum sync_kind kind)
{
	struct link *link = w->local;
	const size_t bytes = (size_t)w->params[PARAM_BYTES];

	for (uint64_t n = w->batch; n; n--) {
		memset(link->request, ++link->number, bytes);
		sync_block(w, kind);
		bool answered = round_trip(link, bytes);

		sync_unblock(w, kind);
		if (!answered) {
			link->broken = true;
			link->error = errno;
			w->done = w->batch - n;
			return;
		}
		link->wrong_answers += memcmp(link->request, link->answer, bytes) != 0;
	}
}
BENCH_SPECIALISE(converse)

/*
 * A pipe ends when its last writer is gone, and every fork copies writers. So all processes close
 * the ends that are not theirs. Then a dead partner shows as an end of file and not as a read that
 * never returns.
 */
static void partner(struct worker *w)
{
	const struct link *link = w->local;
	const size_t bytes = (size_t)w->params[PARAM_BYTES];
	unsigned char message[BYTES_MAX];

	close_links(w->shared, w->count, w->index, WORKER_SIDE, BOTH_SIDES);
	while (read_all(link->fds[PARTNER_READS], message, bytes) == 1 &&
	       write_all(link->fds[PARTNER_WRITES], message, bytes))
		;
}

static void prepare(struct worker *w)
{
	const struct exchange *exchange = w->shared;

	if (exchange->processes)
		close_links(exchange, w->count, w->index, PARTNER_SIDE, BOTH_SIDES);
}

/* In the first epoch all forks are done, so the parent can close its copies. */
static void reset(struct trial *t)
{
	struct exchange *exchange = t->shared;
	const unsigned sides = t->processes ? BOTH_SIDES : PARTNER_SIDE;

	if (!exchange->parted)
		close_links(exchange, t->workers, 0, sides, sides);
	exchange->parted = true;
}

static void teardown(struct trial *t)
{
	const struct exchange *exchange = t->shared;
	const unsigned sides = !exchange->parted ? BOTH_SIDES : t->processes ? 0 : WORKER_SIDE;

	close_links(exchange, t->workers, 0, sides, sides);
}

static bool setup(struct trial *t, struct reason *why)
{
	*(struct exchange *)t->shared = (struct exchange){.slots = t->slots,
							  .processes = t->processes};
	for (unsigned i = 0; i < t->workers; i++) {
		struct link *link = t->slots[i].local;

		if (pipe2(&link->fds[WORKER_READS], O_CLOEXEC) ||
		    pipe2(&link->fds[PARTNER_READS], O_CLOEXEC))
			return refuse(why, "cannot make two pipes for each of %u workers: %s",
				      t->workers, strerror(errno));
	}
	return true;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)metrics;
	for (unsigned i = 0; i < t->workers; i++) {
		const struct link *link = t->slots[i].local;

		if (link->broken)
			return refuse(why, "worker %u lost its partner after %llu round trips: %s",
				      i, (unsigned long long)t->slots[i].done,
				      link->error ? strerror(link->error) : "end of file");
		if (link->wrong_answers)
			return refuse(why,
				      "worker %u got %llu answers that differ from the request", i,
				      (unsigned long long)link->wrong_answers);
	}
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu round trips instead of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	return true;
}

static const struct bench_case io_pipe = {
	.name = "io_pipe",
	.summary = "I/O-bound: round trip through two pipes to a process that echoes",
	.op = "round trip",
	.family = BENCH_IO,
	.shared_size = sizeof(struct exchange),
	.local_size = sizeof(struct link),
	.params = {{"bytes", 4, 1, BYTES_MAX, "size of a message"}},
	.setup = setup,
	.teardown = teardown,
	.prepare = prepare,
	.reset = reset,
	.run = BENCH_RUN(converse),
	.check = check,
	.partner = partner,
};
BENCH_REGISTER(io_pipe);
