/* SPDX-License-Identifier: MIT */
/* The reader: strict XML without entities of its own, and only what gnuplot's charts consist of. */
#include "harness/report/svg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/report/svg_internal.h"

struct parser {
	struct svg *svg;
	const char *name, *start, *at;
	char *free; /* of storage: every value is shorter than what it is read from */
	unsigned depth, open[SVG_DEPTH_MAX], last[SVG_DEPTH_MAX];
	unsigned node_capacity, attribute_capacity;
	struct reason *why;
};

/* What a chart may consist of; the first three are read but never shown. */
static const char *const element_names[] = {
	"title", "desc", "filter", "feFlood", "feComposite",    "svg",     "g",        "defs",
	"path",  "rect", "circle", "ellipse", "line",           "polygon", "polyline", "text",
	"tspan", "use",  "image",  "pattern", "linearGradient", "stop",    "clipPath",
};
#define NEVER_SHOWN 3

/* Attributes that are kept; others are dropped, or refused by refused_attribute(). */
static const char *const attribute_names[] = {
	"id",
	"transform",
	"d",
	"points",
	"x",
	"y",
	"x1",
	"y1",
	"x2",
	"y2",
	"cx",
	"cy",
	"r",
	"rx",
	"ry",
	"dx",
	"dy",
	"width",
	"height",
	"viewBox",
	"fill",
	"fill-opacity",
	"fill-rule",
	"stroke",
	"stroke-width",
	"stroke-dasharray",
	"stroke-linecap",
	"stroke-linejoin",
	"stroke-opacity",
	"opacity",
	"color",
	"shape-rendering",
	"image-rendering",
	"font-size",
	"font-weight",
	"font-style",
	"text-anchor",
	"clip-path",
	"clipPathUnits",
	"patternUnits",
	"gradientUnits",
	"gradientTransform",
	"offset",
	"stop-color",
	"stop-opacity",
	"preserveAspectRatio",
	"href",
	"xlink:href",
};

static const char *known_name(const char *const *names, size_t count, const char *text,
			      size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0)
			return names[i];
	return NULL;
}

static bool complain(struct parser *p, const char *what, const char *text, size_t length)
{
	unsigned line = 1;

	for (const char *at = p->start; at < p->at; at++)
		line += *at == '\n';
	return refuse(p->why, "%s:%u: %s%s%.*s%s", p->name, line, what, length ? " '" : "",
		      (int)(length < 60 ? length : 60), text, length ? "'" : "");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct parser *p)
{
	while (is_blank(*p->at))
		p->at++;
}

static size_t name_length(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.-");
}

/* ---- texts ---- */

