# SPDX-License-Identifier: MIT
# core-to-core.gp - a square of cells, darker where a line takes longer; beside it the classes of pairs.

eval FRAME
set lmargin at screen 0.085
set rmargin at screen 0.431
set tmargin at screen 0.80
set bmargin at screen 0.185
set xrange [0.5:units + 0.5]
set yrange [units + 0.5:0.5]
set border 0 lc rgb PAGE
unset grid
crowded = units > 8
tics_font = sprintf(",%.2f", (crowded ? 0.62 : 1) * FONT)
set tics scale 0 font tics_font
set label 5 "processing unit" at screen 0.258,0.118 center tc rgb INK
set label 6 "processing unit" at screen 0.032,0.4925 center rotate by 90 tc rgb INK

do for [i = 1:classes] {
	y = 0.775 - 0.095 * (i - 1)
	set object 20 + i rectangle from screen 0.475,y - 0.022 to screen 0.495,y + 0.013 \
		fc rgb heat(value("class_share_".i)) fs solid noborder
	set label 20 + i BOLD(value("class_range_".i)) at screen 0.508,y left tc rgb INK
	set label 40 + i SMALL(value("class_name_".i).", ".value("class_count_".i)) at screen 0.508,y - 0.043 left tc rgb DIM
}
if (scale) {
	do for [k = 0:8] {
		set object 60 + k rectangle from screen 0.508 + 0.03 * k,0.185 to screen 0.538 + 0.03 * k,0.21 \
			fc rgb col(sprintf("heat_%d", k)) fs solid noborder
	}
	set label 60 SMALL(scale_low) at screen 0.508,0.158 left tc rgb DIM
	set label 61 SMALL(scale_high) at screen 0.778,0.158 right tc rgb DIM
	set label 62 SMALL("logarithmic") at screen 0.643,0.158 center tc rgb DIM
}

half = 0.47
cell(k, share, x) = heat_step(share) == k ? x : NaN
words_font = sprintf(",%.2f", (units <= 2 ? 1 : units <= 4 ? 0.8 : units <= 8 ? 0.75 : 0.55) * FONT)
plot for [k = 0:8] $DATA index "cells;" using (cell(k, $3, $1)):2:(half):(half) \
		with boxxyerror lc rgb col(sprintf("heat_%d", k)) fs solid noborder, \
	$DATA index "cells;" using (heat_step($3) < 5 ? $1 : NaN):2:4 with labels font words_font tc rgb INK, \
	$DATA index "cells;" using (heat_step($3) < 5 ? NaN : $1):2:4 with labels font words_font tc rgb PAGE
