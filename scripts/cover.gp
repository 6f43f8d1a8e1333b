# SPDX-License-Identifier: MIT
# cover.gp - a page of text: names and values, then warnings.

unset border
unset tics
unset grid
set xrange [0:1]
set yrange [0:1]
eval FRAME
row_y(i) = 0.775 - 0.056 * (i - 1)
do for [i = 1:rows] {
	set label 20 + i value("name_".i) at screen 0.165,row_y(i) right tc rgb DIM
	set label 40 + i value("value_".i."_1") at screen 0.185,row_y(i) left tc rgb INK
}
set label 60 BOLD(warnings_head) at screen 0.058,row_y(rows + 1.5) left tc rgb INK
do for [i = 1:warning_lines] {
	if (value("mark_".i)) {
		set label 80 + i "" at screen 0.066,row_y(rows + 1.5 + i) point pt 9 ps 1.1 * PS lc rgb col("open")
	}
	set label 60 + i value("line_".i) at screen 0.085,row_y(rows + 1.5 + i) left tc rgb INK
}
plot NaN notitle
