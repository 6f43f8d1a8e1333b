/* SPDX-License-Identifier: MIT */
/*
 * What a picture can do without once it is understood: decimals beyond a tenth of a pixel, letters and
 * blanks that go without saying, ids that nothing refers to, a group per stroke, attributes that hold
 * already. Most of a page is its pictures.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/svg_internal.h"

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* The number at TEXT: its length, 0 if there is none, and whether it has two decimals or more. */
static size_t number_length(const char *text, bool *is_long)
{
	size_t whole = text[0] == '-';

	whole += strspn(text + whole, "0123456789");
	size_t decimals = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	size_t length = whole + (text[whole] == '.') + decimals;

	*is_long = decimals >= 2 && length <= 20 && text[length] != 'e' && text[length] != 'E';
	return length;
}

/* The same number to a tenth; never longer than it was with two decimals. */
static void tenths(const char *from, size_t length, char *to, size_t size)
{
	char copy[24];

	memcpy(copy, from, length);
	copy[length] = '\0';
	snprintf(to, size, "%.1f", strtod(copy, NULL));
	char *point = strchr(to, '.');

	if (point && strcmp(point, ".0") == 0)
		*point = '\0';
	if (strcmp(to, "-0") == 0)
		strcpy(to, "0");
}

/* Numbers of VALUE up to the first ')' to tenths, in place; what stands behind it is no place. */
static void shorten_numbers(char *value)
{
	char *to = value, text[32];
	const char *from = value;
	bool is_long;

	while (*from && *from != ')') {
		size_t length = number_length(from, &is_long);

		if (is_long) {
			tenths(from, length, text, sizeof(text));
			memmove(to, text, strlen(text));
			to += strlen(text);
		} else {
			length = length ? length : 1;
			memmove(to, from, length);
			to += length;
		}
		from += length;
	}
	memmove(to, from, strlen(from) + 1);
}

/* "M1,2 L3,4 L5,6  " is "M1,2 3,4 5,6": a line goes without saying, and so does more than one blank. */
static void shorten_path(char *value)
{
	char *to = value, command = ' ';

	for (const char *from = value; *from; from++) {
		bool goes_on = *from == 'L' && (command == 'M' || command == 'L');
		bool blank = *from == ' ' || *from == '\n' || *from == '\t';

		if (goes_on)
			command = 'L';
		else if (blank && to > value && to[-1] != ' ')
			*to++ = ' ';
		else if (!blank)
			*to++ = *from;
		if (!goes_on && isalpha((unsigned char)*from) && *from != 'e' && *from != 'E')
			command = *from;
	}
	while (to > value && to[-1] == ' ')
		to--;
	*to = '\0';
}

bool svg_refers_to(const struct svg *svg, const char *id)
{
	for (unsigned i = 0; i < svg->attribute_count; i++) {
		const char *value = svg->attributes[i].value;
		size_t length = strlen(id);

		if ((value[0] == '#' && strcmp(value + 1, id) == 0) ||
		    (strncmp(value, "url(#", 5) == 0 && strncmp(value + 5, id, length) == 0 &&
		     value[5 + length] == ')'))
			return true;
	}
	return false;
}

/* Places in the picture; what only has a meaning within a unit square, as a shape of points, stays. */
static bool is_place(const struct svg_attribute *attribute)
{
	static const char *const names[] = {"d",  "points", "x",  "y",     "x1",
					    "y1", "x2",     "y2", "width", "height"};

	return is_one_of(attribute->name, names, ARRAY_SIZE(names)) ||
	       (strcmp(attribute->name, "transform") == 0 &&
		strncmp(attribute->value, "translate(", 10) == 0);
}

static bool is_defined(const struct svg *svg, unsigned index)
{
	for (unsigned i = index; i; i = svg->nodes[i].parent)
		if (svg->nodes[i].name && strcmp(svg->nodes[i].name, "defs") == 0)
			return true;
	return false;
}

static void shorten_node(struct svg *svg, unsigned index)
{
	const struct svg_node *node = &svg->nodes[index];
	unsigned kept = 0;

	for (unsigned i = 0; i < node->attributes; i++) {
		struct svg_attribute *attribute = &svg->attributes[node->first_attribute + i];

		if (strcmp(attribute->name, "id") == 0 && !svg_refers_to(svg, attribute->value))
			continue;
		if (is_place(attribute))
			shorten_numbers(attribute->value);
		if (strcmp(attribute->name, "d") == 0)
			shorten_path(attribute->value);
		svg->attributes[node->first_attribute + kept++] = *attribute;
	}
	svg->nodes[index].attributes = kept;
}

