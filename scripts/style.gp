# SPDX-License-Identifier: MIT
# style.gp - the frame of every chart: one look in SVG, PDF and PNG, on white and on dark.
#
# Loaded before each page. `term` is svg, png or pdf, `theme` light (the default) or dark, and `out` the
# file. The terminal is opened once, so that several pages go into one PDF. A page sets title, subtitle,
# caption_machine and caption_run.

reset
set encoding utf8

# Every colour is defined here twice, C_ for white paper and D_ for a dark page, in the form C_x = "#RRGGBB";
# D_x = "#RRGGBB", and nowhere else: the report page also takes its dark colours from these lines.
C_page = "#FFFFFF"; D_page = "#14171B"
C_ink = "#222222";  D_ink = "#E4E7EB"
C_dim = "#6A6A6A";  D_dim = "#A0A8B3"
C_grid = "#E3E3E3"; D_grid = "#2D333B"
C_ref = "#9A9A9A";  D_ref = "#6D7681"
C_band = "#F6F6F6"; D_band = "#1C2026"

# Verdicts, by colour and by the shape M.
C_holds = "#0B6B4C"; D_holds = "#5FD3A7"; M_holds = 7
C_fails = "#A33A00"; D_fails = "#FF9E6B"; M_fails = 2
C_open = "#6A5200"; D_open = "#E6C65C"; M_open = 12
C_unknown = "#5C6470"; D_unknown = "#A1A9B4"; M_unknown = 6

# One colour and one point shape per mode in the whole deck. The first three colours are of Okabe and
# Ito, the fourth is Paul Tol's. In grey print, shape and label tell modes apart.
# The widths W and point sizes S decrease in drawing order, so that overlapping lines stay visible.
C_none = "#009E73"; D_none = "#22B98F"; P_none = 7; W_none = 5.8; S_none = 1.35; T_none = "no lock"
C_mutex = "#0072B2"; D_mutex = "#4AA3DF"; P_mutex = 13; W_mutex = 4.8; S_mutex = 1.30; T_mutex = "one mutex"
C_gil = "#D55E00"; D_gil = "#F08A3C"; P_gil = 9; W_gil = 3.6; S_gil = 1.05; T_gil = "emulated GIL"
C_process = "#AA4499"; D_process = "#D07CC0"; P_process = 5; W_process = 2.6; S_process = 0.70; T_process = "processes"

# The other locks of the GIL laboratory, in Tol's muted colours. Real locks have the colour of ink and the
# outline of the shape of their emulation.
C_gil27 = "#332288"; D_gil27 = "#9C8CF0"; P_gil27 = 11; W_gil27 = 4.2; S_gil27 = 1.20; T_gil27 = "GIL of 2.7"
C_gil313 = "#882255"; D_gil313 = "#E06A9C"; P_gil313 = 15; W_gil313 = 2.4; S_gil313 = 0.80; T_gil313 = "GIL of 3.13"
C_gil_prio = "#999933"; D_gil_prio = "#C8C85A"; P_gil_prio = 12; W_gil_prio = 2.4; S_gil_prio = 1.10; T_gil_prio = "3.2, I/O first"
C_gil_io_hold = "#4477AA"; D_gil_io_hold = "#86B4E8"; P_gil_io_hold = 3; W_gil_io_hold = 2.4; S_gil_io_hold = 1.10; T_gil_io_hold = "3.2, lock kept"
C_gil32_noforce = "#CC6677"; D_gil32_noforce = "#F09AA8"; P_gil32_noforce = 2; W_gil32_noforce = 2.4; S_gil32_noforce = 1.20; T_gil32_noforce = "3.2, unforced"
C_gil_per_interpreter = "#CC79A7"; D_gil_per_interpreter = "#EBA4CC"; P_gil_per_interpreter = 4; W_gil_per_interpreter = 2.4; S_gil_per_interpreter = 1.10
T_gil_per_interpreter = "a GIL each"
C_free_threaded = "#117733"; D_free_threaded = "#4FC07A"; P_free_threaded = 6; W_free_threaded = 2.6; S_free_threaded = 1.20; T_free_threaded = "free-threaded"
C_real27 = "#000000"; D_real27 = "#FFFFFF"; P_real27 = 10; W_real27 = 1.6; S_real27 = 1.50; T_real27 = "CPython 2"
C_real32 = "#444444"; D_real32 = "#D0D0D0"; P_real32 = 8; W_real32 = 1.6; S_real32 = 1.50; T_real32 = "CPython 3"
C_real313 = "#777777"; D_real313 = "#A8A8A8"; P_real313 = 14; W_real313 = 1.6; S_real313 = 1.50; T_real313 = "CPython 3.13"
C_real_free = "#5F5F5F"; D_real_free = "#BDBDBD"; P_real_free = 1; W_real_free = 1.6; S_real_free = 1.50; T_real_free = "CPython 3.13t"

