/* SPDX-License-Identifier: MIT */
#include "harness/base/text.h"

#include <string.h>

#include "harness/base/util.h"

/* ---- UTF-8 ---- */

/* The well-formed sequences of RFC 3629 by their first byte; the second byte rules out the rest. */
static const struct form {
	unsigned char lead_min, lead_max, second_min, second_max;
	size_t length;
} forms[] = {
	{0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2},
	{0xe0, 0xe0, 0xa0, 0xbf, 3},                              /* shorter forms exist below */
	{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, /* no surrogates */
	{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
	{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}, /* up to U+10FFFF */
};

static const struct form *form_of(unsigned char lead)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (lead >= forms[i].lead_min && lead <= forms[i].lead_max)
			return &forms[i];
	return NULL;
}

static bool continues(const struct form *form, size_t index, unsigned char byte)
{
	if (index == 1)
		return byte >= form->second_min && byte <= form->second_max;
	return (byte & 0xc0) == 0x80;
}

uint32_t text_next(const char **at)
{
	const unsigned char *bytes = (const unsigned char *)*at;
	const struct form *form = form_of(bytes[0]);
	size_t used = 1;

	if (!form || form->length == 1) {
		*at += 1;
		return form ? bytes[0] : TEXT_INVALID;
	}
	uint32_t character = bytes[0] & (0x7fu >> form->length);

	for (; used < form->length && continues(form, used, bytes[used]); used++)
		character = character << 6 | (bytes[used] & 0x3fu);
	*at += used;
	return used == form->length ? character : TEXT_INVALID;
}

struct range {
	uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t character)
{
	for (size_t i = 0; i < count; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

bool text_is_shown(uint32_t character)
{
	static const struct range hidden[] = {
		{0, 0x1f},        {0x7f, 0x9f},          /* control characters */
		{0x61c, 0x61c},   {0x200e, 0x200f},      /* direction marks */
		{0x2028, 0x202e}, {0x2066, 0x2069},      /* separators, embeddings, isolates */
		{0xd800, 0xdfff}, {0xfeff, 0xfeff},      /* surrogates, byte order mark */
		{0xfff9, 0xfffb}, {0x110000, UINT32_MAX} /* annotations, beyond Unicode */
	};

	return (character & 0xfffe) != 0xfffe && !is_in(hidden, ARRAY_SIZE(hidden), character);
}

/* From the Unicode Character Database: EastAsianWidth.txt (W and F), and general category Mn. */
static int columns_of(uint32_t character)
{
	static const struct range none[] = {
		{0x300, 0x36f},   {0x200b, 0x200d}, {0x20d0, 0x20ff},
		{0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
	};
	static const struct range two[] = {
		{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},
		{0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},
		{0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6fc},
		{0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
	};

	if (character < none[0].first || is_in(none, ARRAY_SIZE(none), character))
		return character < none[0].first;
	return 1 + is_in(two, ARRAY_SIZE(two), character);
}

int text_width(const char *text)
{
	int width = 0;

	while (*text)
		width += columns_of(text_next(&text));
	return width;
}

bool text_is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* ---- escaping ---- */

static bool is_among(uint32_t character, const char *list)
{
	return character && character < 0x80 && strchr(list, (int)character);
}

void text_clean(char *out, size_t size, const char *text, const char *keep)
{
	size_t used = 0;

	while (*text) {
		const char *from = text;
		uint32_t character = text_next(&text);
		bool kept = text_is_shown(character) || is_among(character, keep);
		size_t length = kept ? (size_t)(text - from) : 1;

		if (used + length >= size)
			break;
		memmove(out + used, kept ? from : "?", length);
		used += length;
	}
	out[used] = '\0';
}

static const char *entity_of(uint32_t character, enum text_format format)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return format == TEXT_HTML ? "&quot;" : NULL;
	case '\'':
		return format == TEXT_HTML ? "&#39;" : NULL;
	default:
		return NULL;
	}
}

/* The escaped form of CHARACTER in FORMAT, or NULL if it is written as it is. */
static const char *replacement_of(uint32_t character, enum text_format format)
{
	const char *entity = format == TEXT_PLAIN ? NULL : entity_of(character, format);

	if (is_among(character, "\t\n"))
		return format == TEXT_HTML ? NULL : " ";
	if (!text_is_shown(character))
		return format == TEXT_HTML ? TEXT_REPLACEMENT : "?";
	return entity;
}

void text_put(FILE *out, const char *text, enum text_format format)
{
	while (*text) {
		const char *from = text;
		uint32_t character = text_next(&text);
		const char *replacement = replacement_of(character, format);

		if (format == TEXT_MARKDOWN && is_among(character, "\\|`*_[]~^$"))
			(void)fputc('\\', out);
		if (replacement)
			(void)fputs(replacement, out);
		else
			(void)fwrite(from, 1, (size_t)(text - from), out);
	}
}
