# SPDX-License-Identifier: MIT
# gil-timeline.gp - panels above each other on one time axis. A bar is one holding and is always
# thick enough to be seen.

set lmargin at screen 0.115
set rmargin at screen 0.745
set tmargin at screen 0.815
set bmargin at screen 0.175
set xrange [0:window_ms]
set yrange [0:panels]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set format x "%g"
eval FRAME
set label 5 "ms since the threads were released" at screen 0.43,0.093 center tc rgb INK

# Panel 1 is on top. Its lanes fill the middle 0.8 of it.
lane(p, w) = panels - p + 0.9 - 0.8 * (w + 0.5) / lanes
half = 0.40 / lanes
text_size = panels * lanes > 10 ? 0.60 : 0.75
do for [p = 1:panels] {
	m = word(modes, p)
	set object 10 + p rectangle from graph 0,first panels - p + 0.06 to graph 1,first panels - p + 0.94 \
		fc rgb PAPER fs solid noborder behind
	if (value("end_".p) < 0.98 * window_ms) {
		set object 40 + p rectangle from first value("end_".p),first panels - p + 0.06 \
			to graph 1,first panels - p + 0.94 fc rgb GRID fs solid noborder behind
	}
	set label 20 + p BOLD(ttl(m)) at graph 1.02,first panels - p + 0.5 left offset 0,1.05 tc rgb col(m)
	set label 40 + p SMALL(value("first_".p)) at graph 1.02,first panels - p + 0.5 left offset 0,-0.05 tc rgb INK
	set label 60 + p SMALL(value("second_".p)) at graph 1.02,first panels - p + 0.5 left offset 0,-1.0 tc rgb DIM
	do for [w = 0:lanes - 1] {
		set label 100 + 8 * p + w sprintf("{/*%.2f thread %d}", text_size, w) \
			at graph -0.012,first lane(p, w) right tc rgb DIM
	}
}

plot for [p = 1:panels] $DATA index word(modes, p).";" \
	using 1:(lane(p, $3)):1:2:(lane(p, $3) - 0.88 * half):(lane(p, $3) + 0.88 * half) \
	with boxxyerror fs solid noborder lc rgb col(word(modes, p))
