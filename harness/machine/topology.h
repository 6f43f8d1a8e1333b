/* SPDX-License-Identifier: MIT */
/*
 * topology - the processing units (PUs) that this process may use, flattened from hwloc. It is the
 * only module that includes hwloc. The coordinator loads it once before any runner exists, and it
 * is read-only after that.
 */
#ifndef TOLLGATE_MACHINE_TOPOLOGY_H
#define TOLLGATE_MACHINE_TOPOLOGY_H

#include "harness/base/util.h"

#define TOPOLOGY_PUS_MAX 4096

/*
 * One PU. Domain numbers (core, l2, llc, numa, pkg) are global and start at 0. Two PUs share a
 * domain iff the numbers are equal. Ranks count within the parent domain, as placement needs them.
 */
struct pu {
	int os;  /* the kernel's number, used for binding and in files */
	int log; /* hwloc's logical order, counted over the allowed PUs */
	int core, l2, llc, numa, pkg;
	int kind; /* CPU kind: 0 is the fastest. Kinds differ only if speeds differ by over 20 % */
	int smt_rank, core_rank, llc_rank, numa_rank;
};

struct topology {
	struct pu *pus; /* allowed PUs in logical order */
	int pu_count;
	int core_count, llc_count, numa_count, pkg_count, kind_count; /* counted over pus only */
	bool this_system;  /* false: synthetic or from a file, for plans and printing only */
	bool caches_known; /* false: (package, NUMA node) stands in for the last-level cache */
	char *synthetic;   /* hwloc's synthetic export of the machine, or "" */
	char hwloc_version[16];
};

/*
 * SPEC is NULL or "native", "synthetic:DESCRIPTION" or "xml:FILE". Native is restricted to the
 * affinity mask (taskset) and cgroup cpuset of this process. Returns NULL and fills WHY on bad
 * input. The caller frees it with topology_free().
 */
struct topology *topology_load(const char *spec, struct reason *why);
void topology_free(struct topology *topology);

/* The PU with OS index OS, or NULL. */
const struct pu *topology_find(const struct topology *topology, int os);

/* False when built without hwloc (HWLOC=0): only a flat native topology is available then. */
bool topology_has_hwloc(void);

#endif
