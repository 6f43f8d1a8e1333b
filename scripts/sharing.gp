# SPDX-License-Identifier: MIT
# sharing.gp - one row per operation, a ring for one worker and a disc for several, log x.

set logscale x
set xrange [bottom * 0.97:top]
set yrange [rows + 0.6:0.4]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set lmargin at screen 0.225
set rmargin at screen 0.655
set tmargin at screen 0.785
set bmargin at screen 0.15
eval FRAME
do for [i = 1:rows] {
	if (i % 2) {
		set object 10 + i rectangle from graph -0.46,first i - 0.5 to graph 1.74,first i + 0.5 noclip \
			fc rgb PAPER fs solid noborder behind
	}
	set label 20 + i value("row_name_".i) at graph -0.025,first i right tc rgb INK
	set label 40 + i value("row_alone_".i) at graph 1.21,first i right tc rgb DIM
	set label 60 + i BOLD(value("row_together_".i)) at graph 1.28,first i left tc rgb col("none")
}
set label 80 alone_words at graph 1.21,1.035 right tc rgb DIM
set label 81 BOLD(together_words) at graph 1.28,1.035 left tc rgb col("none")
set label 82 "" at graph 0.99,1.035 point pt 6 ps 1.2 * PS lw 2 lc rgb DIM
set label 83 "" at graph 1.255,1.035 point pt 7 ps 1.2 * PS lc rgb col("none")

hover(l) = HOVER(value("row_name_".int($2 + 0.5)).", ".(l eq "alone" ? alone_words : together_words), \
	1e-9 * $1, 1e-9 * $3, 1e-9 * $4, "s")
lane_colour(l) = l eq "alone" ? DIM : col("none")
plot for [l in lanes] $DATA index l.";" using 1:2:3:4 with xerrorbars pt -1 lw 2 lc rgb lane_colour(l), \
	for [l in lanes] $DATA index l.";" using 1:2 with points pt 7 ps 1.2 * PS lc rgb (l eq "alone" ? PAGE : col("none")), \
	for [l in lanes] $DATA index l.";" using 1:2:(hover(l)) with labels hypertext point pt (l eq "alone" ? 6 : 7) ps 1.2 * PS lw 2 lc rgb lane_colour(l)
