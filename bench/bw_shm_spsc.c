/* SPDX-License-Identifier: MIT */
/*
 * A byte ring in shared memory for one producer and one consumer. One side copies in and the other
 * copies out. Each counter has one writer, so neither a lock nor a system call is needed while
 * there is data to pass on (Lamport, "Specifying concurrent program modules", 1983). Each side
 * remembers the last value of the other's counter that it saw and looks again only when that is
 * used up, because otherwise every message would move the cache line.
 *
 * A side that finds the ring full or empty looks `spins` times and then sleeps on the counter by a
 * futex. On one processing unit the other side cannot make progress meanwhile, so there a side
 * looks only once.
 */
#include "harness/bench.h"
#include "harness/kit/transfer.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PARAM_CAPACITY = TRANSFER_PARAMS, PARAM_SPINS };
enum { WRITTEN, READ, MARKS };

/* Bytes that have passed, modulo 2^32. A futex, on lines of its own. */
struct mark {
	_Alignas(SHARED_LINE) _Atomic uint32_t count;
	_Atomic uint32_t awaited; /* 1: the other side sleeps until it changes */
};

/* The last value of the other side's mark that this side saw. It is private to this side. */
struct sight {
	_Alignas(SHARED_LINE) uint32_t count;
};

struct byte_ring {
	struct transfer transfer; /* first, because the hooks of a transfer find it there */
	struct mark marks[MARKS];
	struct sight seen[MARKS];
	unsigned char *bytes;
	uint32_t capacity, spins;
};

static bool setup(struct trial *t, struct reason *why)
{
	struct byte_ring *ring = t->shared;
	const int64_t capacity = t->params[PARAM_CAPACITY];

	if (capacity & (capacity - 1))
		return refuse(why, "capacity=%lld is no power of two", (long long)capacity);
	if (!talk_open(t, TALK_TRAVELS, why))
		return false;
	void *bytes = mmap(NULL, (size_t)capacity, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		return refuse(why, "no memory for a ring of %lld bytes", (long long)capacity);
	ring->bytes = bytes;
	ring->capacity = (uint32_t)capacity;
	ring->spins = t->same_pu ? 0 : (uint32_t)t->params[PARAM_SPINS];
	for (unsigned side = 0; side < 2; side++)
		((struct talk *)t->slots[side].local)->own = ring;
	return true;
}

static void teardown(struct trial *t)
{
	struct byte_ring *ring = t->shared;

	must_sys(munmap(ring->bytes, ring->capacity));
	transfer_teardown(t);
}

/* Sequentially consistent: either the sleeper sees the new count, or we see that it sleeps. */
static inline __attribute__((always_inline)) void advance(struct mark *mark, uint32_t bytes)
{
	atomic_fetch_add(&mark->count, bytes);
	if (atomic_load(&mark->awaited))
		syscall(SYS_futex, &mark->count, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* The other side's count once it differs from OLD. */
static uint32_t await_change(struct mark *mark, uint32_t old, uint32_t spins)
{
	uint32_t now = atomic_load_explicit(&mark->count, memory_order_acquire);

	for (; now == old && spins; spins--) {
		talk_relax();
		now = atomic_load_explicit(&mark->count, memory_order_acquire);
	}
	if (now != old)
		return now;
	atomic_store(&mark->awaited, 1);
	while ((now = atomic_load(&mark->count)) == old)
		syscall(SYS_futex, &mark->count, FUTEX_WAIT, old, NULL, NULL, 0);
	atomic_store(&mark->awaited, 0);
	return now;
}

static inline __attribute__((always_inline)) uint32_t least(size_t a, size_t b, size_t c)
{
	const size_t ab = a < b ? a : b;

	return (uint32_t)(ab < c ? ab : c);
}

static bool put(struct talk *talk)
{
	struct byte_ring *ring = talk->own;
	struct mark *mine = &ring->marks[WRITTEN];
	uint32_t *read = &ring->seen[READ].count;

	for (size_t at = 0; at < talk->size;) {
		const uint32_t written = atomic_load_explicit(&mine->count, memory_order_relaxed);
		const uint32_t place = written & (ring->capacity - 1);

		if (written - *read == ring->capacity)
			*read = await_change(&ring->marks[READ], *read, ring->spins);
		const uint32_t n = least(talk->size - at, ring->capacity - (written - *read),
					 ring->capacity - place);

		memcpy(ring->bytes + place, talk->outgoing + at, n);
		advance(mine, n);
		at += n;
	}
	return true;
}

static bool take(struct talk *talk)
{
	struct byte_ring *ring = talk->own;
	struct mark *mine = &ring->marks[READ];
	uint32_t *written = &ring->seen[WRITTEN].count;

	for (size_t at = 0; at < talk->size;) {
		const uint32_t read = atomic_load_explicit(&mine->count, memory_order_relaxed);
		const uint32_t place = read & (ring->capacity - 1);

		if (*written == read)
			*written = await_change(&ring->marks[WRITTEN], read, ring->spins);
		const uint32_t n = least(talk->size - at, *written - read, ring->capacity - place);

		memcpy(talk->incoming + at, ring->bytes + place, n);
		advance(mine, n);
		at += n;
	}
	return true;
}

TRANSFER(pour, put, take)

static const struct bench_case bw_shm_spsc = {
	.name = "bw_shm_spsc",
	.summary = "throughput of a byte ring in shared memory, one producer, one consumer",
	.profile_min = BENCH_FROM_FULL,
	.params = {TRANSFER_PARAM_SIZE,
		   {"capacity", 65536, 64, 67108864, "capacity of the ring, bytes; a power of two"},
		   {"spins", 1000, 0, 100000000,
		    "looks before going to sleep, if each side has a processing unit"}},
	.variants = {TRANSFER_VARIANTS, "size=1048576;capacity=1048576"},
	.setup = setup,
	TRANSFER_CASE_ENDED(pour, sizeof(struct byte_ring), talk_prepare, teardown),
};
BENCH_REGISTER(bw_shm_spsc);
