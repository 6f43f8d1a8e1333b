# SPDX-License-Identifier: MIT
# gil-validate.awk - emulated over real, with bounds and verdicts: a row per quantity, a lane per lock.
#
# validate.csv holds what `tollgate validate --format=csv` printed. Figures with a stated bound have no
# ratio: they are counted, and those outside are named.

function chart(    i, places)
{
	kind = "gil-validate"
	places = 13
	if (!read_validation()) {
		missing_page("emulated against real GIL", "no validate.csv", "tollgate validate --format=csv >RUN/validate.csv")
		return
	}
	for (i = 1; i <= judged_figures; i++)
		sort_figure(i, places)
	if (!quantities) {
		missing_page("emulated against real GIL", "no ratio in validate.csv: was there an interpreter?", \
			     "tollgate validate --format=csv >RUN/validate.csv")
		return
	}
	write_rows()
	name_outsiders()
	if (left_out)
		remark(plural(left_out, "ratio", "ratios") " left out for want of place")
	remark("validate.csv carries no date")
	put_text("title", title_words())
	put_text("subtitle", "Emulated over real, logarithmic; 1 = as the real lock; band = bound, bar = interval of the ratio" \
		 (stated ? "; " plural(stated, "figure has a bound", "figures have bounds") " without a ratio" : ""))
	put_axis()
}

# --- reading ------------------------------------------------------------------------------------

# Count the verdict of figure I, and find it a row and a lane.
function sort_figure(i, places,    policy, quantity, verdict_here)
{
	verdict_here = validated[i, "verdict"]
	verdicts[verdict_here]++
	quantity = validated[i, "figure"]
	policy = ""
	if (match(quantity, /^[^:]*:/)) {
		policy = substr(quantity, 1, RLENGTH - 1)
		quantity = substr(quantity, RLENGTH + 1)
	}
	if (validated[i, "ratio"] == "" || validated[i, "ratio"] <= 0 || validated[i, "bound_lo"] == "" || validated[i, "bound_lo"] <= 0 ||
	    validated[i, "bound_hi"] == "" || validated[i, "bound_hi"] < validated[i, "bound_lo"]) {
		stated++
		if (verdict_here == "outside")
			outsiders[++outsider_count] = validated[i, "figure"]
		return
	}
	if ((!(quantity in row_number) && quantities == places) || (!(policy in policy_number) && policies == 5)) {
		left_out++
		if (verdict_here == "outside")
			outsiders[++outsider_count] = validated[i, "figure"]
		return
	}
	if (!(quantity in row_number)) {
		row_number[quantity] = ++quantities
		row_quantity[quantities] = quantity
	}
	if (!(policy in policy_number)) {
		policy_number[policy] = ++policies
		policy_name[policies] = policy
	}
	if ((row_number[quantity], policy_number[policy]) in cell)
		fail(64, "validate.csv: figure " clean(validated[i, "figure"], 60) " stands there twice")
	cell[row_number[quantity], policy_number[policy]] = i
}

# --- drawing ------------------------------------------------------------------------------------

function policy_id(policy)
{
	return policy == "" ? "none" : policy ~ /^(gil32|gil27|gil313)$/ ? mode_id(policy) : "mutex"
}

function policy_words(policy)
{
	return policy == "" ? "no GIL" : policy == "gil32" ? "GIL of 3.2" : policy == "gil27" ? "GIL of 2.7" : \
	       policy == "gil313" ? "GIL of 3.13" : clean(policy, 12)
}

