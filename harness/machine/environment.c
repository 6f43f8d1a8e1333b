/* SPDX-License-Identifier: MIT */
#include "harness/machine/environment.h"

#include <stdio.h>
#include <string.h>

#include "harness/machine/environment_internal.h"

static void read_rows(struct environment *environment, const struct fact_row *rows,
		      const char *root, bool readable)
{
	for (const struct fact_row *row = rows; row->key; row++) {
		if (environment->fact_count >= FACTS_MAX)
			die(EXIT_INTERNAL, "environment: more than %d facts", FACTS_MAX);
		struct fact *fact = &environment->facts[environment->fact_count++];

		snprintf(fact->key, sizeof(fact->key), "%s", row->key);
		if (readable)
			row->read(root, row, fact);
	}
}

void environment_read(struct environment *environment, const char *root, int pu_count)
{
	memset(environment, 0, sizeof(*environment));
	read_rows(environment, facts_of_machine, root, true);
	read_rows(environment, facts_of_process, root, !*root);
	environment_judge(environment, pu_count);
}
