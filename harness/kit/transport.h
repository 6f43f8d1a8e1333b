/* SPDX-License-Identifier: MIT */
/*
 * transport - the round trip that all rt_* cases share. Worker 0 asks, worker 1 answers: one
 * operation is one request and its answer, never half of it. Each message is written before it is
 * sent and compared with what it must be after it came, on both sides and at every size, so that no
 * transport gets away with moving nothing.
 *
 * A case says how one message is sent and how one is received (two functions that ROUND_TRIP turns
 * into its body), and what is to be opened in setup. Messages either travel (pipes, sockets,
 * queues), or lie in shared memory while only the wake-up travels (semaphores, futexes, signals).
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

/* Do messages travel, or do they lie in memory that both sides see? */
enum talk_payload { TALK_TRAVELS, TALK_IN_MEMORY };

/* One side's part of the conversation: the local block of its worker. */
struct talk {
	int in, out; /* descriptors to read from and write to, -1: none */
	int index;   /* 0 asks, 1 answers */
	int error;   /* errno when it broke; 0: end of file */
	bool broken;
	size_t size;
	unsigned char *outgoing, *incoming; /* a message each */
	uint64_t sent, received, wrong;     /* messages; wrong: not what was expected */
	struct talk_line *mine, *his;       /* what I wait on, what I wake him by */
	uint32_t spins; /* how often to look before sleeping, where that is the point */
	void *own;      /* whatever else the case needs per side, in its own memory */
};

/* What one side waits on; on lines of its own. A case uses the one member that it is about. */
struct talk_line {
	_Alignas(SHARED_LINE) _Atomic uint32_t posted; /* wake-ups so far; a futex */
	_Atomic uint32_t sleeping;                     /* 1: wake me up */
	uint32_t taken; /* wake-ups that the waiting side has used up */
	_Alignas(SHARED_LINE) sem_t semaphore;
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	pid_t process, thread;        /* who waits here, for signals and reading its memory */
	const unsigned char *message; /* where the other side's message lies, in its process */
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
 * Setup. talk_open() comes first; then whatever the case talks through, which talk_connect() gives
 * to both sides. False and WHY: this machine cannot.
 */
bool talk_open(struct trial *t, enum talk_payload payload, struct reason *why);
/* The descriptors of both sides; they are closed by talk_teardown(). */
void talk_connect(struct trial *t, int asker_in, int asker_out, int answerer_in, int answerer_out);
/* One more descriptor to close at the end; returns it. */
int talk_own_fd(struct trial *t, int fd);
/* Both directions through two pipes, through one socket pair of TYPE, or through two eventfds. */
bool talk_open_pipes(struct trial *t, struct reason *why);
bool talk_open_sockets(struct trial *t, int type, struct reason *why);
bool talk_open_events(struct trial *t, struct reason *why);
/* A connection over the loopback; NODELAY: small data is sent at once. */
bool talk_open_tcp(struct trial *t, bool nodelay, struct reason *why);
bool talk_open_udp(struct trial *t, struct reason *why);
/* Two POSIX message queues with room for SLOTS messages each; their names are gone at once. */
bool talk_open_queues(struct trial *t, unsigned slots, struct reason *why);
/* Can one message of the wanted size pass from socket FROM to socket TO at all? */
bool talk_probe(struct trial *t, int from, int to, struct reason *why);
/* May one side read the other's memory with process_vm_readv()? */
bool talk_may_read_memory(const struct trial *t, struct reason *why);
/* Spinning needs a PU for each side: false and WHY if they share one. */
bool talk_may_spin(const struct trial *t, struct reason *why);

/* Hooks of every round-trip case. */
void talk_prepare(struct worker *w);
void talk_prepare_readable(struct worker *w); /* where the other side reads my memory */
void talk_reset(struct trial *t);
void talk_teardown(struct trial *t);
bool talk_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why);
/* Two for each round trip where both block and share a PU; none where both spin. */
double talk_switches_blocking(const int64_t *params, unsigned workers, bool same_pu);
double talk_switches_spinning(const int64_t *params, unsigned workers, bool same_pu);
/* Counted, but nobody knows how many there must be. */
double talk_switches_counted(const int64_t *params, unsigned workers, bool same_pu);

/* Write the next message; compare the one that came. */
void talk_write_message(struct talk *talk);
void talk_read_message(struct talk *talk);
/* The same for message NUMBER of SIDE wherever it lies; MESSAGE is aligned to 8 bytes. */
void talk_fill(void *message, size_t size, uint64_t number, unsigned side);
bool talk_is_filled(const void *message, size_t size, uint64_t number, unsigned side);
/* The conversation ends here, errno says why: OPS operations were done. */
void talk_break(struct worker *w, uint64_t ops);

#define TALK_VERB static inline __attribute__((always_inline))

/* A byte stream, however it is cut. */
bool talk_write(struct talk *talk);
bool talk_read(struct talk *talk);
/* A message at a time; a message of another length is an error. */
bool talk_send(struct talk *talk);
bool talk_receive(struct talk *talk);
/* A message at a time through a message queue. */
bool talk_mq_send(struct talk *talk);
bool talk_mq_receive(struct talk *talk);
/* A message that lies at FROM in the other side's memory; false: errno, or it cannot be read. */
bool talk_read_memory(struct talk *talk, const unsigned char *from);
/* One more on an eventfd, and wait until there is one. */
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

/* Count a wake-up; what was written before is seen by whoever sees the count. */
TALK_VERB void talk_count_post(struct talk *talk)
{
	atomic_fetch_add_explicit(&talk->his->posted, 1, memory_order_release);
}

/* Is there a wake-up that was not taken yet? */
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

/* The body of a round-trip case, NAME: threads and processes run the same one. */
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

#define ROUND_TRIP_PARAMS                                                            \
	{"size", 1, 1, TALK_SIZE_MAX, "size of a message, bytes"},                   \
	{                                                                            \
		"sample", 0, 0, 1, "1: time every round trip; for percentiles alone" \
	}

/* Parameter sets for transports without a limit of their own. */
#define ROUND_TRIP_VARIANTS                                                                        \
	"size=1", "size=4096", "size=64", "size=1024", "size=16384", "size=65536", "size=1048576", \
		"size=1;sample=1"
/* For those whose messages are at most 8 KiB or 64 KiB. */
#define ROUND_TRIP_VARIANTS_8K \
	"size=1", "size=4096", "size=64", "size=1024", "size=8192", "size=1;sample=1"
#define ROUND_TRIP_VARIANTS_32K \
	"size=1", "size=4096", "size=64", "size=1024", "size=16384", "size=32768", "size=1;sample=1"

/* What all these cases have in common; a case adds name, summary, params, variants, setup, switches. */
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