# The policies of a row, in lanes; all rows are as high, with as many lanes as they need.
function write_rows(    r, p, i, lanes_here, lane_here, y, marks)
{
	for (p = 1; p <= policies; p++) {
		put_list("policy_" p, policy_id(policy_name[p]))
		put_text("policy_text_" p, policy_words(policy_name[p]))
	}
	put_number("policies", policies)
	put_number("rows", quantities)
	for (r = 1; r <= quantities; r++) {
		put_text("row_name_" r, row_words(row_quantity[r]))
		lanes_here = lane_here = 0
		for (p = 1; p <= policies; p++)
			lanes_here += (r, p) in cell
		for (p = 1; p <= policies; p++) {
			if (!((r, p) in cell))
				continue
			i = cell[r, p]
			y = r + 0.84 * ((lane_here++ + 0.5) / lanes_here - 0.5)
			marks++
			put_number("verdict_x_" marks, p)
			put_number("verdict_y_" marks, r)
			put_text("verdict_" marks, validated[i, "verdict"] == "not-judged" ? "not judged" : validated[i, "verdict"])
			put_number("verdict_bad_" marks, validated[i, "verdict"] == "outside")
			place_at[marks] = y
			height_at[marks] = 0.40 / lanes_here
			figure_at[marks] = i
			policy_at[marks] = p
			extend(i)
		}
	}
	put_number("verdicts", marks)
	for (p = 1; p <= policies; p++) {
		put_block("p" p)
		for (i = 1; i <= marks; i++)
			if (policy_at[i] == p)
				put_mark(i, figure_at[i])
	}
}

function put_mark(m, i)
{
	put_rows(sprintf("%.9g %.9g %.9g %.9g %.9g %.9g %.9g", validated[i, "ratio"], place_at[m], \
			 held_in(validated[i, "ratio_lo"] == "" ? validated[i, "ratio"] : validated[i, "ratio_lo"]), \
			 held_in(validated[i, "ratio_hi"] == "" ? validated[i, "ratio"] : validated[i, "ratio_hi"]), \
			 validated[i, "bound_lo"], validated[i, "bound_hi"], height_at[m]))
}

# Bounds and dots decide the axis; an interval may leave it at 1/10 or ten times.
function extend(i,    columns, n, c, x)
{
	n = split("ratio ratio_lo ratio_hi bound_lo bound_hi", columns, " ")
	for (c = 1; c <= n; c++) {
		x = validated[i, columns[c]]
		if (x == "" || (columns[c] ~ /ratio_/ && (x < 0.1 || x > 10)))
			continue
		if (leftmost == "" || x + 0 < leftmost)
			leftmost = x + 0
		if (x + 0 > rightmost)
			rightmost = x + 0
	}
}

function held_in(x)
{
	return x + 0 < leftmost ? leftmost : x + 0 > rightmost ? rightmost : x + 0
}

function row_words(quantity)
{
	gsub(/_/, " ", quantity)
	return clean(quantity, 32)
}

function name_outsiders(    i, words)
{
	for (i = 1; i <= outsider_count && i <= 2; i++)
		words = words (i > 1 ? ", " : "") outsiders[i]
	if (words != "")
		remark("outside, not drawn: " words (outsider_count > 2 ? " and " outsider_count - 2 " more" : ""))
}

function put_axis(    list, n, i, left, right)
{
	left = leftmost / 1.05
	right = rightmost * 1.05
	n = split(right / left > 40 ? "0.001 0.01 0.1 1 10 100 1000" : right / left > 6 ? "0.1 0.2 0.5 1 2 5 10" : \
		  right / left > 1.5 ? "0.25 0.33 0.5 0.67 0.8 1 1.25 1.5 2 3 4" : \
		  "0.7 0.8 0.9 0.95 1 1.05 1.1 1.2 1.3", list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] >= left && list[i] <= right)
			tic(list[i], list[i])
	put_tics("x")
	put_number("left", left)
	put_number("right", right)
}

function title_words(    all)
{
	all = verdicts["inside"] + verdicts["outside"]
	if (!all)
		return "Emulated against real GIL: none of " plural(judged_figures, "figure", "figures") " could be judged"
	return (verdicts["outside"] ? verdicts["outside"] " of " all " judged figures of the emulation leave their bounds" : \
		"Emulated as real: " (all == 1 ? "the judged figure is inside its bound" : "all " all " judged figures are inside their bounds")) \
	       (verdicts["not-judged"] ? " (" verdicts["not-judged"] " not judged)" : "")
}