# The locks, by family. The page names the measured kind of a family. They never share a page with the GIL
# laboratory, and borrow its shapes.
C_lock_sleep = "#56739A"; D_lock_sleep = "#9DB8DC"; P_lock_sleep = 11; W_lock_sleep = 4.2; S_lock_sleep = 1.20; T_lock_sleep = "adaptive"
C_lock_python = "#B8860B"; D_lock_python = "#E3B341"; P_lock_python = 15; W_lock_python = 3.2; S_lock_python = 1.10; T_lock_python = "pymutex"
C_lock_spin = "#C43C39"; D_lock_spin = "#F0807C"; P_lock_spin = 8; W_lock_spin = 3.4; S_lock_spin = 1.10; T_lock_spin = "pthread-spin"
C_lock_ticket = "#4B3FA0"; D_lock_ticket = "#AFA4F5"; P_lock_ticket = 2; W_lock_ticket = 2.6; S_lock_ticket = 1.20; T_lock_ticket = "ticket"
C_lock_queue = "#6B4C2A"; D_lock_queue = "#C9A27A"; P_lock_queue = 6; W_lock_queue = 2.4; S_lock_queue = 1.20; T_lock_queue = "ck-mcs"

# The steps of a heat map, from little to much.
C_heat_0 = "#EDF3F9"; D_heat_0 = "#1B2631"
C_heat_1 = "#D3E3F1"; D_heat_1 = "#20364A"
C_heat_2 = "#B2CFE6"; D_heat_2 = "#264763"
C_heat_3 = "#8BB8DA"; D_heat_3 = "#2D5A7F"
C_heat_4 = "#5F9DCB"; D_heat_4 = "#366F9C"
C_heat_5 = "#3A80B6"; D_heat_5 = "#4587BA"
C_heat_6 = "#20639B"; D_heat_6 = "#609FD0"
C_heat_7 = "#0F487C"; D_heat_7 = "#86B9E3"
C_heat_8 = "#06305A"; D_heat_8 = "#B5D6F3"

if (!exists("theme")) { theme = "light" }
col(m) = value((theme eq "dark" ? "D_" : "C_").m)
pnt(m) = int(value("P_".m))
wid(m) = value("W_".m)
siz(m) = value("S_".m) * PS
ttl(m) = value("T_".m)
PAGE = col("page"); INK = col("ink"); DIM = col("dim"); GRID = col("grid"); REF = col("ref"); PAPER = col("band")

# The colour of a cell of a heat map, 0 (little) to 1 (much), and that of the text on it.
heat_step(share) = share < 0 ? 0 : share >= 1 ? 8 : int(9 * share)
heat(share) = col(sprintf("heat_%d", heat_step(share)))
on_heat(share) = heat_step(share) < 5 ? INK : PAGE

if (!exists("opened")) {
	if (term eq "svg") {
		set terminal svg enhanced size 1280,720 font "Liberation Sans,22" \
			linewidth 1 dashlength 1 rounded background PAGE
		PS = 0.62; FONT = 22
	}
	if (term eq "png") {
		set terminal pngcairo enhanced size 1920,1080 font "Liberation Sans,24.75" fontscale 1 \
			linewidth 1.5 dashlength 2 rounded background PAGE
		PS = 1.9; FONT = 24.75
	}
	if (term eq "pdf") {
		set terminal pdfcairo enhanced size 13.333in,7.5in font "Liberation Sans,12.4" fontscale 1 \
			linewidth 1.5 dashlength 2 rounded background PAGE
		PS = 0.95; FONT = 12.4
	}
	set output out
	opened = 1
}

