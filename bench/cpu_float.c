/* SPDX-License-Identifier: MIT */
/*
 * CPU-bound work in floating point: number crunching on private data, with a result for a shared
 * table now and then. The lock protects that table only, so it costs little, and this kind of
 * program scales with the cores, as threads and as processes. A GIL protects everything. It is held
 * for the crunching too, so the workers take turns.
 *
 * One operation iterates the logistic map x = 3.9 x (1 - x) from one of a few starting points. Each
 * step depends on the one before. The map is chaotic: a single wrong or missing step shows in every
 * digit, and check() compares bit by bit. The expression gives a compiler nothing to contract into
 * a fused multiply-add, so the reference and all copies round alike.
 */
#include "harness/bench.h"

#include <string.h>

/* About 10 to 15 ns between two check points, as for one instruction of an interpreter. */
#define STEPS_PER_TICK 8

#define STARTS 8 /* starting points, a power of two */

enum { PARAM_STEPS };

/* The shared table has one row per worker, so it holds no race even without a lock. */
struct row {
	_Alignas(SHARED_LINE) _Atomic uint64_t sum; /* of all results of the epoch, as integers */
};

/* The results from each starting point, once they are known. Only the parent looks at these. */
struct references {
	uint64_t bits[STARTS];
	bool known[STARTS];
};

static inline double starting_point(uint64_t n)
{
	return (double)(int64_t)(n % STARTS + 1) * 0.0625;
}

static inline double step(double x)
{
	return 3.9 * x * (1.0 - x); /* stays within 0.09 .. 0.975 */
}

static inline uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static inline void publish(struct row *row, double x)
{
	/* an atomic, so that each result really is stored. The row has one writer */
	uint64_t sum = atomic_load_explicit(&row->sum, memory_order_relaxed);

	atomic_store_explicit(&row->sum, sum + bits_of(x), memory_order_relaxed);
}

static void crunch(struct worker *w, const enum sync_kind kind)
{
	const uint64_t batch = w->batch, steps = (uint64_t)w->params[PARAM_STEPS];
	struct row *row = w->local;

	for (uint64_t n = 0; n < batch; n++) {
		double x = starting_point(n);

		for (uint64_t tick = steps / STEPS_PER_TICK; tick; tick--) {
			for (unsigned i = 0; i < STEPS_PER_TICK; i++)
				x = step(x);
			sync_tick(w, kind);
		}
		for (uint64_t rest = steps % STEPS_PER_TICK; rest; rest--)
			x = step(x);
		sync_enter(w, kind);
		publish(row, x);
		sync_leave(w, kind);
		sync_tick(w, kind);
	}
}
BENCH_SPECIALISE(crunch)

static void reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		struct row *row = t->slots[i].local;

		atomic_store(&row->sum, 0);
	}
}

/* Computed at its first use. Checking never takes longer than one operation per starting point. */
static uint64_t reference(struct trial *t, unsigned start)
{
	struct references *references = t->shared;
	double x = starting_point(start);

	if (references->known[start])
		return references->bits[start];
	for (int64_t n = t->params[PARAM_STEPS]; n; n--)
		x = step(x);
	references->bits[start] = bits_of(x);
	references->known[start] = true;
	return references->bits[start];
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	uint64_t expected = 0;

	(void)metrics;
	for (unsigned start = 0; start < STARTS && start < epoch->batch; start++)
		expected += reference(t, start) *
			    (epoch->batch / STARTS + (start < epoch->batch % STARTS));
	for (unsigned i = 0; i < t->workers; i++) {
		struct row *row = t->slots[i].local;
		uint64_t sum = atomic_load(&row->sum);

		if (sum != expected)
			return refuse(why, "worker %u: results add up to %016llx, not %016llx", i,
				      (unsigned long long)sum, (unsigned long long)expected);
	}
	return true;
}

static const struct bench_case cpu_float = {
	.name = "cpu_float",
	.summary = "CPU-bound, floating point: dependent steps, then publish the result",
	.op = "result",
	.family = BENCH_CPU,
	.shared_size = sizeof(struct references),
	.local_size = sizeof(struct row),
	.params = {{"steps", 256, 1, 1000000000, "steps of the logistic map per result"}},
	.reset = reset,
	.run = BENCH_RUN(crunch),
	.check = check,
};
BENCH_REGISTER(cpu_float);
