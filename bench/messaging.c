/* SPDX-License-Identifier: MIT */
/*
 * Half of the workers send, the other half receive, and each sender writes to each receiver. With
 * 40 workers and 100 bytes this is one group of hackbench, and of `perf bench sched messaging`: a
 * load of context switches, in which the scheduler chooses among dozens of tasks every few
 * microseconds. Workers are threads or processes, and channels are pipes or sockets (socket=1).
 *
 * One operation is one round: a message to each receiver, or one from each sender. message_ns is
 * the wall time per message, until the last one has been read. Those programs also time the end of
 * all their processes, whose share shrinks with the number of messages.
 */
#include "harness/bench.h"
#include "harness/kit/transport.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PARAM_WORKERS, PARAM_SIZE, PARAM_SOCKET };

#define WORKERS_MOST 64
#define PEERS_MOST   (WORKERS_MOST / 2)
#define SIZE_MOST \
	4096 /* the size that a pipe takes whole, so that messages of several writers do not mix */

/* The head of a message. Its remaining bytes follow from it. */
struct head {
	uint64_t number;
	uint64_t sender;
};

/* The descriptors that each receiver reads and all senders write. */
struct crowd {
	int in[PEERS_MOST], out[PEERS_MOST];
};

struct member {
	_Alignas(16) unsigned char message[SIZE_MOST];
	uint64_t round;            /* of a sender: number of its next message */
	uint64_t next[PEERS_MOST]; /* of a receiver: number of each sender's next message */
	uint64_t wrong;
	bool broken;
	int error; /* errno of the failure. 0: end of file */
};

static bool open_way(struct crowd *crowd, unsigned receiver, bool socket)
{
	int ends[2];

	if (socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)
		   : pipe2(ends, O_CLOEXEC))
		return false;
	crowd->in[receiver] = ends[0];
	crowd->out[receiver] = ends[1];
	return true;
}

static bool setup(struct trial *t, struct reason *why)
{
	struct crowd *crowd = t->shared;

	if (t->workers % 2)
		return refuse(why, "as many senders as receivers: an even number of workers");
	for (unsigned i = 0; i < t->workers / 2; i++)
		if (!open_way(crowd, i, t->params[PARAM_SOCKET]))
			return refuse(why, "no pipe or socket for each of %u receivers: %s",
				      t->workers / 2, strerror(errno));
	return true;
}

static void teardown(struct trial *t)
{
	const struct crowd *crowd = t->shared;

	for (unsigned i = 0; i < t->workers / 2; i++) {
		must_sys(close(crowd->in[i]));
		must_sys(close(crowd->out[i]));
	}
}

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct member *member = t->slots[i].local;

		member->wrong = 0;
		member->broken = false;
	}
}

/* The conversation failed with errno. */
static void stop(struct worker *w, uint64_t rounds)
{
	struct member *member = w->local;

	member->error = errno;
	member->broken = true;
	w->done = rounds;
}

static bool send_round(struct member *member, const struct crowd *crowd, unsigned receivers,
		       unsigned sender, size_t size)
{
	const struct head head = {member->round++, sender};
	bool good = true;

	memcpy(member->message, &head, sizeof(head));
	talk_fill(member->message + sizeof(head), size - sizeof(head), head.number, sender);
	for (unsigned i = 0; good && i < receivers; i++)
		good = write_all(crowd->out[i], member->message, size);
	return good;
}

static bool is_due(struct member *member, unsigned senders, size_t size)
{
	struct head head;

	memcpy(&head, member->message, sizeof(head));
	return head.sender < senders && head.number == member->next[head.sender]++ &&
	       talk_is_filled(member->message + sizeof(head), size - sizeof(head), head.number,
			      (unsigned)head.sender);
}

static bool receive_round(struct member *member, int in, unsigned senders, size_t size)
{
	for (unsigned n = senders; n; n--) {
		errno = 0; /* end of file leaves errno unchanged */
		if (read_all(in, member->message, size) != 1)
			return false;
		member->wrong += !is_due(member, senders, size);
	}
	return true;
}

static void talk(struct worker *w)
{
	const struct crowd *crowd = w->shared;
	struct member *member = w->local;
	const unsigned peers = w->count / 2, place = w->index / 2;
	const size_t size = (size_t)w->params[PARAM_SIZE];
	const bool sends = w->index % 2 == 0;

	for (uint64_t n = w->batch; n; n--)
		if (sends ? !send_round(member, crowd, peers, place, size)
			  : !receive_round(member, crowd->in[place], peers, size)) {
			stop(w, w->batch - n);
			return;
		}
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const unsigned peers = t->workers / 2;

	for (unsigned i = 0; i < t->workers; i++) {
		const struct member *member = t->slots[i].local;

		if (member->broken)
			return refuse(why, "%s %u stopped after %llu rounds: %s",
				      i % 2 ? "receiver" : "sender", i / 2,
				      (unsigned long long)t->slots[i].done,
				      member->error ? strerror(member->error) : "end of file");
		if (member->wrong)
			return refuse(why, "receiver %u got %llu messages that were not due", i / 2,
				      (unsigned long long)member->wrong);
	}
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu rounds counted instead of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	metrics[0] = (double)epoch->wall_ns / ((double)epoch->batch * peers * peers);
	return true;
}

static const struct bench_case messaging = {
	.name = "messaging",
	.summary = "20 senders write to each of 20 receivers, as in hackbench",
	.op = "round",
	.family = BENCH_IPC,
	.profile_min = BENCH_FROM_FULL,
	.shared_size = sizeof(struct crowd),
	.local_size = sizeof(struct member),
	.params = {{"workers", 40, 2, WORKERS_MOST,
		    "senders and receivers together, an even number"},
		   {"size", 100, sizeof(struct head), SIZE_MOST, "size of a message, bytes"},
		   {"socket", 0, 0, 1, "1: unix stream sockets instead of pipes"}},
	.metrics = {{"message_ns", "ns", "lower", "one message, wall time over messages"}},
	.variants = {"socket=0", "socket=1"},
	.modes = "none,process",
	.modes_only = true,
	.workers_param = "workers",
	.placements = "none same-core",
	/* senders first fill their pipes or sockets, hundreds of messages each, before they wait */
	.epoch_ns_min = 100000000,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = {[SYNC_NONE] = talk, [SYNC_MUTEX] = talk},
	.check = check,
};
BENCH_REGISTER(messaging);
