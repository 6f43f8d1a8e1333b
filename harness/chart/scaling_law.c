/* SPDX-License-Identifier: MIT */
/*
 * The scalability law fitted to throughput over workers: a panel per mode, with the two parameters
 * and the deviation of the curve. harness/stats/scaling.h has the law.
 */
#include "harness/base/language.h"
#include "harness/chart/internal.h"

#include <math.h>
#include <string.h>

#define COLUMNS                                                                                \
	"case,mode,placement,param,workers_min,workers_max,one_per_s,sigma,sigma_lo,sigma_hi," \
	"kappa,kappa_lo,kappa_hi,residual_pct,peak_workers,status"
#define PANELS_MAX  8
#define CURVE_STEPS 60
#define PEAKS_NAMED 2
#define ABOUT_ZERO  0.00001

/* The first of these that has fitted curves is shown. */
static const char *const cases[] = {"lock_contended", "sync_pair", "atomic_op", "cpu_int"};

/* One fitted curve. */
struct law {
	const char *case_name, *mode, *placement, *param;
	double workers_min, workers_max, one_per_s, sigma, sigma_lo, sigma_hi, kappa, kappa_lo,
		kappa_hi;
	double residual_pct, peak_workers;
};

struct laws {
	struct law panels[PANELS_MAX];
	size_t count, found;
	unsigned left_out, others;
};

/* ---- reading ---- */

static bool read_numbers(const struct csv_table *table, size_t row, struct law *law,
			 struct reason *why)
{
	const struct {
		const char *column;
		double *to;
	} cells[] = {
		{"workers_min", &law->workers_min},
		{"workers_max", &law->workers_max},
		{"one_per_s", &law->one_per_s},
		{"sigma", &law->sigma},
		{"sigma_lo", &law->sigma_lo},
		{"sigma_hi", &law->sigma_hi},
		{"kappa", &law->kappa},
		{"kappa_lo", &law->kappa_lo},
		{"kappa_hi", &law->kappa_hi},
		{"residual_pct", &law->residual_pct},
		{"peak_workers", &law->peak_workers},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++)
		if (!chart_number(table, row, cells[i].column, cells[i].to, why))
			return false;
	return true;
}

static bool read_law(const struct csv_table *table, size_t row, struct law *law, struct reason *why)
{
	*law = (struct law){
		.case_name = chart_cell(table, row, "case"),
		.mode = chart_cell(table, row, "mode"),
		.placement = chart_cell(table, row, "placement"),
		.param = chart_cell(table, row, "param"),
	};
	if (!read_numbers(table, row, law, why))
		return false;
	if (isnan(law->sigma) || isnan(law->kappa) || isnan(law->one_per_s) ||
	    isnan(law->workers_min) || isnan(law->workers_max))
		return refuse(why, _("scaling.csv:%zu: status is ok, but a parameter is missing"),
			      table->line[row]);
	return true;
}

static bool is_point(const struct summary_row *row, const struct law *law)
{
	return strcmp(row->mode, law->mode) == 0 && strcmp(row->param, law->param) == 0 &&
	       strcmp(row->placement, law->placement) == 0 &&
	       strcmp(row->metric, "ops_per_s") == 0 && pick_usable(row) &&
	       !summary_has_flag(row, 'o') && (double)row->workers <= law->workers_max;
}

static bool has_points(const struct page *page, const struct law *law)
{
	struct pick pick;

	pick_case(&pick, page->run, law->case_name);
	for (const struct summary_row *row = pick.begin; row < pick.end; row++)
		if (is_point(row, law))
			return true;
	return false;
}

/* As many modes as have room, in the first parameter set and placement of the file. */
static void take_law(struct page *page, struct laws *laws, const struct law *law)
{
	const struct law *first = &laws->panels[0];

	laws->found++;
	if (!has_points(page, law))
		page_remark(page, _("a curve of scaling.csv has no points in summary.csv"));
	else if (laws->count && (strcmp(law->param, first->param) != 0 ||
				 strcmp(law->placement, first->placement) != 0))
		laws->others++;
	else if (laws->count < PANELS_MAX)
		laws->panels[laws->count++] = *law;
	else
		laws->left_out++;
}

