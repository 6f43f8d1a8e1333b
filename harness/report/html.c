/* SPDX-License-Identifier: MIT */
#include "harness/report/html.h"

#include <stdarg.h>
#include <string.h>

#define REPLACEMENT 0xfffdu

/* ---- characters ---- */

/* Bytes of the sequence that LEAD begins, and what of the character it holds; 0: begins none. */
static size_t sequence_length(unsigned char lead, uint32_t *bits)
{
	if (lead < 0x80) {
		*bits = lead;
		return 1;
	}
	if (lead >= 0xc2 && lead < 0xe0) {
		*bits = lead & 0x1fu;
		return 2;
	}
	if (lead >= 0xe0 && lead < 0xf0) {
		*bits = lead & 0x0fu;
		return 3;
	}
	*bits = lead & 0x07u;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

static bool is_shown(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n';
	if ((c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || (c & 0xfffe) == 0xfffe)
		return false;
	/* marks of direction, line and paragraph separators, byte order mark: they would turn or
	 * break what stands around them */
	return !(c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
		 (c >= 0x2066 && c <= 0x2069) || c == 0xfeff);
}

uint32_t html_next_character(const char **at)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)*at;
	uint32_t c;
	size_t length = sequence_length(bytes[0], &c), i = 1;

	for (; i < length && (bytes[i] & 0xc0) == 0x80; i++)
		c = (c << 6) | (bytes[i] & 0x3fu);
	if (length == 0 || i < length || c < least[length] || c > 0x10ffff) {
		*at += i > 1 ? i : 1;
		return REPLACEMENT;
	}
	*at += length;
	return is_shown(c) ? c : REPLACEMENT;
}

static void put_character(FILE *out, uint32_t c)
{
	if (c < 0x80) {
		putc((int)c, out);
	} else if (c < 0x800) {
		putc((int)(0xc0 | (c >> 6)), out);
		putc((int)(0x80 | (c & 0x3f)), out);
	} else if (c < 0x10000) {
		putc((int)(0xe0 | (c >> 12)), out);
		putc((int)(0x80 | ((c >> 6) & 0x3f)), out);
		putc((int)(0x80 | (c & 0x3f)), out);
	} else {
		putc((int)(0xf0 | (c >> 18)), out);
		putc((int)(0x80 | ((c >> 12) & 0x3f)), out);
		putc((int)(0x80 | ((c >> 6) & 0x3f)), out);
		putc((int)(0x80 | (c & 0x3f)), out);
	}
}

/* ---- texts ---- */

static const char *entity_of(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(FILE *out, const char *text)
{
	while (*text) {
		uint32_t c = html_next_character(&text);
		const char *entity = entity_of(c);

		if (entity)
			fputs(entity, out);
		else
			put_character(out, c);
	}
}

void html_json_text(FILE *out, const char *text)
{
	putc('"', out);
	while (*text) {
		uint32_t c = html_next_character(&text);

		if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == '"' || c == '\\')
			fprintf(out, "\\u%04x", (unsigned)c);
		else
			put_character(out, c);
	}
	putc('"', out);
}

/* One conversion of html(), which begins behind its '%'; what follows it. */
static const char *convert(FILE *out, const char *at, va_list *arguments)
{
	if (*at == '%') {
		putc('%', out);
	} else if (*at == 's') {
		html_text(out, va_arg(*arguments, const char *));
	} else if (*at == 'd') {
		fprintf(out, "%d", va_arg(*arguments, int));
	} else if (*at == 'u') {
		fprintf(out, "%u", va_arg(*arguments, unsigned));
	} else if (at[0] == 'z' && at[1] == 'u') {
		fprintf(out, "%zu", va_arg(*arguments, size_t));
		at++;
	} else {
		die(EXIT_INTERNAL, "html: %%%.1s is none of %%s %%d %%u %%zu %%%%", at);
	}
	return at + 1;
}

void html(FILE *out, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	while (*format) {
		size_t plain = strcspn(format, "%");

		fwrite(format, 1, plain, out);
		format += plain;
		if (*format)
			format = convert(out, format + 1, &arguments);
	}
	va_end(arguments);
}
