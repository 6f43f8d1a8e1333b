/* SPDX-License-Identifier: MIT */
/* The reader: expat parses the XML, and the handlers take only the parts of a gnuplot chart. */
#include "harness/report/svg.h"
#include "harness/base/language.h"

#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/report/svg_internal.h"

struct reader {
	XML_Parser parser;
	struct svg *svg;
	const char *name;
	char *free, *end; /* the storage that is left */
	char *words;      /* the end of the text being read, else NULL */
	unsigned depth, open[SVG_DEPTH_MAX], last[SVG_DEPTH_MAX];
	unsigned node_capacity, attribute_capacity;
	bool refused;
	struct reason *why;
};

/* The elements of a chart. The first two are read but not shown. */
static const char *const element_names[] = {
	"desc",  "filter", "title",  "feFlood", "feComposite",    "svg",     "g",        "defs",
	"path",  "rect",   "circle", "ellipse", "line",           "polygon", "polyline", "text",
	"tspan", "use",    "image",  "pattern", "linearGradient", "stop",    "clipPath",
};

/* The attributes that are kept. Handlers of events are refused, and others are dropped. */
/* clang-format off */
static const char *const attribute_names[] = {
	"id", "transform", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r",
	"rx", "ry", "dx", "dy", "width", "height", "viewBox", "fill", "fill-opacity",
	"fill-rule", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap",
	"stroke-linejoin", "stroke-opacity", "opacity", "color", "shape-rendering",
	"image-rendering", "font-size", "font-weight", "font-style", "text-anchor", "clip-path",
	"clipPathUnits", "patternUnits", "gradientUnits", "gradientTransform", "offset",
	"stop-color", "stop-opacity", "preserveAspectRatio", "href", "xlink:href",
};
/* clang-format on */

static const char *known_name(const char *const *names, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], text) == 0)
			return names[i];
	return NULL;
}

/* Stop reading and give the reason, with the place that expat has reached. */
static void complain(struct reader *r, const char *what, const char *text)
{
	if (r->refused)
		return;
	r->refused = true;
	refuse(r->why, "%s:%lu:%lu: %s%s%.60s%s", r->name,
	       (unsigned long)XML_GetCurrentLineNumber(r->parser),
	       (unsigned long)XML_GetCurrentColumnNumber(r->parser) + 1, what, *text ? " '" : "",
	       text, *text ? "'" : "");
	XML_StopParser(r->parser, XML_FALSE);
}

/* ---- nodes ---- */

/* A copy of TEXT in the storage. The file is longer than all its texts with a NUL behind each. */
static char *store(struct reader *r, const char *text, size_t length)
{
	char *copy = r->free;

	if (length >= (size_t)(r->end - copy))
		die(EXIT_INTERNAL, "svg: texts longer than their file");
	memcpy(copy, text, length);
	copy[length] = '\0';
	r->free += length + 1;
	return copy;
}

static struct svg_node *add_node(struct reader *r, const char *name, char *text)
{
	struct svg *svg = r->svg;
	unsigned index = svg->node_count;

	if (index == SVG_NODES_MAX) {
		complain(r, "more elements than a chart has", "");
		return NULL;
	}
	if (index == r->node_capacity) {
		r->node_capacity = r->node_capacity ? 2 * r->node_capacity : 1024;
		svg->nodes = xrealloc(svg->nodes, r->node_capacity, sizeof(*svg->nodes));
	}
	svg->nodes[index] = (struct svg_node){
		.name = name, .text = text, .first_attribute = svg->attribute_count};
	svg->node_count++;
	if (r->depth) {
		svg->nodes[index].parent = r->open[r->depth - 1];
		if (r->last[r->depth - 1])
			svg->nodes[r->last[r->depth - 1]].next = index;
		else
			svg->nodes[r->open[r->depth - 1]].first = index;
		r->last[r->depth - 1] = index;
	}
	return &svg->nodes[index];
}

static void add_attribute(struct reader *r, const char *name, char *value)
{
	struct svg *svg = r->svg;

	if (svg->attribute_count == r->attribute_capacity) {
		r->attribute_capacity = r->attribute_capacity ? 2 * r->attribute_capacity : 4096;
		svg->attributes = xrealloc(svg->attributes, r->attribute_capacity,
					   sizeof(*svg->attributes));
	}
	svg->attributes[svg->attribute_count++] = (struct svg_attribute){.name = name,
									 .value = value};
	svg->nodes[svg->node_count - 1].attributes++;
}

static void take_attribute(struct reader *r, const char *name, const char *text)
{
	const char *kept = known_name(attribute_names, ARRAY_SIZE(attribute_names), name);
	char *value = store(r, text, strlen(text));
	const char *fault = kept ? svg_check_value(kept, value) : NULL;

	if (strncasecmp(name, "on", 2) == 0)
		complain(r, "a handler of events:", name);
	else if (fault)
		complain(r, fault, value);
	else if (kept)
		add_attribute(r, kept, value);
}

/* gnuplot names each plot in a title, which is not shown. A title of a group without an id is a tip. */
static bool is_tip(const struct reader *r)
{
	const struct svg_node *group = &r->svg->nodes[r->open[r->depth - 1]];

	return strcmp(group->name, "g") == 0 && !svg_attribute(r->svg, group, "id");
}

