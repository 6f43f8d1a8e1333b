/* SPDX-License-Identifier: MIT */
/*
 * A policy is one order of the PUs: workers take the seats in that order and start again when the
 * PUs run out. The orders are lexicographic keys over the ranks that topology computed.
 */
#include "harness/machine/placement.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/suggest.h"

#define KEY_PARTS 7

/* Words in the order of enum placement_policy and enum pair_relation. */
static const char *const policies[] = {"compact", "cores", "scatter", "same-core",
				       "pair:",   "list:", "none"};
static const char *const relations[PAIR_RELATIONS] = {
	"same_pu", "smt", "same_l2", "same_llc", "same_numa", "same_pkg", "cross_pkg"};

static const char accepted[] =
	"compact, cores, scatter, same-core, pair:RELATION, pair:each, list:0,3,8-11, none";

/* One PU during the sort. */
struct candidate {
	int key[KEY_PARTS];
	int os;
};

const char *placement_relation_name(enum pair_relation relation)
{
	return relations[relation];
}

/*
 * Checked from the package down, because packages may share a node or a cache number (one memory
 * for all, no caches told) and are still far apart.
 */
enum pair_relation placement_relation(const struct pu *a, const struct pu *b)
{
	if (a->os == b->os)
		return PAIR_SAME_PU;
	if (a->pkg != b->pkg)
		return PAIR_CROSS_PKG;
	if (a->core == b->core)
		return PAIR_SMT;
	if (a->l2 == b->l2)
		return PAIR_SAME_L2;
	if (a->llc == b->llc)
		return PAIR_SAME_LLC;
	return a->numa == b->numa ? PAIR_SAME_NUMA : PAIR_SAME_PKG;
}

/* ---- reading ---- */

static bool parse_relation(const char *word, struct placement *placement, struct reason *why)
{
	struct suggestion nearest = {.word = word};

	for (int i = 0; i < PAIR_RELATIONS; i++) {
		if (!strcmp(word, relations[i])) {
			placement->relation = (enum pair_relation)i;
			return true;
		}
		suggest_name(&nearest, relations[i]);
	}
	return refuse(why,
		      "pair relation '%.60s' is not known%s; use same_pu, smt, same_l2, same_llc, "
		      "same_numa, same_pkg, cross_pkg or each",
		      word, suggest_text(&nearest));
}

static bool list_add(struct placement *placement, uint64_t first, uint64_t last, struct reason *why)
{
	for (uint64_t os = first; os <= last; os++) {
		if (placement->list_count == (int)ARRAY_SIZE(placement->list))
			return refuse(why, "list: more than %zu PUs", ARRAY_SIZE(placement->list));
		placement->list[placement->list_count++] = (int)os;
	}
	return true;
}

/* ITEM is "7" or "4-7". */
static bool parse_item(char *item, struct placement *placement, struct reason *why)
{
	char *dash = strchr(item, '-');
	uint64_t first, last;

	if (dash)
		*dash = '\0';
	if (!parse_u64(item, 0, INT32_MAX, &first) ||
	    !parse_u64(dash ? dash + 1 : item, first, INT32_MAX, &last))
		return refuse(why, "list: '%s%s%s' is no PU; use OS indices, as in list:0,3,8-11",
			      item, dash ? "-" : "", dash ? dash + 1 : "");
	return list_add(placement, first, last, why);
}

/* Items are separated by ',' and also by '+', so that a name from a file can be given back. */
static bool parse_list(const char *text, struct placement *placement, struct reason *why)
{
	char item[24];

	for (;;) {
		size_t length = strcspn(text, ",+");

		if (length >= sizeof(item))
			return refuse(why,
				      "list: '%.20s...' is no PU; use OS indices, as in list:0,3",
				      text);
		memcpy(item, text, length);
		item[length] = '\0';
		if (!parse_item(item, placement, why))
			return false;
		text += length;
		if (!*text++)
			return true;
	}
}