static bool read_case(struct page *page, struct laws *laws, const struct csv_table *table,
		      const char *case_name, struct reason *why)
{
	struct law law;

	for (size_t row = 0; row < table->rows; row++) {
		if (strcmp(chart_cell(table, row, "case"), case_name) != 0 ||
		    strcmp(chart_cell(table, row, "status"), "ok") != 0)
			continue;
		if (!read_law(table, row, &law, why))
			return false;
		take_law(page, laws, &law);
	}
	return true;
}

static bool read_laws(struct page *page, struct laws *laws, struct reason *why)
{
	const struct csv_table *table;

	if (!chart_table(page->run, "scaling.csv", COLUMNS, &table, why))
		return false;
	for (size_t i = 0; table && i < ARRAY_SIZE(cases) && !laws->found; i++)
		if (!read_case(page, laws, table, cases[i], why))
			return false;
	if (laws->left_out)
		page_remark(page,
			    ngettext("%u further mode in scaling.csv",
				     "%u further modes in scaling.csv", laws->left_out),
			    laws->left_out);
	if (laws->others)
		page_remark(page,
			    ngettext("%u curve of other parameters in scaling.csv",
				     "%u curves of other parameters in scaling.csv", laws->others),
			    laws->others);
	return true;
}

/* ---- panels ---- */

static double rate(const struct law *law, double n)
{
	return n * law->one_per_s / (1 + law->sigma * (n - 1) + law->kappa * n * (n - 1));
}

static double write_points(struct page *page, const struct law *law, size_t p)
{
	struct pick pick;
	double top = 0;

	pick_case(&pick, page->run, law->case_name);
	page_block(page, "points-%zu", p);
	for (const struct summary_row *row = pick.begin; row < pick.end; row++) {
		if (!is_point(row, law))
			continue;
		page_note(page, row);
		PAGE_ROW(page, (double)row->workers, row->median, pick_low(row), pick_high(row));
		top = fmax(top, pick_high(row));
	}
	return top;
}

static double write_curve(struct page *page, const struct law *law, size_t p)
{
	const double step = (law->workers_max - law->workers_min) / CURVE_STEPS;
	double top = 0;

	page_block(page, "curve-%zu", p);
	for (unsigned i = 0; i <= CURVE_STEPS; i++) {
		const double workers = law->workers_min + i * step;

		PAGE_ROW(page, workers, rate(law, workers));
		top = fmax(top, rate(law, workers));
	}
	return top;
}

/* Three digits, never an exponent: parameters can be far below 1. */
static const char *small_words(struct page *page, double x)
{
	if (x != 0 && fabs(x) < ABOUT_ZERO)
		return _("about 0");
	return page_keep(page, "%s", words_digits(x).text);
}

static const char *parameter_words(struct page *page, const char *symbol, double x, double low,
				   double high)
{
	if (isnan(low))
		return page_keep(page, "%s %s", symbol, small_words(page, x));
	return page_keep(page, _("%s %s (%s to %s)"), symbol, small_words(page, x),
			 small_words(page, low), small_words(page, high));
}

static void write_panel(struct page *page, const struct law *law, size_t p)
{
	const char *id = look_id(page, law->mode);
	const double top = fmax(write_points(page, law, p), write_curve(page, law, p));
	const char *off = page_keep(page, "%s", words_digits(law->residual_pct).text);

	page_text_at(page, "panel", p, look_words(page, law->mode));
	page_words(page, page_keep(page, "panel_colour_%zu", p), *id ? id : "ink");
	page_text_at(page, "sigma", p,
		     parameter_words(page, "σ", law->sigma, law->sigma_lo, law->sigma_hi));
	page_text_at(page, "kappa", p,
		     parameter_words(page, "κ", law->kappa, law->kappa_lo, law->kappa_hi));
	if (isnan(law->peak_workers))
		page_text(page, page_keep(page, "off_%zu", p), _("off by %s %%"), off);
	else
		page_text(page, page_keep(page, "off_%zu", p), _("off by %s %%, peak at %s"), off,
			  words_digits(law->peak_workers).text);
	page_number_at(page, "top", p, top);
	axis_linear_as(page, page_keep(page, "ytics_%zu", p), "y", top, AXIS_COUNT);
}

