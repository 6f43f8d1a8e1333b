/* SPDX-License-Identifier: MIT */
/*
 * html - writes text from machines and files into an HTML page so that it stays text. What would be
 * markup is escaped; what is no character to show (control bytes, invalid UTF-8, marks that turn the
 * direction of writing) becomes U+FFFD.
 */
#ifndef TOLLGATE_REPORT_HTML_H
#define TOLLGATE_REPORT_HTML_H

#include <stdio.h>

#include "harness/base/util.h"

/*
 * Write FORMAT, which is markup, with the arguments as text: each %s is escaped, safe between tags
 * and inside a quoted attribute. Known are %s %d %u %zu %%; anything else ends the process.
 */
void html(FILE *out, const char *format, ...) PRINTF_LIKE(2, 3);
void html_text(FILE *out, const char *text);
/* TEXT as a JSON string with its quotes, safe inside a script element: no '<', '>', '&' in it. */
void html_json_text(FILE *out, const char *text);

/* "sha256-..." of a script or style, as a Content-Security-Policy names what it allows. */
struct html_hash {
	char text[64];
};
struct html_hash html_hash(const char *data, size_t length);

#endif
