/* SPDX-License-Identifier: MIT */
/* open - opens a run folder for the commands that read one. */
#ifndef TOLLGATE_SUMMARY_OPEN_H
#define TOLLGATE_SUMMARY_OPEN_H

#include "harness/summary/summary.h"

/* False and WHY if RUN_DIR is not a folder. The caller names the folder before WHY. */
bool summary_check_folder(const char *run_dir, struct reason *why);

/*
 * Make sure that RUN_DIR has FILE, one of those that summary_build() writes. If it is missing, all
 * of them are computed.
 */
bool summary_need(const char *run_dir, const char *file, struct reason *why);

/* Read the summary of RUN_DIR. If there is none, compute it. summary_free() it. */
bool summary_open(struct summary *summary, const char *run_dir, struct reason *why);

#endif
