/* SPDX-License-Identifier: MIT */
/* Pages of text: lines that fit into a column. */
#include "harness/chart/internal.h"

#include <string.h>

#include "harness/base/text.h"

#define LINES_MAX 8
/* A single word on its line may exceed the column by this factor. A broader one is cut. */
#define OVERHANG 1.15

/* In units of a common small letter of the font. */
static double breadth(const char *text)
{
	double all = 0;

	for (; *text; text++) {
		if (((unsigned char)*text & 0xc0) == 0x80)
			continue; /* a byte that continues a character */
		if (strchr("[]ijlft.,:;!()|'/ ", *text))
			all += 0.55;
		else if (*text >= 'A' && *text <= 'Z')
			all += 1.25;
		else if (strchr("mw%@", *text))
			all += 1.5;
		else
			all += 1;
	}
	return all;
}

size_t page_wrap(struct page *page, const char *text, double width, size_t most, const char **lines)
{
	size_t n = 0;

	lines[0] = "";
	for (const char *word = text + strspn(text, " "); *word; word += strspn(word, " ")) {
		const size_t length = strcspn(word, " ");
		const char *longer = page_keep(page, "%s%s%.*s", lines[n], *lines[n] ? " " : "",
					       (int)length, word);

		if (breadth(longer) > width && *lines[n]) {
			if (n + 1 == most) {
				lines[n] = page_keep(page, "%s…", lines[n]);
				break;
			}
			lines[++n] = page_keep(page, "%.*s", (int)length, word);
		} else {
			lines[n] = longer;
		}
		word += length;
	}
	for (size_t i = 0; i <= n; i++)
		while (breadth(lines[i]) > OVERHANG * width)
			lines[i] = page_clean(page, lines[i], (size_t)text_width(lines[i]) - 2);
	return n + 1;
}

size_t page_lines(struct page *page, const char *name, size_t index, const char *text, double width,
		  size_t most)
{
	const char *lines[LINES_MAX], *base = page_keep(page, "%s_%zu", name, index);
	const size_t n = page_wrap(page, text, width, most, lines);

	for (size_t i = 0; i < n; i++)
		page_text_at(page, base, i + 1, lines[i]);
	page_number(page, page_keep(page, "%s_lines", base), (double)n);
	return n;
}
