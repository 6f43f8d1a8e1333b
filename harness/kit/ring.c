/* SPDX-License-Identifier: MIT */
#include "harness/kit/ring.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/bench.h"

#define LINE_WORDS   (CACHE_LINE / sizeof(uint64_t))
#define WALKS_TO_TRY 5

static size_t l2_bytes(void)
{
	char text[32];
	uint64_t kib;
	const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);

	if (bytes > 0)
		return (size_t)bytes;
	if (!read_text("/sys/devices/system/cpu/cpu0/cache/index2/size", text, sizeof(text)))
		return 0;
	text[strcspn(text, "K")] = '\0';
	return parse_u64(text, 1, 1 << 20, &kib) ? (size_t)kib * 1024 : 0;
}

static bool find_set_bytes(int64_t work, size_t *bytes, struct reason *why)
{
	*bytes = work > 0 ? (size_t)work * 1024 : 0;
	if (work >= 0)
		return true;
	*bytes = l2_bytes() * (work == RING_WORK_TWICE_L2 ? 2 : 1);
	return *bytes || refuse(why, "this machine does not tell the size of its L2 cache");
}

static struct seat *seat_of(const struct trial *t, unsigned index)
{
	return t->slots[t->workers ? index % t->workers : 0].local; /* never 0: see crew_start() */
}

static bool open_pipe(struct trial *t, unsigned from, struct reason *why)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return refuse(why, "cannot make a pipe for each of %u workers: %s", t->workers,
			      strerror(errno));
	seat_of(t, from)->out = ends[1];
	seat_of(t, from + 1)->in = ends[0];
	return true;
}

bool ring_open(struct trial *t, bool pipes, struct reason *why)
{
	struct ring *ring = t->shared;
	bool good = find_set_bytes(t->params[RING_WORK], &ring->set_bytes, why);

	ring->memory_bytes = ring->set_bytes * t->workers;
	ring->pipes = pipes;
	if (good && ring->memory_bytes) {
		ring->memory = mmap(NULL, ring->memory_bytes, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		good = ring->memory != MAP_FAILED ||
		       refuse(why, "no memory for %u working sets of %zu bytes", t->workers,
			      ring->set_bytes);
	}
	for (unsigned i = 0; good && i < t->workers; i++) {
		struct seat *seat = seat_of(t, i);

		seat->next = seat_of(t, i + 1);
		seat->set_bytes = ring->set_bytes;
		if (seat->set_bytes)
			seat->set = (uint64_t *)ring->memory +
				    i * (ring->set_bytes / sizeof(uint64_t));
	}
	for (unsigned i = 0; good && pipes && i < t->workers; i++)
		good = open_pipe(t, i, why);
	return good;
}

/* One write per line. Every line counts its visits. */
void ring_walk(struct seat *seat)
{
	const size_t words = seat->set_bytes / sizeof(uint64_t);

	for (size_t i = 0; i < words; i += LINE_WORDS)
		seat->set[i]++;
	seat->walks++;
}

void ring_prepare(struct worker *w)
{
	struct seat *seat = w->local;

	seat->alone_ns = UINT64_MAX;
	for (int i = 0; i < WALKS_TO_TRY; i++) {
		const uint64_t begin_ns = clock_now_ns();

		ring_walk(seat);
		const uint64_t took_ns = clock_now_ns() - begin_ns;

		seat->alone_ns = took_ns < seat->alone_ns ? took_ns : seat->alone_ns;
	}
}

void ring_stop(struct worker *w, uint64_t ops)
{
	struct seat *seat = w->local;

	seat->error = errno;
	seat->broken = true;
	w->done = ops;
}

void ring_reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++) {
		seat_of(t, i)->wrong = 0;
		seat_of(t, i)->broken = false;
	}
}

/* True if every line of the set was visited in every walk. */
static bool set_is_right(const struct seat *seat)
{
	uint64_t difference = 0;

	for (size_t i = 0; i < seat->set_bytes / sizeof(uint64_t); i += LINE_WORDS)
		difference |= seat->set[i] ^ seat->walks;
	return difference == 0;
}

bool ring_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	for (unsigned i = 0; i < t->workers; i++) {
		const struct seat *seat = seat_of(t, i);

		if (seat->broken)
			return refuse(why, "worker %u stopped after %llu turns: %s", i,
				      (unsigned long long)t->slots[i].done, strerror(seat->error));
		if (seat->wrong)
			return refuse(why, "worker %u got %llu tokens that were not due", i,
				      (unsigned long long)seat->wrong);
		if (!set_is_right(seat))
			return refuse(why, "worker %u did not walk over all of its memory", i);
	}
	if (epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu hand-overs instead of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	metrics[0] = (double)epoch->wall_ns / (double)epoch->ops;
	if (seat_of(t, 0)->set_bytes)
		metrics[1] = (double)seat_of(t, 0)->alone_ns;
	metrics[2] = (double)seat_of(t, 0)->set_bytes;
	return true;
}

void ring_teardown(struct trial *t)
{
	const struct ring *ring = t->shared;

	for (unsigned i = 0; ring->pipes && i < t->workers; i++) {
		must_sys(close(seat_of(t, i)->in));
		must_sys(close(seat_of(t, i)->out));
	}
	if (ring->memory)
		must_sys(munmap(ring->memory, ring->memory_bytes));
}

double ring_switches(const int64_t *params, unsigned workers, bool same_pu)
{
	(void)params;
	return same_pu ? (double)workers : (double)NAN;
}
