/* SPDX-License-Identifier: MIT */
/*
 * The style and the script of the page, kept as the files they are. The assembler takes them into
 * the program, so that the page needs no file and no tool turns text into C.
 */
#include "harness/report_parts.h"

/* clang-format off */
#define INCLUDE_TEXT(symbol, path)           \
	__asm__(".pushsection .rodata\n"     \
		".globl " #symbol "\n"       \
		".hidden " #symbol "\n"      \
		#symbol ":\n"                \
		".incbin \"" path "\"\n"     \
		".byte 0\n"                  \
		".popsection\n")
/* clang-format on */

INCLUDE_TEXT(report_style, "harness/report.css");
INCLUDE_TEXT(report_script, "harness/report.js");
