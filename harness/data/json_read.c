/* SPDX-License-Identifier: MIT */
#include "harness/data/json_read.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Texts are unescaped into STORAGE, which is as long as the file: unescaping never makes a text
 * longer, and its two quotes pay for the NUL.
 */
struct parser {
	struct json_tree *tree;
	const char *name, *text;
	size_t length, at;
	size_t stored;
	unsigned capacity, depth;
	struct reason *why;
};

/* The message counts lines from 1 and columns in bytes from 1. */
static bool refuse_here(const struct parser *p, const char *what)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < p->at && i < p->length; i++) {
		column = p->text[i] == '\n' ? 1 : column + 1;
		line += p->text[i] == '\n';
	}
	return refuse(p->why, "%.100s:%zu:%zu: %s", p->name, line, column, what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct parser *p)
{
	while (p->at < p->length && is_blank(p->text[p->at]))
		p->at++;
}

/* The next byte, 0 at the end: a NUL is refused wherever it stands. */
static char peek(const struct parser *p)
{
	return p->at < p->length ? p->text[p->at] : '\0';
}

static bool take_byte(struct parser *p, char byte)
{
	if (peek(p) != byte || p->at >= p->length)
		return false;
	p->at++;
	return true;
}

static bool take_word(struct parser *p, const char *word)
{
	const size_t length = strlen(word);

	if (p->length - p->at < length || memcmp(p->text + p->at, word, length) != 0)
		return false;
	p->at += length;
	return true;
}

static bool add_value(struct parser *p, unsigned *index)
{
	struct json_tree *tree = p->tree;

	if (tree->count == JSON_VALUES_MAX)
		return refuse_here(p, "more than 100000 values");
	if (tree->count == p->capacity) {
		p->capacity = p->capacity ? 2 * p->capacity : 64;
		tree->values = xrealloc(tree->values, p->capacity, sizeof(*tree->values));
	}
	*index = tree->count++;
	tree->values[*index] = (struct json_value){.number = NAN};
	return true;
}

static bool take_hex4(struct parser *p, unsigned *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++) {
		const char c = peek(p);
		const char *digits = "0123456789abcdef";
		const char *digit = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

		if (!digit)
			return refuse_here(p, "\\u needs four hexadecimal digits");
		*code = *code * 16 + (unsigned)(digit - digits);
		p->at++;
	}
	return true;
}

static void store_code_point(struct parser *p, unsigned code)
{
	char *out = p->tree->storage + p->stored;

	if (code < 0x80) {
		out[0] = (char)code;
		p->stored += 1;
	} else if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		p->stored += 2;
	} else if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		p->stored += 3;
	} else {
		out[0] = (char)(0xf0 | code >> 18);
		out[1] = (char)(0x80 | (code >> 12 & 0x3f));
		out[2] = (char)(0x80 | (code >> 6 & 0x3f));
		out[3] = (char)(0x80 | (code & 0x3f));
		p->stored += 4;
	}
}

