/* SPDX-License-Identifier: MIT */
/*
 * Emulated over real, with bounds and verdicts: a row per quantity, a lane per lock. validate.csv
 * holds the output of `tollgate validate --format=csv`. Figures with a stated bound have no ratio:
 * they are counted, and those outside are named.
 */
#include "harness/base/language.h"
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

#define COLUMNS      "figure,ratio,ratio_lo,ratio_hi,bound_lo,bound_hi,verdict"
#define ROWS_MAX     13
#define POLICIES_MAX 5
#define MARKS_MAX    (ROWS_MAX * POLICIES_MAX)
#define ROW_HEIGHT   0.84
#define BAND_HEIGHT  0.40
#define MARGIN       1.05
/* The axis ends at a tenth and at ten times; an interval may go beyond. */
#define INTERVAL_MIN 0.1
#define INTERVAL_MAX 10
#define NAMED_MAX    2

enum verdict { INSIDE, OUTSIDE, NOT_JUDGED, VERDICTS };
static const char *const verdict_names[VERDICTS] = {"inside", "outside", "not-judged"};
static const char *const verdict_words[VERDICTS] = {N_("inside"), N_("outside"), N_("not judged")};

struct figure {
	const char *name;
	double ratio, ratio_lo, ratio_hi, bound_lo, bound_hi;
	enum verdict verdict;
};

struct validation {
	const char *rows[ROWS_MAX], *policies[POLICIES_MAX]; /* quantities, and locks */
	size_t row_count, policy_count;
	struct figure cells[ROWS_MAX][POLICIES_MAX];
	bool there[ROWS_MAX][POLICIES_MAX];
	unsigned verdicts[VERDICTS], figures, stated, left_out, outsiders;
	const char *outsider_words;
	double left, right;
};

/* ---- reading ---- */

static bool read_verdict(const struct csv_table *table, size_t row, enum verdict *verdict,
			 struct reason *why)
{
	for (*verdict = INSIDE; *verdict < VERDICTS; (*verdict)++)
		if (strcmp(verdict_names[*verdict], chart_cell(table, row, "verdict")) == 0)
			return true;
	return refuse(why, _("validate.csv:%zu: column verdict: inside, outside or not-judged"),
		      table->line[row]);
}

static bool read_figure(const struct csv_table *table, size_t row, struct figure *f,
			struct reason *why)
{
	f->name = chart_cell(table, row, "figure");
	return chart_number(table, row, "ratio", &f->ratio, why) &&
	       chart_number(table, row, "ratio_lo", &f->ratio_lo, why) &&
	       chart_number(table, row, "ratio_hi", &f->ratio_hi, why) &&
	       chart_number(table, row, "bound_lo", &f->bound_lo, why) &&
	       chart_number(table, row, "bound_hi", &f->bound_hi, why) &&
	       read_verdict(table, row, &f->verdict, why);
}

/* The index of NAME in LIST. A new name is added if there is room; MOST if there is none. */
static size_t place_of(const char *name, const char **list, size_t *count, size_t most)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(list[i], name) == 0)
			return i;
	if (*count == most)
		return most;
	list[*count] = name;
	return (*count)++;
}

static bool has_room(const char *name, const char *const *list, size_t count, size_t most)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return count < most;
}

/* A figure that is not drawn. */
static void leave_out(struct page *page, struct validation *v, const struct figure *f,
		      unsigned *count)
{
	(*count)++;
	if (f->verdict == OUTSIDE && v->outsiders++ < NAMED_MAX)
		v->outsider_words = page_keep(page, "%s%s%s", v->outsider_words,
					      *v->outsider_words ? ", " : "", f->name);
}

static bool has_ratio(const struct figure *f)
{
	return f->ratio > 0 && f->bound_lo > 0 && f->bound_hi >= f->bound_lo;
}

/* "gil32:tenure" is policy and quantity. */
static bool sort_figure(struct page *page, struct validation *v, const struct figure *f,
			struct reason *why)
{
	const char *colon = strchr(f->name, ':');
	const char *policy = colon ? page_keep(page, "%.*s", (int)(colon - f->name), f->name) : "";
	const char *quantity = colon ? colon + 1 : f->name;

	v->figures++;
	v->verdicts[f->verdict]++;
	if (!has_ratio(f))
		return leave_out(page, v, f, &v->stated), true;
	if (!has_room(quantity, v->rows, v->row_count, ROWS_MAX) ||
	    !has_room(policy, v->policies, v->policy_count, POLICIES_MAX))
		return leave_out(page, v, f, &v->left_out), true;
	const size_t r = place_of(quantity, v->rows, &v->row_count, ROWS_MAX);
	const size_t p = place_of(policy, v->policies, &v->policy_count, POLICIES_MAX);

