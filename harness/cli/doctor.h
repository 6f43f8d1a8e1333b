/* SPDX-License-Identifier: MIT */
/* cli_doctor - the findings of `tollgate doctor`, and the printing of them. */
#ifndef TOLLGATE_CLI_DOCTOR_H
#define TOLLGATE_CLI_DOCTOR_H

#include "harness/base/clock.h"
#include "harness/machine/counters.h"
#include "harness/machine/environment.h"
#include "harness/machine/topology.h"

#define FINDINGS_MAX 96

enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_UNKNOWN, VERDICTS };

/* One line of the report. */
struct finding {
	const char *section;
	char check[48];
	enum verdict verdict;
	char fact[512]; /* the fact found, "" if there is none */
	char text[512]; /* why it matters, warnings only */
	char fix[512];
};

/* All findings, in the order in which they are shown. */
struct examination {
	struct environment environment;
	struct clock_facts clock;
	struct topology *topology; /* NULL: could not be loaded */
	struct counter_set counters;
	struct reason hint;
	int count;
	struct finding findings[FINDINGS_MAX];
};

/* Adds a finding per libpython. In doctor_python.c. */
void examine_interpreters(struct examination *found);

void doctor_print_human(const struct examination *found);
void doctor_print_json(const struct examination *found);

#endif
