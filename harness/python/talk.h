/* SPDX-License-Identifier: MIT */
/*
 * talk - round trips (transport.h) through Python's objects: framed messages over the descriptors
 * of both sides, and two SimpleQueues or two Queues, one for each direction. The payload is checked
 * as in every round trip.
 */
#ifndef TOLLGATE_PYTHON_TALK_H
#define TOLLGATE_PYTHON_TALK_H

#include "harness/kit/transport.h"
#include "harness/python/queue.h"

/* One message through talk->out or talk->in, framed as in multiprocessing.connection. */
bool twin_talk_send(struct talk *talk);
bool twin_talk_receive(struct talk *talk);

/* The shared block of a case that talks through queues. Its setup chooses the kind. */
struct twin_talks {
	struct talks talks;
	struct twin_simple_queue_shared simple[2];
	struct twin_queue_shared queues[2];
	enum { TWIN_TALK_SIMPLE = 1, TWIN_TALK_QUEUE } opened;
};

/* A side's local block. */
struct twin_side {
	struct talk talk;
	struct twin_simple_queue simple_in, simple_out;
	struct twin_queue in, out;
};

bool twin_talk_open_simple(struct trial *t, struct reason *why);
bool twin_talk_open_queues(struct trial *t, struct reason *why);
/* Hooks of such a case. */
void twin_talk_prepare(struct worker *w);
void twin_talk_teardown(struct trial *t);

bool twin_talk_put_simple(struct talk *talk);
bool twin_talk_get_simple(struct talk *talk);
bool twin_talk_put(struct talk *talk);
bool twin_talk_get(struct talk *talk);

/* A small int, the longest message of one write, and one that fills a pipe. */
#define TWIN_VARIANTS "size=8", "size=16384", "size=65536"

/*
 * As ROUND_TRIP_CASE, but in processes only and with few placements, because Python's own rows
 * stand beside these.
 */
#define TWIN_ROUND_TRIP(body, shared, local, prepared, ended)                                    \
	.op = "round trip", .family = BENCH_IPC, .shared_size = (shared), .local_size = (local), \
	.params = {{"size", 8, 1, 1048576, "size of a message, bytes"},                          \
		   {"sample", 0, 0, 1, "1: time every round trip, for percentiles only"}},       \
	.variants = {TWIN_VARIANTS},                                                             \
	.metrics = {{"rt_ns", "ns", "lower", "one full round trip, there and back"}},            \
	.modes = "process", .modes_only = true, .workers = 2, .placements = "same-core cores",   \
	.profile_min = BENCH_FROM_FULL, .latency = true, .prepare = (prepared),                  \
	.reset = talk_reset, .teardown = (ended), .check = talk_check,                           \
	.run = {                                                                                 \
		[SYNC_MUTEX] = (body),                                                           \
	}

#endif
