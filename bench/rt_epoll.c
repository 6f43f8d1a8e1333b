/* SPDX-License-Identifier: MIT */
/*
 * As rt_eventfd, but each side waits in epoll for its one descriptor, as a server with many
 * descriptors does. This costs one system call more per message.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static bool watch(struct trial *t, unsigned side, struct reason *why)
{
	struct talk *talk = t->slots[side].local;
	struct epoll_event event = {.events = EPOLLIN, .data = {.fd = talk->in}};
	const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);

	if (epoll_fd == -1 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, talk->in, &event))
		return refuse(why, "cannot make an epoll: %s", strerror(errno));
	talk->in = talk_own_fd(t, epoll_fd); /* the watched descriptor comes with each event */
	return true;
}

static bool setup(struct trial *t, struct reason *why)
{
	return talk_open(t, TALK_IN_MEMORY, why) && talk_open_events(t, why) && watch(t, 0, why) &&
	       watch(t, 1, why);
}

static bool await(struct talk *talk)
{
	struct epoll_event event = {0};
	uint64_t count = 0;
	int got;

	do
		got = epoll_wait(talk->in, &event, 1, -1);
	while (got == -1 && errno == EINTR);
	return got == 1 && read_all(event.data.fd, &count, sizeof(count)) == 1 && count == 1;
}

ROUND_TRIP(converse, talk_post_event, await)

static const struct bench_case rt_epoll = {
	.name = "rt_epoll",
	.summary = "message in shared memory, eventfds behind epoll to wake up",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_epoll);
