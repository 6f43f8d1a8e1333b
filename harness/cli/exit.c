/* SPDX-License-Identifier: MIT */
/* cli_exit - `tollgate exit CODE`: leave at once. Cases about exec start this program. */
#include "harness/base/language.h"
#include "harness/cli/cli.h"

static int exit_main(int operand_count, char **operands)
{
	uint64_t code;

	if (operand_count != 1 || !parse_u64(operands[0], 0, 255, &code))
		die(EXIT_USAGE, "exit: expected one exit code from 0 to 255");
	return (int)code;
}

const struct command command_exit = {
	.name = "exit",
	.summary = N_("leave at once with an exit code"),
	.usage = "CODE",
	.examples = "",
	.options = (const struct option_spec[]){{0}},
	.run = exit_main,
	.operands_max = 1,
	.hidden = true,
};
