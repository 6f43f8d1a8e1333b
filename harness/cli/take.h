/* SPDX-License-Identifier: MIT */
/*
 * take - the options that several commands share. A row of a table is written once, here, so that
 * it has the same name, letter and meaning everywhere.
 */
#ifndef TOLLGATE_CLI_TAKE_H
#define TOLLGATE_CLI_TAKE_H

#include "harness/base/language.h"
#include "harness/base/options.h"
#include "harness/run/plan.h"
#include "harness/runner/protocol.h"

/* The longest folder that fits a message to the runner, bytes. */
#define TAKE_FOLDER_MAX (sizeof(((struct setup_message *)0)->directory) - 1)

/* Rows for a table. TARGET is the address of the variable, DEFAULT a string literal. */
/* clang-format off: it would break each value onto a line of its own */
#define TAKE_FILTER(target_choice)                                                          \
	"filter", 'f', "REGEX",                                                             \
		N_("only the cases whose name matches, or all others with !REGEX;\nmay be " \
		   "repeated"),                                                             \
		.take = take_filter, .target = (target_choice), .name_at = take_case_name
#define TAKE_MODES(target_choice, default)                                                \
	"modes", 'm', "LIST",                                                             \
		"modes, e.g. none,gil, or groups of them: base, gils, locks,\nreal, all " \
		"(default: " default ")",                                                 \
		.take = take_modes, .target = (target_choice), .name_at = take_mode_name
#define TAKE_WORKERS(target_text, default)                                                   \
	"workers", 'w', "LIST",                                                              \
		"numbers of workers; N is as many as there are PUs\n(default: " default ")", \
		.take = take_workers, .target = (target_text)
#define TAKE_PLACEMENT(target_choice, default)                                    \
	"placement", 'p', "POLICY",                                               \
		"compact, cores, scatter, same-core, pair:RELATION, pair:each,\n" \
		"list:0,2,.. or none; may be repeated (default: " default ")",    \
		.take = take_placement, .target = (target_choice)
#define TAKE_PARAM(target_choice)                                                  \
	"param", 0, "NAME=VALUE",                                                  \
		N_("a parameter of the selected cases or modes; may be repeated"), \
		.take = take_param, .target = (target_choice)
#define TAKE_SEED(target_number, target_given)                                              \
	"seed", 0, "NUMBER",                                                                \
		N_("seed of the shuffled order (default: from the clock; it is recorded)"), \
		.number = (target_number), .max = UINT64_MAX, .given = (target_given)
#define TAKE_DIR(target_text, default)                                                         \
	"dir", 0, "DIR", "where file cases put their (unlinked) files (default: " default ")", \
		.take = take_folder, .target = (target_text)
#define TAKE_DEADLINE(target_number, help) \
	"deadline", 0, "SECONDS", help, .number = (target_number), .min = 1, .max = 86400
#define TAKE_QUIET "quiet", 'q', NULL, N_("no progress and no notes"), .flag = &quiet_talk
/* clang-format on */

/* Functions that the rows above call. TARGET of these four: struct choice. Values add up. */
bool take_filter(void *target, const char *value, struct reason *why);
bool take_modes(void *target, const char *value, struct reason *why);
bool take_placement(void *target, const char *value, struct reason *why);
bool take_param(void *target, const char *value, struct reason *why);

/* TARGET: const char *. The list stays text until the topology gives the value of N. */
bool take_workers(void *target, const char *value, struct reason *why);

/* TARGET: const char *, the path of an existing folder of at most TAKE_FOLDER_MAX bytes. */
bool take_folder(void *target, const char *value, struct reason *why);

/* The names of all cases and all modes by index; NULL after the last one. */
const char *take_case_name(size_t index);
const char *take_mode_name(size_t index);

#endif
