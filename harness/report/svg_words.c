/* SPDX-License-Identifier: MIT */
/* The meaning of a picture: its size, and the words of the frame. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/language.h"
#include "harness/report/svg_internal.h"

#define WORDS_MAX 600
#define MISSING   "Not measured in this run:"

const char *svg_attribute(const struct svg *svg, const struct svg_node *node, const char *name)
{
	for (unsigned i = 0; i < node->attributes; i++)
		if (strcmp(svg->attributes[node->first_attribute + i].name, name) == 0)
			return svg->attributes[node->first_attribute + i].value;
	return NULL;
}

/* ---- values ---- */

static bool is_id(const char *text, size_t length)
{
	return length > 0 && length <= 64 &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") >=
		       length;
}

/* A picture may contain its pixels, but may never fetch them. */
static bool is_pixels(const char *text)
{
	static const char start[] = "data:image/png;base64,";

	if (strncmp(text, start, sizeof(start) - 1) != 0)
		return false;
	text += sizeof(start) - 1;
	return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				 "0123456789+/=\r\n ")] == '\0';
}

/* "rgb( 34,  34,  34)" to "#222222", the form of the chart colours in the style of the page. */
static void shorten_colour(char *value)
{
	const char *at = value + 4;
	unsigned part[3];

	for (unsigned i = 0; i < 3; i++) {
		char *end;
		unsigned long number = strtoul(at, &end, 10);

		if (end == at || number > 255 || *end != (i < 2 ? ',' : ')'))
			return;
		part[i] = (unsigned)number;
		at = end + 1;
	}
	if (*at == '\0')
		snprintf(value, 8, "#%02x%02x%02x", part[0], part[1], part[2]);
}

const char *svg_check_value(const char *name, char *value)
{
	const char *link = strstr(value, "url");
	size_t length = strlen(value);

	for (const char *at = value; *at; at++)
		if ((unsigned char)*at < ' ' && *at != '\n' && *at != '\t' && *at != '\r')
			return "a control byte in";
	if (strcmp(name, "id") == 0)
		return is_id(value, length) ? NULL : "an id that is none:";
	if (strcmp(name, "href") == 0 || strcmp(name, "xlink:href") == 0)
		return (value[0] == '#' && is_id(value + 1, length - 1)) || is_pixels(value)
			       ? NULL
			       : "a reference to something outside:";
	if (link && (link != value || strncmp(value, "url(#", 5) != 0 || length < 7 ||
		     value[length - 1] != ')' || !is_id(value + 5, length - 6)))
		return "a reference to something outside:";
	if (strncmp(value, "rgb(", 4) == 0)
		shorten_colour(value);
	return NULL;
}

/* ---- numbers ---- */

/* A number at *AT, up to a blank, comma or bracket. *AT then points past it and its separators. */
static bool next_number(const char **at, double *out)
{
	char text[32];
	size_t length = strcspn(*at, " ,)");

	if (length == 0 || length >= sizeof(text))
		return false;
	memcpy(text, *at, length);
	text[length] = '\0';
	*at += length;
	*at += strspn(*at, " ,");
	return parse_double(text, out);
}

static bool read_place(const struct svg *svg, const struct svg_node *node, double *x, double *y)
{
	const char *text = svg_attribute(svg, node, "transform");

	if (!text || strncmp(text, "translate(", 10) != 0)
		return false;
	text += 10;
	return next_number(&text, x) && next_number(&text, y);
}

static bool read_size(struct svg *svg)
{
	const char *text = svg_attribute(svg, &svg->nodes[0], "viewBox");
	double left, top;

	return text && next_number(&text, &left) && next_number(&text, &top) &&
	       next_number(&text, &svg->width) && next_number(&text, &svg->height) && left == 0 &&
	       top == 0 && svg->width >= 1 && svg->height >= 1 && svg->width <= 20000 &&
	       svg->height <= 20000;
}

/* ---- words ---- */

static void gather(const struct svg *svg, unsigned index, char *words)
{
	for (unsigned i = svg->nodes[index].first; i; i = svg->nodes[i].next) {
		const struct svg_node *node = &svg->nodes[i];

		if (node->text)
			strncat(words, node->text, WORDS_MAX - 1 - strlen(words));
		else if (!node->hidden)
			gather(svg, i, words);
	}
}

/* The word of the frame at X, Y (shares of the picture), or NULL. style.gp sets the places. */
static char **word_at(struct svg *svg, double x, double y)
{
	if (x < 0.02 || x > 0.036)
		return NULL;
	if (y >= 0.06 && y < 0.10)
		return &svg->title;
	if (y >= 0.12 && y < 0.155)
		return &svg->subtitle;
	for (unsigned i = 0; y >= 0.94 && i < SVG_CAPTION_MAX; i++)
		if (!svg->captions[i])
			return &svg->captions[i];
	return NULL;
}

static void take_words(struct svg *svg, unsigned index)
{
	struct svg_node *node = &svg->nodes[index];
	char words[WORDS_MAX] = "";
	double x, y;

	if (!node->name || strcmp(node->name, "g") != 0 || !read_place(svg, node, &x, &y))
		return;
	char **word = word_at(svg, x / svg->width, y / svg->height);

	if (!word || *word)
		return;
	gather(svg, index, words);
	if (!*words)
		return;
	*word = xstrdup(words);
	node->hidden = true;
}

/* A picture without a title is not on the frame and is shown as it is. */
static void cut_frame(struct svg *svg)
{
	svg->bottom = svg->height;
	for (unsigned i = 0; i < svg->node_count; i++)
		take_words(svg, i);
	/* a page in place of a chart is one line in the middle (missing.gp) */
	if (svg->title && strncmp(svg->title, MISSING, strlen(MISSING)) == 0) {
		svg->top = 0.39 * svg->height;
		svg->bottom = 0.57 * svg->height;
	} else if (svg->title) {
		svg->top = 0.152 * svg->height;
		if (svg->captions[0])
			svg->bottom = 0.94 * svg->height;
	}
	if (!svg->title)
		svg->title = xstrdup("");
	if (!svg->subtitle)
		svg->subtitle = xstrdup("");
}

/* ---- empty elements ---- */

/* gnuplot writes hundreds of groups and texts without content. Children come after their parents,
 * so one pass from the end sees them first. */
static void hide_empty(struct svg *svg)
{
	for (unsigned i = svg->node_count; i-- > 1;) {
		struct svg_node *node = &svg->nodes[i];
		bool empty = node->name &&
			     (strcmp(node->name, "g") == 0 || strcmp(node->name, "text") == 0 ||
			      strcmp(node->name, "tspan") == 0);

		for (unsigned child = node->first; child && empty; child = svg->nodes[child].next)
			empty = svg->nodes[child].hidden;
		if (empty)
			node->hidden = true;
	}
}

bool svg_understand(struct svg *svg, const char *name, struct reason *why)
{
	if (!read_size(svg))
		return refuse(why, _("%s: no viewBox=\"0 0 WIDTH HEIGHT\""), name);
	cut_frame(svg);
	hide_empty(svg);
	return true;
}
