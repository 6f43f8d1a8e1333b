/* SPDX-License-Identifier: MIT */
/* The transport of POSIX message queues. Part of transport. */
#include "harness/kit/transport.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/bench.h"

static mqd_t open_queue(const struct trial *t, unsigned slots, const char *direction)
{
	struct mq_attr attributes = {.mq_maxmsg = slots, .mq_msgsize = t->params[TALK_SIZE]};
	char name[64];

	snprintf(name, sizeof(name), "/tollgate-%ld-%s", (long)getpid(), direction);
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);

	if (queue != -1)
		must_sys(mq_unlink(name));
	return queue;
}

bool talk_open_queues(struct trial *t, unsigned slots, struct reason *why)
{
	const mqd_t there = open_queue(t, slots, "there"), back = open_queue(t, slots, "back");

	if (there == -1 || back == -1)
		return refuse(why,
			      "no message queue for messages of %lld bytes "
			      "(fs.mqueue.msgsize_max, msg_max, queues_max): %s",
			      (long long)t->params[TALK_SIZE], strerror(errno));
	talk_connect(t, back, there, there, back);
	return true;
}

bool talk_mq_send(struct talk *talk)
{
	int result;

	do
		result = mq_send(talk->out, (const char *)talk->outgoing, talk->size, 0);
	while (result == -1 && errno == EINTR);
	return result == 0;
}

bool talk_mq_receive(struct talk *talk)
{
	ssize_t n;

	do
		n = mq_receive(talk->in, (char *)talk->incoming, talk->size, NULL);
	while (n == -1 && errno == EINTR);
	return n == (ssize_t)talk->size;
}
