/* SPDX-License-Identifier: MIT */
/*
 * Copy memory: the least cost of any message that is copied. Small buffers stay in a cache, and the
 * largest ones travel to and from memory. Source and target begin at different offsets within a
 * page, because the processor mistakes equal offsets for a dependency and waits.
 */
#include "harness/bench.h"

#include <string.h>
#include <sys/mman.h>

enum { PARAM_KIB };
enum { METRIC_SPEED };

#define OFFSET    ((size_t)3 * SHARED_LINE)
#define PAGE_SIZE 4096u

struct copier {
	void *memory;
	size_t memory_bytes, bytes;
	unsigned char *source, *target;
	uint64_t number;
};

static void prepare(struct worker *w)
{
	struct copier *copier = w->local;

	copier->bytes = (size_t)w->params[PARAM_KIB] << 10;
	copier->memory_bytes = 2 * copier->bytes + OFFSET;
	copier->memory = mmap(NULL, copier->memory_bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copier->memory == MAP_FAILED)
		die(EXIT_INTERNAL, "no memory for two buffers of %zu bytes", copier->bytes);
	copier->source = copier->memory;
	copier->target = copier->source + copier->bytes + OFFSET;
	for (size_t i = 0; i < copier->bytes; i++)
		copier->source[i] = (unsigned char)(i * 31 + i / PAGE_SIZE);
	memset(copier->target, 0, copier->bytes);
}

static void copy(struct worker *w)
{
	struct copier *copier = w->local;

	for (uint64_t n = w->batch; n; n--) {
		const uint64_t number = ++copier->number;
		unsigned char *target = copier->target;

		/* the first and last word change, so that every copy differs from the one before */
		memcpy(copier->source, &number, sizeof(number));
		memcpy(copier->source + copier->bytes - sizeof(number), &number, sizeof(number));
		memcpy(target, copier->source, copier->bytes);
		__asm__ volatile(
			""
			:
			: "r"(target)
			: "memory"); /* the target counts as read, so the copy must be made */
	}
}

/* After the last copy both must be equal: all of it if that is quick, else a line of each page. */
static bool is_equal(const struct copier *copier)
{
	const size_t last = copier->bytes - CACHE_LINE;
	bool equal = memcmp(copier->source + last, copier->target + last, CACHE_LINE) == 0;

	if (copier->bytes <= 1u << 20)
		return memcmp(copier->source, copier->target, copier->bytes) == 0;
	for (size_t i = 0; equal && i < copier->bytes; i += PAGE_SIZE)
		equal = memcmp(copier->source + i, copier->target + i, CACHE_LINE) == 0;
	return equal;
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct copier *copier = t->slots[0].local;

	metrics[METRIC_SPEED] = (double)epoch->ops * (double)copier->bytes * 1e9 /
				(double)epoch->wall_ns;
	return is_equal(copier) || refuse(why, "the copy differs from the original");
}

static void teardown(struct trial *t)
{
	const struct copier *copier = t->slots[0].local;

	must_sys(munmap(copier->memory, copier->memory_bytes));
}

static const struct bench_case floor_memcpy = {
	.name = "floor_memcpy",
	.summary = "copy memory of one buffer into another",
	.op = "copy",
	.family = BENCH_FLOOR,
	.modes = "none",
	.modes_only = true,
	.workers = 1,
	.profile_min = BENCH_FROM_FULL,
	.local_size = sizeof(struct copier),
	.params = {{"kib", 4, 1, 1048576, "size of the buffer, KiB"}},
	.metrics = {{"bytes_per_s", "B/s", "higher", "bytes copied per second"}},
	.variants = {"kib=4", "kib=64", "kib=1024", "kib=16384", "kib=262144"},
	.prepare = prepare,
	.teardown = teardown,
	.run = {[SYNC_NONE] = copy},
	.check = check,
};
BENCH_REGISTER(floor_memcpy);