/* \uXXXX, or two of them that make one character. */
static bool take_unicode_escape(struct parser *p)
{
	unsigned code, low;

	if (!take_hex4(p, &code))
		return false;
	if (code == 0)
		return refuse_here(p, "\\u0000 inside a text");
	if (code >= 0xdc00 && code < 0xe000)
		return refuse_here(p, "half of a surrogate pair");
	if (code >= 0xd800 && code < 0xdc00) {
		if (!take_word(p, "\\u"))
			return refuse_here(p, "half of a surrogate pair");
		if (!take_hex4(p, &low))
			return false;
		if (low < 0xdc00 || low >= 0xe000)
			return refuse_here(p, "half of a surrogate pair");
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	store_code_point(p, code);
	return true;
}

static bool take_escape(struct parser *p)
{
	static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *letter = peek(p) ? strchr(letters, peek(p)) : NULL;

	if (take_byte(p, 'u'))
		return take_unicode_escape(p);
	if (!letter)
		return refuse_here(p, "an escape that JSON does not have");
	p->tree->storage[p->stored++] = bytes[letter - letters];
	p->at++;
	return true;
}

/* Bytes of the UTF-8 sequence at TEXT, of which LEFT are there; 0 if it is invalid. */
static size_t utf8_length(const unsigned char *text, size_t left)
{
	static const struct {
		unsigned char lead_min, lead_max, second_min, second_max;
		size_t length;
	} forms[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (text[0] < forms[i].lead_min || text[0] > forms[i].lead_max)
			continue;
		if (left < forms[i].length || text[1] < forms[i].second_min ||
		    text[1] > forms[i].second_max)
			return 0;
		for (size_t n = 2; n < forms[i].length; n++)
			if ((text[n] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return text[0] < 0x80;
}

static bool take_character(struct parser *p)
{
	const unsigned char *here = (const unsigned char *)p->text + p->at;
	const size_t length = utf8_length(here, p->length - p->at);

	if (*here < 0x20)
		return refuse_here(p, "a control character inside a text");
	if (!length)
		return refuse_here(p, "invalid UTF-8");
	memcpy(p->tree->storage + p->stored, here, length);
	p->stored += length;
	p->at += length;
	return true;
}

/* The opening quote has been taken. */
static bool take_text(struct parser *p, const char **text)
{
	*text = p->tree->storage + p->stored;
	while (p->at < p->length) {
		if (take_byte(p, '"')) {
			p->tree->storage[p->stored++] = '\0';
			return true;
		}
		if (!(take_byte(p, '\\') ? take_escape(p) : take_character(p)))
			return false;
	}
	return refuse_here(p, "the file ends inside a text");
}

static size_t skip_digits(struct parser *p)
{
	const size_t from = p->at;

	while (peek(p) >= '0' && peek(p) <= '9')
		p->at++;
	return p->at - from;
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? */
static bool take_number(struct parser *p, struct json_value *value)
{
	const size_t from = p->at;
	bool good;

	(void)take_byte(p, '-');
	good = take_byte(p, '0') || skip_digits(p) > 0;
	if (good && take_byte(p, '.'))
		good = skip_digits(p) > 0;
	if (good && (take_byte(p, 'e') || take_byte(p, 'E'))) {
		if (!take_byte(p, '+'))
			(void)take_byte(p, '-');
		good = skip_digits(p) > 0;
	}
	if (!good || p->at - from > 64) {
		p->at = from;
		return refuse_here(p, "no JSON value");
	}
	char *copy = xcalloc(p->at - from + 1, 1);

	memcpy(copy, p->text + from, p->at - from);
	good = parse_double(copy, &value->number);
	value->kind = JSON_NUMBER;
	value->text = memcpy(p->tree->storage + p->stored, copy, p->at - from + 1);
	p->stored += p->at - from + 1;
	free(copy);
	return good || refuse_here(p, "a number that does not fit");
}

static bool take_value(struct parser *p, unsigned *index);

static bool key_is_new(const struct parser *p, unsigned parent, const char *key)
{
	const struct json_value *values = p->tree->values;

	for (unsigned i = values[parent].first; i; i = values[i].next)
		if (strcmp(values[i].key, key) == 0)
			return false;
	return true;
}

static bool take_key(struct parser *p, unsigned parent, const char **key)
{
	skip_blanks(p);
	if (!take_byte(p, '"'))
		return refuse_here(p, "expected a key in quotes");
	if (!take_text(p, key))
		return false;
	if (!key_is_new(p, parent, *key))
		return refuse_here(p, "a key that stands here already");
	skip_blanks(p);
	return take_byte(p, ':') || refuse_here(p, "expected ':' after a key");
}

/* Members of the object or array PARENT, whose opening bracket has been taken. */
static bool take_members(struct parser *p, unsigned parent, bool object)
{
	const char end = object ? '}' : ']';
	unsigned last = 0, child = 0, count = 0;

	skip_blanks(p);
	if (take_byte(p, end))
		return true;
	for (;;) {
		const char *key = NULL;

		if (object && ++count > JSON_KEYS_MAX)
			return refuse_here(p, "more than 1000 keys in one object");
		if ((object && !take_key(p, parent, &key)) || !take_value(p, &child))
			return false;
		p->tree->values[child].key = key;
		if (last)
			p->tree->values[last].next = child;
		else
			p->tree->values[parent].first = child;
		last = child;
		skip_blanks(p);
		if (take_byte(p, end))
			return true;
		if (!take_byte(p, ','))
			return refuse_here(p,
					   object ? "expected ',' or '}'" : "expected ',' or ']'");
	}
}

static bool take_nested(struct parser *p, unsigned index, bool object)
{
	if (++p->depth > JSON_DEPTH_MAX)
		return refuse_here(p, "nested deeper than 32 levels");
	p->tree->values[index].kind = object ? JSON_OBJECT : JSON_ARRAY;
	bool good = take_members(p, index, object);

	p->depth--;
	return good;
}

static bool take_value(struct parser *p, unsigned *index)
{
	if (!add_value(p, index))
		return false;
	struct json_value *value = &p->tree->values[*index];

	skip_blanks(p);
	if (p->at >= p->length)
		return refuse_here(p, "the file ends where a value is expected");
	if (take_byte(p, '{'))
		return take_nested(p, *index, true);
	if (take_byte(p, '['))
		return take_nested(p, *index, false);
	if (take_byte(p, '"')) {
		value->kind = JSON_TEXT;
		return take_text(p, &value->text);
	}
	if (take_word(p, "null") || take_word(p, "false"))
		value->kind = p->text[p->at - 1] == 'l' ? JSON_NULL : JSON_FALSE;
	else if (take_word(p, "true"))
		value->kind = JSON_TRUE;
	else
		return take_number(p, value);
	return true;
}

bool json_parse(struct json_tree *tree, const char *name, const char *text, size_t length,
		struct reason *why)
{
	struct parser p = {.tree = tree, .name = name, .text = text, .length = length, .why = why};
	unsigned outermost = 0;

	*tree = (struct json_tree){0};
	if (length > JSON_BYTES_MAX)
		return refuse(why, "%.100s: larger than 4 MiB", name);
	/* a number of one digit takes two bytes, and so does every bracket or comma beside it */
	tree->storage = xcalloc(2 * length + 2, 1);
	bool good = take_value(&p, &outermost);

	skip_blanks(&p);
	if (good && p.at < p.length)
		good = refuse_here(&p, "something follows the end");
	if (!good)
		json_tree_free(tree);
	return good;
}

static char *read_whole(const char *path, const char *name, size_t *length, struct reason *why)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;

	if (fd == -1 || fstat(fd, &status) == -1)
		refuse(why, "%.100s: %s", name, strerror(errno));
	else if (!S_ISREG(status.st_mode))
		refuse(why, "%.100s: not a regular file", name);
	else if (status.st_size > (off_t)JSON_BYTES_MAX)
		refuse(why, "%.100s: larger than 4 MiB", name);
	else {
		*length = (size_t)status.st_size;
		text = xcalloc(*length + 1, 1);
		if (*length && read_all(fd, text, *length) != 1) {
			refuse(why, "%.100s: cannot be read as a whole", name);
			free(text);
			text = NULL;
		}
	}
	if (fd != -1)
		close(fd);
	return text;
}

bool json_read(struct json_tree *tree, const char *path, struct reason *why)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t length;
	char *text = read_whole(path, name, &length, why);

	if (!text)
		return false;
	bool good = json_parse(tree, name, text, length, why);

	free(text);
	return good;
}
