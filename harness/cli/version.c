/* SPDX-License-Identifier: MIT */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/version.h"
#include "harness/data/json.h"
#include "harness/data/record.h"
#include "harness/runner/protocol.h"

static struct {
	unsigned json; /* index in formats */
} choice;

static const char *presence(bool present)
{
	return present ? "yes" : "no";
}

static void print_human(void)
{
	printf("tollgate %s\n", TOLLGATE_VERSION);
	printf("git        %s\n", version_git());
	printf("compiler   %s\n", version_compiler());
	printf("flags      %s\n", version_flags());
	printf("sanitizer  %s\n", *version_sanitizer() ? version_sanitizer() : "no");
	printf("hwloc      %s\n", presence(version_has_hwloc()));
	printf("libpfm4    %s\n", presence(version_has_libpfm()));
	printf("protocol   %d\n", PROTOCOL_VERSION);
	printf("schema     %d\n", RECORD_SCHEMA);
}

static bool print_json(void)
{
	struct json_writer json;

	json_start(&json, stdout);
	json_open(&json, NULL, '{');
	json_text(&json, "version", TOLLGATE_VERSION);
	json_text(&json, "git", version_git());
	json_text(&json, "compiler", version_compiler());
	json_text(&json, "flags", version_flags());
	json_text(&json, "sanitizer", *version_sanitizer() ? version_sanitizer() : NULL);
	json_bool(&json, "optimised", version_optimised());
	json_bool(&json, "hwloc", version_has_hwloc());
	json_bool(&json, "libpfm4", version_has_libpfm());
	json_u64(&json, "protocol", PROTOCOL_VERSION);
	json_u64(&json, "schema", RECORD_SCHEMA);
	json_close(&json, '}');
	return json_finish(&json);
}

static int print_version(int operand_count, char **operands)
{
	(void)operand_count;
	(void)operands;
	if (!choice.json)
		print_human();
	else if (!print_json())
		die(EXIT_INTERNAL, "cannot write to standard output: %s", strerror(errno));
	return EXIT_OK;
}

static const char *const formats[] = {"table", "json", NULL};

static const struct option_spec options[] = {
	{"format", 0, NULL, N_("how to print (default: table)"), .choice = &choice.json,
	 .names = formats},
	{0},
};

const struct command command_version = {
	.name = "version",
	.summary = N_("say which build this is: commit, compiler, flags, libraries"),
	.usage = "[OPTION]...",
	.examples = N_("tollgate version                 # one fact a line\n"
		       "tollgate version --format=json   # for programs"),
	.options = options,
	.run = print_version,
};