/* WORDS is "each", "RELATION" or "RELATION:A,B". */
static bool parse_pair(const char *words, struct placement *placement, struct reason *why)
{
	const char *colon = strchr(words, ':');
	char relation[64];

	if (strcmp(words, "each") == 0) {
		placement->policy = PLACEMENT_EACH_PAIR;
		return true;
	}
	snprintf(relation, sizeof(relation), "%.*s", colon ? (int)(colon - words) : 63, words);
	if (!parse_relation(relation, placement, why) ||
	    (colon && !parse_list(colon + 1, placement, why)))
		return false;
	return !colon || placement->list_count == 2 ||
	       refuse(why, "pair: '%.40s' names no two PUs; use OS indices, as in pair:%s:0,1",
		      colon + 1, relation);
}

/* The name in the files, without ',', which would need quotes there. */
static bool name_placement(const char *text, struct placement *placement, struct reason *why)
{
	size_t length = strlen(text);

	if (length >= sizeof(placement->text))
		return refuse(why, "placement: %zu characters; at most %zu are accepted", length,
			      sizeof(placement->text) - 1);
	for (size_t i = 0; i <= length; i++)
		placement->text[i] = (char)(text[i] == ',' ? '+' : text[i]);
	return true;
}

static bool unknown_policy(const char *text, struct reason *why)
{
	struct suggestion nearest = {.word = text};

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		suggest_name(&nearest, policies[i]);
	return refuse(why, "placement '%.60s' is not known%s; use %s", text, suggest_text(&nearest),
		      accepted);
}

bool placement_parse(const char *text, struct placement *placement, struct reason *why)
{
	int policy = 0;

	for (const char *at = text; *at; at++)
		if (iscntrl((unsigned char)*at)) /* reject characters that a terminal would obey */
			return refuse(why, "placement: a control character; use %s", accepted);
	*placement = (struct placement){0};
	while (policy <= PLACEMENT_NONE && (policy == PLACEMENT_PAIR || policy == PLACEMENT_LIST
						    ? strncmp(text, policies[policy], 5) != 0
						    : strcmp(text, policies[policy]) != 0))
		policy++;
	if (policy > PLACEMENT_NONE)
		return unknown_policy(text, why);
	placement->policy = (enum placement_policy)policy;
	if (policy == PLACEMENT_PAIR && !parse_pair(text + 5, placement, why))
		return false;
	if (policy == PLACEMENT_LIST && !parse_list(text + 5, placement, why))
		return false;
	return name_placement(text, placement, why);
}

/* ---- seating ---- */

static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	for (int i = 0; i < KEY_PARTS; i++)
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i] ? -1 : 1;
	return 0;
}

static struct candidate candidate_make(const struct pu *pu, enum placement_policy policy)
{
	struct candidate compact = {.key = {pu->log}, .os = pu->os};
	struct candidate cores = {.key = {pu->kind, pu->smt_rank, pu->log}, .os = pu->os};
	struct candidate scatter = {.key = {pu->kind, pu->smt_rank, pu->core_rank, pu->llc_rank,
					    pu->numa_rank, pu->pkg, pu->log},
				    .os = pu->os};

	if (policy == PLACEMENT_COMPACT)
		return compact;
	return policy == PLACEMENT_SCATTER ? scatter : cores;
}

/* Seat by POLICY's order of the PUs, using the first SEATS of them. */
static void seat_in_order(const struct topology *topology, enum placement_policy policy, int seats,
			  struct seating *seating)
{
	size_t count = (size_t)topology->pu_count;
	struct candidate *order = xcalloc(count, sizeof(*order));

	for (size_t i = 0; i < count; i++)
		order[i] = candidate_make(&topology->pus[i], policy);
	qsort(order, count, sizeof(*order), compare_candidates);
	for (int i = 0; i < seating->count; i++)
		seating->os[i] = order[i % seats].os;
	free(order);
}

static void seat_two(const struct pu *a, const struct pu *b, struct seating *seating)
{
	for (int i = 0; i < seating->count; i++)
		seating->os[i] = i % 2 ? b->os : a->os;
}

