/* SPDX-License-Identifier: MIT */
/*
 * placement - pure: (topology, policy, workers) gives one PU per worker. Nothing is bound here and
 * no clock or system call is made.
 *
 *   compact       neighbours first: logical order, SMT siblings side by side
 *   cores         one worker per core before any second hardware thread (the default)
 *   scatter       as far apart as possible: packages, then nodes, then caches
 *   same-core     every worker on one PU
 *   pair:RELATION two workers in a relation: same_pu smt same_l2 same_llc same_numa same_pkg
 *                 cross_pkg
 *   pair:RELATION:3,8  these two, by OS index, if they are so related
 *   pair:each     every pair, one placement each: placement_pairs() names them
 *   list:0,3,8-11 the user's own OS indices, in order
 *   none          not bound: the kernel decides
 */
#ifndef TOLLGATE_MACHINE_PLACEMENT_H
#define TOLLGATE_MACHINE_PLACEMENT_H

#include "harness/machine/topology.h"

#define WORKERS_MAX 2048
/* pair:each visits every pair of at most so many PUs: 120 pairs. */
#define PAIR_PUS_MAX 16

enum placement_policy {
	PLACEMENT_COMPACT,
	PLACEMENT_CORES,
	PLACEMENT_SCATTER,
	PLACEMENT_SAME_CORE,
	PLACEMENT_PAIR,
	PLACEMENT_LIST,
	PLACEMENT_NONE,
	PLACEMENT_EACH_PAIR, /* stands for many placements and seats no worker by itself */
};

/* Closest first. A pair's class is the first one that holds. */
enum pair_relation {
	PAIR_SAME_PU,
	PAIR_SMT,
	PAIR_SAME_L2,
	PAIR_SAME_LLC,
	PAIR_SAME_NUMA,
	PAIR_SAME_PKG,
	PAIR_CROSS_PKG,
	PAIR_RELATIONS,
};

struct placement {
	enum placement_policy policy;
	enum pair_relation relation; /* PLACEMENT_PAIR */
	int list[256];               /* PLACEMENT_LIST, and the two of a named pair: OS indices */
	int list_count;
	char text[128]; /* as it appears in the CSV: [a-z0-9_.:-] and, in lists, '+' for ',' */
};

/* One seat per worker. os[i] is -1 when worker i is not bound. */
struct seating {
	int count;
	int os[WORKERS_MAX];
	bool oversubscribed; /* more workers than PUs, so seats repeat */
};

bool placement_parse(const char *text, struct placement *placement, struct reason *why);

/*
 * Seat WORKERS (1 .. WORKERS_MAX) workers. False and WHY if this machine cannot satisfy the policy
 * (no such pair, PU not allowed). The caller then writes a skipped row and never uses another
 * placement.
 */
bool placement_plan(const struct topology *topology, const struct placement *placement, int workers,
		    struct seating *seating, struct reason *why);

/*
 * The pairs that pair:each stands for, pair:RELATION:A+B, in logical order: all pairs among PUS_MAX
 * (2 or more) of TOPOLOGY's PUs, or among all if there are no more. If PUs must be left out, the
 * selected ones hold a pair of each existing relation, as far as they suffice, and otherwise lie
 * evenly over the machine. The caller frees items.
 */
struct placement_pairs {
	struct placement *items;
	unsigned count; /* 0 if there is one PU only */
	int pus;        /* number of PUs that take part */
};
struct placement_pairs placement_pairs(const struct topology *topology, int pus_max);

/* The relation of two PUs of one topology. */
enum pair_relation placement_relation(const struct pu *a, const struct pu *b);
const char *placement_relation_name(enum pair_relation relation);

#endif
