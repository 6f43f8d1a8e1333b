/* SPDX-License-Identifier: MIT */
/*
 * Memory-bound work: the workers stream through arrays of their own, far larger than a cache. Only
 * a row in a shared table needs a lock, and still the work need not scale with the cores: they
 * share the memory controller, and a few of them can use it up. The cost of a lock is then hidden
 * behind the memory, but the cost of a GIL is not.
 *
 * The kernel is the triad of McCalpin's STREAM, a[i] = b[i] + s * c[i]. bytes_per_s counts as
 * STREAM does, three times eight bytes per element. A cache that fetches a line of a[] before it is
 * overwritten moves a third more. One operation is one block of 64 KiB of each array. The blocks
 * are walked in order, and s changes with every pass, so that a stale block shows.
 */
#include "harness/bench.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK       512u  /* elements between two check points: 4 KiB of each array */
#define BLOCK       8192u /* elements per operation: 64 KiB of each array */
#define MIB         (UINT64_C(1) << 20)
#define BLOCK_BYTES (BLOCK * sizeof(double))

enum { PARAM_MIB };
enum { METRIC_BYTES_PER_S };

/* The arrays are private. The worker maps and touches them, so they lie on its own memory node. */
struct stream {
	double *a, *b, *c;
	uint64_t ops; /* since the first epoch */

	/* The worker's row of the shared table: one element of each block, added up. */
	_Alignas(SHARED_LINE) _Atomic uint64_t sum;

	/* The expected sum after so many operations. Only the parent looks at these. */
	_Alignas(SHARED_LINE) uint64_t expected;
	uint64_t expected_ops;
};

/* Small whole numbers: every value of the arrays is exact, whatever the order of the arithmetic. */
static inline uint64_t value_of_b(uint64_t i)
{
	return i;
}

static inline uint64_t value_of_c(uint64_t i)
{
	return i % 16 + 1;
}

static inline uint64_t scale_of_pass(uint64_t pass)
{
	return pass % 8 + 1;
}

/* The element of its block that operation N publishes. Over time every element has its turn. */
static inline uint64_t sampled(uint64_t n)
{
	return n * 2654435761u % BLOCK;
}

static inline uint64_t blocks_of(const int64_t *params)
{
	return (uint64_t)params[PARAM_MIB] * (MIB / BLOCK_BYTES);
}

static inline __attribute__((always_inline)) void
triad(double *restrict a, const double *restrict b, const double *restrict c, double scale)
{
	for (unsigned i = 0; i < CHUNK; i++)
		a[i] = b[i] + scale * c[i];
}

static inline void publish(struct stream *stream, double value)
{
	/* an atomic, so that each result really is stored. The row has one writer */
	uint64_t sum = atomic_load_explicit(&stream->sum, memory_order_relaxed);

	atomic_store_explicit(&stream->sum, sum + (uint64_t)(int64_t)value, memory_order_relaxed);
}

static void walk(struct worker *w, const enum sync_kind kind)
{
	struct stream *stream = w->local;
	const uint64_t blocks = blocks_of(w->params), last = stream->ops + w->batch;
	uint64_t block = stream->ops % blocks, pass = stream->ops / blocks;

	for (uint64_t n = stream->ops; n < last; n++) {
		const double scale = (double)(int64_t)scale_of_pass(pass);
		double *a = stream->a + block * BLOCK;
		const double *b = stream->b + block * BLOCK, *c = stream->c + block * BLOCK;

		for (unsigned i = 0; i < BLOCK; i += CHUNK) {
			triad(a + i, b + i, c + i, scale);
			sync_tick(w, kind);
		}
		sync_enter(w, kind);
		publish(stream, a[sampled(n)]);
		sync_leave(w, kind);
		if (++block == blocks) {
			block = 0;
			pass++;
		}
	}
	stream->ops = last;
}
BENCH_SPECIALISE(walk)

/* Memory that is available without swapping, in bytes. 0 if the system does not tell. */
static uint64_t memory_available(void)
{
	static const char key[] = "\nMemAvailable:";
	char text[4096];

	if (!read_text("/proc/meminfo", text, sizeof(text)))
		return 0;
	const char *line = strstr(text, key);

	return line ? strtoull(line + strlen(key), NULL, 10) * 1024 : 0;
}

static bool setup(struct trial *t, struct reason *why)
{
	const uint64_t needed = (uint64_t)t->params[PARAM_MIB] * 3 * t->workers * MIB;
	const uint64_t available = memory_available();

	if (available && needed > available / 2)
		return refuse(why,
			      "%u workers need %" PRIu64 " MiB for their arrays, more than half of "
			      "the %" PRIu64 " MiB that are available: give a smaller mib=",
			      t->workers, needed / MIB, available / MIB);
	return true;
}

static double *map_array(uint64_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	must_sys(memory == MAP_FAILED ? -1 : 0);
	return memory;
}

static void prepare(struct worker *w)
{
	struct stream *stream = w->local;
	const uint64_t count = blocks_of(w->params) * BLOCK;

	stream->a = map_array(count * sizeof(double));
	stream->b = map_array(count * sizeof(double));
	stream->c = map_array(count * sizeof(double));
	for (uint64_t i = 0; i < count; i++) {
		stream->a[i] = 0;
		stream->b[i] = (double)(int64_t)value_of_b(i);
		stream->c[i] = (double)(int64_t)value_of_c(i);
	}
}

static void teardown(struct trial *t)
{
	const uint64_t bytes = blocks_of(t->params) * BLOCK_BYTES;

	for (unsigned i = 0; !t->processes && i < t->workers; i++) {
		struct stream *stream = t->slots[i].local;

		if (!stream->c)
			continue; /* the worker never reached prepare */
		must_sys(munmap(stream->a, bytes));
		must_sys(munmap(stream->b, bytes));
		must_sys(munmap(stream->c, bytes));
	}
}

/* Follow the walk on paper: a few operations of the parent stand for the thousands of one block. */
static void expect(struct stream *stream, uint64_t blocks, uint64_t ops)
{
	for (uint64_t n = stream->expected_ops; n < stream->expected_ops + ops; n++) {
		uint64_t i = n % blocks * BLOCK + sampled(n);

		stream->expected += value_of_b(i) + scale_of_pass(n / blocks) * value_of_c(i);
	}
	stream->expected_ops += ops;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct stream *stream = t->slots[i].local;
		uint64_t sum = atomic_load(&stream->sum);

		expect(stream, blocks_of(t->params), epoch->batch);
		if (sum != stream->expected)
			return refuse(why, "worker %u: samples add up to %" PRIu64 ", not %" PRIu64,
				      i, sum, stream->expected);
	}
	if (epoch->wall_ns)
		metrics[METRIC_BYTES_PER_S] = (double)epoch->ops * (3.0 * BLOCK_BYTES) * 1e9 /
					      (double)epoch->wall_ns;
	return true;
}

static const struct bench_case mem_stream = {
	.name = "mem_stream",
	.summary = "memory-bound: STREAM triad over private arrays larger than the caches",
	.op = "block of 64 KiB",
	.family = BENCH_MEMORY,
	.local_size = sizeof(struct stream),
	.params = {{"mib", 8, 1, 1024, "MiB per array; each worker has three"}},
	.metrics = {{"bytes_per_s", "B/s", "higher",
		     "memory traffic of all workers, 3 x 8 bytes per element"}},
	.setup = setup,
	.teardown = teardown,
	.prepare = prepare,
	.run = BENCH_RUN(walk),
	.check = check,
};
BENCH_REGISTER(mem_stream);
