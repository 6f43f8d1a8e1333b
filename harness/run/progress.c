/* SPDX-License-Identifier: MIT */
#include "harness/run/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"

#define REDRAW_NS UINT64_C(100000000)

void progress_begin(struct progress *progress, double total)
{
	const char *term = getenv("TERM");

	*progress = (struct progress){
		.terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0,
		.quiet = quiet_talk,
		.begin_ns = clock_now_ns(),
		.total = total,
	};
}

static void print_eta(const struct progress *progress, char *text, size_t size)
{
	double elapsed_s = (double)(clock_now_ns() - progress->begin_ns) / 1e9;
	double left_s = elapsed_s * (progress->total - progress->done) / progress->done;
	unsigned seconds = left_s > 0 ? (unsigned)left_s : 0;

	snprintf(text, size, "eta %02u:%02u", seconds / 60, seconds % 60);
}

static int percent(const struct progress *progress)
{
	double share = progress->total > 0 ? progress->done / progress->total : 1;

	return (int)(100 * (share < 1 ? share : 1));
}

void progress_step(struct progress *progress, double amount, const char *case_name,
		   const char *detail)
{
	char eta[32];
	const uint64_t now = clock_now_ns();

	progress->done += amount;
	if (progress->quiet || progress->done <= 0)
		return;
	print_eta(progress, eta, sizeof(eta));
	if (progress->terminal && now - progress->shown_ns > REDRAW_NS) {
		fprintf(stderr, "\r\033[K[%3d%%] %-16.40s %-32.60s %s", percent(progress),
			case_name, detail, eta);
		progress->shown_ns = now;
	} else if (!progress->terminal && strcmp(progress->last_case, case_name) != 0) {
		fprintf(stderr, "[%3d%%] %s  %s\n", percent(progress), case_name, eta);
	}
	snprintf(progress->last_case, sizeof(progress->last_case), "%s", case_name);
}

void progress_clear(const struct progress *progress)
{
	if (progress->terminal && !progress->quiet)
		fputs("\r\033[K", stderr);
}
