/* SPDX-License-Identifier: MIT */
/*
 * I/O-bound work: a request and its answer over TCP within this machine (127.0.0.1). Each worker
 * has a connection of its own to a process that sends every message back. Nagle's algorithm is off
 * on both sides. One operation is one full round trip.
 *
 * The difference from io_pipe is the cost of the protocol: the same conversation, the same two
 * context switches, and all of TCP in between. As with the pipe, the wait happens without the GIL.
 */
#include "harness/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BYTES_MAX 65536

enum { PARAM_BYTES };

enum { WORKER_END, PARTNER_END, ENDS };

#define WORKER_SIDE  (1u << WORKER_END)
#define PARTNER_SIDE (1u << PARTNER_END)
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
	return write_all(link->fds[WORKER_END], link->request, bytes) &&
	       read_all(link->fds[WORKER_END], link->answer, bytes) == 1;
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
 * A connection ends when the last copy of its socket is closed, and every fork copies sockets. So
 * all processes close the sockets that are not theirs. Then a dead partner shows as an end of file
 * and not as a read that never returns.
 */
static void partner(struct worker *w)
{
	const struct link *link = w->local;
	const size_t bytes = (size_t)w->params[PARAM_BYTES];
	unsigned char message[BYTES_MAX];

	close_links(w->shared, w->count, w->index, WORKER_SIDE, BOTH_SIDES);
	while (read_all(link->fds[PARTNER_END], message, bytes) == 1 &&
	       write_all(link->fds[PARTNER_END], message, bytes))
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

/* A socket that listens on a free port, its address in *HERE. -1 and errno on failure. */
static int listen_here(struct sockaddr_in *here)
{
	socklen_t length = sizeof(*here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*here = (struct sockaddr_in){.sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)here, length) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)here, &length)) {
		const int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* The port is open to every process here, so check that the peer of ACCEPTED is CONNECTED. */
static bool belong_together(int accepted, int connected)
{
	struct sockaddr_in peer = {0}, own = {0};
	socklen_t peer_length = sizeof(peer), own_length = sizeof(own);

	if (getpeername(accepted, (struct sockaddr *)&peer, &peer_length) ||
	    getsockname(connected, (struct sockaddr *)&own, &own_length))
		return false;
	errno = ECONNREFUSED;
	return peer.sin_port == own.sin_port && peer.sin_addr.s_addr == own.sin_addr.s_addr;
}

static bool switch_nagle_off(int fd)
{
	const int on = 1;

	return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0;
}

static bool connect_link(struct link *link, int listener, const struct sockaddr_in *here)
{
	link->fds[WORKER_END] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (link->fds[WORKER_END] < 0 ||
	    connect(link->fds[WORKER_END], (const struct sockaddr *)here, sizeof(*here)))
		return false;
	link->fds[PARTNER_END] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return link->fds[PARTNER_END] >= 0 &&
	       belong_together(link->fds[PARTNER_END], link->fds[WORKER_END]) &&
	       switch_nagle_off(link->fds[PARTNER_END]) && switch_nagle_off(link->fds[WORKER_END]);
}

static bool setup(struct trial *t, struct reason *why)
{
	struct sockaddr_in here;
	int listener = listen_here(&here);

	*(struct exchange *)t->shared = (struct exchange){.slots = t->slots,
							  .processes = t->processes};
	if (listener < 0)
		return refuse(why, "cannot listen on 127.0.0.1: %s", strerror(errno));
	for (unsigned i = 0; i < t->workers; i++)
		if (!connect_link(t->slots[i].local, listener, &here)) {
			refuse(why, "cannot connect %u workers over 127.0.0.1: %s", t->workers,
			       strerror(errno));
			close(listener);
			return false;
		}
	must_sys(close(listener));
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

static const struct bench_case io_tcp = {
	.name = "io_tcp",
	.summary = "I/O-bound: round trip over a TCP connection to a process that echoes",
	.op = "round trip",
	.family = BENCH_IO,
	.shared_size = sizeof(struct exchange),
	.local_size = sizeof(struct link),
	.params = {{"bytes", 64, 1, BYTES_MAX, "size of a message"}},
	.setup = setup,
	.teardown = teardown,
	.prepare = prepare,
	.reset = reset,
	.run = BENCH_RUN(converse),
	.check = check,
	.partner = partner,
};
BENCH_REGISTER(io_tcp);
