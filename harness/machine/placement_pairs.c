/* SPDX-License-Identifier: MIT */
/* placement_pairs - the pairs of pair:each, and the choice of PUs on a large machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/placement.h"

/* The PUs that take part, by their position in the topology. */
struct selection {
	const struct topology *topology;
	bool *taken;
	int count, most;
};

static void take(struct selection *selection, int pu)
{
	if (selection->taken[pu] || selection->count == selection->most)
		return;
	selection->taken[pu] = true;
	selection->count++;
}

/* The first two PUs that are RELATED. The first of them is taken already or, with ANY, is not. */
static bool find_pair(const struct selection *selection, enum pair_relation relation, bool any,
		      int *first, int *second)
{
	const struct topology *t = selection->topology;

	for (int i = 0; i < t->pu_count; i++)
		for (int j = 0; j < t->pu_count && (any || selection->taken[i]); j++)
			if (placement_relation(&t->pus[i], &t->pus[j]) == relation) {
				*first = i;
				*second = j;
				return true;
			}
	return false;
}

static bool has_pair(const struct selection *selection, enum pair_relation relation)
{
	const struct topology *t = selection->topology;

	for (int i = 0; i < t->pu_count; i++)
		for (int j = i + 1; j < t->pu_count && selection->taken[i]; j++)
			if (selection->taken[j] &&
			    placement_relation(&t->pus[i], &t->pus[j]) == relation)
				return true;
	return false;
}

/* A pair of every relation. A partner for a PU that takes part is cheaper than two new PUs. */
static void take_relations(struct selection *selection)
{
	int first, second;

	for (int relation = PAIR_SMT; relation < PAIR_RELATIONS; relation++) {
		if (has_pair(selection, relation) ||
		    (!find_pair(selection, relation, false, &first, &second) &&
		     !find_pair(selection, relation, true, &first, &second)))
			continue;
		take(selection, first);
		take(selection, second);
	}
}

/* Fill up with PUs that lie evenly over the logical order. */
static void take_evenly(struct selection *selection)
{
	const int pus = selection->topology->pu_count, wanted = selection->most - selection->count;

	for (int k = 0; k < wanted; k++) {
		int pu = (2 * k + 1) * pus / (2 * wanted); /* far from overflow: 32 * 4096 */

		while (selection->taken[pu])
			pu = (pu + 1) % pus;
		take(selection, pu);
	}
}

static void name_pair(struct placement *placement, const struct pu *a, const struct pu *b)
{
	char text[64];
	struct reason why;

	snprintf(text, sizeof(text), "pair:%s:%d+%d",
		 placement_relation_name(placement_relation(a, b)), a->os, b->os);
	if (!placement_parse(text, placement, &why))
		die(EXIT_INTERNAL, "%s: %s", text, why.text);
}

static struct placement_pairs name_pairs(const struct selection *selection)
{
	const struct topology *t = selection->topology;
	const size_t room = (size_t)selection->count * (size_t)(selection->count - 1) / 2;
	struct placement_pairs pairs = {.items = xcalloc(room, sizeof(*pairs.items)),
					.pus = selection->count};

	for (int i = 0; i < t->pu_count; i++)
		for (int j = i + 1; j < t->pu_count && selection->taken[i]; j++)
			if (selection->taken[j])
				name_pair(&pairs.items[pairs.count++], &t->pus[i], &t->pus[j]);
	return pairs;
}

struct placement_pairs placement_pairs(const struct topology *topology, int pus_max)
{
	struct selection selection = {
		.topology = topology,
		.taken = xcalloc((size_t)topology->pu_count, sizeof(bool)),
		.most = pus_max < topology->pu_count ? pus_max : topology->pu_count,
	};

	take(&selection, 0);
	take_relations(&selection);
	take_evenly(&selection);
	const struct placement_pairs pairs = name_pairs(&selection);

	free(selection.taken);
	return pairs;
}
