# SPDX-License-Identifier: MIT
# scaling.gp - lines over the intervals (ribbons, or bars where there are many lines), the ideal line, the
# number of processing units.

set xrange [0:last * (bars ? 1.05 : 1.03)]
set yrange [0:top]
eval FRAME
eval END_LABELS
set label 5 "workers" at screen 0.4275,0.098 center tc rgb INK

if (ideal_at_one > 0) {
	set arrow 1 from 1,ideal_at_one to ideal_width,ideal_at_one * ideal_width nohead \
		lw 1.6 dt (6,5) lc rgb REF back
	if (ideal_width < last) {
		set arrow 2 from ideal_width,ideal_at_one * ideal_width to last,ideal_at_one * ideal_width \
			nohead lw 1.6 dt (6,5) lc rgb REF back
	}
	middle = 1 + 0.4 * (ideal_width - 1)
	set label 6 SMALL("ideal") at middle,ideal_at_one * middle \
		right offset (bars ? -3 : -1),0.5 tc rgb DIM
}
if (pus > 0 && pus <= last) {
	set arrow 3 from pus,0 to pus,top nohead lw 1.2 dt (2,4) lc rgb REF back
	set label 7 SMALL(pus_words) at pus,top center offset 0,0.6 tc rgb DIM
}

hover(m) = HOVER(ttl(m).", ".WORKERS($1), $2, $3, $4, "/s")
if (bars) {
	plot for [m in modes] $DATA index m.";" using 1:3:(0):($4 - $3) \
			with vectors nohead lw 1.8 lc rgb col(m), \
		for [m in modes] $DATA index m.";" using 1:2 with lines lw 0.75 * wid(m) lc rgb col(m), \
		for [m in modes] $DATA index m.";" using 1:2:(hover(m)) with labels hypertext point pt pnt(m) ps siz(m) lc rgb col(m)
} else {
	plot for [m in modes] $DATA index m.";" using 1:3:4 \
			with filledcurves fs transparent solid 0.18 noborder lc rgb col(m), \
		for [m in modes] $DATA index m.";" using 1:2 with lines lw wid(m) lc rgb col(m), \
		for [m in modes] $DATA index m.";" using 1:2:(hover(m)) with labels hypertext point pt pnt(m) ps siz(m) lc rgb col(m)
}
