# SPDX-License-Identifier: MIT
# sizes.gp - lines over the size of a message, both axes logarithmic.

set logscale x 2
set logscale y
set xrange [smallest * 0.9:largest]
set yrange [bottom * 0.97:top]
eval FRAME
eval END_LABELS
set label 5 "size of a message" at screen 0.4275,0.098 center tc rgb INK

plot for [m in modes] $DATA index m.";" using 1:3:4 with filledcurves fs transparent solid 0.10 noborder lc rgb col(m), \
	for [m in modes] $DATA index m.";" using 1:2 with linespoints lw 2.6 pt pnt(m) ps 0.9 * PS lc rgb col(m)
