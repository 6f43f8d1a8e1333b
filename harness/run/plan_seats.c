/* SPDX-License-Identifier: MIT */
#include "harness/run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Print each complaint once, not once per group. */
void plan_tell_once(char told[PLAN_TOLD_MAX], const char *complaint)
{
	const size_t used = strlen(told);

	if (strstr(told, complaint))
		return;
	snprintf(told + used, PLAN_TOLD_MAX - used, "%s\n", complaint);
	note("skipped: %s", complaint);
}

/* Modes that need something that the machine or the seats lack. */
static void check_rows(struct plan_group *group, const struct topology *topology, char *told)
{
	for (unsigned r = 0; r < group->row_count; r++) {
		const struct mode *mode = group->rows[r].mode;

		if (mode->spins && group->seating && group->seating->oversubscribed) {
			group->rows[r].skipped = "oversubscribed-spin";
			plan_tell_once(told, "spin locks with more workers than processing units: "
					     "waiters would keep the holder from running");
		} else if (mode->needs_numa && topology->numa_count < 2) {
			group->rows[r].skipped = "one-numa-node";
			plan_tell_once(told, "cohort locks: this machine has only one NUMA node");
		}
	}
}

static void find_seats(struct plan_group *group, const struct topology *topology, char *told)
{
	struct reason why = {""};

	group->seating = xcalloc(1, sizeof(*group->seating));
	if (placement_plan(topology, group->placement, (int)group->workers, group->seating, &why))
		return;
	free(group->seating);
	group->seating = NULL;
	snprintf(group->skipped, sizeof(group->skipped), "no-%.80s", group->placement->text);
	plan_tell_once(told, why.text);
}

void plan_seat_group(struct plan_group *group, const struct topology *topology,
		     char told[PLAN_TOLD_MAX])
{
	find_seats(group, topology, told);
	check_rows(group, topology, told);
}
