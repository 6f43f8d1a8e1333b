# SPDX-License-Identifier: MIT
# gil-validate.gp - dots, intervals and bounds on a ratio axis, the verdicts as columns of words.

set logscale x
set xrange [left:right]
set yrange [rows + 0.5:0.5]
unset ytics
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set lmargin at screen 0.30
set rmargin at screen 0.64
set tmargin at screen 0.775
set bmargin at screen 0.135
set xtics offset 0,0.3
eval FRAME
pitch = 0.34 / policies < 0.115 ? 0.34 / policies : 0.115
column_of(p) = 0.655 + pitch * (p - 1)
size = rows > 10 || policies > 3 ? 0.72 : 0.80
WORD(s) = sprintf("{/*%.2f %s}", size, s)
do for [r = 1:rows] {
	if (r % 2) {
		set object 10 + r rectangle from screen 0.028,first r - 0.5 to screen 0.985,first r + 0.5 noclip \
			fc rgb PAPER fs solid noborder behind
	}
	set label 20 + r WORD(value("row_name_".r)) at screen 0.285,first r right tc rgb INK
}
do for [p = 1:policies] {
	m = value("policy_".p)
	set label 40 + p sprintf("{/*0.66 %s}", BOLD(value("policy_text_".p))) at screen column_of(p) + 0.014,0.803 left tc rgb col(m)
	set label 50 + p "" at screen column_of(p) + 0.004,0.803 point pt pnt(m) ps 1.0 * PS lc rgb col(m)
}
do for [i = 1:verdicts] {
	bad = int(value("verdict_bad_".i))
	set label 100 + i WORD(bad ? BOLD(value("verdict_".i)) : value("verdict_".i)) \
		at screen column_of(value("verdict_x_".i)),first value("verdict_y_".i) left tc rgb bad ? INK : DIM
}
set arrow 1 from 1,graph 0 to 1,graph 1 nohead lw 1.4 dt (6,5) lc rgb REF back

plot for [p = 1:policies] $DATA index "p".p.";" using 1:2:5:6:($2 - $7):($2 + $7) \
		with boxxyerror lc rgb col(value("policy_".p)) fs transparent solid 0.22 noborder, \
	for [p = 1:policies] $DATA index "p".p.";" using 1:2:3:4 \
		with xerrorbars pt -1 lw 2.0 lc rgb col(value("policy_".p)), \
	for [p = 1:policies] $DATA index "p".p.";" using 1:2 \
		with points pt pnt(value("policy_".p)) ps 0.9 * PS lc rgb col(value("policy_".p))
