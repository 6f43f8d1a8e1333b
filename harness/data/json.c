/* SPDX-License-Identifier: MIT */
#include "harness/data/json.h"

#include <math.h>

#include "harness/base/format.h"

#include "harness/base/format.h"
#include "harness/base/text.h"

void json_start(struct json_writer *json, FILE *file)
{
	*json = (struct json_writer){.file = file, .first = {true}};
}

static void put(struct json_writer *json, const char *text)
{
	/* The stream remembers a failed write, and json_finish() looks at it. */
	(void)fputs(text, json->file);
}

static void new_line(struct json_writer *json)
{
	put(json, "\n");
	for (unsigned level = 0; level < json->depth; level++)
		put(json, "  ");
}

/* The two-character escape of BYTE, or NULL. */
static const char *short_escape(unsigned char byte)
{
	switch (byte) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

static void put_quoted(struct json_writer *json, const char *text)
{
	put(json, "\"");
	while (*text) {
		const char *from = text;
		uint32_t character = text_next(&text);

		if (short_escape((unsigned char)*from))
			put(json, short_escape((unsigned char)*from));
		else if (character < 0x20)
			(void)fprintf(json->file, "\\u%04x", (unsigned)character);
		else if (character == TEXT_INVALID)
			put(json, TEXT_REPLACEMENT);
		else
			(void)fwrite(from, 1, (size_t)(text - from), json->file);
	}
	put(json, "\"");
}

/* Write the comma, the line break and the key before a value. The outermost value has none of them. */
static void begin_value(struct json_writer *json, const char *key)
{
	if (json->depth > 0) {
		if (!json->first[json->depth])
			put(json, ",");
		new_line(json);
	}
	json->first[json->depth] = false;
	if (key) {
		put_quoted(json, key);
		put(json, ": ");
	}
}

void json_open(struct json_writer *json, const char *key, char bracket)
{
	const char text[] = {bracket, '\0'};

	if (json->depth + 1 >= ARRAY_SIZE(json->first))
		die(EXIT_INTERNAL, "json: nested deeper than %zu levels",
		    ARRAY_SIZE(json->first) - 1);
	begin_value(json, key);
	put(json, text);
	json->first[++json->depth] = true;
}

void json_close(struct json_writer *json, char bracket)
{
	const char text[] = {bracket, '\0'};

	if (json->depth == 0)
		die(EXIT_INTERNAL, "json: '%c' closes nothing", bracket);
	bool empty = json->first[json->depth];

	json->depth--;
	if (!empty)
		new_line(json);
	put(json, text);
}

void json_text(struct json_writer *json, const char *key, const char *text)
{
	begin_value(json, key);
	if (text)
		put_quoted(json, text);
	else
		put(json, "null");
}

void json_u64(struct json_writer *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	(void)fprintf(json->file, "%ju", (uintmax_t)value);
}

void json_i64(struct json_writer *json, const char *key, int64_t value)
{
	begin_value(json, key);
	(void)fprintf(json->file, "%jd", (intmax_t)value);
}

void json_double(struct json_writer *json, const char *key, double value)
{
	begin_value(json, key);
	put(json, isfinite(value) ? format_exact(value).text : "null");
}

void json_bool(struct json_writer *json, const char *key, bool value)
{
	begin_value(json, key);
	put(json, value ? "true" : "false");
}

bool json_finish(struct json_writer *json)
{
	if (json->depth != 0)
		die(EXIT_INTERNAL, "json: %u brackets were not closed", json->depth);
	put(json, "\n");
	return fflush(json->file) == 0 && !ferror(json->file);
}
