/* SPDX-License-Identifier: MIT */
/*
 * The style and the script of the page, kept as the files they are. The assembler takes them into
 * the program, so that the page needs no file and no tool turns text into C. The style ends with the
 * colours of the charts, which the build reads off scripts/style.gp.
 */
#include "harness/report/internal.h"

/* clang-format off */
#define INCLUDE_TEXT(symbol, files)          \
	__asm__(".pushsection .rodata\n"     \
		".globl " #symbol "\n"       \
		".hidden " #symbol "\n"      \
		#symbol ":\n"                \
		files                        \
		".byte 0\n"                  \
		".popsection\n")
#define FILE_TEXT(path) ".incbin \"" path "\"\n"
/* clang-format on */

#ifndef CHART_COLOURS /* an analyser reads this without the build, which says where it wrote them */
#define CHART_COLOURS "/dev/null"
#endif

INCLUDE_TEXT(report_style, FILE_TEXT("harness/report/report.css") FILE_TEXT(CHART_COLOURS));
INCLUDE_TEXT(report_script, FILE_TEXT("harness/report/report.js"));
