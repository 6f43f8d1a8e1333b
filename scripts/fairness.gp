# SPDX-License-Identifier: MIT
# fairness.gp - a row per case with a lane per mode: a line from the slowest to the fastest worker.

set xrange [0:most]
set yrange [rows + 0.6:0.4]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set lmargin at screen 0.175
set rmargin at screen 0.94
set tmargin at screen 0.785
set bmargin at screen 0.185
eval FRAME
set label 5 "speed of a worker / mean of all workers" at screen 0.5575,0.098 center tc rgb INK
do for [i = 1:rows] {
	if (i % 2) {
		set object 10 + i rectangle from screen 0.028,first i - 0.5 to screen 0.972,first i + 0.5 noclip \
			fc rgb PAPER fs solid noborder behind
	}
	set label 20 + i value("row_name_".i) at graph -0.02,first i right offset 0,0.35 tc rgb INK
	set label 40 + i SMALL(value("row_width_".i)) at graph -0.02,first i right offset 0,-0.7 tc rgb DIM
}
set arrow 1 from 1,graph 0 to 1,graph 1 nohead lw 1.6 dt (6,5) lc rgb REF back
do for [i = 1:words(modes)] {
	m = word(modes, i)
	set label 80 + i BOLD(ttl(m)) at screen 0.205 + 0.155 * (i - 1),0.815 left tc rgb col(m)
	set label 90 + i "" at screen 0.192 + 0.155 * (i - 1),0.815 point pt pnt(m) ps 1.3 * PS lc rgb col(m)
}

plot for [m in modes] $DATA index m.";" using 1:2 with lines lw 2.6 lc rgb col(m), \
	for [m in modes] $DATA index m.";" using 1:2:3:4 with xerrorbars pt -1 lw 1.4 lc rgb col(m), \
	for [m in modes] $DATA index m.";" using 1:2 with points pt pnt(m) ps 1.1 * PS lc rgb col(m)
