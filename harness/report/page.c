/* SPDX-License-Identifier: MIT */
/*
 * The style and the script of the page, kept as the files they are. The assembler takes them into the
 * program, so that the page needs no file and no tool turns text into C. The style ends with the colours
 * of the charts, which the build reads off scripts/style.gp. The build also makes the hashes.
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

#ifndef PAGE_FOLDER /* an analyser reads this without the build, which names its folder */
#define PAGE_FOLDER ""
#endif

INCLUDE_TEXT(report_style, PAGE_FOLDER "style.css");
INCLUDE_TEXT(report_style_hash, PAGE_FOLDER "style.hash");
INCLUDE_TEXT(report_script, "harness/report/report.js");
INCLUDE_TEXT(report_script_hash, PAGE_FOLDER "script.hash");