	if (v->there[r][p])
		return refuse(why, _("validate.csv: figure %.60s stands there twice"), f->name);
	v->there[r][p] = true;
	v->cells[r][p] = *f;
	return true;
}

static bool read_figures(struct page *page, struct validation *v, const struct csv_table *table,
			 struct reason *why)
{
	struct figure figure;

	for (size_t row = 0; table && row < table->rows; row++)
		if (!read_figure(table, row, &figure, why) || !sort_figure(page, v, &figure, why))
			return false;
	return true;
}

/* ---- drawing ---- */

static const char *policy_id(struct page *page, const char *policy)
{
	static const char *const known[] = {"gil32", "gil27", "gil313"};

	if (!*policy)
		return "none";
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(known[i], policy) == 0)
			return look_id(page, policy);
	return "mutex";
}

static const char *policy_words(struct page *page, const char *policy)
{
	page->laboratory = true;
	if (!*policy)
		return _("no GIL");
	return strcmp(policy_id(page, policy), "mutex") == 0 ? page_clean(page, policy, 12)
							     : look_words(page, policy);
}

static void extend(struct validation *v, double x)
{
	v->left = fmin(v->left, x);
	v->right = fmax(v->right, x);
}

static void extend_by_interval(struct validation *v, double x)
{
	if (x >= INTERVAL_MIN && x <= INTERVAL_MAX)
		extend(v, x);
}

static void find_axis(struct validation *v)
{
	for (size_t r = 0; r < v->row_count; r++)
		for (size_t p = 0; p < v->policy_count; p++) {
			const struct figure *f = &v->cells[r][p];

			if (!v->there[r][p])
				continue;
			extend(v, f->ratio);
			extend(v, f->bound_lo);
			extend(v, f->bound_hi);
			extend_by_interval(v, f->ratio_lo);
			extend_by_interval(v, f->ratio_hi);
		}
}

/* The middle and the height of lane P in row R. All rows have the same height. */
static double lane_at(const struct validation *v, size_t r, size_t p, double *height)
{
	double lanes = 0, before = 0;

	for (size_t other = 0; other < v->policy_count; other++) {
		lanes += v->there[r][other];
		before += v->there[r][other] && other < p;
	}
	*height = BAND_HEIGHT / lanes;
	return (double)r + 1 + ROW_HEIGHT * ((before + 0.5) / lanes - 0.5);
}

static double held_in(const struct validation *v, double x, double otherwise)
{
	return fmin(fmax(isnan(x) ? otherwise : x, v->left), v->right);
}

static void write_marks(struct page *page, const struct validation *v)
{
	for (size_t p = 0; p < v->policy_count; p++) {
		page_block(page, "p%zu", p + 1);
		for (size_t r = 0; r < v->row_count; r++) {
			const struct figure *f = &v->cells[r][p];
			double height, at;

			if (!v->there[r][p])
				continue;
			at = lane_at(v, r, p, &height);
			PAGE_ROW(page, f->ratio, at, held_in(v, f->ratio_lo, f->ratio),
				 held_in(v, f->ratio_hi, f->ratio), f->bound_lo, f->bound_hi,
				 height);
		}
	}
}

static void write_verdicts(struct page *page, const struct validation *v)
{
	size_t marks = 0;

	for (size_t r = 0; r < v->row_count; r++)
		for (size_t p = 0; p < v->policy_count; p++) {
			if (!v->there[r][p])
				continue;
			marks++;
			page_number_at(page, "verdict_x", marks, (double)p + 1);
			page_number_at(page, "verdict_y", marks, (double)r + 1);
			page_text_at(page, "verdict", marks,
				     _(verdict_words[v->cells[r][p].verdict]));
			page_number_at(page, "verdict_bad", marks,
				       v->cells[r][p].verdict == OUTSIDE);
		}
	page_number(page, "verdicts", (double)marks);
}

