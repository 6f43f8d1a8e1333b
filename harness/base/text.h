/* SPDX-License-Identifier: MIT */
/*
 * text - text of machines, files and users for a terminal, a page or a file: UTF-8, its width on
 * the screen, and the escapes that keep it text.
 */
#ifndef TOLLGATE_BASE_TEXT_H
#define TOLLGATE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TEXT_INVALID     UINT32_MAX     /* no character: invalid UTF-8 */
#define TEXT_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD as UTF-8 */

/* The place where a text is read. */
enum text_format {
	TEXT_PLAIN,    /* a terminal or a plain file */
	TEXT_MARKDOWN, /* the cell of a Markdown table */
	TEXT_HTML,     /* between tags, or inside of a quoted attribute */
};

/*
 * The character at *AT, which must not be the end of the text, and *AT moves behind it.
 * TEXT_INVALID for bytes that are not UTF-8, overlong forms and surrogates included. *AT then moves
 * over the part that could have begun a character (Unicode, "maximal subpart"), at least one byte.
 */
uint32_t text_next(const char **at);

/*
 * False for hidden characters: control characters, non-characters, and marks that would turn or
 * break the text around them: direction marks, line and paragraph separators, the byte order mark.
 */
bool text_is_shown(uint32_t character);

/* Columns of TEXT on a terminal: a Chinese character takes two, a combining mark none. */
int text_width(const char *text);

/* True if TEXT is printable ASCII throughout, blanks included. */
bool text_is_ascii(const char *text);

/*
 * Copy TEXT to OUT, at most SIZE - 1 bytes and a NUL, cut between two characters. Each hidden
 * character becomes '?', except those in KEEP (such as "\n"). OUT may be TEXT.
 */
void text_clean(char *out, size_t size, const char *text, const char *keep);

/*
 * Write TEXT escaped for FORMAT. A hidden character becomes '?', in HTML U+FFFD. HTML keeps a line
 * break or tab. Elsewhere it becomes a blank, so that a row stays one line.
 */
void text_put(FILE *out, const char *text, enum text_format format);

#endif
