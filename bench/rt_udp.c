/* SPDX-License-Identifier: MIT */
/*
 * A round trip through UDP over the loopback: the network layer without TCP's memory. A datagram
 * that does not find room is dropped; here there is never more than one under way.
 */
#include "harness/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

static bool setup(struct trial *t, struct reason *why)
{
	struct sockaddr_in here, there;

	if (!talk_open(t, TALK_TRAVELS, why))
		return false;
	const int asker = open_bound(SOCK_DGRAM, &here), answerer = open_bound(SOCK_DGRAM, &there);

	if (asker == -1 || answerer == -1 ||
	    connect(asker, (const struct sockaddr *)&there, sizeof(there)) ||
	    connect(answerer, (const struct sockaddr *)&here, sizeof(here)))
		return refuse(why, "no UDP over the loopback: %s", strerror(errno));
	talk_connect(t, asker, asker, answerer, answerer);
	return talk_probe(t, asker, answerer, why) && talk_probe(t, answerer, asker, why);
}

ROUND_TRIP(converse, talk_send, talk_receive)

static const struct bench_case rt_udp = {
	.name = "rt_udp",
	.summary = "round trip through UDP over the loopback",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS_32K},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_udp);
