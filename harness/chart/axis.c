/* SPDX-License-Identifier: MIT */
/* Tics of the axes, and the labels at the right end of lines. */
#include "harness/chart/internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Ends of the band in which labels may stand, as shares of the axis. */
#define LABEL_LOWEST  0.012
#define LABEL_HIGHEST 1.02
#define PUSH_ROUNDS   60

void axis_tic(struct page *page, double position, const char *format, ...)
{
	char *list = page->tics;
	va_list arguments;
	char text[80];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	page->tics = xasprintf("%s%s\"%s\" %.9g", list ? list : "", list ? ", " : "", text,
			       position);
	free(list);
}

static char *take_tics(struct page *page)
{
	char *list = page->tics ? page->tics : xstrdup("");

	page->tics = NULL;
	return list;
}

void axis_tics(struct page *page, const char *axis)
{
	char *list = take_tics(page);

	page_command(page, "set %stics (%s)", axis, list);
	free(list);
}

void axis_tics_as(struct page *page, const char *variable)
{
	char *list = take_tics(page);

	page_command(page, "%s = '%s'", variable, list);
	free(list);
}

double axis_step(double top)
{
	double step = 1e-9;

	while (top / step > 6)
		step *= top / step > 60         ? 10
			: top / (2 * step) <= 6 ? 2
			: top / (5 * step) <= 6 ? 5
						: 10;
	return step;
}

static void linear_tics(struct page *page, double top, enum axis_unit unit)
{
	const double step = axis_step(top), last = step * floor(top / step + 1e-9);
	const struct format_text words = unit == AXIS_NS ? words_ns(last) : words_si(last);
	const char *name = strchr(words.text, ' ');
	double size = 1;

	while (last / size >= 999.5 && size < 1e12)
		size *= 1000;
	axis_tic(page, 0, "0");
	for (unsigned i = 1; i * step <= top * 1.0001; i++)
		axis_tic(page, i * step, "%.4g%s", i * step / size, name ? name : "");
}

void axis_linear(struct page *page, const char *axis, double top, enum axis_unit unit)
{
	linear_tics(page, top, unit);
	axis_tics(page, axis);
}

void axis_linear_as(struct page *page, const char *variable, const char *axis, double top,
		    enum axis_unit unit)
{
	linear_tics(page, top, unit);
	char *list = take_tics(page);

	page_command(page, "%s = 'set %stics (%s)'", variable, axis, list);
	free(list);
}

void axis_log_tics(struct page *page, double least, double most)
{
	static const double steps[] = {1, 2, 5};
	const size_t count = most > 100 * words_decade(least) ? 1 : ARRAY_SIZE(steps);

	double decade = words_decade(least);

	while (decade <= most) {
		for (size_t i = 0; i < count && steps[i] * decade <= most; i++)
			axis_tic(page, steps[i] * decade, "%s",
				 words_round_ns(steps[i] * decade).text);
		decade *= 10;
	}
}

void axis_log_ns(struct page *page, double least, double most)
{
	axis_log_tics(page, least, most * 1.5);
	axis_tics(page, "x");
	page_number(page, "bottom", words_decade(least));
	page_number(page, "top", most * 1.5);
}

void axis_widths(struct page *page, const struct pick *pick, double gap, const char *variable)
{
	const double top = pick_last_width(pick);
	double previous = 3 * top;

	/* from the right, since the largest count matters most */
	for (size_t i = pick->width_count; i-- > 0;) {
		if (previous - pick->widths[i] < gap * top) {
			axis_tic(page, pick->widths[i], "%s", "");
			continue;
		}
		previous = pick->widths[i];
		axis_tic(page, previous, "%u", pick->widths[i]);
	}
	axis_tics_as(page, variable);
}

void label_add(struct page *page, double at, const char *mode, const char *text)
{
	if (page->label_count == PAGE_LABELS_MAX)
		return;
	page->labels[page->label_count++] = (struct page_label){at, mode,
								page_keep(page, "%s", text)};
}

static int by_place(const void *a, const void *b)
{
	const struct page_label *const *x = a, *const *y = b;

	return ((*x)->at > (*y)->at) - ((*x)->at < (*y)->at);
}

static void push_apart(struct page_label **order, size_t count, double gap)
{
	for (size_t i = 0; i + 1 < count; i++) {
		const double push = gap - (order[i + 1]->at - order[i]->at);

		if (push > 0) {
			order[i]->at -= push / 2;
			order[i + 1]->at += push / 2;
		}
		order[0]->at = fmax(order[0]->at, LABEL_LOWEST);
		order[count - 1]->at = fmin(order[count - 1]->at, LABEL_HIGHEST);
	}
}

void label_put(struct page *page, double gap)
{
	struct page_label *order[PAGE_LABELS_MAX] = {NULL};
	const size_t count = page->label_count;

	for (size_t i = 0; i < count; i++)
		order[i] = &page->labels[i];
	qsort(order, count, sizeof(*order), by_place);
	for (unsigned round = 0; round < PUSH_ROUNDS; round++)
		push_apart(order, count, gap);
	for (size_t i = 0; i < count; i++) {
		page_number_at(page, "label_y", i + 1, page->labels[i].at);
		page_words(page, page_keep(page, "label_mode_%zu", i + 1), page->labels[i].mode);
		page_text_at(page, "label_text", i + 1, page->labels[i].text);
	}
	page_number(page, "labels", (double)count);
}
