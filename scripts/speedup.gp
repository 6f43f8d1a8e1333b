# SPDX-License-Identifier: MIT
# speedup.gp - two rows of panels on one scale: computing above, waiting below, the key between.

panel_rows = words(computing) > 0 && words(waiting) > 0 ? 2 : 1
panel_columns = columns

hover(m) = HOVER(ttl(m).", ".WORKERS($1), $2, $3, $4, "×")

set multiplot
eval FRAME
eval PANEL_TICS
set yrange [0:top]
set ytics format ""
do for [kind = 1:2] {
	cases = kind == 1 ? computing : waiting
	row = kind < panel_rows ? kind : panel_rows
	if (words(cases) > 0) {
		set label 8 BOLD(kind == 1 ? "CPU-bound" : "I/O-bound") \
			at screen 0.024,panel_y(row) - 0.5 * panel_height(panel_rows) center rotate by 90 tc rgb DIM
	}
	do for [i = 1:words(cases)] {
		c = word(cases, i)
		last = value("last_".c)
		ideal = value("ideal_".c) < top ? value("ideal_".c) : top
		eval PANEL(row, i)
		panel_name = value("words_".c)
		eval PANEL_NAME
		set xrange [0:last * 1.04]
		eval "set xtics (".value("tics_".c).") offset 0,0.3"
		set arrow 1 from 0,0 to ideal,ideal nohead lw 1.2 dt (6,5) lc rgb REF back
		if (ideal < last && ideal < top) {
			set arrow 2 from ideal,ideal to last,ideal nohead lw 1.2 dt (6,5) lc rgb REF back
		}
		if (pus > 0 && pus <= last) {
			set arrow 3 from pus,0 to pus,top nohead lw 1.2 dt (2,4) lc rgb REF back
		}
		plot for [m in value("modes_".c)] $DATA index c."-".m.";" using 1:3:4 \
				with filledcurves fs transparent solid 0.18 noborder lc rgb col(m), \
			for [m in value("modes_".c)] $DATA index c."-".m.";" using 1:2 \
				with lines lw 0.75 * wid(m) lc rgb col(m), \
			for [m in value("modes_".c)] $DATA index c."-".m.";" using 1:2:(hover(m)) \
				with labels hypertext point pt pnt(m) ps 0.8 * siz(m) lc rgb col(m)
		unset label
		unset arrow
	}
}

# The last place of the upper row is free for the key, which always has the height for two rows.
panel_rows = 2
eval PANEL(1, columns)
set rmargin at screen panel_x(columns) + 0.2
unset border
unset tics
unset grid
set xrange [0:1]
set yrange [0:7]
do for [i = 1:words(modes)] {
	m = word(modes, i)
	set arrow i from 0,7.5 - i to 0.18,7.5 - i nohead lw wid(m) lc rgb col(m)
	set label i BOLD(ttl(m)) at 0.24,7.5 - i left tc rgb col(m)
	set label 20 + i "" at 0.09,7.5 - i point pt pnt(m) ps siz(m) lc rgb col(m)
}
set arrow 8 from 0,1.5 to 0.18,1.5 nohead lw 1.2 dt (6,5) lc rgb REF
set label 8 SMALL("ideal") at 0.24,1.5 left tc rgb DIM
if (pus > 0) {
	set arrow 9 from 0.09,0.1 to 0.09,0.9 nohead lw 1.2 dt (2,4) lc rgb REF
	set label 9 SMALL(pus_words) at 0.24,0.5 left tc rgb DIM
}
plot NaN
unset multiplot
