# SPDX-License-Identifier: MIT
# scaling-law.awk - the scalability law through the throughput over workers: a panel per mode, with its
# two parameters and how far the curve is off.

function chart(    cases, n, i)
{
	kind = "scaling-law"
	n = split("lock_contended sync_pair atomic_op cpu_int", cases, " ")
	for (i = 1; i <= n && !laws; i++)
		read_scaling(cases[i])
	pick_panels()
	if (!panels) {
		missing_page("the scalability law", "no case with 4 numbers of workers or more that have a processor each", \
			     "tollgate run --filter '^lock_contended$' --workers 1,2,4,N")
		return
	}
	for (i = 1; i <= panels; i++)
		write_panel(i)
	put_number("panels", panels)
	put_number("last", law[panel[1], "workers_max"])
	put_text("title", title_words())
	put_text("subtitle", "Operations per second over workers (" law[panel[1], "case"] law_set_words() \
		 "), higher is better; " interval_words("bar") "; curve = scalability law")
}

# The first parameter set and placement of the file, its modes in the file's order; eight have room.
function pick_panels(    i, others)
{
	for (i = 1; i <= laws; i++) {
		if (!has_points(i))
			remark("a curve of scaling.csv has no points in summary.csv")
		else if (panels && (law[i, "param"] != law[panel[1], "param"] || law[i, "placement"] != law[panel[1], "placement"]))
			others++
		else if (panels < 8)
			panel[++panels] = i
		else
			left_out++
	}
	if (left_out)
		remark(plural(left_out, "further mode", "further modes") " in scaling.csv")
	if (others)
		remark(plural(others, "curve", "curves") " of other parameters in scaling.csv")
}

function has_points(i,    row)
{
	for (row = 1; row <= rows; row++)
		if (is_point(row, i))
			return 1
	return 0
}

function law_set_words(    words)
{
	words = law[panel[1], "param"] == "" ? "" : ", " law[panel[1], "param"]
	gsub(/;/, ", ", words)
	return clean(words ", placement " law[panel[1], "placement"], 60)
}

function law_rate(i, n)
{
	return n * law[i, "one_per_s"] / (1 + law[i, "sigma"] * (n - 1) + law[i, "kappa"] * n * (n - 1))
}

# Block "points-P": workers, median, low, high; block "curve-P": workers, rate.
function write_panel(p,    i, row, top, n, step)
{
	i = panel[p]
	put_block("points-" p)
	for (row = 1; row <= rows; row++)
		if (is_point(row, i)) {
			note_launches(value[row, "n_launch"])
			use(row)
			if (value[row, "ci_lo"] != "" && level == "")
				level = value[row, "ci_level"] + 0
			put_rows(sprintf("%d %.9g %.9g %.9g", value[row, "workers"], value[row, "median"], low(row), high(row)))
			if (high(row) > top)
				top = high(row)
		}
	put_block("curve-" p)
	step = (law[i, "workers_max"] - law[i, "workers_min"]) / 60
	for (n = 0; n <= 60; n++) {
		row = law_rate(i, law[i, "workers_min"] + n * step)
		put_rows(sprintf("%.9g %.9g", law[i, "workers_min"] + n * step, row))
		if (row > top)
			top = row
	}
	put_text("panel_" p, mode_words(law[i, "mode"]))
	put_list("panel_colour_" p, mode_id(law[i, "mode"]) == "" ? "ink" : mode_id(law[i, "mode"]))
	put_text("sigma_" p, "\317\203 " parameter_words(i, "sigma"))
	put_text("kappa_" p, "\316\272 " parameter_words(i, "kappa"))
	put_text("off_" p, "off by " digits(law[i, "residual_pct"] + 0) " %" \
		 (law[i, "peak_workers"] == "" ? "" : ", peak at " digits(law[i, "peak_workers"] + 0)))
	put_number("top_" p, top)
	put_panel_tics("ytics_" p, "y", top, "count")
}

function is_point(row, i)
{
	return value[row, "case"] == law[i, "case"] && value[row, "mode"] == law[i, "mode"] &&
	       value[row, "param"] == law[i, "param"] && value[row, "placement"] == law[i, "placement"] &&
	       value[row, "metric"] == "ops_per_s" && usable(row) && value[row, "flags"] !~ /o/ &&
	       value[row, "workers"] + 0 <= law[i, "workers_max"] + 0
}

# Three digits, never an exponent: parameters can be far below 1.
function small_words(x)
{
	return x == "" ? "" : x + 0 != 0 && x + 0 < 0.00001 && x + 0 > -0.00001 ? "about 0" : digits(x + 0)
}

function parameter_words(i, name_here)
{
	return small_words(law[i, name_here]) (law[i, name_here "_lo"] == "" ? "" : \
	       " (" small_words(law[i, name_here "_lo"]) " to " small_words(law[i, name_here "_hi"]) ")")
}

function under_lock(mode)
{
	return mode ~ /^(mutex|gil)$/ ? "under a " (mode == "gil" ? "GIL" : mode) : \
	       mode_id(mode) != "" ? under(mode) : "under " clean(mode, 20)
}

# Peaks first, since they say where to stop; else the widest certain gap in contention.
function title_words(    p, i, peaks, words, least, most)
{
	for (p = 1; p <= panels; p++) {
		i = panel[p]
		if (law[i, "peak_workers"] != "" && peaks++ < 2)
			words = words (words == "" ? "" : ", ") digits(law[i, "peak_workers"] + 0) " workers " under_lock(law[i, "mode"])
		if (law[i, "sigma_lo"] == "")
			continue
		if (!least || law[i, "sigma"] + 0 < law[least, "sigma"] + 0)
			least = i
		if (!most || law[i, "sigma"] + 0 > law[most, "sigma"] + 0)
			most = i
	}
	if (peaks)
		return "Throughput peaks at " words (peaks > 2 ? " (" peaks - 2 " more)" : "")
	if (!most)
		return "The scalability law: too few launches to judge"
	if (law[most, "sigma_lo"] + 0 > law[least, "sigma_hi"] + 0)
		return "No peak up to " law[panel[1], "workers_max"] " workers; contention is " small_words(law[most, "sigma"]) " " \
		       under_lock(law[most, "mode"]) ", " small_words(law[least, "sigma"]) " " under_lock(law[least, "mode"])
	return "No peak up to " law[panel[1], "workers_max"] " workers" (panels > 1 ? ", no difference in contention seen" : \
	       "; contention is " small_words(law[most, "sigma"]) " " under_lock(law[most, "mode"]))
}
