/* SPDX-License-Identifier: MIT */
/*
 * The topology of a build without hwloc (HWLOC=0): a flat list of the PUs that this process may
 * use. Every PU is a core of its own in one package, so placements that ask for neighbours find
 * fewer of them.
 */
#include "harness/machine/topology.h"

#ifndef TOLLGATE_HWLOC
#define TOLLGATE_HWLOC 1
#endif

#if !TOLLGATE_HWLOC

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* The affinity mask of this thread, of SIZE bytes. The kernel refuses one shorter than its own. */
static cpu_set_t *affinity(size_t *size)
{
	for (size_t cpus = 1024; cpus <= (size_t)1 << 20; cpus *= 2) {
		cpu_set_t *mask = CPU_ALLOC(cpus);

		if (!mask)
			die(EXIT_INTERNAL, "out of memory (%zu CPUs)", cpus);
		*size = CPU_ALLOC_SIZE(cpus);
		CPU_ZERO_S(*size, mask);
		if (!sched_getaffinity(0, *size, mask))
			return mask;
		CPU_FREE(mask);
		if (errno != EINVAL)
			break;
	}
	die(EXIT_INTERNAL, "sched_getaffinity: %s", strerror(errno));
}

static void add_pu(struct topology *topology, int os)
{
	int i = topology->pu_count++;

	topology->pus[i] = (struct pu){.os = os, .log = i, .core = i, .l2 = i, .core_rank = i};
}

static struct topology *flat(void)
{
	struct topology *topology = xcalloc(1, sizeof(*topology));
	size_t size;
	cpu_set_t *mask = affinity(&size);

	topology->pus = xcalloc(TOPOLOGY_PUS_MAX, sizeof(*topology->pus));
	for (size_t os = 0; os < size * 8 && topology->pu_count < TOPOLOGY_PUS_MAX; os++)
		if (CPU_ISSET_S(os, size, mask))
			add_pu(topology, (int)os);
	CPU_FREE(mask);
	topology->core_count = topology->pu_count;
	topology->llc_count = topology->numa_count = topology->pkg_count = 1;
	topology->kind_count = 1;
	topology->this_system = true;
	topology->synthetic = xstrdup("");
	memcpy(topology->hwloc_version, "none", sizeof("none"));
	return topology;
}

struct topology *topology_load(const char *spec, struct reason *why)
{
	if (!spec || !strcmp(spec, "native"))
		return flat();
	if (!strncmp(spec, "synthetic:", 10) || !strncmp(spec, "xml:", 4))
		refuse(why,
		       "'%.100s': this program was built without hwloc; only native is accepted",
		       spec);
	else
		refuse(why, "'%.100s' is no topology; use native (built without hwloc)", spec);
	return NULL;
}

#else

/* A translation unit holds at least one declaration. */
struct topology_flat_unused;

#endif
