/* SPDX-License-Identifier: MIT */
/*
 * A round trip through a pair of unix stream sockets with io_uring: each side submits a request and
 * waits for its completion in one system call, for each message sent and each received. This is the
 * cost of the two rings when there is never more than one request. It needs liburing at build time.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <sys/socket.h>

#if TOLLGATE_LIBURING
#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct io_uring *ring_of(struct talk *talk)
{
	return talk->own;
}

/* Try to make a ring, because a kernel may lack it or a policy forbid it. */
static bool setup(struct trial *t, struct reason *why)
{
	struct io_uring ring;
	const int error = io_uring_queue_init(4, &ring, 0);

	if (error)
		return refuse(why, "io_uring: %s", strerror(-error));
	io_uring_queue_exit(&ring);
	return talk_open(t, TALK_TRAVELS, why) && talk_open_sockets(t, SOCK_STREAM, why);
}

/* A ring belongs to the thread that submits to it. */
static void make_ring(struct worker *w)
{
	struct talk *talk = w->local;

	talk_prepare(w);
	talk->own = xcalloc(1, sizeof(struct io_uring));
	must(-io_uring_queue_init(4, talk->own, 0));
}

/* Rings of threads are ours, and rings of processes are gone with their owners. */
static void teardown(struct trial *t)
{
	for (unsigned side = 0; side < 2 && !t->processes; side++) {
		struct talk *talk = t->slots[side].local;

		io_uring_queue_exit(ring_of(talk));
		free(talk->own);
	}
	talk_teardown(t);
}

/* Submit the prepared request and wait for its completion. Gives the result. */
static int submit_and_wait(struct io_uring *ring)
{
	struct io_uring_cqe *done;
	int result;

	do
		result = io_uring_submit_and_wait(ring, 1);
	while (result == -EINTR);
	if (result >= 0)
		result = io_uring_wait_cqe(ring, &done);
	if (result < 0)
		return result;
	result = done->res;
	io_uring_cqe_seen(ring, done);
	return result;
}

enum direction { OUT, IN };

/* Transfer a whole message, in several pieces if need be. */
static bool transfer(struct talk *talk, enum direction direction)
{
	struct io_uring *ring = ring_of(talk);

	for (size_t at = 0; at < talk->size;) {
		struct io_uring_sqe *entry = io_uring_get_sqe(ring);

		if (direction == OUT)
			io_uring_prep_send(entry, talk->out, talk->outgoing + at, talk->size - at,
					   MSG_NOSIGNAL);
		else
			io_uring_prep_recv(entry, talk->in, talk->incoming + at, talk->size - at,
					   0);
		const int n = submit_and_wait(ring);

		if (n == -EINTR)
			continue;
		errno = n < 0 ? -n : 0;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static bool send_one(struct talk *talk)
{
	return transfer(talk, OUT);
}

static bool receive_one(struct talk *talk)
{
	return transfer(talk, IN);
}
#else
static bool setup(struct trial *t, struct reason *why)
{
	(void)t;
	return refuse(why, "built without liburing");
}

/* Stand-ins that are never called. */
static void make_ring(struct worker *w)
{
	(void)w;
}

static void teardown(struct trial *t)
{
	(void)t;
}

static bool send_one(struct talk *talk)
{
	return talk_write(talk);
}

static bool receive_one(struct talk *talk)
{
	return talk_read(talk);
}
#endif

ROUND_TRIP(converse, send_one, receive_one)

static const struct bench_case rt_io_uring = {
	.name = "rt_io_uring",
	.summary = "round trip through unix stream sockets by io_uring",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE_ENDED(converse, make_ring, teardown),
};
BENCH_REGISTER(rt_io_uring);