/* The first pair in logical order. */
static bool seat_pair(const struct topology *topology, enum pair_relation relation,
		      struct seating *seating, struct reason *why)
{
	for (int i = 0; i < topology->pu_count; i++)
		for (int j = i; j < topology->pu_count; j++)
			if (placement_relation(&topology->pus[i], &topology->pus[j]) == relation) {
				seat_two(&topology->pus[i], &topology->pus[j], seating);
				return true;
			}
	return refuse(why, "no two PUs here are related as %s", placement_relation_name(relation));
}

/* Two PUs by name. The user may have copied the name from the files of another machine. */
static bool seat_named_pair(const struct topology *topology, const struct placement *placement,
			    struct seating *seating, struct reason *why)
{
	const struct pu *a = topology_find(topology, placement->list[0]);
	const struct pu *b = topology_find(topology, placement->list[1]);

	if (!a || !b)
		return refuse(why, "pair: PU %d is not among the %d PUs that may be used",
			      placement->list[a ? 1 : 0], topology->pu_count);
	if (placement_relation(a, b) != placement->relation)
		return refuse(why, "pair: PUs %d and %d are related as %s here, not as %s", a->os,
			      b->os, placement_relation_name(placement_relation(a, b)),
			      placement_relation_name(placement->relation));
	seat_two(a, b, seating);
	return true;
}

static bool seat_list(const struct topology *topology, const struct placement *placement,
		      struct seating *seating, struct reason *why)
{
	for (int i = 0; i < placement->list_count; i++)
		if (!topology_find(topology, placement->list[i]))
			return refuse(why, "list: PU %d is not among the %d PUs that may be used",
				      placement->list[i], topology->pu_count);
	for (int i = 0; i < seating->count; i++)
		seating->os[i] = placement->list[i % placement->list_count];
	return true;
}

static bool seat(const struct topology *topology, const struct placement *placement,
		 struct seating *seating, struct reason *why)
{
	switch (placement->policy) {
	case PLACEMENT_COMPACT:
	case PLACEMENT_CORES:
	case PLACEMENT_SCATTER:
		seat_in_order(topology, placement->policy, topology->pu_count, seating);
		return true;
	case PLACEMENT_SAME_CORE:
		seat_in_order(topology, PLACEMENT_CORES, 1, seating);
		return true;
	case PLACEMENT_PAIR:
		if (placement->list_count)
			return seat_named_pair(topology, placement, seating, why);
		return seat_pair(topology, placement->relation, seating, why);
	case PLACEMENT_LIST:
		return seat_list(topology, placement, seating, why);
	case PLACEMENT_NONE:
		for (int i = 0; i < seating->count; i++)
			seating->os[i] = -1;
		return true;
	case PLACEMENT_EACH_PAIR:
		return refuse(why, topology->pu_count > 1
					   ? "pair:each stands for many pairs: name one"
					   : "there are no two PUs here to make a pair");
	}
	return refuse(why, "placement %d is not known", (int)placement->policy);
}

static int compare_seats(const void *left, const void *right)
{
	const int *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* True if a PU carries two workers, or must if the kernel decides. */
static bool seats_repeat(const struct topology *topology, const struct seating *seating)
{
	size_t count = (size_t)seating->count;
	int sorted[WORKERS_MAX];

	memcpy(sorted, seating->os, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_seats);
	if (sorted[0] == -1)
		return seating->count > topology->pu_count;
	for (size_t i = 1; i < count; i++)
		if (sorted[i] == sorted[i - 1])
			return true;
	return false;
}

bool placement_plan(const struct topology *topology, const struct placement *placement, int workers,
		    struct seating *seating, struct reason *why)
{
	if (workers < 1 || workers > WORKERS_MAX)
		return refuse(why, "%d workers; 1 to %d are accepted", workers, WORKERS_MAX);
	seating->count = workers;
	if (!seat(topology, placement, seating, why))
		return false;
	seating->oversubscribed = seats_repeat(topology, seating);
	return true;
}
