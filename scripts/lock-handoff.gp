# SPDX-License-Identifier: MIT
# lock-handoff.gp - one row per lock, a panel for each holding time, log x.

rows = words(modes)
panel_columns = panels
panel_left = 0.165; panel_right = 0.975; panel_top = 0.745; panel_bottom = 0.145; panel_gap_x = 0.045

set multiplot
eval FRAME
eval PANEL_TICS
set logscale x
set xrange [bottom * 0.97:top]
set yrange [rows + 0.6:0.4]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
do for [p = 1:panels] {
	eval PANEL(1, p)
	panel_name = value("name_".p)
	eval PANEL_NAME
	do for [i = 1:rows] {
		m = word(modes, i)
		if (i % 2) {
			set object 10 + i rectangle from graph (p == 1 ? -0.37 : 0),first i - 0.5 to graph 1,first i + 0.5 noclip \
				fc rgb PAPER fs solid noborder behind
		}
		if (p == 1) {
			set label 20 + i BOLD(ttl(m)) at graph -0.06,first i right tc rgb col(m)
			set label 40 + i "" at graph -0.03,first i point pt pnt(m) ps 1.3 * PS lc rgb col(m)
		}
		if (value(sprintf("at_%d_%d", p, i)) > 0) {
			set label 60 + i value(sprintf("words_%d_%d", p, i)) \
				at value(sprintf("at_%d_%d", p, i)),i left offset 0.9,0 tc rgb INK
		}
	}
	plot for [i = 1:rows] $DATA index "p".p.";" using 1:($2 == i ? $2 : NaN):3:4 \
			with xerrorbars pt -1 lw 2.2 lc rgb col(word(modes, i)), \
		for [i = 1:rows] $DATA index "p".p.";" using 1:($2 == i ? $2 : NaN) \
			with points pt pnt(word(modes, i)) ps 1.2 * PS lc rgb col(word(modes, i))
	unset label
	unset object
}
unset multiplot