/* ---- words ---- */

static const char *under(struct page *page, const char *mode)
{
	if (strcmp(mode, "gil") == 0)
		return _("under a GIL");
	if (strcmp(mode, "mutex") == 0)
		return _("under a mutex");
	return *look_id(page, mode) ? look_under(page, mode)
				    : page_keep(page, _("under %s"), page_clean(page, mode, 20));
}

static void title_peaks(struct page *page, const struct laws *laws, unsigned peaks)
{
	const char *words = "";
	unsigned named = 0;

	for (size_t i = 0; i < laws->count && named < PEAKS_NAMED; i++) {
		const struct law *law = &laws->panels[i];

		if (isnan(law->peak_workers))
			continue;
		words = page_keep(page, _("%s%s%s workers %s"), words, named++ ? ", " : "",
				  words_digits(law->peak_workers).text, under(page, law->mode));
	}
	if (peaks > PEAKS_NAMED)
		page_title(page, _("Throughput peaks at %s (%u more)"), words, peaks - PEAKS_NAMED);
	else
		page_title(page, _("Throughput peaks at %s"), words);
}

static void title_contention(struct page *page, const struct laws *laws, const struct law *least,
			     const struct law *most)
{
	const unsigned last = (unsigned)laws->panels[0].workers_max;

	if (most->sigma_lo > least->sigma_hi)
		page_title(page, _("No peak up to %u workers; contention is %s %s, %s %s"), last,
			   small_words(page, most->sigma), under(page, most->mode),
			   small_words(page, least->sigma), under(page, least->mode));
	else if (most != least)
		page_title(page, _("No peak up to %u workers, no difference in contention seen"),
			   last);
	else
		page_title(page, _("No peak up to %u workers; contention is %s %s"), last,
			   small_words(page, most->sigma), under(page, most->mode));
}

/* Peaks first, since they show where to stop. Else the widest certain gap in contention. */
static void title(struct page *page, const struct laws *laws)
{
	const struct law *least = NULL, *most = NULL;
	unsigned peaks = 0;

	for (size_t i = 0; i < laws->count; i++) {
		const struct law *law = &laws->panels[i];

		peaks += !isnan(law->peak_workers);
		if (isnan(law->sigma_lo))
			continue;
		least = !least || law->sigma < least->sigma ? law : least;
		most = !most || law->sigma > most->sigma ? law : most;
	}
	if (peaks)
		title_peaks(page, laws, peaks);
	else if (most)
		title_contention(page, laws, least, most);
	else
		page_title(page, _("The scalability law: too few launches to judge"));
}

bool chart_scaling_law(struct page *page, struct reason *why)
{
	struct laws laws = {.count = 0};
	const struct law *first = &laws.panels[0];
	struct pick pick;

	if (!read_laws(page, &laws, why))
		return false;
	if (!laws.count) {
		page_missing_for(
			page, _("the scalability law"),
			_("no case with 4 numbers of workers or more that have a processor each"),
			"tollgate run --filter '^lock_contended$' --workers 1,2,4,N");
		return true;
	}
	for (size_t i = 0; i < laws.count; i++)
		write_panel(page, &laws.panels[i], i + 1);
	page_number(page, "panels", (double)laws.count);
	page_number(page, "last", first->workers_max);
	title(page, &laws);
	pick = (struct pick){.param = first->param, .placement = first->placement, .sets = 1};
	page_subtitle(page,
		      _("Operations per second over workers (%s%s), higher is better; %s; curve = "
			"scalability law"),
		      first->case_name, pick_words(page, &pick),
		      page_interval_words(page, _("bar")));
	return true;
}
