/* SPDX-License-Identifier: MIT */
/*
 * Each message is a new piece of memory: the sender writes it into a fresh memfd and sends the
 * descriptor through a unix socket (SCM_RIGHTS), and the receiver reads it and closes it. This is
 * the cost of handing over a buffer that is made and dropped every time. Real programs keep their
 * buffers.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static bool setup(struct trial *t, struct reason *why)
{
	const int fd = memfd_create("tollgate", MFD_CLOEXEC);

	if (fd == -1)
		return refuse(why, "memfd_create: %s", strerror(errno));
	close(fd);
	return talk_open(t, TALK_TRAVELS, why) && talk_open_sockets(t, SOCK_SEQPACKET, why);
}

/* Room for one descriptor, aligned as its header must be. */
union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static bool pass_fd(int socket_fd, int fd)
{
	union control control = {0};
	struct iovec byte = {(char[]){0}, 1};
	struct msghdr message = {.msg_iov = &byte,
				 .msg_iovlen = 1,
				 .msg_control = control.room,
				 .msg_controllen = sizeof(control.room)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	ssize_t n;

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	do
		n = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n == 1;
}

/* The descriptor that arrived, or -1. */
static int take_fd(int socket_fd)
{
	union control control;
	char room;
	struct iovec byte = {&room, 1};
	struct msghdr message = {.msg_iov = &byte,
				 .msg_iovlen = 1,
				 .msg_control = control.room,
				 .msg_controllen = sizeof(control.room)};
	ssize_t n;
	int fd = -1;

	do
		n = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	const struct cmsghdr *header = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;

	if (header && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static bool send_one(struct talk *talk)
{
	const int fd = memfd_create("tollgate", MFD_CLOEXEC);

	if (fd == -1)
		return false;
	const bool good = write_all(fd, talk->outgoing, talk->size) && pass_fd(talk->out, fd);

	return close(fd) == 0 && good;
}

/* The file offset came with the descriptor, so it stands at the end of the written data. */
static bool receive_one(struct talk *talk)
{
	const int fd = take_fd(talk->in);

	if (fd == -1)
		return false;
	const bool good = lseek(fd, 0, SEEK_SET) == 0 &&
			  read_all(fd, talk->incoming, talk->size) == 1;

	return close(fd) == 0 && good;
}

ROUND_TRIP(converse, send_one, receive_one)

static const struct bench_case rt_memfd = {
	.name = "rt_memfd",
	.summary = "message in a fresh memfd, its descriptor passed through a unix socket",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_memfd);
