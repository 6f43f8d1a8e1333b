/* SPDX-License-Identifier: MIT */
/*
 * transport - the round trip that all rt_* cases share. Worker 0 asks and worker 1 answers. One
 * operation is one request and its answer. Each message is written before it is sent and compared
 * after it arrives, on both sides and at every size, so a transport that moves no data fails.
 *
 * A case supplies a function that sends one message, a function that receives one (ROUND_TRIP turns
 * the two into its body), and a setup that opens the transport. Messages either travel (pipes,
 * sockets, queues), or lie in shared memory while only the wake-up travels (semaphores, futexes,
 * signals).
 */
#ifndef TOLLGATE_KIT_TRANSPORT_H
#define TOLLGATE_KIT_TRANSPORT_H

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "harness/base/clock.h"
#include "harness/kit/offspring.h"
#include "harness/sync/worker.h"

struct trial;
struct epoch;

#define TALK_SIZE_MAX 16777216
#define TALK_FDS_MAX  16

/* The first two parameters of every round-trip case. */
enum { TALK_SIZE, TALK_SAMPLE, TALK_PARAMS };

/* Either messages travel, or they lie in memory that both sides see. */
enum talk_payload { TALK_TRAVELS, TALK_IN_MEMORY };

/* One side's part of the conversation: the local block of its worker. */
struct talk {
	int in, out; /* descriptors to read from and write to, -1: none */
	int index;   /* 0 asks, 1 answers */
	int error;   /* errno of the failure. 0: end of file */
	bool broken;
	size_t size;
	unsigned char *outgoing, *incoming; /* buffers of one message each */
	uint64_t sent, received, wrong;     /* counts of messages. wrong: other than expected */
	struct talk_line *mine, *his;       /* this side waits on mine and wakes the other by his */
	uint32_t spins;                     /* looks before sleeping, for cases about that */
	void *own;                          /* further data of this side, private to the case */
};

/* The objects that one side waits on, on lines of their own. A case uses one of them. */
struct talk_line {
	_Alignas(SHARED_LINE) _Atomic uint32_t posted; /* wake-ups so far, a futex */
	_Atomic uint32_t sleeping;                     /* 1: this side sleeps and must be woken */
	uint32_t taken; /* wake-ups that the waiting side has consumed */
	_Alignas(SHARED_LINE) sem_t semaphore;
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	pid_t process, thread; /* ids of the waiting side, for signals and for reading its memory */
	const unsigned char *message; /* address of the other side's message in its process */
};

/* The shared block of a round-trip case. */
struct talks {
	struct talk_line lines[2];
	unsigned char *memory;
	size_t memory_size;
	int fds[TALK_FDS_MAX]; /* to be closed at the end */
	unsigned fd_count;
	int ids[2]; /* System V objects, which the keeper removes */
	struct offspring_keeper keeper;
};

/*
 * Setup. talk_open() comes first, then the case opens its transport and gives it to both sides by
 * talk_connect(). False and WHY: this machine cannot.
 */
bool talk_open(struct trial *t, enum talk_payload payload, struct reason *why);
/* Set the descriptors of both sides. talk_teardown() closes them. */
void talk_connect(struct trial *t, int asker_in, int asker_out, int answerer_in, int answerer_out);
/* Add a descriptor to close at the end. Gives it back. */
int talk_own_fd(struct trial *t, int fd);
/* Both directions through two pipes, through one socket pair of TYPE, or through two eventfds. */
bool talk_open_pipes(struct trial *t, struct reason *why);
bool talk_open_sockets(struct trial *t, int type, struct reason *why);
bool talk_open_events(struct trial *t, struct reason *why);
/* A connection over the loopback. NODELAY sends small data at once. */
bool talk_open_tcp(struct trial *t, bool nodelay, struct reason *why);
bool talk_open_udp(struct trial *t, struct reason *why);
/* Two POSIX message queues with room for SLOTS messages each. Their names are unlinked at once. */
bool talk_open_queues(struct trial *t, unsigned slots, struct reason *why);
/* Check that one message of the wanted size passes from socket FROM to socket TO. */
bool talk_probe(struct trial *t, int from, int to, struct reason *why);
/* Check that one side may read the other's memory with process_vm_readv(). */
bool talk_may_read_memory(const struct trial *t, struct reason *why);
/* Spinning needs a PU for each side. False and WHY if they share one. */
bool talk_may_spin(const struct trial *t, struct reason *why);

/* Hooks of every round-trip case. */
void talk_prepare(struct worker *w);
void talk_prepare_readable(struct worker *w); /* also lets the other side read this side's memory */
void talk_reset(struct trial *t);
void talk_teardown(struct trial *t);
bool talk_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why);
/* Expect two per round trip if both sides block and share a PU, and none if both spin. */
double talk_switches_blocking(const int64_t *params, unsigned workers, bool same_pu);
double talk_switches_spinning(const int64_t *params, unsigned workers, bool same_pu);
/* The switches are counted, but no number is expected. */
double talk_switches_counted(const int64_t *params, unsigned workers, bool same_pu);

/* Write the next message, or compare the one that arrived. */
void talk_write_message(struct talk *talk);
void talk_read_message(struct talk *talk);
/* The same for message NUMBER of SIDE in any buffer. MESSAGE is aligned to 8 bytes. */
void talk_fill(void *message, size_t size, uint64_t number, unsigned side);
bool talk_is_filled(const void *message, size_t size, uint64_t number, unsigned side);
/* The conversation failed with errno after OPS operations. */
void talk_break(struct worker *w, uint64_t ops);

