/* SPDX-License-Identifier: MIT */
/*
 * Messages that stay in the slot of shared memory where they were written. Only a pointer to a slot
 * travels, through Concurrency Kit's ring for any number of producers and consumers. One ring holds
 * the free slots and one holds the full ones. Half of the workers produce and half consume.
 *
 * No message is copied and no worker sleeps: a worker that finds a ring empty yields (sched_yield)
 * and looks again, so the case works on one processing unit too. Compare with bw_shm_spsc: this
 * case pays for a line that every worker writes, that one for two copies.
 */
#include "harness/bench.h"
#include "harness/kit/ring.h"
#include "harness/kit/transfer.h"

#define WORKERS_MOST 64

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER
#endif
#endif
#if defined(THREAD_SANITIZER) || defined(__SANITIZE_THREAD__)
#define RING_MISSING "its fences are assembly, which the thread sanitizer does not see"
#elif !TOLLGATE_CK
#define RING_MISSING "built without Concurrency Kit"
#endif

#ifndef RING_MISSING
#include <ck_ring.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#define RING_SIZE 1024 /* a power of two. The ring holds one slot less */

enum { PARAM_SIZE, PARAM_WORKERS, PARAM_SLOTS };
enum { FREE, FULL, RINGS };

/* A message in its slot. */
struct slot {
	uint64_t number; /* number of the message */
	unsigned side;   /* index of its producer */
	_Alignas(16) unsigned char message[];
};

struct slot_ring {
	_Alignas(SHARED_LINE) ck_ring_t ring;
	ck_ring_buffer_t buffer[RING_SIZE];
};

struct exchange {
	struct slot_ring rings[RINGS];
	unsigned char *memory;
	size_t memory_bytes;
};

/*
 * One worker's part. DIGEST is a sum over its messages. It must be the same over all sent and all
 * received messages.
 */
struct party {
	uint64_t passed, wrong, digest;
};

static void give(struct exchange *exchange, unsigned which, struct slot *slot)
{
	struct slot_ring *ring = &exchange->rings[which];

	while (!ck_ring_enqueue_mpmc(&ring->ring, ring->buffer, slot))
		sched_yield();
}

static struct slot *get(struct exchange *exchange, unsigned which)
{
	struct slot_ring *ring = &exchange->rings[which];
	void *slot;

	while (!ck_ring_dequeue_mpmc(&ring->ring, ring->buffer, &slot))
		sched_yield();
	return slot;
}

static bool setup(struct trial *t, struct reason *why)
{
	struct exchange *exchange = t->shared;
	const size_t slots = (size_t)t->params[PARAM_SLOTS];
	const size_t bytes = sizeof(struct slot) + (size_t)t->params[PARAM_SIZE];
	const size_t stride = (bytes + SHARED_LINE - 1) / SHARED_LINE * SHARED_LINE;

	if (t->workers % 2)
		return refuse(why, "as many producers as consumers: an even number of workers");
	exchange->memory_bytes = slots * stride;
	void *memory = mmap(NULL, exchange->memory_bytes, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return refuse(why, "no memory for %zu messages", slots);
	exchange->memory = memory;
	for (unsigned i = 0; i < RINGS; i++)
		ck_ring_init(&exchange->rings[i].ring, RING_SIZE);
	for (size_t i = 0; i < slots; i++)
		give(exchange, FREE, (struct slot *)(void *)(exchange->memory + i * stride));
	return true;
}

static void teardown(struct trial *t)
{
	const struct exchange *exchange = t->shared;

	must_sys(munmap(exchange->memory, exchange->memory_bytes));
}

/* A mix of the message's number and producer, so that two errors are unlikely to cancel out. */
static uint64_t digest_of(const struct slot *slot)
{
	uint64_t state = slot->number * WORKERS_MOST + slot->side;

	bench_step(&state);
	return state ^ state >> 32;
}

static void produce(struct worker *w, struct exchange *exchange, struct party *party)
{
	for (uint64_t n = w->batch; n; n--) {
		struct slot *slot = get(exchange, FREE);

		slot->number = party->passed++;
		slot->side = w->index;
		talk_fill(slot->message, (size_t)w->params[PARAM_SIZE], slot->number, slot->side);
		party->digest += digest_of(slot);
		give(exchange, FULL, slot);
	}
}

static void consume(struct worker *w, struct exchange *exchange, struct party *party)
{
	for (uint64_t n = w->batch; n; n--) {
		struct slot *slot = get(exchange, FULL);

		party->passed++;
		party->wrong += !talk_is_filled(slot->message, (size_t)w->params[PARAM_SIZE],
						slot->number, slot->side);
		party->digest += digest_of(slot);
		give(exchange, FREE, slot);
	}
}

static void trade(struct worker *w)
{
	if (w->index % 2)
		consume(w, w->shared, w->local);
	else
		produce(w, w->shared, w->local);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	struct party sum[2] = {{0}, {0}};

	for (unsigned i = 0; i < t->workers; i++) {
		const struct party *party = t->slots[i].local;

		sum[i % 2].passed += party->passed;
		sum[i % 2].wrong += party->wrong;
		sum[i % 2].digest += party->digest;
	}
	if (sum[1].wrong)
		return refuse(why, "%llu messages differ from those that were sent",
			      (unsigned long long)sum[1].wrong);
	if (sum[0].passed != sum[1].passed || sum[0].digest != sum[1].digest)
		return refuse(why, "%llu messages sent, %llu received, or not the same ones",
			      (unsigned long long)sum[0].passed, (unsigned long long)sum[1].passed);
	transfer_measure(epoch, epoch->batch * t->workers / 2, (size_t)t->params[PARAM_SIZE],
			 metrics);
	return epoch->ops == epoch->batch * t->workers ||
	       refuse(why, "%llu messages counted", (unsigned long long)epoch->ops);
}
#else
struct exchange {
	int unused;
};

struct party {
	int unused;
};

static bool setup(struct trial *t, struct reason *why)
{
	(void)t;
	return refuse(why, RING_MISSING);
}

/* Stand-ins that are never called. */
static void teardown(struct trial *t)
{
	(void)t;
}

static void trade(struct worker *w)
{
	(void)w;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	(void)t;
	(void)epoch;
	(void)metrics;
	(void)why;
	return true;
}
#endif

static const struct bench_case bw_shm_mpmc = {
	.name = "bw_shm_mpmc",
	.summary = "throughput of a ring of slots in shared memory, any number of workers",
	.op = "message",
	.family = BENCH_IPC,
	.profile_min = BENCH_FROM_FULL,
	.shared_size = sizeof(struct exchange),
	.local_size = sizeof(struct party),
	.params = {TRANSFER_PARAM_SIZE,
		   {"workers", 2, 2, WORKERS_MOST,
		    "producers and consumers together, an even number"},
		   {"slots", 16, 1, 1023, "messages that can be under way"}},
	.metrics = {TRANSFER_METRICS},
	.variants = {TRANSFER_VARIANTS, "size=64;workers=4"},
	.modes = "none,process",
	.modes_only = true,
	.workers_param = "workers",
	.placements = TRANSFER_PLACEMENTS,
	.setup = setup,
	.teardown = teardown,
	.run = {[SYNC_NONE] = trade, [SYNC_MUTEX] = trade},
	.check = check,
};
BENCH_REGISTER(bw_shm_mpmc);
