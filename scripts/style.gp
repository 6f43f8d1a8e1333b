# SPDX-License-Identifier: MIT
# style.gp - the frame of every chart: one look in SVG, PDF and PNG.
#
# Loaded before each page. `term` is svg, png or pdf and `out` the file; the terminal is opened once,
# so that several pages go into one PDF. A page sets title, subtitle, caption_machine and caption_run.

reset
set encoding utf8

if (!exists("opened")) {
	if (term eq "svg") {
		set terminal svg enhanced size 1280,720 font "Liberation Sans,22" \
			linewidth 1 dashlength 1 rounded background "white"
		PS = 0.62; FONT = 22
	}
	if (term eq "png") {
		set terminal pngcairo enhanced size 1920,1080 font "Liberation Sans,24.75" fontscale 1 \
			linewidth 1.5 dashlength 2 rounded background "white"
		PS = 1.9; FONT = 24.75
	}
	if (term eq "pdf") {
		set terminal pdfcairo enhanced size 13.333in,7.5in font "Liberation Sans,12.4" fontscale 1 \
			linewidth 1.5 dashlength 2 rounded background "white"
		PS = 0.95; FONT = 12.4
	}
	set output out
	opened = 1
}

# One colour and one point shape per mode in the whole deck. The first three colours are of Okabe and
# Ito, the fourth is Paul Tol's; shape and label carry the grey print.
# The widths W and point sizes S fall in drawing order, so that lines on one another still show.
C_none = "#009E73";    P_none = 7;    W_none = 5.8;    S_none = 1.35;    T_none = "no lock"
C_mutex = "#0072B2";   P_mutex = 13;  W_mutex = 4.8;   S_mutex = 1.30;   T_mutex = "one mutex"
C_gil = "#D55E00";     P_gil = 9;     W_gil = 3.6;     S_gil = 1.05;     T_gil = "emulated GIL"
C_process = "#AA4499"; P_process = 5; W_process = 2.6; S_process = 0.70; T_process = "processes"

# The other locks of the GIL laboratory, in Tol's muted colours. What is real is ink, with the outline
# of the shape that its emulation has.
C_gil27 = "#332288";  P_gil27 = 11;  W_gil27 = 4.2;  S_gil27 = 1.20;  T_gil27 = "GIL of 2.7"
C_gil313 = "#882255"; P_gil313 = 15; W_gil313 = 2.4; S_gil313 = 0.80; T_gil313 = "GIL of 3.13"
C_gil_prio = "#999933"; P_gil_prio = 12; W_gil_prio = 2.4; S_gil_prio = 1.10; T_gil_prio = "3.2, I/O first"
C_gil_io_hold = "#4477AA"; P_gil_io_hold = 3; W_gil_io_hold = 2.4; S_gil_io_hold = 1.10; T_gil_io_hold = "3.2, lock kept"
C_gil32_noforce = "#CC6677"; P_gil32_noforce = 2; W_gil32_noforce = 2.4; S_gil32_noforce = 1.20; T_gil32_noforce = "3.2, unforced"
C_gil_per_interpreter = "#CC79A7"; P_gil_per_interpreter = 4; W_gil_per_interpreter = 2.4; S_gil_per_interpreter = 1.10
T_gil_per_interpreter = "a GIL each"
C_free_threaded = "#117733"; P_free_threaded = 6; W_free_threaded = 2.6; S_free_threaded = 1.20; T_free_threaded = "free-threaded"
C_real27 = "#000000"; P_real27 = 10; W_real27 = 1.6; S_real27 = 1.50; T_real27 = "CPython 2"
C_real32 = "#444444"; P_real32 = 8;  W_real32 = 1.6; S_real32 = 1.50; T_real32 = "CPython 3"
C_real313 = "#777777"; P_real313 = 14; W_real313 = 1.6; S_real313 = 1.50; T_real313 = "CPython 3.13"
C_real_free = "#5F5F5F"; P_real_free = 1; W_real_free = 1.6; S_real_free = 1.50; T_real_free = "CPython 3.13t"
col(m) = value("C_".m)
pnt(m) = int(value("P_".m))
wid(m) = value("W_".m)
siz(m) = value("S_".m) * PS
ttl(m) = value("T_".m)

INK = "#222222"; DIM = "#6A6A6A"; GRID = "#E3E3E3"; REF = "#9A9A9A"; PAPER = "#F6F6F6"

# Text roles. A long title shrinks rather than leave the page.
shrink(s, most) = strlen(s) <= most ? 1.0 : 1.0 * most / strlen(s)
TITLE(s) = sprintf("{/:Bold*%.3f %s}", 1.42 * shrink(s, 76), s)
SUBTITLE(s) = sprintf("{/*%.3f %s}", 0.92 * shrink(s, 124), s)
CAPTION(s) = sprintf("{/*%.3f %s}", 0.70 * shrink(s, 160), s)
SMALL(s) = sprintf("{/*0.80 %s}", s)
BOLD(s) = sprintf("{/:Bold %s}", s)

FRAME = 'set label 1 TITLE(title) at screen 0.028,0.928 left tc rgb INK; '. \
	'set label 2 SUBTITLE(subtitle) at screen 0.028,0.868 left tc rgb DIM; '. \
	'set label 3 CAPTION(caption_machine) at screen 0.028,0.056 left tc rgb DIM; '. \
	'set label 4 CAPTION(caption_run) at screen 0.028,0.028 left tc rgb DIM'

# The labels at the right end of the lines, pushed apart already (chart-words.awk).
END_LABELS = 'do for [i = 1:labels] { '. \
	'set label 10 + i sprintf("%s&{:}%s", BOLD(ttl(value("label_mode_".i))), value("label_text_".i)) '. \
	'at graph 1.0,value("label_y_".i) left offset 1.3,0 tc rgb col(value("label_mode_".i)) }'

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
