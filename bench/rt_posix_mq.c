/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two POSIX message queues: messages with a priority, in a queue that has a
 * name. The kernel limits their size (fs.mqueue.msgsize_max, usually 8 KiB). The names are gone before
 * the first message is sent.
 */
#include "harness/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLOTS 1

static mqd_t open_queue(const struct trial *t, const char *direction)
{
	struct mq_attr attributes = {.mq_maxmsg = SLOTS, .mq_msgsize = t->params[TALK_SIZE]};
	char name[64];

	snprintf(name, sizeof(name), "/tollgate-%ld-%s", (long)getpid(), direction);
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);

	if (queue != -1)
		must_sys(mq_unlink(name));
	return queue;
}

static bool setup(struct trial *t, struct reason *why)
{
	if (!talk_open(t, TALK_TRAVELS, why))
		return false;
	const mqd_t there = open_queue(t, "there"), back = open_queue(t, "back");

	if (there == -1 || back == -1)
		return refuse(why,
			      "no message queue for messages of %lld bytes "
			      "(fs.mqueue.msgsize_max, queues_max): %s",
			      (long long)t->params[TALK_SIZE], strerror(errno));
	talk_connect(t, back, there, there, back);
	return true;
}

static bool send_one(struct talk *talk)
{
	int result;

	do
		result = mq_send(talk->out, (const char *)talk->outgoing, talk->size, 0);
	while (result == -1 && errno == EINTR);
	return result == 0;
}

static bool receive_one(struct talk *talk)
{
	ssize_t n;

	do
		n = mq_receive(talk->in, (char *)talk->incoming, talk->size, NULL);
	while (n == -1 && errno == EINTR);
	return n == (ssize_t)talk->size;
}

ROUND_TRIP(converse, send_one, receive_one)

static const struct bench_case rt_posix_mq = {
	.name = "rt_posix_mq",
	.summary = "round trip through two POSIX message queues",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS_8K},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_posix_mq);