/* ---- groups ---- */

static bool is_group(const struct svg_node *node)
{
	return node->name && strcmp(node->name, "g") == 0;
}

static bool same_attributes(const struct svg *svg, const struct svg_node *a,
			    const struct svg_node *b)
{
	if (a->attributes != b->attributes)
		return false;
	for (unsigned i = 0; i < a->attributes; i++) {
		const struct svg_attribute *x = &svg->attributes[a->first_attribute + i];
		const struct svg_attribute *y = &svg->attributes[b->first_attribute + i];

		if (strcmp(x->name, y->name) != 0 || strcmp(x->value, y->value) != 0 ||
		    strcmp(x->name, "id") == 0)
			return false;
	}
	return true;
}

static unsigned skip_hidden(const struct svg *svg, unsigned index)
{
	while (index && svg->nodes[index].hidden)
		index = svg->nodes[index].next;
	return index;
}

/* The children of FROM become the last ones of TO, its neighbour. */
static void take_children(struct svg *svg, unsigned to, unsigned from)
{
	unsigned last = svg->nodes[to].first;

	for (unsigned i = svg->nodes[from].first; i; i = svg->nodes[i].next)
		svg->nodes[i].parent = to;
	while (last && svg->nodes[last].next)
		last = svg->nodes[last].next;
	if (last)
		svg->nodes[last].next = svg->nodes[from].first;
	else
		svg->nodes[to].first = svg->nodes[from].first;
	svg->nodes[to].next = svg->nodes[from].next;
	svg->nodes[from].first = 0;
	svg->nodes[from].hidden = true;
}

/* gnuplot opens a group for every stroke: neighbours that say the same become one. */
static void join_groups(struct svg *svg, unsigned index)
{
	unsigned next;

	if (!is_group(&svg->nodes[index]) || svg->nodes[index].hidden)
		return;
	while ((next = skip_hidden(svg, svg->nodes[index].next)) && is_group(&svg->nodes[next]) &&
	       same_attributes(svg, &svg->nodes[index], &svg->nodes[next]))
		take_children(svg, index, next);
}

/* ---- what holds already ---- */

#define INHERITED 15

/* What an element without the attribute takes from the elements around it. */
static const char *const inherited_names[INHERITED] = {
	"fill",           "fill-opacity",    "fill-rule",
	"stroke",         "stroke-width",    "stroke-dasharray",
	"stroke-linecap", "stroke-linejoin", "stroke-opacity",
	"color",          "shape-rendering", "font-size",
	"font-weight",    "font-style",      "text-anchor",
};

/* The values that hold where an element stands; NULL: none was said around it. */
struct surroundings {
	const char *values[INHERITED];
};

/* Does ATTRIBUTE repeat what holds? If not it holds from now on. */
static bool repeats(struct surroundings *here, const struct svg_attribute *attribute)
{
	for (size_t i = 0; i < INHERITED; i++) {
		if (strcmp(attribute->name, inherited_names[i]) != 0)
			continue;
		if (here->values[i] && strcmp(here->values[i], attribute->value) == 0)
			return true;
		here->values[i] = attribute->value;
	}
	return false;
}

/* Not below <defs>: who uses what is defined there does so in other surroundings. */
static void drop_repetitions(struct svg *svg, unsigned index, struct surroundings here)
{
	struct svg_node *node = &svg->nodes[index];
	unsigned kept = 0;

	if (!node->name || strcmp(node->name, "defs") == 0)
		return;
	for (unsigned i = 0; i < node->attributes; i++) {
		struct svg_attribute *attribute = &svg->attributes[node->first_attribute + i];

		if (!repeats(&here, attribute))
			svg->attributes[node->first_attribute + kept++] = *attribute;
	}
	node->attributes = kept;
	for (unsigned i = node->first; i; i = svg->nodes[i].next)
		drop_repetitions(svg, i, here);
}

void svg_shorten(struct svg *svg)
{
	const struct surroundings nothing = {{NULL}};

	for (unsigned i = 1; i < svg->node_count; i++)
		if (svg->nodes[i].name && !is_defined(svg, i))
			shorten_node(svg, i);
	for (unsigned i = 1; i < svg->node_count; i++)
		join_groups(svg, i);
	/* the outermost element is written anew, without any of these */
	for (unsigned i = svg->nodes[0].first; i; i = svg->nodes[i].next)
		drop_repetitions(svg, i, nothing);
}
