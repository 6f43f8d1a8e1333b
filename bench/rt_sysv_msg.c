/* SPDX-License-Identifier: MIT */
/*
 * A round trip through two System V message queues, the ancestors of the POSIX ones. Such a queue
 * outlives its makers, so a small process watches them and removes it (offspring_keep). The kernel
 * limits a message to kernel.msgmax, usually 8 KiB.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

enum { THERE, BACK };

/* The kernel wants the type in front of the text. */
struct envelope {
	long type;
	char text[8192];
};

static bool setup(struct trial *t, struct reason *why)
{
	struct talks *talks = t->shared;
	struct talk *asker = t->slots[0].local, *answerer = t->slots[1].local;
	const size_t size = (size_t)t->params[TALK_SIZE];
	struct envelope probe = {.type = 1};

	if (!talk_open(t, TALK_TRAVELS, why))
		return false;
	if (size > sizeof(probe.text))
		return refuse(why, "messages of %zu bytes: at most %zu here", size,
			      sizeof(probe.text));
	if (!offspring_keep(&talks->keeper, OFFSPRING_KEEPS_QUEUE, talks->ids, 2))
		return refuse(why, "cannot make two message queues (kernel.msgmni): %s",
			      strerror(errno));
	if (msgsnd(talks->ids[THERE], &probe, size, IPC_NOWAIT) ||
	    msgrcv(talks->ids[THERE], &probe, size, 0, IPC_NOWAIT) != (ssize_t)size)
		return refuse(why,
			      "a message of %zu bytes does not fit (kernel.msgmax, msgmnb): %s",
			      size, strerror(errno));
	asker->out = answerer->in = talks->ids[THERE];
	asker->in = answerer->out = talks->ids[BACK];
	return true;
}

static bool send_one(struct talk *talk)
{
	struct envelope envelope;
	int result;

	envelope.type = 1;
	memcpy(envelope.text, talk->outgoing, talk->size);
	do
		result = msgsnd(talk->out, &envelope, talk->size, 0);
	while (result == -1 && errno == EINTR);
	return result == 0;
}

static bool receive_one(struct talk *talk)
{
	struct envelope envelope;
	ssize_t n;

	do
		n = msgrcv(talk->in, &envelope, talk->size, 0, 0);
	while (n == -1 && errno == EINTR);
	if (n != (ssize_t)talk->size)
		return false;
	memcpy(talk->incoming, envelope.text, talk->size);
	return true;
}

ROUND_TRIP(converse, send_one, receive_one)

static const struct bench_case rt_sysv_msg = {
	.name = "rt_sysv_msg",
	.summary = "round trip through two System V message queues",
	.profile_min = BENCH_FROM_FULL,
	.params = {ROUND_TRIP_PARAMS},
	.variants = {ROUND_TRIP_VARIANTS_8K},
	.switches = talk_switches_blocking,
	.setup = setup,
	ROUND_TRIP_CASE(converse),
};
BENCH_REGISTER(rt_sysv_msg);
