/* SPDX-License-Identifier: MIT */
/* internal - between the files of room chart: a run in memory, and a page while it is made. */
#ifndef TOLLGATE_CHART_INTERNAL_H
#define TOLLGATE_CHART_INTERNAL_H

#include "harness/base/format.h"
#include "harness/base/language.h"
#include "harness/chart/chart.h"
#include "harness/data/csv.h"
#include "harness/data/json_read.h"
#include "harness/summary/summary.h"

/* ---- the run ---- */

struct chart_run {
	char *directory;
	struct summary summary;
	struct json_tree facts; /* run.json */
	unsigned pus;           /* processing units of the machine; 0: unknown */
	struct csv_table tables[8];
	const char *table_names[8]; /* files that were read already */
	size_t table_count;
};

/* A fact of run.json by its path, "" if unknown. */
const char *chart_fact(const struct chart_run *run, const char *path);
/* "results/x/NAME", to be freed. */
char *chart_path(const struct chart_run *run, const char *name);
/*
 * A further file of the run, read once, with at least the COLUMNS of a comma list. *TABLE is NULL if the run
 * has no such file. False and WHY if it is malformed.
 */
bool chart_table(struct chart_run *run, const char *name, const char *columns,
		 const struct csv_table **table, struct reason *why);
/* The cell of a row by the name of its column, which chart_table() has checked. */
const char *chart_cell(const struct csv_table *table, size_t row, const char *column);
/* The same as a number; an empty cell is NAN, and anything else is refused. */
bool chart_number(const struct csv_table *table, size_t row, const char *column, double *out,
		  struct reason *why);

/* The cell of column workers, from 1 to CHART_WORKERS_MAX. */
bool chart_workers(const struct csv_table *table, size_t row, double *out, struct reason *why);

/* ---- the deck ---- */

/* One picture of the deck. `make` fills the page; false and WHY only for a malformed file. */
struct chart {
	const char *name;
	bool (*make)(struct page *page, struct reason *why);
	const char *drawing; /* scripts/DRAWING.gp */
};

/* ---- the page ---- */

#define CHART_WORKERS_MAX 100000
#define PAGE_MODES_MAX    64
#define PAGE_WIDTHS_MAX   128
#define PAGE_LABELS_MAX   32

struct page_variable {
	char *name;
	enum { PAGE_TEXT, PAGE_NUMBER, PAGE_WORDS, PAGE_COMMAND } kind;
	char *text;
	double number;
};

/* Which modes a page shows, in the order of drawing. */
struct page_modes {
	const char *names[PAGE_MODES_MAX];
	size_t count;
};

/* A label at the right end of a line: its place on the axis from 0 (bottom) to 1 (top). */
struct page_label {
	double at;
	const char *mode, *text;
};

struct page {
	const struct chart *chart;
	struct chart_run *run;
	const char *drawing;

	struct page_variable *variables;
	size_t variable_count, variable_capacity;
	FILE *rows; /* a memory stream: the data blocks */
	char *rows_text;
	size_t rows_size, block_count;

	const struct summary_row **used; /* behind the picture */
	size_t used_count, used_capacity;
	FILE *cells; /* a memory stream, instead of rows of summary.csv: whole lines, header first */
	struct csv_writer cells_csv;
	char *cells_text;
	size_t cells_size;

	double level;                       /* of the intervals, in per cent; NAN: none was seen */
	double launches_low, launches_high; /* NAN: unknown */
	char *remarks[16];
	size_t remark_count;

	bool laboratory; /* the modes are those of a laboratory page, with words of their own */
	struct page_modes modes;      /* that the page may show */
	const char *new_gil;          /* the run's name of the GIL of 3.2 */
	struct page_modes lock_modes; /* on a page of locks: kinds, and their looks */
	const char *lock_ids[PAGE_MODES_MAX];

	struct page_label labels[PAGE_LABELS_MAX];
	size_t label_count;
	char *tics; /* the list being made */

	char **kept; /* texts that live as long as the page */
	size_t kept_count, kept_capacity;
};

