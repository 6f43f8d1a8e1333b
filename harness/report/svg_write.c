/* SPDX-License-Identifier: MIT */
/* The picture as a part of a page. Colours stay attributes, so that the page's style can change them. */
#include <string.h>

#include "harness/report/html.h"
#include "harness/report/svg_internal.h"

struct writer {
	FILE *out;
	const struct svg *svg;
	const char *prefix;
	unsigned next_point; /* nodes are written in their order, and points lie in that order */
};

/* Ids are unique in their picture only; references follow them. */
static void write_attribute(const struct writer *w, const struct svg_attribute *attribute)
{
	const char *name = attribute->name, *value = attribute->value;
	bool link = strcmp(name, "href") == 0 || strcmp(name, "xlink:href") == 0;

	if (strcmp(name, "id") == 0)
		html(w->out, " id=\"%s-%s\"", w->prefix, value);
	else if (link && value[0] == '#')
		html(w->out, " href=\"#%s-%s\"", w->prefix, value + 1);
	else if (link)
		html(w->out, " href=\"%s\"", value);
	else if (strncmp(value, "url(#", 5) == 0)
		html(w->out, " %s=\"url(#%s-%s\"", name, w->prefix, value + 5);
	else
		html(w->out, " %s=\"%s\"", name, value);
}

/* Of the fifteen shapes that gnuplot defines, most are not drawn. */
static bool is_wanted(const struct writer *w, const struct svg_node *node)
{
	const struct svg_node *parent = &w->svg->nodes[node->parent];

	if (node->hidden)
		return false;
	if (!node->name || !parent->name || strcmp(parent->name, "defs") != 0)
		return true;
	const char *id = svg_attribute(w->svg, node, "id");

	return !id || svg_refers_to(w->svg, id);
}

static const char *tip_of(struct writer *w, unsigned index)
{
	const struct svg *svg = w->svg;

	while (w->next_point < svg->point_count && svg->points[w->next_point].node < index)
		w->next_point++;
	if (w->next_point == svg->point_count || svg->points[w->next_point].node != index)
		return NULL;
	return svg->points[w->next_point].tip;
}

static void write_node(struct writer *w, unsigned index);

static void write_children(struct writer *w, const struct svg_node *node)
{
	for (unsigned child = node->first; child; child = w->svg->nodes[child].next)
		if (is_wanted(w, &w->svg->nodes[child]))
			write_node(w, child);
}

/* Without an attribute a group or a part of a text is none. */
static bool says_nothing(const struct svg_node *node)
{
	return !node->attributes &&
	       (strcmp(node->name, "g") == 0 || strcmp(node->name, "tspan") == 0);
}

static void write_node(struct writer *w, unsigned index)
{
	const struct svg_node *node = &w->svg->nodes[index];

	if (!node->name) {
		html_text(w->out, node->text);
		return;
	}
	const char *tip = tip_of(w, index);

	if (says_nothing(node)) {
		write_children(w, node);
		return;
	}
	html(w->out, "<%s", node->name);
	for (unsigned i = 0; i < node->attributes; i++)
		write_attribute(w, &w->svg->attributes[node->first_attribute + i]);
	if (tip)
		html(w->out, " class=\"point\"><title>%s</title>", tip);
	else if (!node->first)
		fputs("/>", w->out);
	else
		putc('>', w->out);
	write_children(w, node);
	if (tip || node->first)
		html(w->out, "</%s>", node->name);
	if (strcmp(node->name, "g") == 0)
		putc('\n', w->out);
}

void svg_write(FILE *out, const struct svg *svg, const char *prefix, const char *label)
{
	struct writer writer = {.out = out, .svg = svg, .prefix = prefix};
	char box[120];

	snprintf(box, sizeof(box), "0 %.0f %.0f %.0f", svg->top, svg->width,
		 svg->bottom - svg->top);
	html(out, "<svg role=\"img\" viewBox=\"%s\" aria-label=\"%s\">", box, label);
	write_children(&writer, &svg->nodes[0]);
	fputs("</svg>\n", out);
}
