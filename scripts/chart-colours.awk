# SPDX-License-Identifier: MIT
# chart-colours.awk - style.gp in, CSS out: every colour of a chart in the page follows the page's theme. Each
# colour stands there as a pair, C_x = "#RRGGBB"; D_x = "#RRGGBB", for white and for dark paper.

/^C_[a-z0-9_]+ = "#[0-9A-F]+"; *D_[a-z0-9_]+ = "#[0-9A-F]+"/ {
	split($0, part, "\"")
	light = tolower(part[2])
	dark = tolower(part[4])
	if (light in seen)
		next
	seen[light] = 1
	pair = "light-dark(" light "," dark ")"
	print ".picture [fill=\"" light "\"]{fill:" pair "}"
	print ".picture [stroke=\"" light "\"]{stroke:" pair "}"
	print ".picture [color=\"" light "\"]{color:" pair "}"
}
