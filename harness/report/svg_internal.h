/* SPDX-License-Identifier: MIT */
/* svg_internal - shared by the files that read, understand and write a picture. */
#ifndef TOLLGATE_REPORT_SVG_INTERNAL_H
#define TOLLGATE_REPORT_SVG_INTERNAL_H

#include "harness/report/svg.h"

/* NULL, or the fault in VALUE of attribute NAME. Colours become #rrggbb in place. */
const char *svg_check_value(const char *name, char *value);
/* Find the size and the words of the frame. Hide nodes that are empty or shown elsewhere. */
bool svg_understand(struct svg *svg, const char *name, struct reason *why);

#endif
