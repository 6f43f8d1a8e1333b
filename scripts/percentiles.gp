# SPDX-License-Identifier: MIT
# percentiles.gp - HDR axis: each step to the right is ten times rarer.

set logscale xy
set xrange [1:last]
set yrange [bottom * 0.97:top * 1.3]
eval FRAME
eval END_LABELS
set label 5 axis_words at screen 0.4275,0.098 center tc rgb INK

if (switch_ns > bottom && switch_ns < top * 1.3) {
	set arrow 1 from 1,switch_ns to last,switch_ns nohead lw 1.4 dt (6,5) lc rgb REF back
	set label 6 SMALL(switch_words) at sqrt(last),switch_ns center offset 0,-0.7 tc rgb DIM
}

hover(m) = HOVER(ttl(m).", ".($1 > 1 ? sprintf("%.6g %% took at most", 100 - 100 / $1) : "the shortest took"), \
	1e-9 * $3, 0, 0, "s")
plot for [m in modes] $DATA index m.";" using 1:2 with lines lw 1.2 * wid(m) lc rgb col(m), \
	for [m in modes] $DATA index m.";" using 1:3:(hover(m)) with labels hypertext point pt pnt(m) ps 0.9 * siz(m) lc rgb col(m)
