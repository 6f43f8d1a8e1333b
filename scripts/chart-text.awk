# SPDX-License-Identifier: MIT
# chart-text.awk - for pages of text: lines that fit into a column, figures of any unit.

# TEXT as LINES[1..n] of at most WIDTH letters of common breadth, but no more than MOST lines; n.
function wrap(text, width, most, lines,    words, n, i, used, broad)
{
	split("", lines)
	n = 1
	lines[1] = ""
	i = split(text, words, " ")
	for (used = 1; used <= i; used++) {
		broad = breadth(lines[n] == "" ? words[used] : lines[n] " " words[used])
		if (broad > width && lines[n] != "") {
			if (n == most) {
				lines[n] = lines[n] "\342\200\246"
				return n
			}
			lines[++n] = ""
		}
		lines[n] = lines[n] (lines[n] == "" ? "" : " ") words[used]
	}
	for (i = 1; i <= n; i++)
		while (breadth(lines[i]) > 1.15 * width)
			lines[i] = clean(lines[i], length(lines[i]) - 2)
	return n
}

# In units of a common small letter; a byte that continues a character has no breadth.
function breadth(text,    all, some)
{
	gsub(/[\200-\277]/, "", text)
	all = length(text)
	some = gsub(/[][ijlft.,:;!()|'\/ ]/, "", text)
	return all - 0.45 * some + 0.25 * gsub(/[A-Z]/, "", text) + 0.5 * gsub(/[mw%@]/, "", text)
}

# The lines as NAME_1 .. NAME_n, and NAME_lines = n.
function put_lines(name, lines, n,    i)
{
	for (i = 1; i <= n; i++)
		put_text(name "_" i, lines[i])
	put_number(name "_lines", n)
}

# A figure with the unit that the files give it.
function figure_words(x, unit)
{
	if (unit == "ns")
		return with_unit(x, "ns")
	if (unit == "1/s")
		return with_unit(x, "count") (x >= 999.5 ? "/s" : " /s")
	if (unit == "" || unit == "ratio" || unit == "share")
		return digits(x)
	return count_words(x) " " clean(unit, 16)
}
