/* SPDX-License-Identifier: MIT */
/* open - a run folder as the commands that read one open it. */
#ifndef TOLLGATE_SUMMARY_OPEN_H
#define TOLLGATE_SUMMARY_OPEN_H

#include "harness/summary/summary.h"

/* Is RUN_DIR a folder? False and WHY if not; the caller names the folder before WHY. */
bool summary_check_folder(const char *run_dir, struct reason *why);

/*
 * Make sure that FILE, one of those that summary_build() writes, is in RUN_DIR: all of them are
 * computed if it is not.
 */
bool summary_need(const char *run_dir, const char *file, struct reason *why);

/* Read the summary of RUN_DIR, which is computed if there is none; summary_free() it. */
bool summary_open(struct summary *summary, const char *run_dir, struct reason *why);

#endif
