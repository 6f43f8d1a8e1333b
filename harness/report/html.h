/* SPDX-License-Identifier: MIT */
/*
 * html - writes text from machines and files into an HTML page so that it stays text. Markup is
 * escaped. Control bytes, invalid UTF-8 and marks that change the direction of text become U+FFFD.
 */
#ifndef TOLLGATE_REPORT_HTML_H
#define TOLLGATE_REPORT_HTML_H

#include <stdio.h>

#include "harness/base/util.h"

/*
 * Write FORMAT, which is markup, with the arguments as text: each %s is escaped, safe between tags
 * and inside a quoted attribute. It knows %s %d %u %zu %%. Anything else ends the process.
 */
void html(FILE *out, const char *format, ...) PRINTF_LIKE(2, 3);
void html_text(FILE *out, const char *text);
/* TEXT as a JSON string with its quotes, safe inside a script element: no '<', '>', '&' in it. */
void html_json_text(FILE *out, const char *text);

/*
 * Take the next character from *AT, which must not be at the end, and move *AT past it. An invalid
 * character and one that must not be shown give U+FFFD.
 */
uint32_t html_next_character(const char **at);

#endif
