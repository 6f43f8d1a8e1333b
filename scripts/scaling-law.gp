# SPDX-License-Identifier: MIT
# scaling-law.gp - small multiples: measured points with their intervals, and the curve through them.

panel_columns = panels > 6 ? 4 : panels > 4 ? 3 : panels
panel_rows = panels > 4 ? 2 : 1
panel_left = 0.07
panel_right = 0.965
panel_gap_x = 0.058
panel_gap_y = 0.085

set multiplot
eval FRAME
eval PANEL_TICS
set label 5 "workers" at screen 0.5175,0.098 center tc rgb INK
set xrange [0:last * 1.05]
do for [p = 1:panels] {
	eval PANEL(1 + (p - 1) / panel_columns, 1 + (p - 1) % panel_columns)
	colour = col(value("panel_colour_".p))
	panel_name = value("panel_".p)
	eval PANEL_NAME
	set label 10 SMALL(value("sigma_".p)) at graph 0.03,1 left offset 0,-0.7 tc rgb INK
	set label 11 SMALL(value("kappa_".p)) at graph 0.03,1 left offset 0,-1.55 tc rgb INK
	set label 12 SMALL(value("off_".p)) at graph 0.03,1 left offset 0,-2.4 tc rgb DIM
	set yrange [0:value("top_".p) * (panel_rows > 1 ? 1.75 : 1.3)]
	eval value("ytics_".p)
	plot $DATA index "curve-".p.";" using 1:2 with lines lw 2.2 lc rgb REF, \
		$DATA index "points-".p.";" using 1:3:(0):($4 - $3) with vectors nohead lw 2 lc rgb colour, \
		$DATA index "points-".p.";" using 1:2 with points pt 7 ps 1.0 * PS lc rgb colour
	unset label
}
unset multiplot