# Text roles. A long title shrinks so that it stays on the page.
shrink(s, most) = strlen(s) <= most ? 1.0 : 1.0 * most / strlen(s)
TITLE(s) = sprintf("{/:Bold*%.3f %s}", 1.42 * shrink(s, 76), s)
SUBTITLE(s) = sprintf("{/*%.3f %s}", 0.92 * shrink(s, 124), s)
CAPTION(s) = sprintf("{/*%.3f %s}", 0.70 * shrink(s, 160), s)
SMALL(s) = sprintf("{/*0.80 %s}", s)
BOLD(s) = sprintf("{/:Bold %s}", s)

# A mark shows its figures at the pointer: HOVER("no lock, 2 workers", 895.9e3, 893e3, 898e3, "/s") gives "no lock,
# 2 workers: 896 k/s (893 k/s to 898 k/s)". Without an interval, low and high are equal or not a number.
# `plot .. using X:Y:(HOVER(..)) with labels hypertext point ..` draws the marks.
si_step(v) = v > 0 ? int(floor(log10(v) / 3)) : 0
si_prefix(step) = step ? word("p n µ m - k M G T", step + 5) : ""
three_digits(v) = sprintf(v < 10 ? "%.2f" : v < 100 ? "%.1f" : "%.0f", v)
SI(v, unit) = unit eq "×" ? three_digits(v)." ×" : \
	three_digits(v / 1000.0 ** si_step(v))." ".si_prefix(si_step(v)).unit
HOVER(what, v, low, high, unit) = what.": ".SI(v, unit).(low < high ? " (".SI(low, unit)." to ".SI(high, unit).")" : "")
WORKERS(n) = sprintf("%.0f %s", n, n < 1.5 ? "worker" : "workers")

FRAME = 'set label 1 TITLE(title) at screen 0.028,0.928 left tc rgb INK; '. \
	'set label 2 SUBTITLE(subtitle) at screen 0.028,0.868 left tc rgb DIM; '. \
	'set label 3 CAPTION(caption_machine) at screen 0.028,0.056 left tc rgb DIM; '. \
	'set label 4 CAPTION(caption_run) at screen 0.028,0.028 left tc rgb DIM'

# The labels at the right end of the lines, already moved apart.
END_LABELS = 'do for [i = 1:labels] { '. \
	'set label 10 + i sprintf("%s&{:}%s", BOLD(ttl(value("label_mode_".i))), value("label_text_".i)) '. \
	'at graph 1.0,value("label_y_".i) left offset 1.3,0 tc rgb col(value("label_mode_".i)) }'

# Small multiples: `eval PANEL(row, column)` puts the next plot of a multiplot in its place of a grid of
# panel_rows by panel_columns; `panel_name = ..; eval PANEL_NAME` writes above it, and PANEL_TICS makes
# small what repeats on every panel. A page may move the edges of the grid.
panel_rows = 1; panel_columns = 1
panel_left = 0.080; panel_right = 0.973; panel_top = 0.768; panel_bottom = 0.163
panel_gap_x = 0.031; panel_gap_y = 0.099
panel_width(columns) = (panel_right - panel_left + panel_gap_x) / columns - panel_gap_x
panel_height(rows) = (panel_top - panel_bottom + panel_gap_y) / rows - panel_gap_y
panel_x(column) = panel_left + (column - 1) * (panel_width(panel_columns) + panel_gap_x)
panel_y(row) = panel_top - (row - 1) * (panel_height(panel_rows) + panel_gap_y)
PANEL(row, column) = sprintf("set lmargin at screen %.4f; set rmargin at screen %.4f; ". \
	"set tmargin at screen %.4f; set bmargin at screen %.4f", panel_x(column), \
	panel_x(column) + panel_width(panel_columns), panel_y(row), panel_y(row) - panel_height(panel_rows))
PANEL_NAME = 'set label 9 SMALL(BOLD(panel_name)) at graph 0,1 left offset 0.3,0.65 tc rgb INK'
panel_font = sprintf(",%.2f", 0.77 * FONT)
PANEL_TICS = 'set tics font panel_font scale 0.5'

set lmargin at screen 0.09
set rmargin at screen 0.765
set bmargin at screen 0.185
set tmargin at screen 0.80
set border 3 lc rgb REF lw 1
set tics nomirror out scale 0.6 textcolor rgb INK
set xtics norangelimited offset 0,0.2
set grid ytics lt 1 lw 1 lc rgb GRID
set grid back
unset key
set errorbars 0
set samples 2
set datafile missing "?"
