# SPDX-License-Identifier: MIT
# overhead.gp - one row per case with a lane per mode, log x.

set logscale x
set xrange [bottom * 0.97:top]
set yrange [rows + 0.6:0.4]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set lmargin at screen 0.175
set rmargin at screen 0.70
set tmargin at screen 0.785
set bmargin at screen 0.15
eval FRAME
do for [i = 1:rows] {
	if (i % 2) {
		set object 10 + i rectangle from graph -0.285,first i - 0.5 to graph 1.52,first i + 0.5 noclip \
			fc rgb PAPER fs solid noborder behind
	}
	set label 20 + i value("row_name_".i) at graph -0.02,first i right tc rgb INK
	set label 40 + i BOLD(value("row_value_".i)) at graph 1.17,first i right tc rgb INK
	set label 60 + i SMALL(value("row_worst_".i)) at graph 1.19,first i left tc rgb DIM
}
do for [i = 1:words(modes)] {
	m = word(modes, i)
	set label 80 + i BOLD(ttl(m)) at screen 0.205 + 0.155 * (i - 1),0.815 left tc rgb col(m)
	set label 90 + i "" at screen 0.192 + 0.155 * (i - 1),0.815 point pt pnt(m) ps 1.3 * PS lc rgb col(m)
}

plot for [m in modes] $DATA index m.";" using 1:2:3:4 with xerrorbars pt -1 lw 2.2 lc rgb col(m), \
	for [m in modes] $DATA index m.";" using 1:2 with points pt pnt(m) ps (m eq "process" ? 0.9 : 1.1) * PS lc rgb col(m)
