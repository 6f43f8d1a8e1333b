/* SPDX-License-Identifier: MIT */
/*
 * plan_machine.h - what the tests of plans start from: four cores with a shared last cache and no SMT,
 * so that nothing depends on the machine, and a choice, a plan and a reason that each test gets empty.
 * Included after cmocka.h.
 */
#ifndef TESTS_PLAN_MACHINE_H
#define TESTS_PLAN_MACHINE_H

#include "harness/run/plan.h"

#define PUS     4
#define PUS_MAX 20 /* for a test that sets machine.pu_count */

static struct pu pus[PUS_MAX];
static struct topology machine = {
	.pus = pus,
	.core_count = PUS,
	.llc_count = 1,
	.numa_count = 1,
	.pkg_count = 1,
	.kind_count = 1,
	.this_system = true,
	.caches_known = true,
};
static struct choice choice;
static struct plan plan;
static struct reason why;

/* Before each test: the machine, and a choice of nothing in PROFILE. */
static int plan_fresh(const char *profile)
{
	quiet_talk = true;
	for (int i = 0; i < PUS_MAX; i++)
		pus[i] = (struct pu){.os = i, .log = i, .core = i, .l2 = i, .core_rank = i};
	machine.pu_count = PUS;
	choice = (struct choice){.profile = profile_find(profile), .seed = 1};
	why.text[0] = '\0';
	return 0;
}

/* After each test. */
static int release(void **state)
{
	(void)state;
	plan_free(&plan);
	plan_free(&plan); /* twice is harmless */
	for (unsigned i = 0; i < choice.filter_count; i++)
		regfree(&choice.filters[i].pattern);
	return 0;
}

#endif
