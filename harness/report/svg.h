/* SPDX-License-Identifier: MIT */
/*
 * svg - reads a picture drawn by gnuplot and writes it into an HTML page. The file is taken as
 * hostile. Elements that no chart needs (script, foreignObject, anything of HTML), document types,
 * event handlers and references to anything outside the picture are refused. Attributes that a
 * chart does not need (style, class, fonts) are dropped. The words at the head and the foot of the
 * frame (scripts/style.gp) are taken out, so that a page can show them as text.
 */
#ifndef TOLLGATE_REPORT_SVG_H
#define TOLLGATE_REPORT_SVG_H

#include <stdio.h>

#include "harness/base/util.h"

#define SVG_BYTES_MAX   (2u << 20)
#define SVG_NODES_MAX   60000u
#define SVG_DEPTH_MAX   32u
#define SVG_CAPTION_MAX 4u

struct svg_attribute {
	const char *name;
	char *value; /* entities resolved */
};

struct svg_node {
	const char *name; /* of the element, or NULL: a text */
	char *text;
	unsigned first_attribute, attributes;
	unsigned parent, first, next; /* 0 is none, as node 0 is <svg> */
	bool hidden;                  /* not written */
};

struct svg {
	char *storage;
	struct svg_node *nodes;
	struct svg_attribute *attributes;
	unsigned node_count, attribute_count;
	double width, height;
	double top, bottom; /* the part of the height that is shown */
	/* Words of the frame; "" if the picture is not on it. */
	char *title, *subtitle, *captions[SVG_CAPTION_MAX];
};

/*
 * Read the file PATH. svg_free() frees the picture. False and WHY = "overhead.svg:12:5: ..." if it
 * is refused. Then there is nothing to free.
 */
bool svg_read(struct svg *svg, const char *path, struct reason *why);
/* The same for LENGTH bytes of TEXT. Messages call it NAME. */
bool svg_parse(struct svg *svg, const char *name, const char *text, size_t length,
	       struct reason *why);
void svg_free(struct svg *svg);

/* Write it for a page: PREFIX makes its ids unique there, LABEL is the alternative text. */
void svg_write(FILE *out, const struct svg *svg, const char *prefix, const char *label);

/* Value of an attribute, or NULL. */
const char *svg_attribute(const struct svg *svg, const struct svg_node *node, const char *name);

#endif
