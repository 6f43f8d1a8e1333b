/* SPDX-License-Identifier: MIT */
/* cli - one small file per sub-command, cli_NAME.c; the table is in main.c. */
#ifndef TOLLGATE_CLI_CLI_H
#define TOLLGATE_CLI_CLI_H

#include "harness/base/options.h"

extern const struct command command_run;
extern const struct command command_list;
extern const struct command command_summary;
extern const struct command command_compare;
extern const struct command command_report;
extern const struct command command_rows;
extern const struct command command_place;
extern const struct command command_doctor;
extern const struct command command_validate;
extern const struct command command_version;
extern const struct command command_history;
extern const struct command command_export;
extern const struct command command_claims;
extern const struct command command_exit;   /* internal: the program that cases about exec start */
extern const struct command command_runner; /* internal: the coordinator executes it */

#endif
