# SPDX-License-Identifier: MIT
# missing.gp - the page in place of a chart without data.

unset border
unset tics
unset grid
set xrange [0:1]
set yrange [0:1]
eval FRAME
set label 5 "This command measures it:" at screen 0.5,0.56 center tc rgb DIM
set label 6 sprintf("{/:Bold*%.3f %s}", 1.2 * shrink(missing_command, 60), missing_command) at screen 0.5,0.47 center tc rgb INK
plot NaN notitle
