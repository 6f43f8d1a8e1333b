/* SPDX-License-Identifier: MIT */
/*
 * suggest - finds the known name that is nearest to an unknown word.
 *
 *	struct suggestion nearest = {.word = word};
 *
 *	for (size_t i = 0; i < count; i++)
 *		suggest_name(&nearest, table[i].name);
 *	return refuse(why, "no mode '%.40s'%s", word, suggest_text(&nearest));
 */
#ifndef TOLLGATE_BASE_SUGGEST_H
#define TOLLGATE_BASE_SUGGEST_H

#include <stddef.h>

/* Set WORD, and PREFIX if there is one, and leave the other fields zero. All texts are borrowed. */
struct suggestion {
	const char *word;
	const char *prefix; /* stands before the name in the text, such as "--"; may be NULL */
	const char *name;   /* the nearest name so far, or NULL: none is near enough */
	size_t distance;    /* edits from WORD to NAME */
	char text[96];
};

/*
 * Offer NAME. It is kept if it takes fewer edits (Levenshtein) than the names before it and no more
 * than a third of the word plus one. A name that begins with the word counts as one edit away.
 */
void suggest_name(struct suggestion *suggestion, const char *name);

/* " (did you mean 'NAME'?)", or "" if no name is near. It lives as long as SUGGESTION. */
const char *suggest_text(struct suggestion *suggestion);

#endif