/* ---- the handlers that expat calls ---- */

static void start_element(void *data, const XML_Char *text, const XML_Char **attributes)
{
	struct reader *r = data;
	const char *name = known_name(element_names, ARRAY_SIZE(element_names), text);

	r->words = NULL;
	if (r->refused)
		return;
	if (!name)
		complain(r, "an element that no chart needs:", text);
	else if ((strcmp(name, "svg") == 0) != (r->depth == 0))
		complain(r, "not one <svg> around everything:", text);
	else if (r->depth == SVG_DEPTH_MAX)
		complain(r, "elements nested too deeply", "");

	struct svg_node *node = r->refused ? NULL : add_node(r, name, NULL);

	if (!node)
		return;
	node->hidden = name == element_names[0] || name == element_names[1] ||
		       (strcmp(name, "title") == 0 && !is_tip(r));
	for (; *attributes && !r->refused; attributes += 2)
		take_attribute(r, attributes[0], attributes[1]);
	r->open[r->depth] = r->svg->node_count - 1;
	r->last[r->depth++] = 0;
}

static void end_element(void *data, const XML_Char *name)
{
	struct reader *r = data;

	(void)name;
	r->words = NULL;
	if (!r->refused)
		r->depth--;
}

/* expat passes a text in pieces, which become one node. */
static void take_words(void *data, const XML_Char *text, int length)
{
	static const char *const with_words[] = {"text", "tspan", "title", "desc"};
	struct reader *r = data;

	if (r->refused)
		return;
	if (!known_name(with_words, ARRAY_SIZE(with_words),
			r->svg->nodes[r->open[r->depth - 1]].name)) {
		for (int i = 0; i < length; i++)
			if (!strchr(" \t\r\n", text[i]))
				complain(r, "words outside of a text", "");
		return;
	}
	if (r->words)
		r->free--; /* overwrite the NUL */
	char *stored = store(r, text, (size_t)length);

	if (!r->words)
		(void)add_node(r, NULL, stored);
	r->words = r->free;
}

static void refuse_document_type(void *data, const XML_Char *name, const XML_Char *system,
				 const XML_Char *public, int has_body)
{
	(void)system;
	(void)public;
	(void)has_body;
	complain(data, "a declaration that no chart needs: DOCTYPE", name);
}

static void refuse_instruction(void *data, const XML_Char *target, const XML_Char *text)
{
	(void)text;
	complain(data, "an instruction that no chart needs:", target);
}

static void refuse_section(void *data)
{
	complain(data, "a declaration that no chart needs:", "CDATA");
}

/* ---- reading ---- */

static bool read_document(struct reader *r, const char *text, size_t length)
{
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, start_element, end_element);
	XML_SetCharacterDataHandler(r->parser, take_words);
	XML_SetStartDoctypeDeclHandler(r->parser, refuse_document_type);
	XML_SetProcessingInstructionHandler(r->parser, refuse_instruction);
	XML_SetCdataSectionHandler(r->parser, refuse_section, NULL);
	if (XML_Parse(r->parser, text, (int)length, XML_TRUE) == XML_STATUS_OK && !r->refused)
		return true;
	complain(r, XML_ErrorString(XML_GetErrorCode(r->parser)), "");
	return false;
}

bool svg_parse(struct svg *svg, const char *name, const char *text, size_t length,
	       struct reason *why)
{
	struct reader reader = {.svg = svg, .name = name, .why = why};

	*svg = (struct svg){0};
	if (length > SVG_BYTES_MAX)
		return refuse(why, _("%s: larger than %u bytes"), name, SVG_BYTES_MAX);
	reader.parser = XML_ParserCreate("UTF-8");
	if (!reader.parser)
		die(EXIT_INTERNAL, "out of memory");
	svg->storage = reader.free = xcalloc(length + 2, 1);
	reader.end = reader.free + length + 2;
	bool ok = read_document(&reader, text, length) && svg_understand(svg, name, why);

	XML_ParserFree(reader.parser);
	if (!ok)
		svg_free(svg);
	return ok;
}

bool svg_read(struct svg *svg, const char *path, struct reason *why)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	FILE *file = fopen(path, "re");
	char *text = xcalloc(SVG_BYTES_MAX + 1, 1);
	size_t length = file ? fread(text, 1, SVG_BYTES_MAX + 1, file) : 0;
	bool ok;

	if (!file)
		ok = refuse(why, "%s: %s", name, strerror(errno));
	else if (ferror(file))
		ok = refuse(why, _("%s: cannot be read"), name);
	else
		ok = svg_parse(svg, name, text, length, why);
	if (file)
		fclose(file);
	free(text);
	return ok;
}

void svg_free(struct svg *svg)
{
	for (unsigned i = 0; i < SVG_CAPTION_MAX; i++)
		free(svg->captions[i]);
	free(svg->title);
	free(svg->subtitle);
	free(svg->nodes);
	free(svg->attributes);
	free(svg->storage);
	*svg = (struct svg){0};
}
