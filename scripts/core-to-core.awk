# SPDX-License-Identifier: MIT
# core-to-core.awk - what a cache line takes between each two processing units: a map of the machine.
#
# The placements name the pairs and their classes: pair:same_llc:0+3.

function chart(    i)
{
	kind = "core-to-core"
	for (i = 1; i <= rows; i++)
		take_pair(i)
	if (!pairs) {
		missing("how far apart the cores are", "line_transfer", "--profile full")
		return
	}
	sort_units()
	write_map()
	write_classes()
	put_text("title", title_words())
	put_text("subtitle", "One way of a cache line between two processing units (line_transfer, threads): median; lower is better")
	if (level != "")
		remark("intervals of " digits(level) " % stand in core-to-core.csv")
}

# Row I, if it is a pair's: unit_a[p], unit_b[p], class[p], and that both units are there.
function take_pair(i,    part, ends)
{
	if (value[i, "metric"] != "transfer_ns" || value[i, "mode"] != "none" || !usable(i) || value[i, "median"] <= 0 ||
	    value[i, "placement"] !~ /^pair:(smt|same_l2|same_llc|same_numa|same_pkg|cross_pkg):[0-9]+\+[0-9]+$/)
		return
	split(value[i, "placement"], part, ":")
	split(part[3], ends, "+")
	if (!take_unit(ends[1] + 0) || !take_unit(ends[2] + 0)) {
		remark("of 32 processing units only")
		return
	}
	pairs++
	row_of_pair[pairs] = i
	unit_a[pairs] = ends[1] + 0
	unit_b[pairs] = ends[2] + 0
	class_of[pairs] = part[2]
	note_launches(value[i, "n_launch"])
	use(i)
	if (value[i, "ci_lo"] != "" && level == "")
		level = value[i, "ci_level"] + 0
	if (value[i, "flags"] ~ /b/)
		remark("busy machine: workers were preempted in most epochs of some figures")
	if (!nearest || value[i, "median"] < value[nearest, "median"])
		nearest = i
	if (!farthest || value[i, "median"] > value[farthest, "median"])
		farthest = i
}

function take_unit(unit)
{
	if (unit in is_unit)
		return 1
	if (units == 32)
		return 0
	is_unit[unit] = 1
	unit_at[++units] = unit
	return 1
}

function sort_units(    i, j, hold)
{
	for (i = 2; i <= units; i++)
		for (j = i; j > 1 && unit_at[j] < unit_at[j - 1]; j--) {
			hold = unit_at[j]
			unit_at[j] = unit_at[j - 1]
			unit_at[j - 1] = hold
		}
	for (i = 1; i <= units; i++)
		place_of[unit_at[i]] = i
}

# Where X lies between the fastest and the slowest pair, on a logarithmic scale; in the middle if they
# are one.
function share(x,    lo, hi)
{
	lo = value[nearest, "median"]
	hi = value[farthest, "median"]
	return hi < 1.05 * lo ? 0.4 : log(x / lo) / log(hi / lo)
}

# "column row share text" of each pair, in both halves of the square.
function write_map(    p, x)
{
	put_block("cells")
	for (p = 1; p <= pairs; p++) {
		x = value[row_of_pair[p], "median"]
		put_rows(sprintf("%d %d %.6f \"%s\"", place_of[unit_a[p]], place_of[unit_b[p]], share(x), cell_words(x)))
		put_rows(sprintf("%d %d %.6f \"%s\"", place_of[unit_b[p]], place_of[unit_a[p]], share(x), cell_words(x)))
	}
	put_number("units", units)
	for (p = 1; p <= units; p++)
		tic(p, unit_at[p])
	put_tics("x")
	for (p = 1; p <= units; p++)
		tic(p, unit_at[p])
	put_tics("y")
	put_text("scale_low", with_unit(value[nearest, "median"], "ns"))
	put_text("scale_high", with_unit(value[farthest, "median"], "ns"))
	put_number("scale", value[farthest, "median"] >= 1.05 * value[nearest, "median"])
}

# Many cells have room for two digits only.
function cell_words(x)
{
	if (units > 16)
		return ""
	return units <= 4 ? with_unit(x, "ns") : x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)
}

function class_words(class)
{
	return class == "smt" ? "hardware threads of a core" : class == "same_l2" ? "cores with one L2 cache" : \
	       class == "same_llc" ? "cores with one last-level cache" : class == "same_numa" ? "cores of one NUMA node" : \
	       class == "same_pkg" ? "cores of one package" : "cores of two packages"
}

# Beside the map: each class that there is, nearest first, with its range.
function write_classes(    names, n, c, p, i, lo, hi, count, shown)
{
	n = split("smt same_l2 same_llc same_numa same_pkg cross_pkg", names, " ")
	for (c = 1; c <= n; c++) {
		count = lo = hi = 0
		for (p = 1; p <= pairs; p++) {
			if (class_of[p] != names[c])
				continue
			i = row_of_pair[p]
			count++
			if (!lo || value[i, "median"] < value[lo, "median"])
				lo = i
			if (!hi || value[i, "median"] > value[hi, "median"])
				hi = i
		}
		if (!count)
			continue
		class_low[names[c]] = lo
		class_high[names[c]] = hi
		classes[++shown] = names[c]
		put_text("class_name_" shown, "between " class_words(names[c]))
		put_text("class_range_" shown, range_words(lo, hi))
		put_text("class_count_" shown, plural(count, "pair", "pairs") \
			 (count == 1 && value[lo, "ci_lo"] != "" ? ", interval " span_words(low(lo), high(lo)) : ""))
		put_number("class_share_" shown, share((value[lo, "median"] + value[hi, "median"]) / 2))
	}
	put_number("classes", shown)
	class_count = shown
}

function range_words(lo, hi)
{
	return span_words(value[lo, "median"], value[hi, "median"])
}

# "38.0 to 42.0 ns", "7.40 ns".
function span_words(lo, hi,    a, b)
{
	a = with_unit(lo, "ns")
	b = with_unit(hi, "ns")
	if (a == b)
		return a
	if (substr(a, index(a, " ")) == substr(b, index(b, " ")))
		a = substr(a, 1, index(a, " ") - 1)
	return a " to " b
}

# Is every pair of class A faster than every pair of class B, intervals and all?
function surely_nearer(a, b,    p, i, top, bottom)
{
	top = bottom = ""
	for (p = 1; p <= pairs; p++) {
		i = row_of_pair[p]
		if (value[i, "ci_lo"] == "")
			return 0
		if (class_of[p] == a && (top == "" || high(i) > top))
			top = high(i)
		if (class_of[p] == b && (bottom == "" || low(i) < bottom))
			bottom = low(i)
	}
	return top < bottom
}

# A difference is claimed between the nearest and the farthest class, else between two pairs.
function title_words(    first, last)
{
	first = classes[1]
	last = classes[class_count]
	if (pairs == 1)
		return "A cache line takes " with_unit(value[nearest, "median"], "ns") " from core to core"
	if (class_count > 1 && surely_nearer(first, last))
		return "A cache line takes " range_words(class_low[first], class_high[first]) " between " class_words(first) \
		       ", " range_words(class_low[last], class_high[last]) " between " class_words(last)
	if (value[nearest, "ci_lo"] == "")
		return "Too few launches to judge: a cache line takes " range_words(nearest, farthest) " from core to core"
	if (high(nearest) < low(farthest))
		return "A cache line takes " range_words(nearest, farthest) ", depending on the two cores"
	return "A cache line takes " range_words(nearest, farthest) " from core to core, no pair surely nearer"
}
