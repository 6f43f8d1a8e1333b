# SPDX-License-Identifier: MIT
# overhead.awk - the ladder: what one operation of each case costs one worker, by mode.

function chart(    n, i, cases, shown, places)
{
	kind = "overhead"
	places = 14
	n = rank_cases(cases)
	if (n == 0) {
		missing("cost of one operation with one worker", "empty clock_read cpu_int")
		return
	}
	shown = n < places ? n : places
	if (shown < n)
		remark(n - shown " of " n " cases left out")
	for (i = 1; i <= shown; i++)
		write_row(i, cases[shown == n ? i : 1 + int((i - 1) * (n - 1) / (shown - 1) + 0.5)])
	write_blocks(shown)
	put_number("rows", shown)
	put_text("title", shown == 1 ? "One operation costs " with_unit(cheapest, "ns") : \
		 "One operation costs from " with_unit(cheapest, "ns") " to " with_unit(dearest, "ns"))
	put_text("subtitle", "Cost of an operation, one worker, logarithmic, lower is better; number = no lock, then the dearest mode; " \
		 interval_words("whisker"))
	put_log_axis(leftmost, rightmost)
}

# The cases that have a cost with one worker, cheapest first.
function rank_cases(cases,    i, j, n, name_here, seen, hold)
{
	for (i = 1; i <= rows; i++) {
		name_here = value[i, "case"]
		if (name_here in seen || value[i, "metric"] != "op_ns" || value[i, "workers"] + 0 != 1 || !usable(i) ||
		    value[i, "median"] <= 0)
			continue
		seen[name_here] = 1
		choose(name_here, "op_ns")
		if (first_cost(name_here))
			cases[++n] = name_here
	}
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && first_cost(cases[j]) < first_cost(cases[j - 1]); j--) {
			hold = cases[j]
			cases[j] = cases[j - 1]
			cases[j - 1] = hold
		}
	return n + 0
}

# The cost without a lock, else in the first mode there is; 0 if none can be drawn on a log axis.
function first_cost(case_name,    names, n, m, i)
{
	n = split(mode_list(), names, " ")
	for (m = 1; m <= n; m++) {
		i = find(case_name, names[m], 1, "op_ns")
		if (i && value[i, "median"] > 0)
			return value[i, "median"] + 0
	}
	return 0
}

# Remember the rows of one case, and the words at its right end.
function write_row(place_here, case_name,    names, n, m, i, worst, free)
{
	n = split(mode_list(), names, " ")
	put_text("row_name_" place_here, clean(case_name, 20))
	for (m = 1; m <= n; m++) {
		i = find(case_name, names[m], 1, "op_ns")
		if (!i || value[i, "median"] <= 0)
			continue
		dot[names[m], place_here] = i
		extend(i)
		if (names[m] == "none")
			free = i
		else if (ratio_verdict(i) == "above" && (!worst || value[i, "ratio"] + 0 > value[worst, "ratio"] + 0))
			worst = i
	}
	put_text("row_value_" place_here, free ? with_unit(value[free, "median"], "ns") : "")
	put_text("row_worst_" place_here, worst && value[worst, "ratio"] >= 1.005 ? \
		 mode_words(value[worst, "mode"]) " " times(value[worst, "ratio"]) : "")
}

function extend(i)
{
	if (cheapest == "" || value[i, "median"] + 0 < cheapest)
		cheapest = value[i, "median"] + 0
	if (value[i, "median"] + 0 > dearest)
		dearest = value[i, "median"] + 0
	if (leftmost == "" || (low(i) > 0 && low(i) < leftmost))
		leftmost = low(i) > 0 ? low(i) : value[i, "median"] + 0
	if (high(i) > rightmost)
		rightmost = high(i)
}

# One block per mode; the modes share a row in lanes of their own.
function write_blocks(shown,    names, n, m, i, j, list, lacking, any)
{
	n = split(mode_list(), names, " ")
	for (m = 1; m <= n; m++) {
		any = 0
		for (j = 1; j <= shown; j++) {
			if (!((names[m], j) in dot))
				continue
			if (!any++)
				put_block(names[m])
			i = dot[names[m], j]
			put_rows(sprintf("%.9g %.9g %.9g %.9g", value[i, "median"], j + 0.17 * (m - 2.5), \
					 low(i) > 0 ? low(i) : leftmost, high(i)))
		}
		if (any)
			list = list (list == "" ? "" : " ") names[m]
		else
			lacking = lacking (lacking == "" ? "" : ", ") mode_words(names[m])
	}
	if (lacking != "")
		remark("not measured: " lacking)
	put_list("modes", list)
}
