/* SPDX-License-Identifier: MIT */
/* Opening pipes, sockets and eventfds for a conversation. Part of transport. */
#include "harness/kit/transport.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/bench.h"

bool talk_open_pipes(struct trial *t, struct reason *why)
{
	int there[2], back[2];

	if (pipe2(there, O_CLOEXEC))
		return refuse(why, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(back, O_CLOEXEC)) {
		refuse(why, "cannot make a second pipe: %s", strerror(errno));
		close(there[0]);
		close(there[1]);
		return false;
	}
	talk_connect(t, back[0], there[1], there[0], back[1]);
	return true;
}

bool talk_open_sockets(struct trial *t, int type, struct reason *why)
{
	int pair[2];

	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair))
		return refuse(why, "cannot make a pair of unix sockets: %s", strerror(errno));
	talk_connect(t, pair[0], pair[0], pair[1], pair[1]);
	return type == SOCK_STREAM ||
	       (talk_probe(t, pair[0], pair[1], why) && talk_probe(t, pair[1], pair[0], why));
}

bool talk_open_events(struct trial *t, struct reason *why)
{
	const int there = eventfd(0, EFD_CLOEXEC), back = eventfd(0, EFD_CLOEXEC);

	if (there < 0 || back < 0)
		return refuse(why, "cannot make an eventfd: %s", strerror(errno));
	talk_connect(t, back, there, there, back);
	return true;
}

/* Ask for room for one message. The kernel doubles the size and caps it at its limit. */
static void make_room(int fd, size_t size)
{
	const int room = size > INT_MAX / 4 ? INT_MAX / 2 : (int)size * 2 + 4096;

	must_sys(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)));
	must_sys(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)));
}

bool talk_probe(struct trial *t, int from, int to, struct reason *why)
{
	struct talk *talk = t->slots[0].local;

	make_room(from, talk->size);
	make_room(to, talk->size);
	if (send(from, talk->outgoing, talk->size, MSG_DONTWAIT | MSG_NOSIGNAL) !=
	    (ssize_t)talk->size)
		return refuse(why, "a message of %zu bytes does not fit: %s", talk->size,
			      strerror(errno));
	/* loopback delivers before send() returns, or a moment later */
	if (recv(to, talk->incoming, talk->size, 0) != (ssize_t)talk->size)
		return refuse(why, "a message of %zu bytes did not arrive whole", talk->size);
	return true;
}

/* ---- over the loopback ---- */

/* A socket of TYPE bound to a free port of the loopback. ADDRESS receives its address. */
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

/* Connect to LISTENER at ADDRESS and accept. ENDS receives both ends of the connection. */
static bool join(int listener, const struct sockaddr_in *address, bool nodelay, int ends[2])
{
	const int flag = nodelay;

	ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ends[0] == -1 || listen(listener, 1) ||
	    connect(ends[0], (const struct sockaddr *)address, sizeof(*address)))
		return false;
	ends[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	for (int i = 0; i < 2 && ends[1] != -1; i++)
		must_sys(setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &flag, sizeof(flag)));
	return ends[1] != -1;
}

bool talk_open_tcp(struct trial *t, bool nodelay, struct reason *why)
{
	struct sockaddr_in address;
	int ends[2] = {-1, -1};
	const int listener = open_bound(SOCK_STREAM, &address);

	if (listener == -1 || !join(listener, &address, nodelay, ends))
		return refuse(why, "no TCP over the loopback: %s", strerror(errno));
	close(listener);
	talk_connect(t, ends[0], ends[0], ends[1], ends[1]);
	return true;
}

bool talk_open_udp(struct trial *t, struct reason *why)
{
	struct sockaddr_in here, there;
	const int asker = open_bound(SOCK_DGRAM, &here), answerer = open_bound(SOCK_DGRAM, &there);

	if (asker == -1 || answerer == -1 ||
	    connect(asker, (const struct sockaddr *)&there, sizeof(there)) ||
	    connect(answerer, (const struct sockaddr *)&here, sizeof(here)))
		return refuse(why, "no UDP over the loopback: %s", strerror(errno));
	talk_connect(t, asker, asker, answerer, answerer);
	return talk_probe(t, asker, answerer, why) && talk_probe(t, answerer, asker, why);
}
