/* SPDX-License-Identifier: MIT */
/* internal - shared by the files of module chart: a run in memory, and a page while it is made. */
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
	const char *table_names[8]; /* files already read */
	size_t table_count;
};

/* A fact of run.json by its path, "" if unknown. */
const char *chart_fact(const struct chart_run *run, const char *path);
/* "results/x/NAME", to be freed. */
char *chart_path(const struct chart_run *run, const char *name);
/*
 * A further file of the run, read once, with at least the columns of the comma list COLUMNS. *TABLE
 * is NULL if the run has no such file. False and WHY if it is malformed.
 */
bool chart_table(struct chart_run *run, const char *name, const char *columns,
		 const struct csv_table **table, struct reason *why);
/* The cell of a row by the name of its column. chart_table() has checked the column. */
const char *chart_cell(const struct csv_table *table, size_t row, const char *column);
/* The same as a number. An empty cell is NAN. Anything else is refused. */
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

/* The modes of a page, in the order of drawing. */
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

	double level; /* level of the intervals, in per cent; NAN: there was none */
	double launches_low, launches_high; /* NAN: unknown */
	char *remarks[16];
	size_t remark_count;

	bool laboratory;              /* a laboratory page, which has its own words for modes */
	struct page_modes modes;      /* modes that the page may show */
	const char *new_gil;          /* the name of the GIL of 3.2 in the run */
	struct page_modes lock_modes; /* on a page of locks: the kinds, and their looks */
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
 * TEXT of a file as printable UTF-8 of at most MOST characters. A control byte becomes a blank, a
 * byte outside UTF-8 a "?", and a longer text ends in an ellipsis. Lives as long as the page.
 */
const char *page_clean(struct page *page, const char *text, size_t most);

