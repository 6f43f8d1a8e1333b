/* SPDX-License-Identifier: MIT */
/* The picture as a part of a page. Colours stay attributes, so that the page's style can change them. */
#include <string.h>

#include "harness/report/html.h"
#include "harness/report/svg_internal.h"

struct writer {
	FILE *out;
	const struct svg *svg;
	const char *prefix;
};

/* Ids are unique only within their picture, so they and the references to them get a prefix. */
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

/* Does anything in the picture refer to ID? */
static bool is_used(const struct svg *svg, const char *id)
{
	const size_t length = strlen(id);

	for (unsigned i = 0; i < svg->attribute_count; i++) {
		const char *value = svg->attributes[i].value;

		if ((value[0] == '#' && strcmp(value + 1, id) == 0) ||
		    (strncmp(value, "url(#", 5) == 0 && strncmp(value + 5, id, length) == 0 &&
		     value[5 + length] == ')'))
			return true;
	}
	return false;
}

/* gnuplot defines fifteen shapes of marks. Most are not used. */
static bool is_wanted(const struct writer *w, const struct svg_node *node)
{
	const struct svg_node *parent = &w->svg->nodes[node->parent];

	if (node->hidden)
		return false;
	if (!node->name || !parent->name || strcmp(parent->name, "defs") != 0)
		return true;
	const char *id = svg_attribute(w->svg, node, "id");

	return !id || is_used(w->svg, id);
}

/* A mark with its figures: a group whose first child is a title. */
static bool is_point(const struct svg *svg, const struct svg_node *node)
{
	const struct svg_node *first = &svg->nodes[node->first];

	return node->first && !first->hidden && first->name && strcmp(first->name, "title") == 0;
}

static void write_node(struct writer *w, unsigned index);

static void write_children(struct writer *w, const struct svg_node *node)
{
	for (unsigned child = node->first; child; child = w->svg->nodes[child].next)
		if (is_wanted(w, &w->svg->nodes[child]))
			write_node(w, child);
}

/* A group or a part of a text has no effect without an attribute. */
static bool has_no_effect(const struct svg *svg, const struct svg_node *node)
{
	return !node->attributes && !is_point(svg, node) &&
	       (strcmp(node->name, "g") == 0 || strcmp(node->name, "tspan") == 0);
}

static void write_node(struct writer *w, unsigned index)
{
	const struct svg_node *node = &w->svg->nodes[index];

	if (!node->name) {
		html_text(w->out, node->text);
		return;
	}
	if (has_no_effect(w->svg, node)) {
		write_children(w, node);
		return;
	}
	html(w->out, "<%s", node->name);
	for (unsigned i = 0; i < node->attributes; i++)
		write_attribute(w, &w->svg->attributes[node->first_attribute + i]);
	if (is_point(w->svg, node))
		fputs(" class=\"point\"", w->out);
	fputs(node->first ? ">" : "/>", w->out);
	write_children(w, node);
	if (node->first)
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
