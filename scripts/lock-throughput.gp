# SPDX-License-Identifier: MIT
# lock-throughput.gp - a row of panels, each on a scale of its own, the key at the right.

panel_columns = panels
panel_left = 0.075; panel_right = 0.80; panel_top = 0.745; panel_bottom = 0.185; panel_gap_x = 0.065

hover(m) = HOVER(ttl(m).", ".WORKERS($1), $2, $3, $4, "/s")

set multiplot
eval FRAME
eval PANEL_TICS
set label 5 "workers" at screen 0.4375,0.098 center tc rgb INK
do for [i = 1:panels] {
	last = value("last_".i)
	top = value("top_".i)
	eval PANEL(1, i)
	panel_name = value("name_".i)
	eval PANEL_NAME
	set xrange [0:last * 1.06]
	set yrange [0:top]
	eval "set xtics (".value("xtics_".i).") offset 0,0.3"
	eval value("ytics_".i)
	if (pus > 0 && pus <= last) {
		set arrow 3 from pus,0 to pus,top nohead lw 1.2 dt (2,4) lc rgb REF back
	}
	plot for [m in value("modes_".i)] $DATA index "p".i."-".m.";" using 1:3:(0):($4 - $3) \
			with vectors nohead lw 1.8 lc rgb col(m), \
		for [m in value("modes_".i)] $DATA index "p".i."-".m.";" using 1:2 \
			with lines lw 0.75 * wid(m) lc rgb col(m), \
		for [m in value("modes_".i)] $DATA index "p".i."-".m.";" using 1:2:(hover(m)) \
			with labels hypertext point pt pnt(m) ps 0.9 * siz(m) lc rgb col(m)
	unset label
	unset arrow
}

set lmargin at screen 0.825
set rmargin at screen 0.995
set tmargin at screen panel_top
set bmargin at screen panel_bottom
unset border
unset tics
unset grid
set xrange [0:1]
set yrange [0:9.5]
do for [i = 1:words(modes)] {
	m = word(modes, i)
	set arrow i from 0,9.5 - i to 0.14,9.5 - i nohead lw wid(m) lc rgb col(m)
	set label i BOLD(ttl(m)) at 0.19,9.5 - i left tc rgb col(m)
	set label 20 + i "" at 0.07,9.5 - i point pt pnt(m) ps siz(m) lc rgb col(m)
}
if (pus > 0) {
	set arrow 19 from 0.07,0.1 to 0.07,0.9 nohead lw 1.2 dt (2,4) lc rgb REF
	set label 19 SMALL(pus_words) at 0.19,0.5 left tc rgb DIM
}
plot NaN
unset multiplot
