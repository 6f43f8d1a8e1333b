# SPDX-License-Identifier: MIT
# terminal.gp - two panels of bars from zero: the losses and the costs.

n = words(modes)
heading(what) = what eq "lost" ? "lost updates" : "cost of one swipe"

set multiplot
eval FRAME
set yrange [n + 0.6:0.4]
set ytics scale 0
panel_columns = 2
panel_left = 0.195; panel_right = 0.970; panel_gap_x = 0.045; panel_top = 0.74; panel_bottom = 0.13
unset grid
unset xtics
set border 2
set boxwidth 0.5
set style fill solid 0.85 noborder
do for [what in "lost cost"] {
	eval PANEL(1, what eq "lost" ? 1 : 2)
	set xrange [0:value(what."_top")]
	unset ytics
	set label 8 BOLD(heading(what)) at graph 0,1.06 left tc rgb INK
	do for [i = 1:n] {
		m = word(modes, i)
		if (what eq "lost") {
			set label 20 + i BOLD(ttl(m)) at graph -0.10,first i right tc rgb col(m)
			set label 30 + i "" at graph -0.05,first i point pt pnt(m) ps 1.5 * PS lc rgb col(m)
		}
		set label 10 + i value(what."_words_".i) at value(what."_at_".i),i left offset 0.9,0 tc rgb INK
	}
	plot for [i = 1:n] $DATA index what.";" using ($1 == i ? 0.5 * $2 : NaN):1:(0.5 * $2):(0.26) \
			with boxxyerror lc rgb col(word(modes, i)), \
		$DATA index what.";" using 2:1:3:4 with xerrorbars pt -1 lw 1.6 lc rgb INK
	unset label
}
unset multiplot
