/* SPDX-License-Identifier: MIT */
#include "harness/runner/protocol.h"

static const char *const status_names[RUN_STATUSES] = {
	[RUN_OK] = "ok",           [RUN_WRONG] = "wrong",   [RUN_SKIPPED] = "skipped",
	[RUN_CRASHED] = "crashed", [RUN_KILLED] = "killed", [RUN_TIMEOUT] = "timeout",
	[RUN_ERROR] = "error",
};

const char *protocol_status_name(enum run_status status)
{
	return status_names[status];
}
