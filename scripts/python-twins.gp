# SPDX-License-Identifier: MIT
# python-twins.gp - one row per operation: the dots of the twin and of CPython, and the gap between them.

set logscale x
set xrange [bottom * 0.9:top]
set yrange [rows + 0.6:0.4]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set lmargin at screen 0.272
set rmargin at screen 0.70
set tmargin at screen 0.785
set bmargin at screen 0.15
eval FRAME
do for [i = 1:rows] {
	if (i % 2) {
		set object 10 + i rectangle from graph -0.55,first i - 0.5 to graph 1.635,first i + 0.5 noclip \
			fc rgb PAPER fs solid noborder behind
	}
	set label 20 + i value("row_name_".i) at graph -0.02,first i right tc rgb INK
	set label 40 + i BOLD(value("row_twin_".i)) at graph 1.20,first i right tc rgb col("process")
	set label 60 + i BOLD(value("row_python_".i)) at graph 1.42,first i right tc rgb INK
	set label 80 + i value("row_factor_".i) at graph 1.62,first i right tc rgb DIM
}
set label 100 BOLD("its protocol in C") at screen 0.302,0.815 left tc rgb col("process")
set label 101 "" at screen 0.289,0.815 point pt pnt("process") ps 1.3 * PS lc rgb col("process")
set label 102 BOLD(version) at screen 0.482,0.815 left tc rgb INK
set label 103 "" at screen 0.469,0.815 point pt pnt("none") ps 1.3 * PS lc rgb INK

plot $DATA index "twin;" using 1:2:($5 - $1):(0) with vectors nohead lw 5 lc rgb GRID, \
	$DATA index "twin;" using 1:2:3:4 with xerrorbars pt -1 lw 2.2 lc rgb col("process"), \
	$DATA index "python;" using 1:2:3:4 with xerrorbars pt -1 lw 2.2 lc rgb INK, \
	$DATA index "twin;" using 1:2 with points pt pnt("process") ps 1.1 * PS lc rgb col("process"), \
	$DATA index "python;" using 1:2 with points pt pnt("none") ps 1.1 * PS lc rgb INK
