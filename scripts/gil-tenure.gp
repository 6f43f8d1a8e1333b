# SPDX-License-Identifier: MIT
# gil-tenure.gp - two panels on the same logarithmic axes, names at the right end of the last one.

set multiplot
eval FRAME
set logscale xy
set xrange [left:right]
set yrange [bottom:top]
set grid xtics ytics lt 1 lw 1 lc rgb GRID
set label 5 "switch interval" at screen 0.4275,0.098 center tc rgb INK
panel_columns = panels
panel_left = 0.09; panel_right = 0.765; panel_gap_x = 0.025; panel_top = 0.775; panel_bottom = 0.185
do for [p = 1:panels] {
	eval PANEL(1, p)
	panel_name = value("panel_".p)
	eval PANEL_NAME
	from = left > bottom ? left : bottom
	to = right < top ? right : top
	set arrow 1 from from,from to to,to nohead lw 1.4 dt (6,5) lc rgb REF back
	eval "set xtics (".x_tics.")"
	eval "set ytics (".(p > 1 ? y_bare : y_tics).")"
	if (p == panels) {
		eval END_LABELS
	}
	drawn = value("modes_".p)
	if (words(drawn) > 0) {
		plot for [m in drawn] $DATA index m."-".p.";" using 1:3:(0):($4 - $3) \
				with vectors nohead lw 1.8 lc rgb col(m), \
			for [m in drawn] $DATA index m."-".p.";" using 1:2 \
				with linespoints lw 0.75 * wid(m) pt pnt(m) ps siz(m) lc rgb col(m)
	}
	unset label
}
unset multiplot
