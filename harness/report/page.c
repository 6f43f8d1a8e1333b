/* SPDX-License-Identifier: MIT */
/*
 * The style and the script of the page stay files of their own. The assembler includes them in the
 * program, so that the page needs no file and no tool turns text into C. The style ends with the
 * colours of the charts, which the build reads from scripts/style.gp. The build also makes the hashes.
 */
#include "harness/report/internal.h"

/* clang-format off */
#define INCLUDE_TEXT(symbol, file)            \
	__asm__(".pushsection .rodata\n"     \
		".globl " #symbol "\n"       \
		".hidden " #symbol "\n"      \
		#symbol ":\n"                \
		".incbin \"" file "\"\n"  \
		".byte 0\n"                  \
		".popsection\n")
/* clang-format on */

#ifndef PAGE_FOLDER /* set by the build, but an analyser reads this file without it */
#define PAGE_FOLDER ""
#endif

INCLUDE_TEXT(report_style, PAGE_FOLDER "style.css");
INCLUDE_TEXT(report_style_hash, PAGE_FOLDER "style.hash");
INCLUDE_TEXT(report_script, "harness/report/report.js");
INCLUDE_TEXT(report_script_hash, PAGE_FOLDER "script.hash");
