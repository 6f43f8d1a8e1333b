# SPDX-License-Identifier: MIT
# mechanisms.gp - one row per mechanism, a lane for threads and one for processes, log x.

set logscale x
set xrange [bottom * 0.97:top]
set yrange [rows + 0.6:0.4]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set lmargin at screen 0.235
set rmargin at screen 0.775
set tmargin at screen 0.785
set bmargin at screen 0.15
eval FRAME
size = rows > 14 ? 14.0 / rows : 1.0
size = size < 0.68 ? 0.68 : size
ROW(s) = sprintf("{/*%.3f %s}", size, s)
do for [i = 1:rows] {
	if (i % 2) {
		set object 10 + i rectangle from screen 0.028,first i - 0.5 to screen 0.985,first i + 0.5 noclip \
			fc rgb PAPER fs solid noborder behind
	}
	set label 20 + i ROW(value("row_name_".i)) at graph -0.015,first i right tc rgb INK
	set label 60 + i ROW(BOLD(value("row_none_".i))) at screen 0.875,first i right tc rgb col("none")
	set label 100 + i ROW(BOLD(value("row_process_".i))) at screen 0.975,first i right tc rgb col("process")
	set label 140 + i ROW(BOLD(value("row_mutex_".i))) at screen 0.875,first i right tc rgb col("mutex")
}
do for [i = 1:words(modes)] {
	m = word(modes, i)
	set label 180 + i BOLD(ttl(m)) at screen 0.265 + 0.155 * (i - 1),0.815 left tc rgb col(m)
	set label 190 + i "" at screen 0.252 + 0.155 * (i - 1),0.815 point pt pnt(m) ps 1.3 * PS lc rgb col(m)
}

hover(m) = HOVER(value("row_name_".int($2 + 0.5)).", ".ttl(m), 1e-9 * $1, 1e-9 * $3, 1e-9 * $4, "s")
plot for [m in modes] $DATA index m.";" using 1:2:3:4 with xerrorbars pt -1 lw 2.2 lc rgb col(m), \
	for [m in modes] $DATA index m.";" using 1:2:(hover(m)) with labels hypertext point pt pnt(m) ps (m eq "process" ? 0.9 : 1.1) * size * PS lc rgb col(m)
