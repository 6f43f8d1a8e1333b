# SPDX-License-Identifier: MIT
# claims-table.gp - a row per claim: verdict by shape, word and colour; sentence; figure and rule.

unset border
unset tics
unset grid
set xrange [0:1]
set yrange [0:1]
eval FRAME
pitch = 0.121
line_y = 0.0385
row_top(i) = 0.835 - pitch * (i - 1)
# Lines are in the middle of their row.
text_y(i, lines) = row_top(i) - 0.5 * pitch + 0.5 * (lines - 1) * line_y
LINES(what, n) = n > 2 ? value(what."_1")."\n".value(what."_2")."\n".value(what."_3") : \
	n > 1 ? value(what."_1")."\n".value(what."_2") : value(what."_1")
do for [i = 1:rows] {
	if (i % 2) {
		set object 10 + i rectangle from screen 0.028,row_top(i) to screen 0.978,row_top(i) - pitch noclip \
			fc rgb PAPER fs solid noborder behind
	}
	v = value("verdict_".i)
	n = int(value("sentence_".i."_lines"))
	r = int(value("rule_".i."_lines"))
	f = strlen(value("figure_".i)) > 0 ? 1 : 0
	set label 20 + i "" at screen 0.046,text_y(i, 1) point pt value("M_".v) ps 1.6 * PS lw 2 lc rgb col(v)
	set label 40 + i BOLD(value("word_".i)) at screen 0.062,text_y(i, 1) left tc rgb col(v)
	set label 60 + i BOLD(value("id_".i)) at screen 0.200,text_y(i, n) left tc rgb DIM
	set label 80 + i LINES("sentence_".i, n) at screen 0.245,text_y(i, n) left tc rgb INK
	if (f) {
		set label 100 + i BOLD(value("figure_".i)) at screen 0.690,text_y(i, r + 1) left tc rgb INK
	}
	set label 120 + i LINES("rule_".i, r) at screen 0.690,text_y(i, r + f) - f * line_y left tc rgb DIM
}
plot NaN notitle
