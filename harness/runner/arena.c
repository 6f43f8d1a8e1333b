/* SPDX-License-Identifier: MIT */
#include "harness/runner/arena.h"

#include <string.h>
#include <sys/mman.h>

static size_t round_up(size_t size)
{
	return (size + SHARED_LINE - 1) / SHARED_LINE * SHARED_LINE;
}

/* Hand out SIZE bytes at the next line. With a NULL base it only counts the offsets. */
static void *carve(struct arena *arena, size_t *offset, size_t size)
{
	void *block = arena->base ? (char *)arena->base + *offset : NULL;

	*offset += round_up(size);
	return block;
}

static size_t lay_out(struct arena *arena, const struct bench_case *bench, unsigned workers)
{
	size_t offset = 0;

	arena->gate = carve(arena, &offset, sizeof(struct gate));
	arena->sync = carve(arena, &offset, sizeof(struct sync));
	arena->trouble_state = carve(arena, &offset, sizeof(*arena->trouble_state));
	arena->trouble = carve(arena, &offset, sizeof(*arena->trouble));
	arena->shared = carve(arena, &offset,
			      bench->shared_size + workers * bench->shared_size_per_worker);
	arena->workers = carve(arena, &offset, workers * sizeof(struct worker));
	arena->records = carve(arena, &offset, workers * sizeof(struct worker_record));
	arena->latencies = NULL;
	if (bench->latency)
		arena->latencies = carve(arena, &offset, workers * sizeof(struct histogram));
	arena->gils = carve(arena, &offset, workers * sizeof(struct gil));
	arena->timelines = carve(arena, &offset, workers * sizeof(struct timeline));
	for (unsigned i = 0; i < workers; i++) {
		void *local = carve(arena, &offset, bench->local_size);

		if (arena->base)
			arena->workers[i].local = local;
	}
	return offset;
}

static void link_workers(struct arena *arena, unsigned workers)
{
	for (unsigned i = 0; i < workers; i++) {
		struct worker *w = &arena->workers[i];

		w->index = i;
		w->count = workers;
		w->shared = arena->shared;
		w->sync = arena->sync;
		w->latency = arena->latencies ? &arena->latencies[i] : NULL;
	}
}

bool arena_map(struct arena *arena, const struct bench_case *bench, unsigned workers,
	       struct reason *why)
{
	*arena = (struct arena){0};
	arena->size = lay_out(arena, bench, workers);
	void *base = mmap(NULL, arena->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			  0);

	if (base == MAP_FAILED)
		return refuse(why, "no memory for an arena of %zu bytes", arena->size);
	arena->base = base;
	lay_out(arena, bench, workers);
	link_workers(arena, workers);
	return true;
}

void arena_unmap(struct arena *arena)
{
	if (arena->base)
		must_sys(munmap(arena->base, arena->size));
	*arena = (struct arena){0};
}

void arena_report_trouble(struct arena *arena, const struct reason *why)
{
	uint32_t nobody = 0;

	if (!atomic_compare_exchange_strong(arena->trouble_state, &nobody, 1))
		return;
	*arena->trouble = *why;
	atomic_store(arena->trouble_state, 2);
}

const struct reason *arena_trouble(const struct arena *arena)
{
	return atomic_load(arena->trouble_state) == 2 ? arena->trouble : NULL;
}
