/* SPDX-License-Identifier: MIT */
/*
 * transfer - the one-way stream that all bw_* cases share. Worker 0 sends messages and worker 1
 * receives them. One operation is one message. Each is written before it is sent and compared after
 * it arrives, as in a round trip (transport.h), whose send and receive functions are used here too.
 *
 * The sender never waits for an answer, only for room. An epoch ends when the receiver has read the
 * last byte, because data that was only handed to the kernel does not count.
 */
#ifndef TOLLGATE_KIT_TRANSFER_H
#define TOLLGATE_KIT_TRANSFER_H

#include "harness/kit/transport.h"

/* The first parameter of every case about throughput: TALK_SIZE. */
#define TRANSFER_PARAMS 1

/* Messages that this side may still send or receive before it must ask the other side. */
struct transfer_credit {
	_Alignas(SHARED_LINE) uint64_t left;
};

/* The shared block. */
struct transfer {
	struct talks talks; /* first, because the hooks of a round trip find it there */
	/* Buffers of the sender if it needs more than one, each on pages of its own. */
	unsigned char *buffers;
	size_t buffer_count, buffer_stride;
	struct transfer_credit credit[2];
};

/*
 * Setup, after talk_open(): COUNT buffers that the sender uses in turn. False and WHY: no memory.
 * transfer_buffer() gives the buffer of message NUMBER to either side.
 */
bool transfer_open_buffers(struct trial *t, size_t count, struct reason *why);
unsigned char *transfer_buffer(const struct talk *talk, uint64_t number);
/* Setup: a pipe that holds CAPACITY bytes. False and WHY: the kernel gives less. */
bool transfer_open_pipe(struct trial *t, int64_t capacity, struct reason *why);

/* Hooks of every case about throughput, beside talk_prepare() and talk_reset(). */
void transfer_teardown(struct trial *t);
/* Metrics: bytes_per_s, wakeups_per_mib. */
bool transfer_check(struct trial *t, const struct epoch *epoch, double *metrics,
		    struct reason *why);
/* The metrics alone, for COUNT messages of SIZE bytes. */
void transfer_measure(const struct epoch *epoch, uint64_t count, size_t size, double *metrics);

TALK_VERB void transfer_out(struct worker *w, talk_fn *send)
{
	struct talk *talk = w->local;

	for (uint64_t n = w->batch; n; n--) {
		talk_write_message(talk);
		if (!send(talk)) {
			talk_break(w, w->batch - n);
			return;
		}
	}
}

TALK_VERB void transfer_in(struct worker *w, talk_fn *receive)
{
	struct talk *talk = w->local;

	for (uint64_t n = w->batch; n; n--) {
		if (!receive(talk)) {
			talk_break(w, w->batch - n);
			return;
		}
		talk_read_message(talk);
	}
}

/*
 * The body of a case about throughput, NAME. SEND sends the message in talk->outgoing and then
 * points it to the buffer of the next message.
 */
#define TRANSFER(name, send, receive)                               \
	static __attribute__((flatten)) void name(struct worker *w) \
	{                                                           \
		if (w->index)                                       \
			transfer_in(w, receive);                    \
		else                                                \
			transfer_out(w, send);                      \
	}

#define TRANSFER_PARAM_SIZE                                                 \
	{                                                                   \
		"size", 65536, 1, TALK_SIZE_MAX, "size of a message, bytes" \
	}
#define TRANSFER_PARAM_CAPACITY                                                  \
	{                                                                        \
		"capacity", 65536, 4096, 67108864, "capacity of the pipe, bytes" \
	}

#define TRANSFER_VARIANTS "size=65536", "size=64", "size=4096", "size=1048576", "size=1"

#define TRANSFER_METRICS                                                                         \
	{"bytes_per_s", "B/s", "higher", "payload received per second"},                         \
	{                                                                                        \
		"wakeups_per_mib", "1/MiB", "info", "times that workers slept, per MiB received" \
	}
#define TRANSFER_PLACEMENTS "same-core pair:same_llc"

/* The members that these cases share. A case adds name, summary, params, variants and setup. */
#define TRANSFER_CASE(body) TRANSFER_CASE_PREPARED(body, talk_prepare)
#define TRANSFER_CASE_PREPARED(body, prepared) \
	TRANSFER_CASE_ENDED(body, sizeof(struct transfer), prepared, transfer_teardown)
#define TRANSFER_CASE_ENDED(body, shared_bytes, prepared, ended)                                   \
	.op = "message", .family = BENCH_IPC, .shared_size = (shared_bytes),                       \
	.local_size = sizeof(struct talk), .metrics = {TRANSFER_METRICS}, .modes = "none,process", \
	.modes_only = true, .workers = 2, .placements = TRANSFER_PLACEMENTS,                       \
	.prepare = (prepared), .reset = talk_reset, .teardown = (ended), .check = transfer_check,  \
	.run = {                                                                                   \
		[SYNC_NONE] = (body),                                                              \
		[SYNC_MUTEX] = (body),                                                             \
	}

#endif
