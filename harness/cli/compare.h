/* SPDX-License-Identifier: MIT */
/* cli_compare - shared by the files of `tollgate compare`; no other file includes it. */
#ifndef TOLLGATE_CLI_COMPARE_H
#define TOLLGATE_CLI_COMPARE_H

#include "harness/compare/compare.h"

enum output_format { FORMAT_TABLE, FORMAT_MARKDOWN, FORMAT_CSV, FORMAT_JSON };

/* Every option of one command line. */
struct compare_request {
	struct compare_options options;
	const char *base, *head, *base_command, *head_command;
	const char *workers, *out, *floors;
	uint64_t suites, pairs, rounds, deadline_s;
	bool strict, seeded, injected;
	enum output_format format;
	char repeat[900]; /* the options that shape the result, to repeat the measurement */
};

/* Carry out REQUEST (a struct compare_request). Returns the exit code. */
int compare_main(struct compare_request *request, int operand_count, char **operands);

#endif