/* Variables of the drawing. A text is shown literally, without markup. WORDS are our own names. */
void page_text(struct page *page, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
void page_number(struct page *page, const char *name, double number);
void page_words(struct page *page, const char *name, const char *words);
/* A short form of page_text(page, page_keep(page, "row_%u", i), ...). */
void page_text_at(struct page *page, const char *name, size_t index, const char *text);
void page_number_at(struct page *page, const char *name, size_t index, double number);
/* A statement of gnuplot. */
void page_command(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);

void page_title(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
void page_subtitle(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* A note at the foot. Repeated notes are shown once. */
void page_remark(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* Begin the data block NAME. A drawing refers to it as `$DATA index "NAME;"`. */
void page_block(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* A line of the current block: COUNT numbers. NAN is a gap. */
void page_row(struct page *page, const double *numbers, size_t count);
#define PAGE_ROW(page, ...)                           \
	page_row(page, (const double[]){__VA_ARGS__}, \
		 sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* A page in place of a chart: the subject WHAT, the needed CASES (words), further OPTIONS or NULL. */
void page_missing(struct page *page, const char *what, const char *cases, const char *options);
/* The same with the full reason and command. */
void page_missing_for(struct page *page, const char *what, const char *lacking,
		      const char *command);
/* "band = 97.9 % confidence interval of the median", or "no interval". WHAT is translated. */
const char *page_interval_words(struct page *page, const char *what);
/* All remarks, each after a separator. */
const char *page_remarks(struct page *page);
/* Machine, run and remarks, as the last two lines of the page. */
void page_caption(struct page *page);

/* Record a row that the chart shows or its words rely on. */
void page_use(struct page *page, const struct summary_row *row);
/* The same for a row of another file. The comma list COLUMNS is the same in all calls of a page. */
void page_use_cells(struct page *page, const struct csv_table *table, size_t row,
		    const char *columns);
/* page_use(), and note the facts for the caption: launches, level, a busy machine. */
void page_note(struct page *page, const struct summary_row *row);

/* ---- choosing rows ---- */

/* Rows of one case in one set of parameters and one placement. */
struct pick {
	const struct summary_row *begin, *end; /* of the case */
	const char *case_name, *param, *placement;
	unsigned widths[PAGE_WIDTHS_MAX]; /* numbers of workers, ascending */
	size_t width_count;
	size_t sets; /* number of parameter sets and placements with the metric */
};

/* The rows of CASE_NAME. False if there are none. */
bool pick_case(struct pick *pick, const struct chart_run *run, const char *case_name);
/* The first parameters and placement in the file with METRIC of CASE_NAME. False if there are none. */
bool pick_first(struct pick *pick, const struct chart_run *run, const char *case_name,
		const char *metric);
/* The given ones. Widths are those with METRIC. */
void pick_set(struct pick *pick, const char *metric, const char *param, const char *placement);
/* Add one number of workers, as long as there is room. */
void pick_add_width(struct pick *pick, unsigned workers);
/* Is there a figure, and did the case compute a right answer? Then it may be drawn. */
bool pick_usable(const struct summary_row *row);
/* The row of the set, without a note of it; NULL if there is no usable one. */
const struct summary_row *pick_look(const struct pick *pick, const char *mode, unsigned workers,
				    const char *metric);
/* The same, but it calls page_note() and adds a remark on a status that is not ok. */
const struct summary_row *pick_find(struct page *page, const struct pick *pick, const char *mode,
				    unsigned workers, const char *metric);
/* Modes of the page that have METRIC at WORKERS (0: any number). Adds a remark on the others. */
struct page_modes pick_modes(struct page *page, const struct pick *pick, const char *metric,
			     unsigned workers);
/* The largest width within the machine, but 2 if only 1 is within it and 2 was measured. */
unsigned pick_full_width(const struct pick *pick, const struct chart_run *run);
unsigned pick_last_width(const struct pick *pick);
/* ", think=1000, placement cores": the parameters for a subtitle. Adds a remark on those left out. */
const char *pick_words(struct page *page, const struct pick *pick);
/* The value of parameter NAME in PARAM; 0 if PARAM lacks it. */
double pick_param(const char *param, const char *name);

/* Ends of a row's interval; the median if there is none. */
double pick_low(const struct summary_row *row);
double pick_high(const struct summary_row *row);
/* The position of an interval. MISSING: there is no figure. UNKNOWN: there is no interval. */
enum pick_verdict { PICK_MISSING, PICK_UNKNOWN, PICK_BELOW, PICK_SPANS, PICK_ABOVE };
/* The interval of the median against BASE, or of the ratio against 1. ROW may be NULL. */
enum pick_verdict pick_verdict(const struct summary_row *row, double base);
enum pick_verdict pick_ratio_verdict(const struct summary_row *row);
/* Do both rows have intervals, and is the interval of A wholly below that of B? */
bool pick_surely_less(const struct summary_row *a, const struct summary_row *b);

/* ---- numbers in words ---- */

struct format_text words_digits(double x);   /* three significant digits, never an exponent */
struct format_text words_ns(double ns);      /* "4.31 µs"; the smallest unit is the nanosecond */
struct format_text words_si(double count);   /* "12.3 M" */
struct format_text words_count(double x);    /* "12", "92300", "1.23 M" */
struct format_text words_times(double x);    /* "0.958 ×" */
struct format_text words_round_ns(double x); /* for tics and settings: "5 ms" */
/* A figure with its unit from the files. */
struct format_text words_figure(double x, const char *unit);
/* The power of ten at or below X > 0. */
double words_decade(double x);

/* ---- axes and labels ---- */

enum axis_unit { AXIS_COUNT, AXIS_NS };

/* A step of 1, 2 or 5 times a power of ten that gives at most 6 tics up to TOP. */
double axis_step(double top);
/* The list of tics: call axis_tic() for each, then one of the others. */
void axis_tic(struct page *page, double position, const char *format, ...) PRINTF_LIKE(3, 4);
void axis_tics(struct page *page, const char *axis);        /* set AXIStics (..) */
void axis_tics_as(struct page *page, const char *variable); /* the list as a text */
/* Linear from 0 to TOP, all tics in one unit. The second puts the command as text into VARIABLE. */
void axis_linear(struct page *page, const char *axis, double top, enum axis_unit unit);
void axis_linear_as(struct page *page, const char *variable, const char *axis, double top,
		    enum axis_unit unit);
/* A logarithmic x axis of nanoseconds around LEAST and MOST. Its ends are `bottom` and `top`. */
void axis_log_ns(struct page *page, double least, double most);
/* Tics at 1, or at 1, 2 and 5 if there are few decades, from LEAST to MOST nanoseconds. */
void axis_log_tics(struct page *page, double least, double most);
/* Tics at the widths of PICK, with numbers at those at least GAP (a share of the axis) apart. */
void axis_widths(struct page *page, const struct pick *pick, double gap, const char *variable);

/* Call label_add() for each line. label_put() moves the labels until neighbours are GAP apart. */
void label_add(struct page *page, double at, const char *mode, const char *text);
void label_put(struct page *page, double gap);

/* ---- text ---- */

/*
 * Break TEXT into at most MOST lines of at most WIDTH letters of common breadth. A longer text ends
 * in an ellipsis. Puts NAME_INDEX_1 .. and NAME_INDEX_lines. Returns the number of lines.
 */
size_t page_lines(struct page *page, const char *name, size_t index, const char *text, double width,
		  size_t most);
/* The same, into LINES[MOST]. It puts no variables. */
size_t page_wrap(struct page *page, const char *text, double width, size_t most,
		 const char **lines);

/* ---- modes ---- */

/* The name of a mode for people on this page: "no lock". */
const char *look_words(struct page *page, const char *mode);
/* Its name in gnuplot, which has a colour and a shape for it; "" if it has none. */
const char *look_id(struct page *page, const char *mode);
/* The gnuplot names of MODES as the list VARIABLE, and their names for people. */
void look_put(struct page *page, const char *variable, const struct page_modes *modes);
bool look_has(const struct page_modes *modes, const char *mode);
/* Add MODE unless it is already there or there is no room. */
void look_add(struct page_modes *modes, const char *mode);
/* The four modes of the deck. */
struct page_modes look_deck(void);
/* The modes with METRIC of PICK's case. */
struct page_modes look_measured(const struct pick *pick, const char *metric);
/*
 * The page belongs to the GIL laboratory. It shows POLICIES (words), and the newest measured lock
 * of each real kind, after them or in place of a word "real27", "real32", "real313", "real_free".
 */
void look_laboratory(struct page *page, const struct page_modes *measured, const char *policies);
/* Has MODES any mode outside the deck? */
bool look_beyond_deck(const struct page_modes *modes);
/* "under the GIL of 3.2", "under CPython 3.11.2", "without a lock". */
const char *look_under(struct page *page, const char *mode);
/* Is this the version of an interpreter, such as "3.13.1t"? Is version A newer than B? */
bool look_is_version(const char *text);
bool look_is_newer(const char *a, const char *b);
/* The switch interval of a parameter set: its own, else the one of the run, else 5 ms. */
double look_interval_ns(const struct page *page, const char *param);
/* The page is about locks: see look.c. False if none was measured. */
bool look_locks(struct page *page, const struct page_modes *measured);
/* Add all kinds with METRIC in the set of PICK to the figures behind the page. */
void look_use_all(struct page *page, const struct pick *pick, const char *metric);
/*
 * The lock with the best METRIC, other than the mutex, if its interval is apart from that of the
 * mutex; NULL if there is none. JUDGED: were there intervals to judge by?
 */
const struct summary_row *look_apart(struct page *page, const struct pick *pick, const char *metric,
				     unsigned workers, bool higher, bool *judged);

/* ---- the deck, in page order ---- */

/*
 * A row per chart: its name, the KIND of chart_KIND(), which makes its page, and the DRAWING of
 * scripts/DRAWING.gp. Several charts may be of one kind. docs/adding-a-chart.md explains how to add a row.
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

/* Each kind has its own file. It fills the page. False and WHY only for a malformed file. */
typedef bool chart_make_fn(struct page *page, struct reason *why);
#define CHART_DECLARE_(name, make, drawing) chart_make_fn chart_##make;
CHART_DECK(CHART_DECLARE_)
chart_make_fn chart_cover, chart_claims; /* the pages of text of the slides */

#endif
