/* SPDX-License-Identifier: MIT */
/* svg_parts - between the reader, the understanding and the writer of svg. */
#ifndef TOLLGATE_REPORT_SVG_INTERNAL_H
#define TOLLGATE_REPORT_SVG_INTERNAL_H

#include "harness/report/svg.h"

/* NULL, or what is wrong with VALUE of attribute NAME. Colours become #rrggbb in place. */
const char *svg_check_value(const char *name, char *value);
/* Size, words of the frame, points; hides what is empty or said elsewhere. */
bool svg_understand(struct svg *svg, const char *name, struct reason *why);
/* Make the picture smaller without a difference to be seen, once nobody asks for its places any more. */
void svg_shorten(struct svg *svg);
/* Does anything in the picture refer to ID? */
bool svg_refers_to(const struct svg *svg, const char *id);

#endif