static void write_names(struct page *page, const struct validation *v)
{
	for (size_t p = 0; p < v->policy_count; p++) {
		page_words(page, page_keep(page, "policy_%zu", p + 1),
			   policy_id(page, v->policies[p]));
		page_text_at(page, "policy_text", p + 1, policy_words(page, v->policies[p]));
	}
	page_number(page, "policies", (double)v->policy_count);
	page_number(page, "rows", (double)v->row_count);
	for (size_t r = 0; r < v->row_count; r++) {
		char words[64];

		snprintf(words, sizeof(words), "%s", v->rows[r]);
		for (char *c = words; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		page_text_at(page, "row_name", r + 1, page_clean(page, words, 32));
	}
}

static void write_axis(struct page *page, const struct validation *v)
{
	static const struct {
		double ratio_above;
		double tics[11];
	} scales[] = {
		{40, {0.001, 0.01, 0.1, 1, 10, 100, 1000}},
		{6, {0.1, 0.2, 0.5, 1, 2, 5, 10}},
		{1.5, {0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4}},
		{0, {0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.3}},
	};
	const double left = v->left / MARGIN, right = v->right * MARGIN;
	size_t s = 0;

	while (right / left <= scales[s].ratio_above)
		s++;
	for (size_t i = 0; i < ARRAY_SIZE(scales[s].tics); i++)
		if (scales[s].tics[i] > 0 && scales[s].tics[i] >= left &&
		    scales[s].tics[i] <= right)
			axis_tic(page, scales[s].tics[i], "%.9g", scales[s].tics[i]);
	axis_tics(page, "x");
	page_number(page, "left", left);
	page_number(page, "right", right);
}

/* ---- words ---- */

static const char *verdict_sentence(struct page *page, const struct validation *v)
{
	const unsigned outside = v->verdicts[OUTSIDE], all = v->verdicts[INSIDE] + outside;

	if (!all)
		return page_keep(
			page,
			ngettext("Emulated against real GIL: none of %u figure could be judged",
				 "Emulated against real GIL: none of %u figures could be judged",
				 v->figures),
			v->figures);
	if (outside)
		return page_keep(
			page,
			ngettext("%u of %u judged figure of the emulation leaves its bounds",
				 "%u of %u judged figures of the emulation leave their bounds",
				 all),
			outside, all);
	if (all == 1)
		return _("Emulated as real: the judged figure is inside its bound");
	return page_keep(page, _("Emulated as real: all %u judged figures are inside their bounds"),
			 all);
}

static void write_words(struct page *page, const struct validation *v)
{
	const char *sentence = verdict_sentence(page, v);
	const bool judged = v->verdicts[INSIDE] + v->verdicts[OUTSIDE] > 0;

	if (judged && v->verdicts[NOT_JUDGED])
		page_title(page, _("%s (%u not judged)"), sentence, v->verdicts[NOT_JUDGED]);
	else
		page_title(page, "%s", sentence);
	if (v->stated)
		page_subtitle(page,
			      ngettext("Emulated over real, logarithmic; 1 = as the real lock; "
				       "band = bound, bar = interval of the ratio; %u figure has a "
				       "bound without a ratio",
				       "Emulated over real, logarithmic; 1 = as the real lock; "
				       "band = bound, bar = interval of the ratio; %u figures have "
				       "bounds without a ratio",
				       v->stated),
			      v->stated);
	else
		page_subtitle(page, _("Emulated over real, logarithmic; 1 = as the real lock; band "
				      "= bound, bar = interval of the ratio"));
	if (v->outsiders > NAMED_MAX)
		page_remark(page, _("outside, not drawn: %s and %u more"), v->outsider_words,
			    v->outsiders - NAMED_MAX);
	else if (v->outsiders)
		page_remark(page, _("outside, not drawn: %s"), v->outsider_words);
	if (v->left_out)
		page_remark(page,
			    ngettext("%u ratio left out for want of place",
				     "%u ratios left out for want of place", v->left_out),
			    v->left_out);
	page_remark(page, _("validate.csv carries no date"));
}

static void draw(struct page *page, struct validation *v)
{
	find_axis(v);
	write_names(page, v);
	write_verdicts(page, v);
	write_marks(page, v);
	write_words(page, v);
	write_axis(page, v);
}

bool chart_gil_validate(struct page *page, struct reason *why)
{
	static struct validation v;
	const char *command = "tollgate validate --format=csv >RUN/validate.csv";
	const struct csv_table *table;

	v = (struct validation){.left = NAN, .right = NAN, .outsider_words = ""};
	if (!chart_table(page->run, "validate.csv", COLUMNS, &table, why) ||
	    !read_figures(page, &v, table, why))
		return false;
	if (!v.figures)
		page_missing_for(page, _("emulated against real GIL"), _("no validate.csv"),
				 command);
	else if (!v.row_count)
		page_missing_for(page, _("emulated against real GIL"),
				 _("no ratio in validate.csv: was there an interpreter?"), command);
	else
		draw(page, &v);
	return true;
}
