# SPDX-License-Identifier: MIT
# trend.gp - figures over commits, a dashed line and the commit's name at each change.

set xrange [0.5:last + 0.5]
set yrange [bottom:top]
eval FRAME
eval END_LABELS
set xtics offset 0,0.1 font ",14"
set arrow 1 from 0.5,0 to last + 0.5,0 nohead lw 1.2 lc rgb REF back
do for [i = 1:marks] {
	set arrow 100 + i from value("mark_x_".i),bottom to value("mark_x_".i),top nohead \
		lw 1.6 dt (6,5) lc rgb INK back
	at_right = value("mark_x_".i) > 0.85 * last
	if (at_right) {
		set label 100 + i SMALL(value("mark_text_".i)) at value("mark_x_".i),top \
			right offset -0.5,-0.6 - 0.9 * (i % 2) tc rgb INK
	} else {
		set label 100 + i SMALL(value("mark_text_".i)) at value("mark_x_".i),top \
			left offset 0.5,-0.6 - 0.9 * (i % 2) tc rgb INK
	}
}

plot for [m in modes] $DATA index m.";" using 1:2 \
		with linespoints lw wid(m) / 2 pt pnt(m) ps siz(m) * (last > 80 ? 0.45 : 0.8) lc rgb col(m)