#define TALK_VERB static inline __attribute__((always_inline))

/* A byte stream. Short reads and writes are continued. */
bool talk_write(struct talk *talk);
bool talk_read(struct talk *talk);
/* One message per call. A message of another length is an error. */
bool talk_send(struct talk *talk);
bool talk_receive(struct talk *talk);
/* One message per call through a message queue. */
bool talk_mq_send(struct talk *talk);
bool talk_mq_receive(struct talk *talk);
/* Read the message at FROM in the other side's memory. False and errno if that fails. */
bool talk_read_memory(struct talk *talk, const unsigned char *from);
/* Add one to an eventfd, or wait until it holds one. */
bool talk_post_event(struct talk *talk);
bool talk_await_event(struct talk *talk);

/* Tell the processor that this is a waiting loop. */
TALK_VERB void talk_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb" ::: "memory");
#else
	__asm__ volatile("" ::: "memory");
#endif
}

/* Count a wake-up. A side that sees the count also sees all earlier writes. */
TALK_VERB void talk_count_post(struct talk *talk)
{
	atomic_fetch_add_explicit(&talk->his->posted, 1, memory_order_release);
}

/* True if a wake-up has not been consumed yet. */
TALK_VERB bool talk_is_posted(const struct talk *talk)
{
	return atomic_load_explicit(&talk->mine->posted, memory_order_acquire) != talk->mine->taken;
}

void talk_futex_wait(struct talk *talk);
void talk_futex_wake(struct talk *talk);

typedef bool talk_fn(struct talk *talk);

TALK_VERB void talk_ask(struct worker *w, talk_fn *send, talk_fn *receive, const bool sample)
{
	struct talk *talk = w->local;

	for (uint64_t n = w->batch; n; n--) {
		const uint64_t begin_ns = sample ? clock_now_ns() : 0;

		talk_write_message(talk);
		if (!send(talk) || !receive(talk)) {
			talk_break(w, w->batch - n);
			return;
		}
		talk_read_message(talk);
		if (sample)
			histogram_add(w->latency, clock_now_ns() - begin_ns);
	}
}

TALK_VERB void talk_answer(struct worker *w, talk_fn *send, talk_fn *receive)
{
	struct talk *talk = w->local;

	for (uint64_t n = w->batch; n; n--) {
		if (!receive(talk)) {
			talk_break(w, w->batch - n);
			return;
		}
		talk_read_message(talk);
		talk_write_message(talk);
		if (!send(talk)) {
			talk_break(w, w->batch - n);
			return;
		}
	}
}

/* The body of a round-trip case, NAME. Threads and processes run the same one. */
#define ROUND_TRIP(name, send, receive)                             \
	static __attribute__((flatten)) void name(struct worker *w) \
	{                                                           \
		if (w->index)                                       \
			talk_answer(w, send, receive);              \
		else if (w->params[TALK_SAMPLE])                    \
			talk_ask(w, send, receive, true);           \
		else                                                \
			talk_ask(w, send, receive, false);          \
	}

#define ROUND_TRIP_PARAMS                                                           \
	{"size", 1, 1, TALK_SIZE_MAX, "size of a message, bytes"},                  \
	{                                                                           \
		"sample", 0, 0, 1, "1: time every round trip, for percentiles only" \
	}

/* Parameter sets for transports without a limit of their own. */
#define ROUND_TRIP_VARIANTS                                                                        \
	"size=1", "size=4096", "size=64", "size=1024", "size=16384", "size=65536", "size=1048576", \
		"size=1;sample=1"
/* For transports whose messages are at most 8 KiB or 64 KiB. */
#define ROUND_TRIP_VARIANTS_8K \
	"size=1", "size=4096", "size=64", "size=1024", "size=8192", "size=1;sample=1"
#define ROUND_TRIP_VARIANTS_32K \
	"size=1", "size=4096", "size=64", "size=1024", "size=16384", "size=32768", "size=1;sample=1"

/* The members that these cases share. A case adds name, params, setup and so on. */
#define ROUND_TRIP_CASE(body) ROUND_TRIP_CASE_PREPARED(body, talk_prepare)
#define ROUND_TRIP_CASE_PREPARED(body, prepared) \
	ROUND_TRIP_CASE_ENDED(body, prepared, talk_teardown)
#define ROUND_TRIP_CASE_ENDED(body, prepared, ended)                                      \
	.op = "round trip", .family = BENCH_IPC, .shared_size = sizeof(struct talks),     \
	.local_size = sizeof(struct talk),                                                \
	.metrics = {{"rt_ns", "ns", "lower", "one full round trip, there and back"}},     \
	.modes = "none,process", .modes_only = true, .workers = 2,                        \
	.placements = "same-core pair:same_llc pair:smt pair:same_l2 pair:same_numa "     \
		      "pair:same_pkg pair:cross_pkg none",                                \
	.latency = true, .prepare = (prepared), .reset = talk_reset, .teardown = (ended), \
	.check = talk_check,                                                              \
	.run = {                                                                          \
		[SYNC_NONE] = (body),                                                     \
		[SYNC_MUTEX] = (body),                                                    \
	}

#endif
