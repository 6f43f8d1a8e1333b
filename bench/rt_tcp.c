/* SPDX-License-Identifier: MIT */
/*
 * A round trip through TCP over the loopback: the whole way down to the network layer and up again.
 *
 * With nodelay=0 Nagle's algorithm holds small data back while something is unacknowledged. In a
 * conversation that takes turns each answer carries the acknowledgement, so it should make no
 * difference here; a protocol that writes twice before it reads pays up to 40 ms for it.
 */
#include "harness/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PARAM_NODELAY = TALK_PARAMS };

/* A socket of TYPE bound to a free port of the loopback; its address goes to ADDRESS. */
static int open_bound(int type, struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_in){.sin_family = AF_INET,
					.sin_addr = {htonl(INADDR_LOOPBACK)}};
	if (fd != -1 && (bind(fd, (const struct sockaddr *)address, length) ||
			 getsockname(fd, (struct sockaddr *)address, &length))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Connect to LISTENER at ADDRESS and accept: both ends of one connection. */
static bool join(struct trial *t, int listener, const struct sockaddr_in *address, int ends[2])
{
	const int nodelay = (int)t->params[PARAM_NODELAY];

	ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ends[0] == -1 || listen(listener, 1) ||
	    connect(ends[0], (const struct sockaddr *)address, sizeof(*address)))
		return false;
	ends[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	for (int i = 0; i < 2 && ends[1] != -1; i++)
		must_sys(setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &nodelay, sizeof(nodelay)));
	return ends[1] != -1;
}

static bool setup(struct trial *t, struct reason *why)
{
	struct sockaddr_in address;
	int ends[2] = {-1, -1};

	if (!talk_open(t, TALK_TRAVELS, why))
		return false;
	const int listener = open_bound(SOCK_STREAM, &address);

	if (listener == -1 || !join(t, listener, &address, ends))
		return refuse(why, "no TCP over the loopback: %s", strerror(errno));
	close(listener);
	talk_connect(t, ends[0], ends[0], ends[1], ends[1]);
	return true;
}

ROUND_TRIP(converse, talk_write, talk_read)

static const struct bench_case rt_tcp = {
	.name = "rt_tcp",
	.summary = "round trip through TCP over the loopback",
	.profile_min = BENCH_FROM_FULL,
	.params =
		{
			ROUND_TRIP_PARAMS,
			{"nodelay", 1, 0, 1, "1: send small data at once (TCP_NODELAY)"},
		},
	.variants = {"nodelay=1", "nodelay=0", "size=4096", "size=64", "size=1024", "size=65536",
		     "size=1048576", "sample=1"},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_tcp);
