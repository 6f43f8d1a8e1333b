/* SPDX-License-Identifier: MIT */
/*
 * The cost of a process: fork one that exits at once, and reap it. Only the page tables are copied,
 * one entry per page, so a parent that has touched much memory waits longer for each child
 * (touched_mib). With huge pages there are 512 times fewer entries, and most of that cost goes away
 * (huge=1).
 */
#include "harness/bench.h"
#include "harness/kit/offspring.h"

#include <string.h>
#include <sys/mman.h>

enum { PARAM_TOUCHED, PARAM_HUGE };

#define HUGE_PAGE (2u << 20)

/* Births come first: offspring_make() counts into them. */
struct parent {
	struct births births;
	void *memory;
	size_t bytes;
};

static bool setup(struct trial *t, struct reason *why)
{
	char choice[64] = "";

	if (!t->params[PARAM_HUGE])
		return true;
	if (!read_text("/sys/kernel/mm/transparent_hugepage/enabled", choice, sizeof(choice)))
		return refuse(why, "this kernel has no transparent huge pages");
	return !strstr(choice, "[never]") || refuse(why, "transparent huge pages are set to never");
}

/* Write to every page: a page without a write has no entry that a fork would copy. */
static void prepare(struct worker *w)
{
	struct parent *parent = w->local;
	const size_t wanted = (size_t)w->params[PARAM_TOUCHED] << 20;

	if (!wanted)
		return;
	parent->bytes = wanted + HUGE_PAGE;
	parent->memory = mmap(NULL, parent->bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (parent->memory == MAP_FAILED)
		die(EXIT_INTERNAL, "no memory for %zu bytes", parent->bytes);
	must_sys(madvise(parent->memory, parent->bytes,
			 w->params[PARAM_HUGE] ? MADV_HUGEPAGE : MADV_NOHUGEPAGE));
	const uintptr_t start = ((uintptr_t)parent->memory + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;

	memset((void *)start, 1, wanted);
}

/* In mode process the memory is gone with its owner. */
static void teardown(struct trial *t)
{
	const struct parent *parent = t->slots[0].local;

	if (!t->processes && parent->memory)
		must_sys(munmap(parent->memory, parent->bytes));
}

static void make(struct worker *w)
{
	offspring_make(w, offspring_fork);
}

static const struct bench_case create_fork = {
	.name = "create_fork",
	.summary = "fork a process that exits at once, and reap it",
	.op = "process",
	.local_size = sizeof(struct parent),
	.profile_min = BENCH_FROM_STANDARD,
	.params = {{"touched_mib", 0, 0, 4096, "memory that the parent has touched, MiB"},
		   {"huge", 0, 0, 1, "1: in huge pages"}},
	.variants = {"touched_mib=0", "touched_mib=64", "touched_mib=16", "touched_mib=256",
		     "touched_mib=64;huge=1", "touched_mib=256;huge=1"},
	.setup = setup,
	.prepare = prepare,
	.teardown = teardown,
	CREATE_CASE(make),
};
BENCH_REGISTER(create_fork);
