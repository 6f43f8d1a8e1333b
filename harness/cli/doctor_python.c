/* SPDX-License-Identifier: MIT */
/* Find the real interpreters, and whether they still have a lock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/cli/doctor.h"
#include "harness/sync/cpython.h"

static const char *lock_of(const struct cpython_facts *facts)
{
	if (!facts->gil_said)
		return facts->gil_seen ? "no GIL, as it reports" : "no GIL (free-threaded)";
	return facts->gil_seen ? "GIL on"
			       : "says that its GIL is on, but two threads ran at the same time";
}

static void describe(const struct cpython_library *library, struct finding *finding)
{
	const struct cpython_facts *facts = &library->facts;
	char interval[64] = "";

	if (!*facts->version) {
		finding->verdict = VERDICT_UNKNOWN;
		snprintf(finding->check, sizeof(finding->check), "not usable");
		snprintf(finding->fact, sizeof(finding->fact), "%.200s: %.250s", library->file,
			 library->why.text);
		return;
	}
	if (facts->interval_ns)
		snprintf(interval, sizeof(interval), ", switch interval %g ms",
			 (double)facts->interval_ns / 1e6);
	snprintf(finding->check, sizeof(finding->check), "cpython-%s", facts->version);
	snprintf(finding->fact, sizeof(finding->fact), "%s%s, %.300s", lock_of(facts), interval,
		 library->file);
}

void examine_interpreters(struct examination *found)
{
	struct cpython_library *libraries = xcalloc(CPYTHON_FOUND_MAX, sizeof(*libraries));
	const unsigned count = cpython_find(libraries);

	for (unsigned i = 0; i < count && found->count < FINDINGS_MAX; i++) {
		struct finding *finding = &found->findings[found->count++];

		*finding = (struct finding){.section = "real interpreters", .verdict = VERDICT_OK};
		describe(&libraries[i], finding);
	}
	if (!count && found->count < FINDINGS_MAX) {
		struct finding *finding = &found->findings[found->count++];

		*finding = (struct finding){.section = "real interpreters",
					    .verdict = VERDICT_UNKNOWN};
		snprintf(finding->check, sizeof(finding->check), "libpython");
		snprintf(finding->fact, sizeof(finding->fact),
			 "none found: mode cpython is skipped; Debian has libpython3.11");
	}
	free(libraries);
}
