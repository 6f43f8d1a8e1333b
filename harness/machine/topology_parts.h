/* SPDX-License-Identifier: MIT */
/*
 * topology_parts - the parts of topology.c that need no hwloc: the check that a synthetic
 * description is safe, and the choice of hwloc's CPU kinds that really differ. They are separate so
 * that tests need no machine.
 */
#ifndef TOLLGATE_MACHINE_TOPOLOGY_PARTS_H
#define TOLLGATE_MACHINE_TOPOLOGY_PARTS_H

#include "harness/base/util.h"

#define OS_INDEX_MAX    16383 /* twice Linux's largest NR_CPUS, bounds hwloc's bitmaps */
#define DESCRIPTION_MAX 16384 /* characters of a synthetic description */

/*
 * Checks that DESCRIPTION (hwloc's synthetic syntax) is small enough to be built, and fills PUS
 * with its number of PUs. hwloc itself allocates any number without a check.
 */
bool topology_check_description(const char *description, uint64_t *pus, struct reason *why);

/* A raw CPU kind from hwloc, and the kind that it is folded into. */
struct speed_kind {
	char core_type[32];
	uint64_t capacity, base_mhz, max_mhz; /* 0: not known */
	int efficiency;                       /* hwloc's order, higher is faster. -1: not known */
	unsigned raw;                         /* hwloc's number */
	int kind;                             /* out: 0 is the fastest */
};

/* Take one of hwloc's name=value pairs into RAW. Unknown names and odd values are ignored. */
void speed_kind_take(struct speed_kind *raw, const char *name, const char *value);

/* Sort RAW, fastest first, and number the kinds, a new one where cores differ by over 20 %. */
void speed_kinds_fold(struct speed_kind *raw, int count);

#endif