static char *put_utf8(char *to, unsigned long c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* The character behind "&#"; 0 if there is none. */
static unsigned long numbered(const char *text, size_t length)
{
	char digits[12], *end;
	int base = text[0] == 'x' ? 16 : 10;
	size_t skip = base == 16;

	if (length <= skip || length - skip >= sizeof(digits))
		return 0;
	memcpy(digits, text + skip, length - skip);
	digits[length - skip] = '\0';
	if (strspn(digits, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") != length - skip)
		return 0;
	unsigned long c = strtoul(digits, &end, base);

	return c <= 0x10ffff ? c : 0;
}

/* The reference that begins at FROM with '&' as character; its length, 0: none that is known. */
static size_t resolve(const char *from, size_t left, char **to)
{
	static const struct {
		const char *text;
		char c;
	} named[] = {
		{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''},
	};
	const char *end = memchr(from, ';', left < 12 ? left : 12);

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (strncmp(from, named[i].text, strlen(named[i].text)) == 0) {
			*(*to)++ = named[i].c;
			return strlen(named[i].text);
		}
	unsigned long c = end && from[1] == '#' ? numbered(from + 2, (size_t)(end - from) - 2) : 0;

	if (!c)
		return 0;
	*to = put_utf8(*to, c);
	return (size_t)(end - from) + 1;
}

/* LENGTH bytes of the file with references resolved, ended by a NUL; NULL if one is unknown. */
static char *take_text(struct parser *p, const char *from, size_t length)
{
	char *text = p->free, *to = text;

	for (size_t i = 0; i < length;) {
		size_t used = 1;

		if (from[i] == '&') {
			used = resolve(from + i, length - i, &to);
			if (!used) {
				complain(p, "an entity that no chart needs:", from + i,
					 length - i < 12 ? length - i : 12);
				return NULL;
			}
		} else {
			*to++ = from[i];
		}
		i += used;
	}
	*to++ = '\0';
	p->free = to;
	return text;
}

/* ---- nodes ---- */

static bool add_node(struct parser *p, const char *name, char *text)
{
	struct svg *svg = p->svg;
	unsigned index = svg->node_count;

	if (index == SVG_NODES_MAX)
		return complain(p, "more elements than a chart has", "", 0);
	if (index == p->node_capacity) {
		p->node_capacity = p->node_capacity ? 2 * p->node_capacity : 1024;
		svg->nodes = xrealloc(svg->nodes, p->node_capacity, sizeof(*svg->nodes));
	}
	svg->nodes[index] = (struct svg_node){
		.name = name, .text = text, .first_attribute = svg->attribute_count};
	svg->node_count++;
	if (p->depth) {
		svg->nodes[index].parent = p->open[p->depth - 1];
		if (p->last[p->depth - 1])
			svg->nodes[p->last[p->depth - 1]].next = index;
		else
			svg->nodes[p->open[p->depth - 1]].first = index;
		p->last[p->depth - 1] = index;
	}
	return true;
}

static void add_attribute(struct parser *p, const char *name, char *value)
{
	struct svg *svg = p->svg;

	if (svg->attribute_count == p->attribute_capacity) {
		p->attribute_capacity = p->attribute_capacity ? 2 * p->attribute_capacity : 4096;
		svg->attributes = xrealloc(svg->attributes, p->attribute_capacity,
					   sizeof(*svg->attributes));
	}
	svg->attributes[svg->attribute_count++] = (struct svg_attribute){.name = name,
									 .value = value};
	svg->nodes[svg->node_count - 1].attributes++;
}

/* One attribute at p->at, NAME="value" or 'value'. */
static bool read_attribute(struct parser *p)
{
	const char *name = p->at;
	size_t length = name_length(name);

	p->at += length;
	skip_blanks(p);
	if (length == 0 || *p->at != '=')
		return complain(p, "not an attribute:", name, length ? length : 1);
	p->at++;
	skip_blanks(p);
	char quote = *p->at;
	const char *end = quote == '"' || quote == '\'' ? strchr(p->at + 1, quote) : NULL;
	const char *value = p->at + 1;

	if (!end || memchr(value, '<', (size_t)(end - value)))
		return complain(p, "no value of the attribute", name, length);
	char *text = take_text(p, value, (size_t)(end - value));

	if (!text)
		return false;
	if (strncasecmp(name, "on", 2) == 0)
		return complain(p, "a handler of events:", name, length);
	const char *kept = known_name(attribute_names, ARRAY_SIZE(attribute_names), name, length);
	const char *fault = kept ? svg_check_value(kept, text) : NULL;

	if (fault)
		return complain(p, fault, text, strlen(text));
	p->at = end + 1;
	if (kept)
		add_attribute(p, kept, text);
	return true;
}

static bool enter(struct parser *p)
{
	if (p->depth == SVG_DEPTH_MAX)
		return complain(p, "elements nested too deeply", "", 0);
	p->open[p->depth] = p->svg->node_count - 1;
	p->last[p->depth++] = 0;
	return true;
}

/* An element at "<name"; p->at is then behind its '>'. */
static bool read_start(struct parser *p)
{
	const char *text = p->at + 1;
	size_t length = name_length(text);
	const char *name = known_name(element_names, ARRAY_SIZE(element_names), text, length);

	if (!name)
		return complain(p, "an element that no chart needs:", text, length);
	if (p->depth ? strcmp(name, "svg") == 0 : p->svg->node_count || strcmp(name, "svg") != 0)
		return complain(p, "not one <svg> around everything:", text, length);
	if (!add_node(p, name, NULL))
		return false;
	for (unsigned i = 0; i < NEVER_SHOWN; i++)
		if (name == element_names[i])
			p->svg->nodes[p->svg->node_count - 1].hidden = true;
	p->at = text + length;
	for (skip_blanks(p); *p->at && *p->at != '>' && *p->at != '/'; skip_blanks(p))
		if (!read_attribute(p))
			return false;
	bool empty = *p->at == '/';

	p->at += empty;
	if (*p->at != '>')
		return complain(p, "an element that does not end:", text, length);
	p->at++;
	return empty || enter(p);
}

static bool read_end(struct parser *p)
{
	const char *text = p->at + 2;
	size_t length = name_length(text);

	if (p->depth == 0)
		return complain(p, "closes nothing:", text, length);
	const char *name = p->svg->nodes[p->open[p->depth - 1]].name;

	if (strlen(name) != length || strncmp(name, text, length) != 0)
		return complain(p, "closes another element:", text, length);
	p->at = text + length;
	skip_blanks(p);
	if (*p->at != '>')
		return complain(p, "an end that does not end:", text, length);
	p->at++;
	p->depth--;
	return true;
}

/* What begins with "<?" or "<!": the first line, a document type without a body, a comment. */
static bool read_declaration(struct parser *p)
{
	bool comment = strncmp(p->at, "<!--", 4) == 0;
	bool type = strncmp(p->at, "<!DOCTYPE", 9) == 0 && p->svg->node_count == 0;
	bool first = strncmp(p->at, "<?xml ", 6) == 0 && p->at == p->start;
	const char *end = strstr(p->at + (comment ? 4 : 0), comment ? "-->" : ">");

	if (!end || !(comment || type || first) ||
	    (type && memchr(p->at, '[', (size_t)(end - p->at))))
		return complain(p, "a declaration that no chart needs:", p->at,
				strcspn(p->at, " >\n"));
	p->at = end + (comment ? 3 : 1);
	return true;
}

static bool read_words(struct parser *p)
{
	size_t length = strcspn(p->at, "<"), blanks = 0;
	const char *inside = p->depth ? p->svg->nodes[p->open[p->depth - 1]].name : "";

	while (blanks < length && is_blank(p->at[blanks]))
		blanks++;
	if (strcmp(inside, "text") != 0 && strcmp(inside, "tspan") != 0 &&
	    strcmp(inside, "title") != 0 && strcmp(inside, "desc") != 0) {
		if (blanks < length)
			return complain(p, "words outside of a text", "", 0);
		p->at += length;
		return true;
	}
	char *text = take_text(p, p->at, length);

	p->at += length;
	return text && add_node(p, NULL, text);
}

static bool read_document(struct parser *p)
{
	while (*p->at) {
		bool ok;

		if (*p->at != '<')
			ok = read_words(p);
		else if (p->at[1] == '/')
			ok = read_end(p);
		else if (p->at[1] == '!' || p->at[1] == '?')
			ok = read_declaration(p);
		else
			ok = read_start(p);
		if (!ok)
			return false;
	}
	if (p->depth || !p->svg->node_count)
		return complain(p, "cut short, or no picture at all", "", 0);
	return true;
}

bool svg_parse(struct svg *svg, const char *name, const char *text, struct reason *why)
{
	struct parser parser = {.svg = svg, .name = name, .start = text, .at = text, .why = why};
	size_t length = strlen(text);

	*svg = (struct svg){0};
	svg->storage = xcalloc(length + 2, 1);
	parser.free = svg->storage;
	if (read_document(&parser) && svg_understand(svg, name, why))
		return true;
	svg_free(svg);
	return false;
}

bool svg_read(struct svg *svg, const char *path, struct reason *why)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	FILE *file = fopen(path, "re");
	char *text = xcalloc(SVG_BYTES_MAX + 2, 1);
	size_t length = file ? fread(text, 1, SVG_BYTES_MAX + 1, file) : 0;
	bool ok;

	if (!file)
		ok = refuse(why, "%s: %s", name, strerror(errno));
	else if (ferror(file))
		ok = refuse(why, "%s: cannot be read", name);
	else if (length > SVG_BYTES_MAX)
		ok = refuse(why, "%s: larger than %u bytes", name, SVG_BYTES_MAX);
	else if (strlen(text) != length)
		ok = refuse(why, "%s: holds a NUL byte", name);
	else
		ok = svg_parse(svg, name, text, why);
	if (file)
		fclose(file);
	free(text);
	return ok;
}

void svg_free(struct svg *svg)
{
	for (unsigned i = 0; i < svg->point_count; i++)
		free(svg->points[i].tip);
	for (unsigned i = 0; i < SVG_CAPTION_MAX; i++)
		free(svg->captions[i]);
	free(svg->title);
	free(svg->subtitle);
	free(svg->points);
	free(svg->nodes);
	free(svg->attributes);
	free(svg->storage);
	*svg = (struct svg){0};
}
