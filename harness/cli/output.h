/* SPDX-License-Identifier: MIT */
/* output - writes the file that a user asked for. */
#ifndef TOLLGATE_CLI_OUTPUT_H
#define TOLLGATE_CLI_OUTPUT_H

#include <stddef.h>

/*
 * Make TEXT of LENGTH bytes the content of PATH, or end the process with EXIT_INTERNAL. A file is
 * replaced in one step, so a reader sees the old or the new one. A device or a pipe is written directly.
 */
void output_write(const char *path, const char *text, size_t length);

#endif
