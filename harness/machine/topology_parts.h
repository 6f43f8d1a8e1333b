/* SPDX-License-Identifier: MIT */
/*
 * topology_parts - what topology.c decides without hwloc: which synthetic descriptions are safe to
 * hand on, and which of hwloc's CPU kinds are kinds at all. Apart, so that tests need no machine.
 */
#ifndef TOLLGATE_MACHINE_TOPOLOGY_PARTS_H
#define TOLLGATE_MACHINE_TOPOLOGY_PARTS_H

#include "harness/base/util.h"

#define OS_INDEX_MAX    16383 /* twice Linux's largest NR_CPUS; bounds hwloc's bitmaps */
#define DESCRIPTION_MAX 16384 /* characters of a synthetic description */

/*
 * Is DESCRIPTION (hwloc's synthetic syntax) small enough to be built? Fills PUS with the number of
 * PUs it describes. hwloc itself allocates whatever it is told to.
 */
bool description_check(const char *description, uint64_t *pus, struct reason *why);

/* A raw CPU kind as hwloc tells it, and the kind it is folded into. */
struct speed_kind {
	char core_type[32];
	uint64_t capacity, base_mhz, max_mhz; /* 0: not told */
	int efficiency;                       /* hwloc's order, higher is faster; -1: not told */
	unsigned raw;                         /* hwloc's number */
	int kind;                             /* out: 0 is the fastest */
};

/* Take one of hwloc's name=value pairs into RAW; unknown names and odd values are passed over. */
void speed_kind_take(struct speed_kind *raw, const char *name, const char *value);

/* Sort RAW, fastest first, and number the kinds: a new one where cores differ by over 20 %. */
void speed_kinds_fold(struct speed_kind *raw, int count);

#endif
