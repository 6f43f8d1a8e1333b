# SPDX-License-Identifier: MIT
# lock-fairness.gp - one row per lock with the worst and the median 10 ms.

rows = words(modes)
set xrange [(fewest < 0.5 ? 0 : 0.45):1.02]
set yrange [rows + 0.6:0.4]
unset ytics
set xtics 0.1 format "%g"
set grid noytics xtics lt 1 lw 1 lc rgb GRID
set border 1
set lmargin at screen 0.175
set rmargin at screen 0.72
set tmargin at screen 0.765
set bmargin at screen 0.165
eval FRAME
set label 5 "Jain's index of the turns in 10 ms" at screen 0.4475,0.092 center tc rgb INK
set label 6 SMALL("changes hands") at graph 1.17,1.05 right tc rgb DIM
set label 7 SMALL("turns in a row, at most") at graph 1.50,1.05 right tc rgb DIM
set label 8 SMALL("worst 10 ms") at graph 0.06,1.05 left tc rgb DIM
set label 9 "" at graph 0.04,1.05 point pt 6 ps 1.3 * PS lc rgb DIM
set label 10 SMALL("median 10 ms") at graph 0.36,1.05 left tc rgb DIM
set label 11 "" at graph 0.34,1.05 point pt 7 ps 1.3 * PS lc rgb DIM
if (fewest >= 0.5) {
	set arrow 1 from fewest,graph 0 to fewest,graph 1 nohead lw 1.4 dt (6,5) lc rgb REF back
}
do for [i = 1:rows] {
	m = word(modes, i)
	if (i % 2) {
		set object 10 + i rectangle from graph -0.285,first i - 0.5 to graph 1.52,first i + 0.5 noclip \
			fc rgb PAPER fs solid noborder behind
	}
	set label 20 + i BOLD(ttl(m)) at graph -0.02,first i right tc rgb col(m)
	set label 40 + i value("hands_".i) at graph 1.17,first i right tc rgb INK
	set label 60 + i value("run_".i) at graph 1.50,first i right tc rgb INK
}

plot for [i = 1:rows] $DATA index "jain_10ms_min;" using 1:($2 == i ? $2 - 0.14 : NaN):3:4 \
		with xerrorbars pt -1 lw 2.2 lc rgb col(word(modes, i)), \
	for [i = 1:rows] $DATA index "jain_10ms_p50;" using 1:($2 == i ? $2 + 0.14 : NaN):3:4 \
		with xerrorbars pt -1 lw 2.2 lc rgb col(word(modes, i)), \
	for [i = 1:rows] $DATA index "jain_10ms_min;" using 1:($2 == i ? $2 - 0.14 : NaN) \
		with points pt 6 ps 1.3 * PS lw 2 lc rgb col(word(modes, i)), \
	for [i = 1:rows] $DATA index "jain_10ms_p50;" using 1:($2 == i ? $2 + 0.14 : NaN) \
		with points pt 7 ps 1.3 * PS lc rgb col(word(modes, i))
