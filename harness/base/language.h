/* SPDX-License-Identifier: MIT */
/*
 * language - every sentence for readers goes through one catalogue of GNU gettext. The English text
 * is its key. A sentence is translated whole, with its figures as printf directives, never glued
 * from halves. Text for programs (CSV, JSON, status words) is not translated.
 */
#ifndef TOLLGATE_BASE_LANGUAGE_H
#define TOLLGATE_BASE_LANGUAGE_H

#include <libintl.h>

/* The sentence in the reader's language. */
#define _(text) gettext(text)
/* Marks a text of a constant table, which is translated where it is shown. */
#define N_(text) text

/* The same for a text of a table or a file: "" stays "", which gettext() takes for the catalogue's header. */
static inline const char *language_of(const char *text)
{
	return *text ? gettext(text) : text;
}

/*
 * Take the language of the environment (LC_ALL, LC_MESSAGES, LANG), for messages alone: numbers
 * keep the decimal point. Catalogues are searched for beside the program and where `make install`
 * puts them.
 */
void language_start(void);

#endif
