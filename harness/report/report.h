/* SPDX-License-Identifier: MIT */
/*
 * report - a run, or two side by side, as one HTML page that needs only a browser: no network, no
 * other file. It is made from the files of a run folder alone.
 */
#ifndef TOLLGATE_REPORT_REPORT_H
#define TOLLGATE_REPORT_REPORT_H

#include <stdio.h>

#include "harness/base/util.h"

#define REPORT_BYTES_MAX (3u << 20) /* of the page, which names the parts that it leaves out */

struct report_request {
	const char *directories[2];
	size_t count;        /* 1, or 2 to show them side by side */
	bool charts;         /* include charts, and draw them if the run has none */
	const char *scripts; /* folder with charts.sh, or NULL: nothing can be drawn */
};

struct report;

/* Read the runs and draw missing charts. NULL and WHY if a folder is not the run of a tollgate. */
struct report *report_load(const struct report_request *request, struct reason *why);
/* Render the page of *SIZE bytes. The caller frees it. */
char *report_render(const struct report *report, size_t *size);
void report_free(struct report *report);

/* Tell the user the number of charts in the page, and each chart left out with the reason. */
void report_talk(const struct report *report);

/*
 * The folder with charts.sh, to be freed, or NULL. It is $TOLLGATE_SCRIPTS, else the folder near
 * the program in a build tree (../scripts, ../../scripts), else the folder of `make install`.
 */
char *report_scripts_folder(void);

#endif