/* An empty page that scripts/DRAWING.gp will draw, to be filled, finished and freed. */
struct page *page_new(const char *drawing);
void page_finish(struct page *page);
/* A text that lives as long as the page. */
const char *page_keep(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/*
 * TEXT of a file as printable UTF-8 of at most MOST characters: a control byte becomes a blank, a byte that
 * is no UTF-8 a "?", and what is too long ends in an ellipsis. Lives as long as the page.
 */
const char *page_clean(struct page *page, const char *text, size_t most);

/* Variables of the drawing. A text is shown as it stands: no markup. WORDS are names of ours. */
void page_text(struct page *page, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
void page_number(struct page *page, const char *name, double number);
void page_words(struct page *page, const char *name, const char *words);
/* NAME with a suffix: page_text(page, page_keep(page, "row_%u", i), ...) in short. */
void page_text_at(struct page *page, const char *name, size_t index, const char *text);
void page_number_at(struct page *page, const char *name, size_t index, double number);
/* A statement of gnuplot. */
void page_command(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);

void page_title(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
void page_subtitle(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* A note at the foot, once. */
void page_remark(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* Begin the data block NAME, which a drawing calls `$DATA index "NAME;"`. */
void page_block(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* A line of the present block: COUNT numbers; NAN is a gap. */
void page_row(struct page *page, const double *numbers, size_t count);
#define PAGE_ROW(page, ...)                           \
	page_row(page, (const double[]){__VA_ARGS__}, \
		 sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* A page in place of a chart: WHAT it would show, the CASES it needs (words), further OPTIONS or NULL. */
void page_missing(struct page *page, const char *what, const char *cases, const char *options);
/* The same with the reason and the command in full. */
void page_missing_for(struct page *page, const char *what, const char *lacking,
		      const char *command);
/* "band = 97.9 % confidence interval of the median", or that there is none. WHAT is translated. */
const char *page_interval_words(struct page *page, const char *what);
/* All remarks, each behind a separator. */
const char *page_remarks(struct page *page);
/* Machine, run and remarks, as the last two lines of the page. */
void page_caption(struct page *page);

/* Remember a row as one that the chart shows or that its words rest on. */
void page_use(struct page *page, const struct summary_row *row);
/* A row of another file instead: the cells of COLUMNS, a comma list that is the same in all calls of a page. */
void page_use_cells(struct page *page, const struct csv_table *table, size_t row,
		    const char *columns);
/* page_use(), with what the caption says of the row: launches, level, a busy machine. */
void page_note(struct page *page, const struct summary_row *row);

/* ---- choosing rows ---- */

/* Rows of one case in one set of parameters and one placement. */
struct pick {
	const struct summary_row *begin, *end; /* of the case */
	const char *case_name, *param, *placement;
	unsigned widths[PAGE_WIDTHS_MAX]; /* numbers of workers, ascending */
	size_t width_count;
	size_t sets; /* parameter sets and placements that have the metric */
};

/* The rows of CASE_NAME: false if there is none. */
bool pick_case(struct pick *pick, const struct chart_run *run, const char *case_name);
/* The first parameters and placement in the file that have METRIC of CASE_NAME; false if there are none. */
bool pick_first(struct pick *pick, const struct chart_run *run, const char *case_name,
		const char *metric);
/* The given ones; widths are those that have METRIC. */
void pick_set(struct pick *pick, const char *metric, const char *param, const char *placement);
/* One more number of workers, as long as there is room. */
void pick_add_width(struct pick *pick, unsigned workers);
/* May a figure be drawn? There is one, and the case did not compute a wrong answer. */
bool pick_usable(const struct summary_row *row);
/* The row of the set, without a note of it; NULL if there is none that is usable. */
const struct summary_row *pick_look(const struct pick *pick, const char *mode, unsigned workers,
				    const char *metric);
/* The same; page_note()s it, and remarks on a status that is not ok. */
const struct summary_row *pick_find(struct page *page, const struct pick *pick, const char *mode,
				    unsigned workers, const char *metric);
/* Of the page's modes those that have METRIC at WORKERS (0: anywhere); remarks on the others. */
struct page_modes pick_modes(struct page *page, const struct pick *pick, const char *metric,
			     unsigned workers);
/* The largest width within the machine, but 2 where only 1 lies within it and 2 was measured. */
unsigned pick_full_width(const struct pick *pick, const struct chart_run *run);
unsigned pick_last_width(const struct pick *pick);
/* ", think=1000, placement cores": the parameters for a subtitle, remarking on what is left out. */
const char *pick_words(struct page *page, const struct pick *pick);
/* The value of parameter NAME in PARAM, 0 if it is not there. */
double pick_param(const char *param, const char *name);

/* Ends of a row's interval; the median where there is none. */
double pick_low(const struct summary_row *row);
double pick_high(const struct summary_row *row);
/* Where an interval lies. MISSING: there is no figure; UNKNOWN: there is no interval. */
enum pick_verdict { PICK_MISSING, PICK_UNKNOWN, PICK_BELOW, PICK_SPANS, PICK_ABOVE };
/* The interval of the median against BASE; the interval of the ratio against 1. ROW may be NULL. */
enum pick_verdict pick_verdict(const struct summary_row *row, double base);
enum pick_verdict pick_ratio_verdict(const struct summary_row *row);
/* Do both rows have intervals, and does that of A lie wholly below that of B? */
bool pick_surely_less(const struct summary_row *a, const struct summary_row *b);

/* ---- numbers in words ---- */

struct format_text words_digits(double x);   /* three significant digits, never an exponent */
struct format_text words_ns(double ns);      /* "4.31 µs"; the smallest unit is the nanosecond */
struct format_text words_si(double count);   /* "12.3 M" */
struct format_text words_count(double x);    /* "12", "92300", "1.23 M" */
struct format_text words_times(double x);    /* "0.958 ×" */
struct format_text words_round_ns(double x); /* for tics and settings: "5 ms" */
/* A figure with the unit that the files give it. */
struct format_text words_figure(double x, const char *unit);
/* The power of ten at or below X > 0. */
double words_decade(double x);

/* ---- axes and labels ---- */

enum axis_unit { AXIS_COUNT, AXIS_NS };

/* A step of 1, 2 or 5 times a power of ten that gives at most 6 tics up to TOP. */
double axis_step(double top);
/* The list of tics: axis_tic() again and again, then one of the others. */
void axis_tic(struct page *page, double position, const char *format, ...) PRINTF_LIKE(3, 4);
void axis_tics(struct page *page, const char *axis);        /* set AXIStics (..) */
void axis_tics_as(struct page *page, const char *variable); /* the list as a text */
/* Linear from 0 to TOP, all tics in one unit; the second as the text of a command in VARIABLE. */
void axis_linear(struct page *page, const char *axis, double top, enum axis_unit unit);
void axis_linear_as(struct page *page, const char *variable, const char *axis, double top,
		    enum axis_unit unit);
/* A logarithmic x axis of nanoseconds that holds LEAST and MOST, as the numbers `bottom` and `top`. */
void axis_log_ns(struct page *page, double least, double most);
/* Tics of 1, or 1, 2 and 5 where there are few decades, from LEAST to MOST nanoseconds. */
void axis_log_tics(struct page *page, double least, double most);
/* Tics at the widths of PICK, with numbers at those that lie GAP (a share of the axis) apart. */
void axis_widths(struct page *page, const struct pick *pick, double gap, const char *variable);

/* label_add() for each line; label_put() pushes them apart until neighbours are GAP apart. */
void label_add(struct page *page, double at, const char *mode, const char *text);
void label_put(struct page *page, double gap);

/* ---- text ---- */

/*
 * TEXT in lines of at most WIDTH letters of common breadth, but no more than MOST of them; an ellipsis ends
 * what has no room. Puts NAME_INDEX_1 .. and NAME_INDEX_lines; returns the number of lines.
 */
size_t page_lines(struct page *page, const char *name, size_t index, const char *text, double width,
		  size_t most);
/* The same, into LINES[MOST]; nothing is put. */
size_t page_wrap(struct page *page, const char *text, double width, size_t most,
		 const char **lines);

/* ---- modes ---- */

/* How people call a mode on this page: "no lock". */
const char *look_words(struct page *page, const char *mode);
/* Its name in gnuplot, which knows its colour and shape by it; "" if it has none. */
const char *look_id(struct page *page, const char *mode);
/* The names that gnuplot knows MODES by as the list VARIABLE, and how it is to call them. */
void look_put(struct page *page, const char *variable, const struct page_modes *modes);
bool look_has(const struct page_modes *modes, const char *mode);
/* Once, and as long as there is room. */
void look_add(struct page_modes *modes, const char *mode);
/* The four modes of the deck. */
struct page_modes look_deck(void);
/* The modes that have METRIC of PICK's case. */
struct page_modes look_measured(const struct pick *pick, const char *metric);
/*
 * The page belongs to the GIL laboratory: it shows POLICIES (words), and of each kind of real lock the
 * newest that was measured, behind them or where a word "real27", "real32", "real313", "real_free" stands.
 */
void look_laboratory(struct page *page, const struct page_modes *measured, const char *policies);
/* Is there more among MODES than the deck shows? */
bool look_beyond_deck(const struct page_modes *modes);
/* "under the GIL of 3.2", "under CPython 3.11.2", "without a lock". */
const char *look_under(struct page *page, const char *mode);
/* Is this the version of an interpreter, "3.13.1t"? Is version A newer than B? */
bool look_is_version(const char *text);
bool look_is_newer(const char *a, const char *b);
/* The switch interval of a parameter set: its own, else that of the run, else 5 ms. */
double look_interval_ns(const struct page *page, const char *param);
/* The page is about locks: see look.c. False if none was measured. */
bool look_locks(struct page *page, const struct page_modes *measured);
/* All kinds that have METRIC in the set of PICK go into the figures behind the page. */
void look_use_all(struct page *page, const struct pick *pick, const char *metric);
/*
 * The lock other than the mutex whose METRIC lies farthest in the better direction, its interval apart from
 * that of the mutex; NULL if there is none. JUDGED: were there intervals to judge by?
 */
const struct summary_row *look_apart(struct page *page, const struct pick *pick, const char *metric,
				     unsigned workers, bool higher, bool *judged);

/* ---- the deck, in page order ---- */

/*
 * A row per chart: its name, chart_KIND() that makes its page, and the scripts/DRAWING.gp that draws it. Several
 * charts may be of one kind. docs/adding-a-chart.md adds a row.
 */
/* clang-format off */
#define CHART_DECK(X) \
	X("overhead", overhead, "overhead") \
	X("cost-ladder", mechanisms, "mechanisms") \
	X("cpu-scaling", scaling, "scaling") \
	X("io-scaling", scaling, "scaling") \
	X("speedup", speedup, "speedup") \
	X("io-beside-hogs", percentiles, "percentiles") \
	X("pos-terminal", terminal, "terminal") \
	X("creation", mechanisms, "mechanisms") \
	X("context-switch", mechanisms, "mechanisms") \
	X("round-trip", mechanisms, "mechanisms") \
	X("bandwidth", sizes, "sizes") \
	X("fairness", fairness, "fairness") \
	X("core-to-core", core_to_core, "core-to-core") \
	X("sharing", sharing, "sharing") \
	X("scaling-law", scaling_law, "scaling-law") \
	X("gil-timeline", gil_timeline, "gil-timeline") \
	X("gil-tenure", gil_tenure, "gil-tenure") \
	X("gil-latency", percentiles, "percentiles") \
	X("gil-scaling", scaling, "scaling") \
	X("gil-validate", gil_validate, "gil-validate") \
	X("python-twins", python_twins, "python-twins") \
	X("lock-throughput", lock_throughput, "lock-throughput") \
	X("lock-wait", percentiles, "percentiles") \
	X("lock-fairness", lock_fairness, "lock-fairness") \
	X("lock-handoff", lock_handoff, "lock-handoff")
/* clang-format on */

/* Each kind has a file of its own. It fills the page; false and WHY only for a malformed file. */
typedef bool chart_make_fn(struct page *page, struct reason *why);
#define CHART_DECLARE_(name, make, drawing) chart_make_fn chart_##make;
CHART_DECK(CHART_DECLARE_)
chart_make_fn chart_cover, chart_claims; /* the pages of text of the slides */

#endif
