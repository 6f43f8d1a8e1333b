/* SPDX-License-Identifier: MIT */
#include "harness/summary/open.h"
#include "harness/base/language.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool summary_check_folder(const char *run_dir, struct reason *why)
{
	struct stat status;

	if (stat(run_dir, &status) == -1)
		return refuse(why, _("%s; expected a folder that 'tollgate run' made"),
			      strerror(errno));
	return S_ISDIR(status.st_mode) ||
	       refuse(why, _("this is not a folder; expected one that 'tollgate run' made"));
}

bool summary_need(const char *run_dir, const char *file, struct reason *why)
{
	char *path = xasprintf("%s/%s", run_dir, file);
	bool missing = access(path, F_OK) == -1 && errno == ENOENT;

	free(path);
	return summary_check_folder(run_dir, why) && (!missing || summary_build(run_dir, why));
}

bool summary_open(struct summary *summary, const char *run_dir, struct reason *why)
{
	return summary_need(run_dir, "summary.csv", why) && summary_read(summary, run_dir, why);
}
